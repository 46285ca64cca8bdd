import importlib.util
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import UsageError
from indexer.study.questions.ai_trade.question import study

HERE = Path(__file__)
spec = importlib.util.spec_from_file_location("product_samples", HERE.parents[3] / "connect/product_samples.py")
samples = importlib.util.module_from_spec(spec)
spec.loader.exec_module(samples)


@pytest.fixture(scope="module")
def listed():
    return study()


def test_without_a_file_the_list_is_shown_and_what_to_give(listed):
    counts = listed.table.set_index(["category", "tier"])
    assert counts.loc[("computing_power", "core"), "HS2022"] == 46
    assert counts.loc[("models", "core"), ["EBOPS2010", "HS2022"]].tolist() == [3, 0]
    assert listed.sentence.startswith("Nothing is estimated")
    assert "--data FILE" in listed.sentence
    assert any("No classification isolates models" in one for one in listed.caveats)
    assert len(listed["lines"]) == 848


def test_the_list_fits_the_page(listed):
    assert max(map(len, listed.text().splitlines())) <= 100


def test_the_picture_of_the_list(listed):
    pytest.importorskip("altair")
    assert listed.figures[0].draw().to_dict()["$schema"]


def sample(tmp_path):
    """A sample of the format, its sums by hand: CHN exports 10 + 20 of computing power and 7 of devices in 2021."""
    return samples.comtrade(
        tmp_path / "a.csv",
        [
            (2021, "CHN", "X", "VNM", "847150", 10),
            (2021, "CHN", "X", "THA", "854231", 20),
            (2021, "CHN", "X", "THA", "847130", 7),
            (2021, "CHN", "X", "THA", "010121", 1000),
            (2021, "CHN", "M", "THA", "854231", 5),
            (2021, "THA", "X", "CHN", "854231", 4),
            (2021, "THA", "X", "CHN", "851712", 3),
        ],
    )


def test_trade_by_category_by_hand(tmp_path):
    found = study(sample(tmp_path))
    trade = found["trade"].set_index(["economy", "category"])
    assert trade.loc[("CHN", "computing_power"), ["export", "import"]].tolist() == [30.0, 5.0]
    assert trade.loc[("CHN", "downstream_applications"), "export"] == 7.0
    # 851712 was renumbered, so it does not count under the rule of stable codes
    assert trade.loc[("THA", "downstream_applications"), "export"] == 0.0
    assert trade.loc[("CHN", "computing_power"), "share"] == pytest.approx(30 / 34)
    assert trade.loc[("CHN", "computing_power"), "competitiveness"] == pytest.approx(25 / 35)
    assert set(found["codes"]["code"]) == {"847150", "854231", "847130"}


def test_any_takes_the_renumbered_code_in(tmp_path):
    trade = study([sample(tmp_path)], rule="any")["trade"].set_index(["economy", "category"])
    assert trade.loc[("THA", "downstream_applications"), "export"] == 3.0


def test_one_year_gives_reasons_and_no_numbers(tmp_path):
    found = study(sample(tmp_path))
    assert found["gravity"]["estimate"].isna().all()
    assert found["gravity"]["note"].str.len().gt(0).all()
    assert not found.models
    assert not found.figures
    assert "has no estimate (years with an index of both sides: 2021" in found.sentence
    assert "a.csv: 7 rows, 0 of them re-exports" in found.caveats[-1]


def test_trade_with_the_world_only(tmp_path):
    path = samples.comtrade(tmp_path / "w.csv", [(2021, "CHN", "X", "W00", "847150", 10)])
    found = study(path)
    assert found["gravity"]["note"].tolist() == ["the files hold trade with the world only; gravity needs partners"]
    assert np.isnan(found["trade"].loc[0, "import"])


@pytest.mark.parametrize(
    ("code", "vintage", "said"),
    [("010121", "H5", "hold no listed code"), ("847150", "H0", "no codes are listed for HS1992")],
)
def test_refused(tmp_path, code, vintage, said):
    path = samples.comtrade(tmp_path / "a.csv", [(2021, "CHN", "X", "VNM", code, 10)], classificationCode=vintage)
    with pytest.raises(UsageError, match=said):
        study(path)


def test_semiconductor_equipment_of_the_extract(tmp_path, shared):
    """UN Comtrade, three codes, every reporter with the world, 2016-2020: sums of the extract, in our own format."""
    import pandas as pd

    source = shared.parents[1] / "data/mechanisms/product_trade.csv"
    if not source.is_file():
        pytest.skip(f"no {source}")
    table = pd.read_csv(source, dtype={"hs": "str"})
    table = table[(table["origin"] == "comtrade_sme_2021") & table["hs_vintage"].isin(["HS2012", "HS2017"])]
    rows = [
        (r["year"], r["reporter"], "X" if r["exporter"] == r["reporter"] else "M", "W00", r["hs"], r["value_usd"],
         {"classificationCode": {"HS2012": "H4", "HS2017": "H5"}[r["hs_vintage"]]})
        for r in table.to_dict("records")
    ]  # fmt: skip
    found = study(samples.comtrade(tmp_path / "sme.csv", rows))["trade"].set_index(["economy", "year"])
    exports = table[table["exporter"] == table["reporter"]].groupby(["reporter", "year"])["value_usd"].sum()
    for key in (("JPN", 2018), ("CHN", 2017), ("SGP", 2019)):
        assert found.loc[key, "export"] == pytest.approx(exports[key], rel=1e-12)
    assert len(found) > 300


def test_the_page_shows_what_the_study_gives(listed):
    page = (HERE.parents[4] / "docs/study-ai-trade.md").read_text(encoding="utf-8")
    assert listed.tables[0].markdown() in page


@pytest.fixture(scope="module")
def estimated(tmp_path_factory):
    """Simulated flows among 12 economies, 2020-2023, in our own format: to see that estimates come through."""
    rng = np.random.default_rng(4)
    economies = ["CHN", "VNM", "THA", "SGP", "MYS", "IDN", "JPN", "KOR", "USA", "DEU", "IND", "AUS"]
    lines = ["exporter,importer,year,classification,product,value_usd"]
    for i in economies:
        for j in economies:
            for t in range(2020, 2024) if i != j else ():
                for scheme, code in (("HS2017", "847150"), ("EBOPS2010", "SI2")):
                    lines.append(f"{i},{j},{t},{scheme},{code},{rng.gamma(2, 1e6):.0f}")
    path = tmp_path_factory.mktemp("trade") / "simulated.csv"
    path.write_text("\n".join([*lines, ""]))
    return study(path)


def test_every_rung_is_there_for_both_categories(estimated):
    table = estimated["gravity"]
    assert table.groupby("category").size().to_dict() == {"computing_power": 7, "models": 7}
    known = table["estimate"].notna()
    assert known.sum() == 10
    assert (table.loc[~known, "note"].str.contains("absorbed")).all()
    assert len(estimated.models) == 8  # four equations that can be estimated, for each of two categories
    assert (table.loc[known, "clusters"] == 132).all()


def test_the_fits_are_those_of_the_table(estimated):
    row = estimated["gravity"].query("category == 'models' and term == 'ai_gap'").iloc[0]
    fit = estimated.models["models, all three effects, ai_gap"]
    assert row["estimate"] == pytest.approx(10 * fit.coef["ai_gap"], rel=1e-12)
    assert np.isfinite(row["corrected"])


def test_words_figure_and_json_of_estimates(estimated):
    assert estimated.sentence.count("more points of the") == 4
    assert "1,056 rows by pair, year and category" in estimated.caveats[-1]
    assert estimated.as_dict()["tables"][1]["rows"][0]["category"] == "computing_power"
    assert max(map(len, estimated.text().splitlines())) <= 105
    pytest.importorskip("altair")
    assert "gap of the indices" in estimated.figures[0].draw().to_json()


@pytest.mark.parametrize("wrong", [{"threshold": "half"}, {"edition": 5}, {"data": 5}, {"data": [5]}])
def test_options_of_another_kind_are_refused(wrong):
    with pytest.raises(UsageError):
        study(**wrong)
