"""The record of what was left out: added up, and by row."""

import numpy as np
import pandas as pd

from indexer.gravity.design import Drop
from indexer.gravity.dropped import dropped_table, row_status


def test_repeated_drops_are_added_up():
    drops = [Drop("singleton", "a", "alone", np.array([4])), Drop("singleton", "a", "alone", np.array([1])),
             Drop("absorbed", "x", "why", np.zeros(0, int))]  # fmt: skip
    table = dropped_table(drops, pd.RangeIndex(6))
    assert table[["kind", "item", "count"]].values.tolist() == [["singleton", "a", 2], ["absorbed", "x", 1]]
    assert table.loc[0, "rows"] == (1, 4)
    assert row_status(drops, pd.RangeIndex(6)).tolist() == ["used", "singleton", "used", "used", "singleton", "used"]
    assert dropped_table([], pd.RangeIndex(2)).empty
