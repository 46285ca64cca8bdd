"""The reference data of explanations and of the adequacy checks."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="session")
def goalposts():
    """The folder of the case with frozen parameters, and the columns of its components."""
    return REFERENCE / "panel_goalposts", ["le", "eys", "mys", "log_gnipc"]


@pytest.fixture(scope="session")
def adequacy_case():
    """The folder of adequacy, parallel analysis and rotations."""
    return REFERENCE / "kmo_bartlett"


@pytest.fixture(scope="session")
def adequacy_data(adequacy_case):
    """The two data sets of that case: simulated columns, and the Technology Achievement Index."""
    return {
        "synthetic_120x8": pd.read_csv(adequacy_case / "input_synthetic_120x8.csv").to_numpy(dtype=float),
        "tai_23x8": pd.read_csv(REFERENCE / "tai_oecd" / "input.csv", index_col=0).to_numpy(dtype=float),
    }
