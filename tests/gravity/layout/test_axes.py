"""The tensor behind a panel: found from columns, ready-made identifiers, sectors; never where there is none."""

import numpy as np
import pandas as pd
import pytest

from indexer.gravity.codes import Identifiers, read
from indexer.gravity.layout import axes
from indexer.gravity.layout.axes import find

THREE = [("e", "y"), ("i", "y"), ("e", "i")]


def panel(n=6, m=6, t=4, sectors=1, share=1.0, seed=0):
    g = np.random.default_rng(seed)
    e, i, y, k = (v.ravel() for v in np.meshgrid(range(n), range(m), range(t), range(sectors), indexing="ij"))
    d = pd.DataFrame({"e": e, "i": i, "y": y + 2000, "k": k})
    d = d.sample(frac=share, random_state=seed)
    d["pair"] = np.minimum(d.e, d.i) * 100 + np.maximum(d.e, d.i)
    d["all"] = 0
    # ready-made identifiers, under numbers that tell nothing
    for name, columns in {"ey": ["e", "y"], "iy": ["i", "y"], "ei": ["e", "i"], "eyk": ["e", "y", "k"],
                          "iyk": ["i", "y", "k"], "eik": ["e", "i", "k"]}.items():  # fmt: skip
        codes = d.groupby(columns).ngroup().to_numpy()
        d[name] = g.permutation(codes.max() + 1)[codes]
    return d


def tensor(d, effects):
    return find(effects, Identifiers({c: read(d[c]) for c in d}))


def verify(d, effects, found):
    """Every effect is what its place in the tensor says: levels and places map one to one."""
    a, b, c = np.unravel_index(found.cell, found.shape)
    assert len(np.unique(found.cell)) == len(d)
    group = a * found.shape[2] + c if found.groups is None else found.groups[a, c]
    places = [group]
    if found.first.size:
        places.append(found.first[a] * found.shape[1] + b)
    if found.second.size:
        places.append((found.second[a] * found.shape[1] + b) * found.shape[2] + c)
    for place, k in zip(places, [o for o in found.order if o >= 0], strict=True):
        both = pd.DataFrame({"place": place, "level": d.groupby(list(effects[k])).ngroup().to_numpy()})
        pairs = len(both.drop_duplicates())
        assert pairs == both.place.nunique() == both.level.nunique()


@pytest.mark.parametrize("share", [1.0, 0.6])
@pytest.mark.parametrize(
    "effects",
    [
        THREE, THREE[::-1], THREE[:2], [("e", "i"), ("e", "y")], [("e", "i"), ("i", "y")], [("e", "i"), ("y",)],
        [("e", "y"), ("i",)], [("e", "y"), ("i", "y"), ("pair",)], [("ey",), ("iy",), ("ei",)], [("ey",), ("iy",)],
        [("ei",), ("iy",)], [("ey",), ("i", "y"), ("ei",)], [("e", "y"), ("i", "y"), ("ei",)],
        [("e", "y"), ("i", "y"), ("all",)], [("ey",), ("iy",), ("pair",)], [("pair",), ("iy",), ("ey",)],
    ],
    ids=str,
)  # fmt: skip
def test_found(effects, share):
    d = panel(share=share)
    found = tensor(d, effects)
    assert found is not None
    verify(d, effects, found)


@pytest.mark.parametrize(
    "effects",
    [
        [("e", "y", "k"), ("i", "y", "k"), ("e", "i", "k")], [("e", "y", "k"), ("i", "y", "k"), ("e", "i")],
        [("e", "y"), ("i", "y"), ("e", "i", "k")], [("e", "y", "k"), ("i", "y", "k")],
        [("eyk",), ("iyk",), ("eik",)],
    ],
    ids=str,
)  # fmt: skip
def test_sectors(effects):
    d = panel(sectors=3)
    found = tensor(d, effects)
    assert found is not None
    verify(d, effects, found)
    assert np.prod(found.shape) == len(d)  # a block for each sector, not a tensor of all with all


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_countries_are_known_by_their_undirected_pairs(share):
    d = panel(n=30, m=30, t=5, share=share)
    found = tensor(d, [("ey",), ("iy",), ("pair",)])
    assert found.shape == (30, 5, 30)  # each country once, not once a year
    assert found.order == (2, 0, 1)


def test_not_where_rows_share_a_cell():
    d = panel(sectors=2)
    assert tensor(d, [("ey",), ("iy",), ("pair",)]) is None
    assert tensor(d, THREE) is None
    assert tensor(d, [("ey",), ("iy",), ("ei",)]) is None


def test_not_where_the_effects_have_no_such_shape():
    d = panel()
    assert tensor(d, [("e",), ("i",), ("y",)]) is None
    assert tensor(d, [("e",)]) is None
    assert tensor(d, [*THREE, ("y",)]) is None


def test_not_where_the_tensor_would_be_sparse(monkeypatch):
    d = panel(share=0.5)
    monkeypatch.setattr(axes, "SPARSEST", 1.9)
    assert tensor(d, THREE) is None
    monkeypatch.setattr(axes, "SPARSEST", 2.1)
    assert tensor(d, THREE) is not None


def test_random_identifiers_are_no_panel():
    g = np.random.default_rng(3)
    d = pd.DataFrame({c: g.integers(0, 30, 500) for c in "abc"})
    assert tensor(d, [("a",), ("b",), ("c",)]) is None
