"""Panels for the gravity tests: the committed one with its figures, and simulated ones."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from indexer.gravity.codes import Identifiers, read
from indexer.gravity.layout import arrange

FIGURES = Path(__file__).parents[1] / "reference" / "gravity"


@pytest.fixture(scope="session")
def panel():
    """The committed panel: exporter, importer, year, trade, x1, x2, ai, ai_imp, ln_distance, border."""
    return pd.read_csv(FIGURES / "panel.csv")


@pytest.fixture(scope="session")
def figures():
    """Committed estimates and errors of fixest on the committed panel."""
    return pd.read_csv(FIGURES / "fixest.csv")


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


PATHS = ("plain", "rows", "dense")


@pytest.fixture(scope="session")
def grid():
    """A function that makes an unbalanced panel of exporters, importers and years, and layouts of its rows.

    Returned: frame, codes by effect, the dummies, and `layout(path)`; effects are exporter-year, importer-year, pair.
    """

    def make(n=6, m=7, t=4, share=0.85, effects=("ey", "iy", "pair"), seed=0, undirected=False):
        g = np.random.default_rng(seed)
        e, i, y = (v.ravel() for v in np.meshgrid(range(n), range(m), range(t), indexing="ij"))
        rows = np.sort(g.permutation(e.size)[: int(share * e.size)])
        d = pd.DataFrame({"e": e, "i": i, "y": y}).iloc[g.permutation(rows)].reset_index(drop=True)
        d["low"], d["high"] = np.minimum(d.e, d.i), np.maximum(d.e, d.i)
        pair = ("pair",) if undirected else ("e", "i")
        d["pair"] = d.low * 100 + d.high
        columns = {"ey": ("e", "y"), "iy": ("i", "y"), "pair": pair, "e": ("e",), "y": ("y",)}
        ids = Identifiers({c: read(d[c]) for c in ("e", "i", "y", "pair")})
        chosen = [columns[k] for k in effects]
        codes = [np.unique(ids[c].codes, return_inverse=True)[1] for c in chosen]
        return SimpleNamespace(
            frame=d, ids=ids, effects=chosen, codes=codes, rng=g, n=len(d),
            dummies=np.hstack([np.eye(c.max() + 1)[c] for c in codes]),
            layout=lambda path: arrange(chosen, ids, len(d), path),
        )  # fmt: skip

    return make
