import pandas as pd
import pytest

from indexer.connect.china_partners import china_partners, with_total
from indexer.folder import read, read_trade


@pytest.fixture(scope="module")
def directed():
    return china_partners(read(), read_trade())


def test_both_directions_with_ten_partners(directed):
    assert len(directed) == 240
    assert directed["partner"].nunique() == 10
    assert directed.groupby("flow").size().to_dict() == {"exports": 120, "imports": 120}
    assert directed[["trade", "distance"]].notna().all().all()
    assert directed[directed["year"] <= 2024]["gdp_partner"].notna().all()


def test_totals_are_sums_of_both(directed):
    whole = with_total(directed)
    total = whole[(whole["flow"] == "total") & (whole["year"] == 2024)]["trade"].sum()
    # US$ 983.9 bn in the trade file's own cross-check; China customs announced 982.
    assert total / 1e9 == pytest.approx(983.9, abs=0.1)


def test_a_partner_year_with_one_direction_has_no_total(directed):
    short = directed.drop(
        index=directed[
            (directed["partner"] == "VNM") & (directed["flow"] == "imports") & (directed["year"] == 2024)
        ].index
    )
    total = with_total(short).query("flow == 'total'")
    assert len(total) == 119
    assert not ((total["partner"] == "VNM") & (total["year"] == 2024)).any()
    assert isinstance(total, pd.DataFrame)
