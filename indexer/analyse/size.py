"""Does the index measure size or income? Its correlation with ln GDP, ln population and ln GDP per head."""

from __future__ import annotations

import numpy as np
import pandas as pd


def size_correlations(scores: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Correlate the index with the logarithms of GDP, population and GDP per head, year by year and pooled.

    Parameters
    ----------
    scores : DataFrame
        Columns economy, year, index.
    context : DataFrame
        Columns economy, year, gdp_current_usd, population_total (US$, persons; NaN = missing).

    Returns
    -------
    DataFrame
        year (empty = all years pooled), measure (ln GDP, ln population, ln GDP per head), n, pearson, spearman.
    """
    merged = scores[["economy", "year", "index"]].merge(context, on=["economy", "year"], how="left")
    merged["gdp_per_head"] = merged["gdp_current_usd"] / merged["population_total"]
    rows = []
    for year in [*sorted(merged["year"].unique()), 0]:
        part = merged if year == 0 else merged[merged["year"] == year]
        for measure in ("gdp_current_usd", "population_total", "gdp_per_head"):
            pair = part[["index", measure]].dropna()
            pearson = spearman = np.nan
            if len(pair) > 2 and pair.nunique().min() > 1:
                logs = np.log(pair[measure].to_numpy(dtype=float))
                values = pair["index"].to_numpy(dtype=float)
                pearson = np.corrcoef(values, logs)[0, 1]
                spearman = np.corrcoef(pd.Series(values).rank(), pd.Series(logs).rank())[0, 1]
            rows.append((int(year) or pd.NA, f"ln {measure}", len(pair), pearson, spearman))
    frame = pd.DataFrame(rows, columns=["year", "measure", "n", "pearson", "spearman"])
    return frame.astype({"year": "Int64"})
