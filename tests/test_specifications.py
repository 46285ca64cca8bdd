"""Specification curves on a made folder: each cell against a build and an estimate by hand, and every refusal."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import indexer
from indexer import gravity
from indexer.connect.china_partners import CHINA, china_partners, with_total
from indexer.errors import UsageError
from indexer.folder import read_trade
from indexer.specifications import specification_curve

VARIANTS = """\
variants:
  - name: equal
    why: The plainest choice.
    within: {weight: {method: equal}}
  - name: fewer_years
    why: Without the last.
    years: [2020, 2021]
    reference_years: [2020, 2021]
  - name: too_many
    why: Three indicators have three components.
    within: {weight: {method: pca, retain: 9}}
"""
STATED = """\
specifications:
  why: Stated beforehand.
  index: [headline, equal, fewer_years, too_many]
  equations:
    - {name: gap, formula: log(trade) ~ ai_gap + log(km) | year, term: ai_gap, estimator: ols, vcov: {CRV1: exporter}}
    - {name: levels, formula: trade ~ ai_gap + log(km) | year, term: ai_gap, estimator: ppml, vcov: {CRV1: exporter}}
    - name: level
      formula: trade ~ ai_exporter | exporter^year
      term: ai_exporter
      estimator: ppml
      vcov: {CRV1: exporter}
  windows: [[2020, 2022], [2020, 2021]]
"""
PLAIN = """\
variants:
  - name: equal
    why: The plainest choice.
    within: {weight: {method: equal}}
"""


@pytest.fixture
def folder(small_folder, edit):
    edit(small_folder / "editions/mine.yaml", PLAIN, VARIANTS + STATED)
    return small_folder


@pytest.fixture
def index(folder):
    return indexer.build(folder)


@pytest.fixture
def flows(index):
    g, codes, years = np.random.default_rng(2), index.edition.economies, index.edition.years
    rows = [(a, b, year) for a in codes for b in codes if a != b for year in years]
    d = pd.DataFrame(rows, columns=["exporter", "importer", "year"])
    return d.assign(km=g.uniform(500, 9000, len(d)), trade=g.gamma(2, 50, len(d)))


@pytest.fixture
def curve(index, flows):
    return specification_curve(index, flows)


def row(curve, **which):
    part = curve.table
    for name, value in which.items():
        part = part[part[name] == value]
    assert len(part) == 1
    return part.iloc[0]


def test_every_combination_has_a_row_in_the_order_stated(curve):
    assert len(curve.table) == 4 * 3 * 2
    assert curve.table["index"].drop_duplicates().tolist() == ["headline", "equal", "fewer_years", "too_many"]
    assert curve.table["window"].head(3).tolist() == ["2020-2022", "2020-2021", "2020-2022"]
    assert set(curve.table["sample"]) == {"all"}


def test_the_headline_is_the_plain_estimate(curve, index, flows):
    data = gravity.attach(index, flows)
    formula = "log(trade) ~ ai_gap + log(km) | year"
    fit = gravity.ols(formula, data[data["year"] < 2022], {"CRV1": "exporter"})
    one = row(curve, index="headline", equation="gap", window="2020-2021")
    b, se, law = fit.coef["ai_gap"], fit.se["ai_gap"], stats.t(4)
    expected = [b, se, 2 * law.sf(abs(b / se)), b - law.ppf(0.975) * se, b + law.ppf(0.975) * se, 40, 5]
    names = ["estimate", "std_error", "p_value", "conf_low", "conf_high", "n_obs", "clusters"]
    np.testing.assert_allclose(one[names].astype(float), expected, rtol=1e-12)


def test_a_variant_is_a_build_of_its_own_on_the_headline_s_scale(curve, folder, edit, flows, index):
    # the variant as an edition
    edit(folder / "editions/mine.yaml", "weight: {method: pca, rule: communality, why: One component.}",
         "weight: {method: equal, why: x}")  # fmt: skip
    text = (folder / "editions/mine.yaml").read_text()
    old = text[text.index("    weight:\n      method: expert") : text.index("      why: A judgement.\n")]
    edit(folder / "editions/mine.yaml", old + "      why: A judgement.\n", "    weight: {method: equal, why: x}\n")
    scores = indexer.build(folder).scores[["economy", "year", "index"]].copy()
    own, varied = index.scores["index"], scores["index"]
    scores["index"] = own.mean() + (varied - varied.mean()) * own.std() / varied.std()
    fit = gravity.ppml("trade ~ ai_gap + log(km) | year", gravity.attach(scores, flows), {"CRV1": "exporter"})
    one = row(curve, index="equal", equation="levels", window="2020-2022")
    assert one["estimate"] == pytest.approx(fit.coef["ai_gap"], rel=1e-9)
    assert one["std_error"] == pytest.approx(fit.se["ai_gap"], rel=1e-9)


def test_what_the_data_cannot_carry_has_its_reason(curve):
    late = row(curve, index="fewer_years", equation="gap", window="2020-2022")
    assert np.isnan(late["estimate"])
    assert late["note"] == "the variant has no score of 20 rows that the headline has (2022)"
    assert np.isfinite(row(curve, index="fewer_years", equation="gap", window="2020-2021")["estimate"])
    refused = curve.table[curve.table["index"] == "too_many"]
    assert refused["estimate"].isna().all()
    assert (refused["note"] == "cannot retain 9 of 3 components").all()
    absorbed = curve.table[curve.table["equation"] == "level"]
    assert absorbed["estimate"].isna().all()
    assert "ai_exporter" in absorbed["note"].iloc[0]
    assert "exporter^year" in absorbed["note"].iloc[0]
    assert (curve.table["note"] == "").equals(curve.table["estimate"].notna())


def test_the_summary_by_hand(curve):
    found = curve.table[curve.table["estimate"].notna()]
    one = curve.summary.iloc[0]
    assert (one["by"], one["specifications"], one["estimated"]) == ("all", 24, 10)
    assert len(found) == 10
    first = curve.table["estimate"].iloc[0]
    assert one["baseline"] == first
    assert one["same_sign"] == (found["estimate"] * first > 0).mean()
    assert one["significant"] == (found["p_value"] < 0.05).mean()
    assert (one["median"], one["low"], one["high"]) == (
        found["estimate"].median(), found["estimate"].min(), found["estimate"].max(),
    )  # fmt: skip
    assert curve.summary["which"].tolist() == ["all", "gap", "levels", "level"]
    assert np.isnan(curve.summary.set_index("which").loc["level", "same_sign"])
    assert "10 of 24" in repr(curve)


def test_workers_change_nothing(curve, index, flows):
    from joblib import parallel_config

    with parallel_config(backend="loky", n_jobs=2):
        again = specification_curve(index, flows)
    pd.testing.assert_frame_equal(again.table, curve.table)


def test_samples_and_rows_made_by_a_function(index, flows):
    def rows(scores):
        d = gravity.attach(scores, flows)
        return d.assign(mine=d["ai_importer"] / 10, side=np.where(d["exporter"] == "CHN", "China", "others"))

    stated = {
        "index": ["headline", "equal"], "windows": [[2020, 2022]],
        "samples": {"column": "side", "values": ["China", "others"]}, "scaled_over": ["IDN", "SGP", "THA", "VNM"],
        "equations": [{"name": "one", "formula": "trade ~ mine | year", "term": "mine", "estimator": "ppml",
                       "vcov": {"CRV1": "importer"}, "ssc": "default"}],
    }  # fmt: skip
    curve = specification_curve(index, rows, stated)
    assert curve.table["sample"].tolist() == ["China", "others"] * 2
    d = rows(index)
    fit = gravity.ppml("trade ~ mine | year", d[d["side"] == "China"], {"CRV1": "importer"}, ssc="default")
    assert curve.table["estimate"].iloc[0] == pytest.approx(fit.coef["mine"])
    # on the scale of the four economies alone
    variant = next(one for one in index.edition.variants if one["name"] == "equal")
    scores = index.varied(variant).scores[["economy", "year", "index"]].copy()
    of = (scores["economy"] != "CHN").to_numpy()
    own, varied = index.scores["index"].to_numpy(), scores["index"].to_numpy()
    scores["index"] = own[of].mean() + (varied - varied[of].mean()) * own[of].std() / varied[of].std()
    e = rows(scores)
    fit = gravity.ppml("trade ~ mine | year", e[e["side"] == "others"], {"CRV1": "importer"}, ssc="default")
    assert curve.table["estimate"].iloc[3] == pytest.approx(fit.coef["mine"], rel=1e-9)


def test_indicators_that_are_trade_stay_out(folder, edit, flows):
    edit(folder / "skills/articles.yaml", "role: core\n", "role: core\ntrade_outcome: true\n")
    index = indexer.build(folder)
    whole, clean = specification_curve(index, flows), specification_curve(index.without("trade_outcome"), flows)
    pd.testing.assert_frame_equal(whole.table, clean.table)
    fit = gravity.ols("log(trade) ~ ai_gap + log(km) | year", gravity.attach(index.without("trade_outcome"), flows),
                      {"CRV1": "exporter"})  # fmt: skip
    assert whole.table["estimate"].iloc[0] == pytest.approx(fit.coef["ai_gap"])


def test_the_shipped_edition_states_what_its_page_shows():
    index = indexer.build()
    stated = index.edition.specifications
    assert len(stated["index"]) * len(stated["equations"]) * len(stated["windows"]) * 3 == 432
    assert "without_trade_outcome" not in stated["index"]
    directed = china_partners(index.folder, read_trade())

    def rows(scores):
        d = gravity.attach(scores, directed)
        d["ai10"] = d["ai_importer"].where(d["exporter"] == CHINA, d["ai_exporter"]) / 10
        return with_total(d)

    found = specification_curve(index, rows, {**stated, "index": ["headline"]}).summary.set_index("which")["baseline"]
    page = (Path(__file__).parents[1] / "docs/inference.md").read_text(encoding="utf-8").replace("−", "-")
    for which, label in (
        ("all", "all"), ("exports", "exports"), ("imports", "imports"), ("between_ppml", "between partners, PPML"),
        ("within_ppml", "within partners, PPML"),
    ):  # fmt: skip
        cells = next(line for line in page.splitlines() if line.startswith(f"| {label} |")).split("|")
        assert float(cells[4]) == pytest.approx(found[which], abs=5e-4)


def test_nothing_stated_is_refused(folder, edit, flows):
    edit(folder / "editions/mine.yaml", STATED, "")
    with pytest.raises(UsageError, match="states no specifications"):
        specification_curve(indexer.build(folder), flows)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"index": []}, "nothing is stated of index"),
        ({"index": ["headline", "other"]}, "no variant 'other'"),
        ({"scaled_over": ["XXX"]}, "'XXX' is not in the index"),
        ({"samples": {"column": "kind", "values": ["a"]}}, "no column 'kind'"),
        ({"equations": [{"name": "a"}]}, "an equation without formula"),
    ],
)
def test_what_is_stated_wrongly_is_refused(index, flows, change, message):
    with pytest.raises(UsageError, match=message):
        specification_curve(index, flows, {**index.edition.specifications, **change})
    with pytest.raises(UsageError, match="they are a list"):
        specification_curve(index, flows, [])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"estimator": "gmm"}, "unknown estimator 'gmm'"),
        ({"term": "ai"}, "'ai' is no term"),
        ({"formula": "trade ~ ai_gap | nowhere"}, "'nowhere'"),
    ],
)
def test_an_equation_that_cannot_be_read_is_refused(index, flows, change, message):
    stated = index.edition.specifications
    equations = [{**stated["equations"][0], **change}]
    with pytest.raises(UsageError, match=message):
        specification_curve(index, flows, {**stated, "equations": equations})


def test_a_function_that_gives_other_rows_is_refused(index, flows):
    def rows(scores):
        return gravity.attach(scores, flows).query("ai_gap > 10")

    with pytest.raises(UsageError, match="rows of the equations differ"):
        specification_curve(index, rows)
