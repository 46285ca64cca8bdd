"""Small indices with gaps and errors of measurement, and one draw of a space."""

from __future__ import annotations

import numpy as np
import pytest

import indexer
from indexer.simulate.evaluate import evaluate, shape_of
from indexer.simulate.opened import opened

WITH_GAPS = (
    ("networks/users_pct", "VNM", 2021),  # interpolated
    ("networks/users_pct", "THA", 2022),  # carried
    ("networks/broadband_per_100", "IDN", 2021),  # carried two years
    ("networks/broadband_per_100", "IDN", 2022),
)
EXACT = "skills/engineers_per_100"


def without_facts(folder, cells):
    """Take facts out of a folder."""
    for name, economy, year in cells:
        path = folder / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"{economy},{year},")]
        assert len(kept) == len(lines) - 1
        path.write_text("".join(kept), encoding="utf-8")


@pytest.fixture
def small(small_folder):
    """The index of the small folder."""
    return indexer.build(small_folder)


@pytest.fixture
def gappy_folder(small_folder):
    """The small folder with two series that have carried and interpolated cells."""
    without_facts(small_folder, WITH_GAPS)
    return small_folder


@pytest.fixture
def gappy(gappy_folder):
    """The index of that folder."""
    return indexer.build(gappy_folder)


@pytest.fixture
def imputed(small_folder, edit):
    """An index in which Viet Nam and Thailand have no articles, and get the group's mean."""
    cells = [("skills/articles", economy, year) for economy in ("VNM", "THA") for year in (2020, 2021, 2022)]
    without_facts(small_folder, cells)
    impute = "impute: {method: group_mean, why: A.}\n"
    edit(small_folder / "editions/mine.yaml", "min_share: 0.5\n", f"min_share: 0.5\n{impute}")
    return indexer.build(small_folder)


@pytest.fixture
def measured(gappy_folder, edit):
    """The index of the folder with gaps, where users are known to 2 %."""
    error = "measurement_error: {relative: 0.02, why: A.}\n"
    edit(gappy_folder / "networks/users_pct.yaml", "role: core\n", f"role: core\n{error}")
    return indexer.build(gappy_folder)


@pytest.fixture(scope="session")
def scored():
    """A function: a space and numbers of alternatives -> the scores of that one draw, without noise of weights."""

    def score(space, **picks):
        chosen = {name: np.array([picks.get(name, 0)]) for name in space.sizes}
        assert set(picks) <= set(chosen)
        block = evaluate(space, shape_of(space), chosen, None)
        assert block.reasons.tolist() == [""]
        return block.scores[0]

    return score


@pytest.fixture(scope="session")
def space():
    """A function: an index and what is left open -> its space."""
    return lambda index, over, seed=1: opened(index, over, seed)


@pytest.fixture(scope="session")
def shipped():
    """The shipped index."""
    return indexer.build()
