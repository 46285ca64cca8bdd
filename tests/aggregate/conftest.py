"""The index of the ASEM example, level by level, and committed reference tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

COMPOSITE = Path(__file__).parents[3] / "shared" / "reference" / "composite"
REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="session")
def composite():
    """The folder of larger reference cases beside the checkout."""
    if not (COMPOSITE / "README.md").is_file():
        pytest.skip(f"no larger reference cases at {COMPOSITE}")
    return COMPOSITE


@pytest.fixture(scope="session")
def reference():
    """The folder of committed reference cases."""
    return REFERENCE


@pytest.fixture(scope="session")
def asem(composite):
    """A function: normalised file, expected file, mean -> largest deviation over all levels of the ASEM index."""

    def read(name):
        return pd.read_csv(composite / "asem_coinr" / f"{name}.csv", keep_default_na=False, na_values=[""])

    structure = read("input_structure").sort_values("Level")

    def deviation(normalised, expected, mean):
        values = read(normalised).set_index("uCode")
        published = read(expected).set_index("uCode").loc[values.index]
        for parent in dict.fromkeys(structure["Parent"].dropna()):
            members = structure[structure["Parent"] == parent]
            w = members["Weight"].to_numpy(dtype=float)
            values[parent] = mean(values[list(members["iCode"])].to_numpy(), w / w.sum())
        assert published.shape == (51, 11)
        return float(np.abs(values[published.columns] - published).max().max())

    return deviation


@pytest.fixture(scope="session")
def dimensions():
    """A function: rows with le, eys, mys, gnipc and the goalposts -> indices of health, education and income."""
    from indexer import aggregate

    def indices(rows, goalposts):
        ends = goalposts.set_index("indicator")
        raw = rows[["le", "eys", "mys", "gnipc"]].to_numpy(dtype=float)
        low, high = ends.loc[["le", "eys", "mys", "gnipc"], ["minimum", "maximum"]].to_numpy(dtype=float).T
        for logs in (raw[:, 3], low[3:], high[3:]):
            logs[:] = np.log(logs)
        y = np.minimum((raw - low) / (high - low), 1.0)
        return np.column_stack([y[:, 0], aggregate.arithmetic(y[:, 1:3], np.array([0.5, 0.5])), y[:, 3]])

    return indices
