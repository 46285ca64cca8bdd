"""Panels for the gravity tests: the committed one with its figures, and simulated ones."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FIGURES = Path(__file__).parents[1] / "reference" / "gravity"
SHARED = Path(__file__).parents[3] / "shared" / "reference" / "gravity"


@pytest.fixture(scope="session")
def panel():
    """The committed panel: exporter, importer, year, trade, x1, x2, ai, ai_imp, ln_distance, border."""
    return pd.read_csv(FIGURES / "panel.csv")


@pytest.fixture(scope="session")
def figures():
    """Committed estimates and errors of fixest on the committed panel."""
    return pd.read_csv(FIGURES / "fixest.csv")


@pytest.fixture(scope="session")
def shared():
    """The folder of larger reference cases beside the checkout."""
    if not (SHARED / "reference.csv").is_file():
        pytest.skip(f"no larger reference cases at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def load_module(shared):
    """A function that imports a script of that folder by its name."""

    def load(name):
        spec = importlib.util.spec_from_file_location(name.replace("/", "_"), shared / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def flows():
    """A small random panel with zeros, text, an odd column name and two weights."""
    g = np.random.default_rng(5)
    n = 400
    d = pd.DataFrame({
        "exporter": g.choice(list("ABCDEFGHIJKL"), n), "importer": g.choice(list("ABCDEFGHIJKL"), n),
        "year": g.integers(2000, 2004, n), "rta": g.integers(0, 2, n), "dist": g.uniform(1, 9, n),
        "tariff rate": g.normal(size=n), "group": g.choice(["north", "south", "west"], n), "w": g.uniform(0.5, 2, n),
    })  # fmt: skip
    mu = np.exp(0.4 * d.rta - 0.8 * np.log(d.dist) + 0.2 * d["tariff rate"])
    d["trade"] = mu * g.gamma(2.0, 0.5, n) * (g.uniform(size=n) > 0.15)
    return d
