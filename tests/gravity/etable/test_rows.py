"""Lines of a table: terms, what stands beneath, effects, measures."""

import pytest

from indexer.errors import UsageError
from indexer.gravity.etable import rows
from indexer.gravity.etable.column import read

PLAIN = rows.Style("se", {}, 3)


def lines(results, names, style=PLAIN, labels=None, keep=None, drop=()):
    columns = read([results[n] for n in names])
    return rows.estimates(columns, style, labels or {}, keep, drop)


def text(line):
    return [line.label, *(c.text for c in line.cells)]


def test_estimates_stand_in_the_order_of_their_terms_with_errors_beneath(results):
    fit = results["ols"]
    shown = [text(line) for line in lines(results, ["ols"])]
    assert shown[0] == ["x1", f"{fit.coef['x1']:.3f}"]
    assert shown[1] == ["", f"({fit.se['x1']:.3f})"]
    assert [s[0] for s in shown] == ["x1", "", "x2", ""]


def test_a_term_that_a_column_has_not_is_empty(results):
    by = {line.label: text(line) for line in lines(results, ["ols", "ppml"]) if line.label}
    assert by["x2"][2] == ""
    assert by["ln distance"][1] == ""


def test_the_constant_comes_last(results):
    labels = [line.label for line in lines(results, ["plain", "ols"]) if line.label]
    assert labels == ["x1", "ln distance", "x2", "Constant"]


@pytest.mark.parametrize(
    ("statistic", "column", "form"), [("t", "statistic", "({:.2f})"), ("p", "p_value", "({:.3f})")]
)
def test_other_statistics_beneath(results, statistic, column, form):
    value = results["few"].tidy().set_index("term").loc["x2", column]
    shown = lines(results, ["few"], rows.Style(statistic, {}, 3), keep=["x2"])
    assert shown[1].cells[0].text == form.format(value)


def test_intervals_stand_in_square_brackets(results):
    line = results["ols"].tidy().set_index("term").loc["x1"]
    shown = lines(results, ["ols"], rows.Style("ci", {}, 2), keep=["x1"])
    assert shown[1].cells[0].text == f"[{line['conf_low']:.2f}, {line['conf_high']:.2f}]"


def test_stars_follow_the_p_values(results):
    p = results["ols"].tidy().set_index("term")["p_value"]
    style = rows.Style("se", {p["x1"] * 1.01: "+", p["x1"] * 1.1: "-"}, 3)
    assert lines(results, ["ols"], style, keep=["x1"])[0].cells[0].text.endswith("+")
    style = rows.Style("se", {p["x1"] * 0.99: "+"}, 3)
    assert not lines(results, ["ols"], style, keep=["x1"])[0].cells[0].text.endswith("+")


def test_bootstrap_p_values_stand_under_their_term(results):
    found = results["few"].few_clusters.set_index("hypothesis")["p_value"]
    shown = [text(line) for line in lines(results, ["few"])]
    assert shown[2] == ["Bootstrap p", f"{found['x1 = 0']:.3f}"]


def test_a_column_without_estimates_has_dashes(results):
    assert [c.text for c in lines(results, ["ols", "absorbed"])[0].cells][1] == "—"


def test_columns_without_any_estimate_still_make_a_line(results):
    assert [text(line) for line in lines(results, ["absorbed"])] == [["", "—"]]


@pytest.mark.parametrize(
    ("keep", "drop", "left"),
    [
        (["x2", "x1"], (), ["x2", "x1"]),
        (["ln*"], (), ["ln distance"]),
        (["ln distance"], (), ["ln distance"]),
        (None, ["x*"], ["ln distance"]),
        (["x1", "x*"], ["x2"], ["x1"]),
    ],
)
def test_terms_are_chosen_by_name_label_or_form(results, keep, drop, left):
    shown = lines(results, ["ols", "ppml"], keep=keep, drop=drop)
    assert [line.label for line in shown if line.label] == left


def test_an_unknown_term_is_refused_with_those_that_look_like_it(results):
    with pytest.raises(UsageError, match="ln_distanc") as refused:
        lines(results, ["ppml"], keep=["ln_distanc"])
    assert "ln_distance" in refused.value.remedy


def test_terms_of_one_label_share_a_line(results):
    labels = {"x2": "the other", "ln_distance": "the other"}
    by = {line.label: text(line) for line in lines(results, ["ols", "ppml"], labels=labels, drop=["x1"]) if line.label}
    assert list(by) == ["the other"]
    assert by["the other"][1:] == [f"{results['ols'].coef['x2']:.3f}", f"{results['ppml'].coef['ln_distance']:.3f}"]


def test_terms_of_one_label_in_one_column_stay_apart(results):
    shown = lines(results, ["ols"], labels={"x1": "same", "x2": "same"})
    assert [line.label for line in shown if line.label] == ["x1", "x2"]


def test_effects_are_marked(results):
    columns = read([results[n] for n in ("ols", "ppml", "absorbed", "plain")])
    by = {line.label: text(line)[1:] for line in rows.effects(columns, {})}
    assert by["Exporter × importer effects"] == ["Yes", "No", "", "No"]


def test_clusters_are_counted_by_what_they_are(results):
    columns = read([results["ols"], results["few"]])
    by = {line.label: text(line)[1:] for line in rows.measures(columns, PLAIN, {})}
    assert by["Observations"] == [f"{results['ols'].n_obs}", f"{results['few'].n_obs}"]
    assert by["Clusters (exporter)"] == ["", "10"]
    assert by["Clusters (exporter × importer)"][1] == ""


def test_equal_headings_of_neighbours_are_one(results):
    columns = read([results["ols"], results["ppml"], results["three"]])
    first, second, *_ = rows.heads(columns, ["a", "b", "b"], {})
    assert first.spans == (("a", 1), ("b", 2))
    assert second.spans == (("ln trade", 1), ("trade", 2))
