import numpy as np
import pandas as pd
import pytest

from indexer.analyse.size import size_correlations


def test_pooled_and_by_year():
    rows = [(e, y) for e in "ABCD" for y in (2020, 2021)]
    scores = pd.DataFrame(rows, columns=["economy", "year"])
    gdp = np.exp(np.arange(8.0))
    scores["index"] = 3 * np.log(gdp)
    context = scores[["economy", "year"]].assign(gdp_current_usd=gdp, population_total=[1e6, np.nan] * 4)
    got = size_correlations(scores, context).fillna({"year": 0}).set_index(["year", "measure"])
    assert got.loc[(0, "ln gdp_current_usd"), "pearson"] == pytest.approx(1.0)
    assert got.loc[(2021, "ln gdp_current_usd"), "n"] == 4
    assert got.loc[(2021, "ln population_total"), "n"] == 0
    assert np.isnan(got.loc[(2021, "ln population_total"), "pearson"])
