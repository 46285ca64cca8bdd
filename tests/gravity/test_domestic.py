"""Domestic trade: output less exports, by hand; what cannot be is refused by name."""

from pathlib import Path

import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import AbsorbedRegressorError, EstimationError, UsageError
from indexer.gravity.domestic import GDPWarning, NoOutputWarning

DAYS = [pd.Timestamp(y, 1, 1) for y in (2020, 2020, 2020, 2021)]


@pytest.fixture
def trade():
    return pd.DataFrame({
        "exporter": ["CHN", "CHN", "VNM", "VNM"], "importer": ["VNM", "THA", "CHN", "CHN"],
        "year": [2020, 2020, 2020, 2021], "trade": [10.0, 5.0, 3.0, 4.0],
    })  # fmt: skip


@pytest.fixture
def output():
    return pd.DataFrame({
        "economy": ["CHN", "VNM", "VNM", "THA"], "year": [2020, 2020, 2021, 2020], "output": [100.0, 20.0, 30.0, 9.0],
    })  # fmt: skip


def test_by_hand(trade, output):
    out = gravity.add_domestic(trade, output)
    pd.testing.assert_frame_equal(out.iloc[:4].drop(columns="international"), trade)
    assert out.international.tolist() == [1, 1, 1, 1, 0, 0, 0]
    own = out[out.international == 0]
    assert own[["exporter", "importer", "year"]].to_numpy().tolist() == [
        ["CHN", "CHN", 2020], ["VNM", "VNM", 2020], ["VNM", "VNM", 2021]
    ]  # fmt: skip
    assert own.trade.tolist() == [85.0, 17.0, 26.0]


def test_other_names_and_columns(trade, output):
    out = gravity.add_domestic(trade.rename(columns={"trade": "exports_usd"}).assign(rta=1), output, "exports_usd")
    assert out.exports_usd.tolist()[-1] == 26.0
    assert out.rta.isna().tolist() == [False] * 4 + [True] * 3


def test_gdp_is_said_to_be_too_small(trade, output):
    with pytest.warns(GDPWarning, match="value added"):
        out = gravity.add_domestic(trade, output.rename(columns={"output": "gdp"}))
    assert out.trade.tolist()[-3:] == [85.0, 17.0, 26.0]


def test_economies_without_output_are_named(trade, output):
    with pytest.warns(NoOutputWarning, match=r"1 exporter-years have no output.*CHN"):
        out = gravity.add_domestic(trade, output[output.economy != "CHN"])
    assert (out.international == 0).sum() == 2


def test_negative_domestic_trade_is_refused_by_name(trade, output):
    with pytest.raises(EstimationError, match=r"exports exceed gross output in 1 .*CHN 2020.*exports 15, output 12"):
        gravity.add_domestic(trade, output.assign(output=output.output.replace(100.0, 12.0)))


def test_exports_of_all_output_but_for_rounding():
    flows = pd.DataFrame({"exporter": "CHN", "importer": ["VNM", "THA"], "year": 2020, "trade": [0.1, 0.2]})
    made = pd.DataFrame({"economy": ["CHN"], "year": [2020], "output": [0.3]})
    assert 0.1 + 0.2 > 0.3
    assert gravity.add_domestic(flows, made).trade.tolist() == [0.1, 0.2, 0.0]
    with pytest.raises(EstimationError, match="exports exceed gross output"):
        gravity.add_domestic(flows, made.assign(output=0.3 * (1 - 1e-8)))


def test_categories_are_taken_as_the_values_behind_them(trade, output):
    plain = gravity.add_domestic(trade, output)
    kinds = trade.astype({"exporter": "category", "importer": "category", "year": "category"})
    for t in (kinds, kinds.astype({"year": int}), trade.astype({"importer": "category"})):
        for o in (output, output.astype({"economy": "category", "year": "category"})):
            pd.testing.assert_frame_equal(gravity.add_domestic(t, o), plain)


def test_dates_on_both_sides(trade, output):
    o = output.assign(year=pd.to_datetime(output.year.astype(str), format="%Y"))
    out = gravity.add_domestic(trade.assign(year=DAYS), o)
    assert out.trade.tolist()[-3:] == [85.0, 17.0, 26.0]
    assert out.year.tolist()[-1] == DAYS[-1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t, o: (t.drop(columns="year"), o), "year"),
        (lambda t, o: (t, o.rename(columns={"output": "sales"})), "'output'"),
        (lambda t, o: (t, o.assign(gdp=1.0)), "one column"),
        (lambda t, o: (t.assign(international=1), o), "international"),
        (lambda t, o: (t.assign(trade=["a", "b", "c", "d"]), o), "not numeric"),
        (lambda t, o: (t.assign(trade=[1.0, None, 2.0, 3.0]), o), "missing"),
        (lambda t, o: (t, o.assign(output=[1.0, -1.0, 2.0, 3.0])), "negative"),
        (lambda t, o: (t.assign(importer=["CHN", "THA", "CHN", "CHN"]), o), "domestic flows are there already"),
        (lambda t, o: (t, pd.concat([o, o.iloc[[0]]])), "CHN 2020 stands twice"),
        (lambda t, o: (t.assign(exporter=["CHN", None, "VNM", "VNM"]), o), r"'exporter' has missing values\n.*\[1\]"),
        (lambda t, o: (t.assign(importer=["VNM", "THA", "CHN", None]), o), r"'importer' has missing values\n.*\[3\]"),
        (lambda t, o: (t.assign(year=[None, 2020, 2020, 2021]), o), r"'year' has missing values\n.*\[0\]"),
        (
            lambda t, o: (t.astype({"exporter": "category"}).assign(year=pd.Categorical([2020, 2020, None, 2021])), o),
            r"'year' has missing values\n.*\[2\]",
        ),
        (lambda t, o: (t, o.assign(economy=["CHN", "VNM", "VNM", None])), r"output: the column 'economy' has missing"),
        (
            lambda t, o: (t.assign(year=t.year.astype(str)), o),
            "'year' of the flows holds text, .* of the output numbers",
        ),
        (
            lambda t, o: (t.assign(year=t.year.astype(str).astype("category")), o),
            "holds text, .* of the output numbers",
        ),
        (lambda t, o: (t, o.assign(year=o.year.astype(str))), "'year' of the flows holds numbers, .* output text"),
        (lambda t, o: (t.assign(year=DAYS), o), "'year' of the flows holds dates, .* of the output numbers"),
        (lambda t, o: (t, o.assign(year=pd.PeriodIndex(o.year.astype(str), freq="Y"))), "numbers, .* output period"),
        (lambda t, o: (t.assign(year=DAYS), o.assign(year=pd.to_datetime(o.year.astype(str), utc=True))), "of UTC"),
        (
            lambda t, o: (t, o.assign(economy=[1, 2, 2, 3])),
            "'exporter' of the flows holds text, .*'economy' .* numbers",
        ),
        (lambda t, o: (t.assign(importer=[1, 2, 3, 3]), o), "'importer' of the flows numbers"),
        (lambda t, o: (pd.concat([t, t[["year"]]], axis=1), o), "trade: the column 'year' stands twice"),
        (lambda t, o: (pd.concat([t, t[["trade"]]], axis=1), o), "trade: the column 'trade' stands twice"),
        (lambda t, o: (t, pd.concat([o, o[["output"]]], axis=1)), "output: the column 'output' stands twice"),
        (
            lambda t, o: (pd.concat([t.assign(sector="food"), t.iloc[2:].assign(sector="cars")]), o),
            "VNM CHN 2020 stands twice in the flows\n.*for each with the output of that sector, and concatenate",
        ),
    ],
)
def test_refusals(trade, output, change, message):
    t, o = change(trade, output)
    with pytest.raises(UsageError, match=message):
        gravity.add_domestic(t, o)


def test_index_times_international_is_identified_with_domestic_trade_only(trade_data):
    # the country-year variable is made up; the flows, domestic ones included, are those of Yotov et al. (2016)
    d = pd.read_csv(trade_data / "agtpa" / "agtpa_applications.csv.gz")
    d = d[d.year.isin([1994, 1998, 2002, 2006])]
    own = d.exporter == d.importer
    wide = d.assign(output=d.groupby(["exporter", "year"]).trade.transform("sum"))
    abroad = wide[~own]
    made = gravity.add_domestic(
        abroad[["exporter", "importer", "year", "trade"]],
        wide.drop_duplicates(["exporter", "year"]).rename(columns={"exporter": "economy"})[
            ["economy", "year", "output"]
        ],
    )
    merged = made[made.international == 0].merge(d, on=["exporter", "importer", "year"])
    assert len(merged) == own.sum()
    assert (merged.trade_x / merged.trade_y - 1).abs().max() < 1e-9  # domestic trade is found again
    made["index"] = (made.exporter.rank(method="dense") * 7 + made.year * made.exporter.rank(method="dense")) % 11
    made["index_international"] = made["index"] * made.international
    formula = "trade ~ index_international | exporter^year + importer^year + exporter^importer"
    fit = gravity.ppml(formula, made, {"CRV1": "exporter^importer"})
    assert fit.identified_terms == ("index_international",)
    with pytest.raises(AbsorbedRegressorError, match=r"exporter\^year"):
        gravity.ppml(formula, made[made.international == 1])


def test_the_example_of_the_page(trade_data):
    page = (Path(__file__).parents[2] / "docs" / "gravity.md").read_text(encoding="utf-8").replace("−", "-")
    d = pd.read_csv(trade_data / "agtpa" / "agtpa_applications.csv.gz").replace({"ROM": "ROU"})
    facts = pd.read_csv(trade_data.parent / "indicators" / "panel_long.csv")
    users = facts[facts.indicator == "internet_users_pct"].rename(columns={"iso3": "economy", "value": "index"})
    data = gravity.attach(users[["economy", "year", "index"]], d[d.year.between(2000, 2006)])
    effects, both = "exporter^year + importer^year + exporter^importer", {"CRV1": "exporter + importer"}
    one = gravity.ppml(f"trade ~ ai_exporter_international + rta | {effects}", data, both)
    border = "i(year, international, ref=2000)"
    two = gravity.ppml(f"trade ~ ai_exporter_international + rta + {border} | {effects}", data, both)
    assert f"{one.n_obs:,} rows" in page
    for k, digits in ((0, 5), (1, 4)):
        cells = [f"{f.coef.iloc[k]:.{digits}f} ({f.se.iloc[k]:.{digits}f})".replace("0.", ".") for f in (one, two)]
        assert " | ".join(cells) in page
    with pytest.raises(AbsorbedRegressorError, match=r"exporter\^year"):
        gravity.ppml(f"trade ~ ai_exporter_international + rta | {effects}", data[data.international == 1], both)
    sides = "ai_exporter_international + ai_importer_international"
    with pytest.raises(AbsorbedRegressorError, match=r"'ai_importer_international'.*collinear"):
        gravity.ppml(f"trade ~ {sides} + rta | {effects}", data, both)
