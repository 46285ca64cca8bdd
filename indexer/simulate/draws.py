"""Draws in chunks that the plan fixes, so that the number of workers changes no byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from indexer.simulate.block import ranks
from indexer.simulate.evaluate import Block, Shape, evaluate, shape_of
from indexer.simulate.space import Space
from indexer.simulate.threads import one_thread

CHUNK = 500
"""Draws of one seed; a change of it changes every result."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """Draws of one chunk: scores as float32, ranks (0 = none), picks by assumption, and why draws failed."""

    scores: np.ndarray
    ranks: np.ndarray
    picks: dict[str, np.ndarray]
    reasons: np.ndarray


def seeds_of(seed: int, draws: int) -> list[tuple[np.random.SeedSequence, int]]:
    """Return the seed and the number of draws of each chunk."""
    sizes = [CHUNK] * (draws // CHUNK) + ([draws % CHUNK] if draws % CHUNK else [])
    return list(zip(np.random.SeedSequence(seed).spawn(len(sizes)), sizes, strict=True))


def drawn(
    space: Space, shape: Shape, seed: np.random.SeedSequence, n: int, only: str | None = None, first: int | None = None
) -> Chunk:
    """Make one chunk of draws.

    Parameters
    ----------
    space, shape
    seed : SeedSequence
    n : int
    only : str, optional
        Leave this assumption alone open and the others as they are in the index.
    first : int, optional
        Make no more than so many of the draws.
    """
    rng = np.random.default_rng(seed)
    picks = {}
    for name, size in space.sizes.items():
        # drawn whether open or not, so that one assumption alone takes the same alternatives as among the others
        numbers = rng.integers(0, size, n) if size > 1 else np.zeros(n, dtype=np.int64)
        picks[name] = (numbers if only in (None, factor(name)) else np.zeros(n, dtype=np.int64))[:first]
    noise = rng.standard_gamma if only in (None, "weights") else None
    with one_thread():
        block = evaluate(space, shape, picks, noise)
    return chunk_of(space, block, picks)


def chunk_of(space: Space, block: Block, picks: dict[str, np.ndarray]) -> Chunk:
    """Rank the scores of a block."""
    return Chunk(block.scores.astype(np.float32), ranks(block.scores, len(space.years)), picks, block.reasons)


def factor(name: str) -> str:
    """Return the assumption that a pick is part of: weighting_within belongs to weighting."""
    return name.removesuffix("_within").removesuffix("_between")


def chunks(
    space: Space,
    seed: int,
    draws: int,
    only: str | None = None,
    first: int | None = None,
    progress: bool = False,
    label: str = "",
) -> Iterator[Chunk]:
    """Make all draws, chunk by chunk and in order, on as many workers as joblib's context gives.

    Parameters
    ----------
    space : Space
    seed : int
    draws : int
    only, first
        See `drawn`; with `first`, no more than so many draws of the first chunk.
    progress : bool
        Show a bar on a terminal.
    label : str
        What the bar says.
    """
    from joblib import Parallel, delayed

    from indexer.simulate.progress import shown

    shape = shape_of(space)
    tasks = seeds_of(seed, draws)[: 1 if first else None]
    jobs = Parallel(return_as="generator")(delayed(drawn)(space, shape, one, n, only, first) for one, n in tasks)
    yield from shown(jobs, len(tasks), label, progress)
