"""The published run of COINr beside the checkout."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

ASEM = Path(__file__).parents[3] / "shared" / "reference" / "composite" / "asem_coinr"


@pytest.fixture(scope="session")
def asem():
    """A function that reads a table of COINr's ASEM example (51 economies, 49 indicators), rows by `key`."""
    if not ASEM.is_dir():
        pytest.skip(f"no ASEM example at {ASEM}")
    return cache(lambda name, key="uCode": pd.read_csv(ASEM / f"{name}.csv").set_index(key).sort_index())
