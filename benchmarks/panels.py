"""Data of the gravity benchmarks: seeded panels of trade, and the shapes of other packages' own benchmarks."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd

SHARED = Path(__file__).parents[2] / "shared" / "reference" / "gravity" / "make_data.py"


def trade(n: int, years: int, spread: float = 1.0, drop: float = 0.0) -> pd.DataFrame:
    """Return flows `y` of n countries (exp, imp, year) with x1 (a policy that starts) and x2 (bilateral, by year).

    From the reference's generator where it is at hand, so that figures compare with those of its authors; else from one
    of the same kind. `spread` is the dispersion of country sizes, `drop` the share of rows missing at random.
    """
    if SHARED.exists():
        spec = importlib.util.spec_from_file_location("make_data", SHARED)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        columns = ["exp", "imp", "year", "y", "x1", "x2"]
        return module.make_panel(n, years, spread=spread, drop=drop)[columns]
    rng = np.random.default_rng(1)
    i, j, t = (a.ravel() for a in np.meshgrid(np.arange(n), np.arange(n), np.arange(years), indexing="ij"))
    kept = (i != j) & (rng.uniform(size=i.size) >= drop)
    i, j, t = i[kept], j[kept], t[kept]
    x1 = (t >= rng.integers(1, 3 * years, (n, n))[i, j]).astype(float)
    pair = rng.normal(size=(n, n))[i, j]
    x2 = 0.3 * pair + rng.normal(size=i.size)
    size = spread * rng.normal(size=n)
    sizes = 0.5 * (size[i] + size[j]) + rng.normal(0, 0.4, (n, years))[i, t] + rng.normal(0, 0.4, (n, years))[j, t]
    y = np.exp(0.35 * x1 - 0.5 * x2 + sizes + pair) * rng.gamma(1.5, 1 / 1.5, i.size)
    y[rng.uniform(size=i.size) < 0.2] = 0.0
    y[rng.uniform(size=(n, n))[i, j] < 0.06] = 0.0  # pairs that never trade
    return pd.DataFrame({"exp": i, "imp": j, "year": 2000 + t, "y": y / y.mean(), "x1": x1, "x2": x2})


def shape(n: int, difficult: bool) -> pd.DataFrame:
    """Return n rows of individuals over ten years in firms of 23: the data of fixest's and pyfixest's benchmarks.

    In the simple shape firms are drawn at random for each row; in the difficult one they follow each other in the order
    of the rows, so that the graph of individuals and firms is a long chain and alternating projections crawl.
    """
    rng = np.random.default_rng(1)
    individuals = n // 10
    firms = round(individuals / 23)
    individual, year = np.repeat(np.arange(individuals), 10), np.tile(np.arange(10), individuals)
    firm = np.arange(n) % firms if difficult else rng.integers(0, firms, n)
    x1 = rng.standard_normal(n)
    mean = x1 + 0.05 * x1**2 + rng.standard_normal(firms)[firm] + rng.standard_normal(individuals)[individual]
    y = mean + rng.standard_normal(10)[year] + rng.standard_normal(n)
    counts = rng.negative_binomial(0.5, 0.5 / (0.5 + np.exp(y)))
    return pd.DataFrame({"individual": individual, "firm": firm, "year": year, "x1": x1, "y": y, "counts": counts})
