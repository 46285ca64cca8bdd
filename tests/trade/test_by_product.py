import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.trade.by_product import by_product

FRAME = pd.DataFrame(
    [("A", "p", 2020, 4.0, 1.0), ("A", "q", 2020, 4.0, 3.0), ("B", "p", 2020, 2.0, 5.0), ("B", "q", 2020, 6.0, 5.0)],
    columns=["exporter", "product", "year", "export", "import"],
)


def test_by_hand():
    found = by_product(FRAME.sample(frac=1, random_state=1)).set_index(["exporter", "product"])
    assert found.loc[("A", "p"), "rca"] == pytest.approx(4 / 3)
    assert found.loc[("B", "q"), "share"] == pytest.approx(0.6)
    assert found.loc[("B", "p"), "competitiveness"] == pytest.approx(-3 / 7)
    assert found.loc[("A", "q"), "michaely"] == pytest.approx(-0.25)
    assert found.loc[("A", "p"), "symmetric_rca"] == pytest.approx(1 / 7)


def test_years_are_apart():
    later = FRAME.assign(year=2021, export=[1.0, 0.0, 0.0, 1.0])
    both = by_product(pd.concat([FRAME, later]))
    assert both[both["year"] == 2020].reset_index(drop=True).equals(by_product(FRAME))
    assert both.query("year == 2021 and exporter == 'A' and product == 'p'")["rca"].item() == 2


def test_a_row_left_out_is_not_exported_and_an_empty_cell_is_unknown():
    without = by_product(FRAME.drop(index=0)).set_index(["exporter", "product"])
    assert without.loc[("B", "p"), "share"] == 1
    unknown = by_product(FRAME.assign(export=[np.nan, 4.0, 2.0, 6.0])).set_index(["exporter", "product"])
    assert np.isnan(unknown.loc[("B", "p"), "share"])
    assert unknown.loc[("B", "q"), "share"] == pytest.approx(0.6)


def test_without_imports_there_is_no_measure_of_them():
    found = by_product(FRAME.drop(columns="import"))
    assert list(found) == ["exporter", "product", "year", "export", "share", "rca", "symmetric_rca"]


@pytest.mark.parametrize(
    ("frame", "said"),
    [(FRAME.drop(columns="product"), "no column product"), (pd.concat([FRAME, FRAME[:1]]), "stands twice")],
)
def test_refused(frame, said):
    with pytest.raises(UsageError, match=said):
        by_product(frame)
