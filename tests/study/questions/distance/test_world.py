"""The distance puzzle of the Advanced Guide, digit by digit, from its data given as a user's file."""

import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.distance.question import study
from indexer.study.questions.distance.world import GUIDE, GUIDE_CHANGE, LINES, world_distance
from indexer.study.samples import read_sample

OPTIONS = Options.of(draws=0, simulations=0, lags=())
COLUMNS = dict(zip(LINES, ("Table2 col1", "Table2 col2", "Table2 col5"), strict=True))


@pytest.fixture(scope="module")
def published(trade_data):
    frame = pd.read_csv(trade_data / "published_results.csv", dtype={"coefficient": str, "std_error": str})
    return frame[frame["dataset"] == "agtpa"].set_index(["table", "variable"])


@pytest.fixture(scope="module")
def found(trade_data):
    return study(data=[trade_data / "agtpa" / "agtpa_applications.csv.gz"], draws=0, simulations=0, lags=())


@pytest.mark.parametrize("line", LINES)
def test_every_elasticity_and_error_to_the_printed_digits(found, published, line):
    rows = found["path"].query("design == @line").set_index("year")
    assert rows.index.tolist() == [1986, 1990, 1994, 1998, 2002, 2006]
    for year, row in rows.iterrows():
        printed = published.loc[(COLUMNS[line], f"log_dist_{year:.0f}")]
        assert f"{row['estimate']:.4f}" == printed["coefficient"]
        assert f"{row['se']:.4f}" == printed["std_error"]


@pytest.mark.parametrize("line", LINES)
def test_the_change_in_per_cent_and_the_rows(found, published, line):
    printed = published.loc[(COLUMNS[line], "pct_chg_log_dist (percent change 1986-2006)")]
    row = found["path_tests"].set_index("design").loc[line]
    assert f"{row['change_pct']:.4f}" == printed["coefficient"]
    assert f"{row['change_se']:.4f}" == printed["std_error"]
    assert row["n"] == printed["n_obs"]


@pytest.mark.parametrize("line", LINES)
def test_the_table_that_is_shown_beside_is_the_published_one(published, line):
    for _, row in GUIDE.iterrows():
        printed = published.loc[(COLUMNS[line], f"log_dist_{row['year']:.0f}")]
        assert (f"{row[line]:.4f}", f"{row[f'{line} se']:.4f}") == (printed["coefficient"], printed["std_error"])
    printed = published.loc[(COLUMNS[line], "pct_chg_log_dist (percent change 1986-2006)")]
    assert tuple(f"{value:.4f}" for value in GUIDE_CHANGE[line]) == (printed["coefficient"], printed["std_error"])


def test_without_a_year_of_the_index_the_path_stands_and_ai_is_said_to_be_missing(found):
    assert (
        "AI × ln distance cannot be estimated: the flows are of 1986–2006 and the index of 2020–2023" in found.sentence
    )
    assert [table.name for table in found.tables] == ["path", "path_tests", "guide"]
    assert found.limits is None


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    trade = Facts.shipped().trade
    folder = tmp_path_factory.mktemp("flows")
    trade.flows[trade.flows["year"] <= 2022].to_csv(folder / "flows.csv", index=False)
    trade.distances.to_csv(folder / "pairs.csv", index=False)
    return read_sample([folder / "flows.csv", folder / "pairs.csv"])


def test_with_years_of_the_index_its_product_with_distance_is_estimated(shipped):
    made = world_distance(shipped, OPTIONS, [2018, 2020, 2022])
    table = made["ai_distance"]
    assert len(table) == 8
    assert table["ai"].str.endswith("beside income").sum() == 2
    assert np.isfinite(table["p_countries"]).all()
    assert made["path"]["year"].unique().tolist() == [2018, 2020, 2022]


def test_income_beside_it_is_in_the_equation(shipped):
    table = world_distance(shipped, OPTIONS, [2020, 2022])["ai_distance"].set_index(["ai", "design"])["estimate"]
    design = "exporter-year, importer-year"
    assert table["exporter's AI, beside income", design] != pytest.approx(table["exporter's AI", design], rel=1e-3)


def test_years_that_are_not_there_are_refused(shipped):
    with pytest.raises(UsageError, match="no flows of 1999"):
        world_distance(shipped, OPTIONS, [1999, 2020])
