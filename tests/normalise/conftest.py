"""The reference tables that normalisations are compared with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SHARED = Path(__file__).parents[3] / "shared/reference/composite"


@pytest.fixture(scope="session")
def asem() -> Callable[[str], pd.DataFrame]:
    """A function that reads a table of COINr's ASEM example, economies × indicators."""
    if not SHARED.is_dir():
        pytest.skip("the reference cases beside the checkout are absent")
    return lambda name: pd.read_csv(SHARED / f"asem_coinr/{name}.csv", keep_default_na=False, na_values=[""])


@pytest.fixture(scope="session")
def treated(asem: Callable[[str], pd.DataFrame]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Treated values of the ASEM example, which columns are better lower, and their names."""
    frame = asem("expected_treated").set_index("uCode")
    direction = asem("input_structure").set_index("iCode").loc[frame.columns, "Direction"]
    return frame.to_numpy(dtype=float), (direction < 0).to_numpy(), list(frame.columns)
