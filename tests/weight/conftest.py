"""Tables of the Handbook and of the literature, and columns of a given correlation."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from indexer.weight import Level

REFERENCE = Path(__file__).parents[1] / "reference"
BESIDE = Path(__file__).parents[3] / "shared" / "reference" / "composite"


@pytest.fixture(scope="session")
def table():
    """A function that reads a committed table, its first column as names."""
    return lambda case, name: pd.read_csv(REFERENCE / case / f"{name}.csv", index_col=0)


@pytest.fixture(scope="session")
def beside():
    """A function that reads a large table beside the checkout, or skips the test."""

    def read(case, name):
        path = BESIDE / case / f"{name}.csv"
        if not path.is_file():
            pytest.skip(f"the reference case {case} beside the checkout is absent")
        return pd.read_csv(path)

    return read


@pytest.fixture(scope="session")
def tai(table):
    """The Technology Achievement Index of the Handbook: names and values."""
    data = table("tai_oecd", "input")
    return SimpleNamespace(names=tuple(data.columns), y=data.to_numpy())


@pytest.fixture(scope="session")
def synthetic():
    """The simulated 120 x 8 columns."""
    return pd.read_csv(REFERENCE / "kmo_bartlett" / "input_synthetic_120x8.csv").to_numpy()


@pytest.fixture(scope="session")
def correlated():
    """A function that makes columns whose sample correlation matrix is exactly the given one."""

    def make(r, n=400, seed=0):
        z = np.random.default_rng(seed).normal(size=(n, len(r)))
        z -= z.mean(axis=0)
        z = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z, rowvar=False))).T
        return z @ np.linalg.cholesky(np.asarray(r, dtype=float)).T

    return make


@pytest.fixture(scope="session")
def level():
    """A function that makes a level of the given values."""

    def make(y, names=(), years=None, unit=None):
        y = np.asarray(y, dtype=float)
        low, high = np.nanmin(y, axis=0), np.nanmax(y, axis=0)
        names = tuple(names) or tuple("abcdefghijklmnop"[: y.shape[1]])
        unit = (y - low) / (high - low) if unit is None else unit
        return Level(names, y, unit, np.zeros(len(y), dtype=int) if years is None else np.asarray(years))

    return make
