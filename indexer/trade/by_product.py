"""Specialisation of each exporter in each product and year, from a long table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indexer.columns import EXPORTER, YEAR
from indexer.errors import UsageError
from indexer.trade import specialisation

PRODUCT = "product"
MEASURES = ("share", "rca", "symmetric_rca", "competitiveness", "michaely")


def by_product(frame: pd.DataFrame) -> pd.DataFrame:
    """Return market share, RCA, symmetric RCA, trade competitiveness and Michaely index by exporter, product and year.

    Parameters
    ----------
    frame : DataFrame
        exporter, product, year, export and, where known, import. A product that an exporter has no row for counts as
        not exported (and not imported); an empty cell is unknown and makes missing what rests on it.

    Returns
    -------
    DataFrame
        exporter, product, year, export, import, share, rca, symmetric_rca, competitiveness, michaely; one row for
        each row of `frame`, sorted. Shares and RCA are among the exporters and products given. The last two, and
        import, only where imports are given.

    Raises
    ------
    UsageError
        If a column is missing or an exporter-product-year stands twice.
    """
    if absent := [name for name in (EXPORTER, PRODUCT, YEAR, "export") if name not in frame]:
        raise UsageError(
            f"no column {absent[0]}", where="frame", remedy="give exporter, product, year, export[, import]"
        )
    keys = [EXPORTER, PRODUCT, YEAR]
    if (twice := frame.duplicated(keys)).any():
        rows = frame.loc[twice, keys].head().to_numpy().tolist()
        raise UsageError(
            "an exporter-product-year stands twice", where="frame", rows=rows, remedy="keep one, or add them"
        )
    parts = [_year(part) for _, part in frame.groupby(YEAR, sort=True)]
    columns = [*keys, *(name for name in ("export", "import") if name in frame)]
    columns += [name for name in MEASURES if "import" in frame or name in MEASURES[:3]]
    return pd.concat(parts, ignore_index=True)[columns].sort_values(keys, ignore_index=True)


def _year(part: pd.DataFrame) -> pd.DataFrame:
    """One year: the table made wide, measured, and read back at the rows that were given."""
    exporters, row = np.unique(part[EXPORTER].astype(str), return_inverse=True)
    products, column = np.unique(part[PRODUCT].astype(str), return_inverse=True)
    wide = {}
    for name in ("export", "import"):
        if name in part:
            wide[name] = np.zeros((len(exporters), len(products)))
            wide[name][row, column] = part[name].to_numpy(dtype=float)
    x = wide["export"]
    found = {"share": specialisation.market_share(x), "rca": specialisation.balassa(x)}
    found["symmetric_rca"] = specialisation.symmetric_rca(x)
    if "import" in wide:
        found["competitiveness"] = specialisation.trade_competitiveness(x, wide["import"])
        found["michaely"] = specialisation.michaely(x, wide["import"])
    return part.assign(**{name: values[row, column] for name, values in found.items()})
