"""Identification: hand cases of each verdict, scale, and the exact list of cases where present."""

import warnings

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import AbsorbedRegressorError, EstimationError
from indexer.gravity.design import Request, make
from indexer.gravity.estimate import carefully
from indexer.gravity.formula import parse
from indexer.gravity.identify import NearlyAbsorbedWarning, check, grain, meaning, prove, surely, witnesses
from indexer.gravity.layout import arrange
from indexer.gravity.scaling import scale


def grid(n=6, t=4, domestic=False):
    g = np.random.default_rng(8)
    i, j, y = (v.ravel() for v in np.meshgrid(range(n), range(n), range(t), indexing="ij"))
    keep = np.ones(i.size, bool) if domestic else i != j
    d = pd.DataFrame({"exporter": i, "importer": j, "year": y})[keep].reset_index(drop=True)
    index = g.normal(size=(n, t))
    d["ai_exporter"], d["ai_importer"] = index[d.exporter, d.year], index[d.importer, d.year]
    d["international"] = (d.exporter != d.importer).astype(float)
    d["x"] = g.normal(size=len(d))
    d["trade"] = np.exp(d.x + g.normal(size=len(d)))
    return d


THREE = "exporter^year + importer^year + exporter^importer"


def found_in(d, regressors, effects, path=None):
    """Verdicts by name on the rows given; the quick proof, where there is one, must agree."""
    (parsed,) = parse(f"y_ ~ {' + '.join(regressors)}" + (f" | {effects}" if effects else ""))
    design = make(parsed, d.assign(y_=1.0))
    layout = arrange(list(design.effects.values()), design.ids, len(d), path)
    x = scale(layout, design)
    out = carefully(design, layout, x, design.names)
    quick = surely(layout, x, design.names)
    if quick is not None:
        assert [v.kind for v in out] == ["identified"] * len(out)
        np.testing.assert_allclose([v.share for v in quick], [v.share for v in out], rtol=1e-3)
    return {v.name: v for v in out}


def judge(d, **columns):
    d = d.assign(ey=d.exporter * 100 + d.year, iy=d.importer * 100 + d.year, pair=d.exporter * 100 + d.importer)
    return found_in(d.assign(**columns), list(columns), "ey + iy + pair")


def test_absorbed_by_one_effect_by_two_together_and_by_either():
    d = grid()
    v = judge(d, a=d.ai_exporter, s=d.ai_exporter + d.ai_importer, year=(d.year == 2) * 3.0, x=d.x)
    assert (v["a"].kind, v["a"].by) == ("absorbed", "ey")
    assert (v["s"].kind, v["s"].by) == ("absorbed", "ey and iy together")
    assert (v["year"].kind, v["year"].by) == ("absorbed", "ey or iy")
    assert v["x"].kind == "identified"


def test_pair_forms_are_identified_but_only_one_of_them():
    d = grid()
    a, b = d.ai_exporter, d.ai_importer
    v = judge(d, low=np.minimum(a, b), gap=np.abs(a - b), signed=a - b, product=a * b)
    assert v["low"].kind == v["product"].kind == "identified"
    assert (v["gap"].kind, v["gap"].by) == ("collinear", "low beside the fixed effects")
    assert (v["signed"].kind, v["signed"].by) == ("absorbed", "ey and iy together")


def test_international_border_needs_domestic_trade():
    d = grid()
    assert judge(d, p=d.ai_exporter * d.international)["p"].kind == "absorbed"
    d = grid(domestic=True)
    v = judge(d, p=d.ai_exporter * d.international, q=d.ai_importer * d.international)
    assert v["p"].kind == "identified"
    assert (v["q"].kind, v["q"].by) == ("collinear", "p beside the fixed effects")


def test_units_and_offsets_do_not_matter():
    d = grid()
    v = judge(d, huge=d.ai_exporter * 1e12, small=d.x * 1e-10, constant=0 * d.x + 4)
    assert [v[k].kind for k in v] == ["absorbed", "identified", "absorbed"]
    assert v["constant"].by.startswith("constant")
    assert judge(d, far=d.x + 1e6)["far"].share == pytest.approx(v["small"].share, rel=1e-6)
    assert judge(d, far=d.x * 1e-10 + d.ai_exporter)["far"].kind == "absorbed"


def test_nearly_absorbed_is_a_warned_number():
    d = grid()
    d["z"] = d.ai_exporter + 1e-6 * d.x
    with pytest.warns(NearlyAbsorbedWarning, match="z keeps"):
        fit = gravity.ols(f"log(trade) ~ z | {THREE}", d)
    assert fit.notes[0].startswith("z keeps")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = gravity.ols(f"log(trade) ~ x | {THREE}", d)
    assert fit.notes == ()


def test_the_error_names_regressor_effect_and_alternatives():
    d = grid()
    with pytest.raises(AbsorbedRegressorError) as caught:
        gravity.ppml(f"trade ~ ai_exporter + x | {THREE}", d)
    text = str(caught.value)
    for part in ("'ai_exporter' is absorbed", "exporter^year", "international-border", "log distance", "similarity"):
        assert part in text
    assert "'x'" not in text


def test_dropping_is_recorded_and_gives_the_same_numbers():
    d = grid()
    dropped = gravity.ppml(f"trade ~ ai_exporter + x | {THREE}", d, on_absorbed="drop")
    plain = gravity.ppml(f"trade ~ x | {THREE}", d)
    assert dropped.identified_terms == ("x",)
    line = dropped.dropped.iloc[-1]
    assert (line["kind"], line["item"], line["count"]) == ("absorbed", "ai_exporter", 1)
    np.testing.assert_array_equal(dropped.coef, plain.coef)
    with pytest.raises(EstimationError, match="no regressor is identified"):
        gravity.ols(f"trade ~ ai_exporter | {THREE}", d, on_absorbed="drop")


def test_without_effects_a_constant_is_the_intercept():
    d = grid().assign(one=3.0, copy=lambda f: 2 * f.x + 1)
    with pytest.raises(AbsorbedRegressorError, match="'one' is constant, as is Intercept"):
        gravity.ols("trade ~ x + one", d)
    with pytest.raises(AbsorbedRegressorError, match="'copy' is collinear with x") as caught:
        gravity.ols("trade ~ x + copy", d)
    assert "fixed effects" not in caught.value.message


def test_it_is_the_final_sample_that_counts():
    # z varies only in rows whose y is missing
    d = grid()
    d["z"] = 0.0
    d.loc[:5, "z"] = np.arange(6)
    d.loc[:5, "trade"] = np.nan
    with pytest.raises(
        AbsorbedRegressorError, match=r"zero in every row of the final sample.*\n.*only in rows left out"
    ):
        gravity.ppml("trade ~ x + z | exporter", d)


def test_a_category_without_rows_is_left_out_not_refused():
    d = grid()
    d["kind"] = np.where(d.index < 1, "rare", np.where(d.x > 0, "up", "down"))
    d["alone"] = np.where(d.index < 1, -1, d.exporter)  # its row is a singleton
    fit = gravity.ols("trade ~ C(kind) | alone", d)
    assert fit.identified_terms == ("C(kind)[T.up]",)
    assert "C(kind)[T.rare]" in fit.dropped["item"].tolist()


def test_meaning_is_said_only_under_both_effects():
    both = ["exporter^year", "importer^year"]
    assert "relative to domestic" in meaning("ai_exporter_international", both)
    assert "similarity" in meaning("ai_gap", both)
    assert "varies with distance" in meaning("ai_exporter:log(distance)", both)
    assert meaning("ai_gap", ["exporter"]) == meaning("rta", both) == ""


def test_no_regressors_nothing_to_refuse():
    assert check([], [], "raise") == ()


def test_rounded_sums_are_absorbed_up_to_their_rounding():
    d = grid(n=8)
    a, b = 50 + 20 * d.ai_exporter, 50 + 20 * d.ai_importer
    v = judge(d, s=(a + b).round(5), p=(a.round(5) * b.round(5)), x=d.x.round(5), dummy=(d.x > 1.2) * 1.0)
    assert (v["s"].kind, v["s"].by, v["s"].rounded) == ("absorbed", "ey and iy together", True)
    assert v["p"].kind == v["x"].kind == v["dummy"].kind == "identified"
    with pytest.raises(AbsorbedRegressorError, match="no more than the rounding of its values"):
        gravity.ols(f"log(trade) ~ s | {THREE}", d.assign(s=(a + b).round(5)))


def test_grain():
    assert grain(np.array([1.0, 0.0, 7.0])) == 1
    assert grain(np.array([12.34567, 1e3])) == pytest.approx(1e-5)
    assert grain(np.array([np.pi])) == 0
    assert grain(1e12 * np.array([np.pi])) <= 1e-12 * 1e12  # all that its digits can hold
    assert grain(1e-10 * np.random.default_rng(0).normal(size=5)) == 0


def test_index_forms_with_five_decimals():
    d = grid(n=8, domestic=True)
    a, b = (50 + 20 * d.ai_exporter).round(5), (50 + 20 * d.ai_importer).round(5)
    d = d.assign(low=np.minimum(a, b), gap=(a - b).abs(), both=a + b, p=a * d.international, q=b * d.international,
                 mean=(a + b) / 2, log_product=np.log(a.abs() * b.abs() * 7))  # fmt: skip
    v = judge(d, low=d.low, gap=d.gap, both=d.both, p=d.p, q=d.q, mean=d["mean"], log_product=d.log_product)
    assert {k: v[k].kind for k in v} == {
        "low": "identified", "gap": "collinear", "both": "absorbed", "p": "identified", "q": "collinear",
        "mean": "absorbed", "log_product": "absorbed",
    }  # fmt: skip
    assert v["q"].by == "p beside the fixed effects"
    assert v["both"].by == v["mean"].by == v["log_product"].by == "ey and iy together"


def test_scales_of_the_index_do_not_matter():
    d = grid()
    for unit in (1e-10, 1e12):
        a, b = unit * d.ai_exporter, unit * d.ai_importer
        v = judge(d, low=np.minimum(a, b), gap=(a - b).abs(), both=a + b, x=unit * d.x)
        assert [v[k].kind for k in v] == ["identified", "collinear", "absorbed", "identified"]


@pytest.mark.parametrize("path", ["plain", "rows", "dense"])
def test_exact_cases(load_module, shared, path):
    cases = load_module("gen_identification")
    table = pd.read_csv(shared / "identification_check.csv", keep_default_na=False).set_index(["case", "variable"])
    seen = 0
    for case, domestic, columns, regressors, effects in cases.C:
        for name, v in found_in(cases.prepare(domestic, columns), regressors.split(" + "), effects, path).items():
            want = table.loc[(case, name)]
            assert v.kind == want["verdict"], (case, v)
            if v.kind == "identified":
                assert v.share == pytest.approx(float(want["resid_ratio"]), rel=1e-3)
            elif v.kind == "absorbed" and want["absorbed_by"] != "constant":
                assert v.by.replace(" together", "").replace(" and ", "+") == want["absorbed_by"]
            seen += 1
    assert seen == len(table) == 81


def test_single_precision_is_rounding(panel):
    mean = (panel.ai + panel.ai_imp) / 2
    assert grain(mean.round(2).astype("float32").to_numpy(dtype=float)) == 0.01
    assert 0 < grain(mean.astype("float32").to_numpy(dtype=float)) < 1e-6 * mean.abs().max()
    with pytest.raises(AbsorbedRegressorError, match=r"together: .*rounding of its values"):
        gravity.ppml("trade ~ m | exporter^year + importer^year", panel.assign(m=mean.astype("float32")))


@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_what_coarse_rounding_leaves_is_warned_of(panel, estimator):
    run = getattr(gravity, estimator)
    scale = 100 / (panel.ai.max() - panel.ai.min())
    mean = ((panel.ai + panel.ai_imp) / 2 * scale).round(1)
    with pytest.warns(NearlyAbsorbedWarning, match="no more than the rounding of its values"):
        run("trade ~ x1 + mean | exporter^year + importer^year", panel.assign(mean=mean))


def test_nothing_left_is_no_rounding(panel):
    with pytest.raises(AbsorbedRegressorError, match="does not vary beside them"):
        gravity.ppml("trade ~ ai | exporter^year + importer^year", panel)


def test_witnesses_prove_no_more_than_there_is():
    d = grid(7, 5)
    g = np.random.default_rng(3)
    d["z"], d["near"] = g.normal(size=len(d)), d.x + 0.5 * g.normal(size=len(d))
    d["spanned"] = d.ai_exporter - 2 * d.ai_importer + g.normal(size=(7, 7))[d.exporter, d.importer]
    (parsed,) = parse(f"trade ~ x + z + near + spanned | {THREE}")
    design = make(parsed, d, Request())
    layout = arrange(list(design.effects.values()), design.ids, len(d))
    columns = scale(layout, design)
    normal = layout.weighted(layout.indicator())
    seen = witnesses(layout, normal, columns.take([0, 1]))
    own = seen.prove(columns.take([0, 1]))
    np.testing.assert_allclose(own, prove(layout, normal, columns.take([0, 1])), atol=1e-3)
    # other regressors: a bound from below on what is left of them, and nothing where nothing is
    some, whole = seen.prove(columns.take([1, 2])), prove(layout, normal, columns.take([1, 2]))
    assert np.linalg.eigvalsh(whole - some)[0] > -1e-3
    assert np.linalg.eigvalsh(some)[0] > 0.1
    assert seen.prove(columns.take([0, 3])) is None
    assert seen.prove(columns.take([0, 1, 2])) is None  # two witnesses cannot speak for three
    assert witnesses(layout, normal, columns.take([0, 3])) is None


def test_products_over_part_of_the_rows_are_a_bound_from_below():
    d = grid(7, 5)
    g = np.random.default_rng(4)
    d["z"] = d.ai_exporter + 0.4 * g.normal(size=len(d))
    (parsed,) = parse(f"trade ~ x + z | {THREE}")
    design = make(parsed, d, Request())
    layout = arrange(list(design.effects.values()), design.ids, len(d))
    columns = scale(layout, design)
    some = layout.scatter((g.uniform(size=len(d)) < 0.7).astype(float))
    part, whole = (
        prove(layout, layout.weighted(some), columns),
        prove(layout, layout.weighted(layout.indicator()), columns),
    )
    assert np.linalg.eigvalsh(whole - part)[0] > 0
    exact = [v.share for v in surely(layout, columns, design.names, whole)]
    told = [v.share for v in surely(layout, columns, design.names, part, part=True)]
    assert all(0.1 < t <= e for t, e in zip(told, exact, strict=True))
