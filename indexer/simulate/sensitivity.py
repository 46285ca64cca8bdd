"""Which assumption a score or a rank depends on: Sobol' indices of independent factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from indexer.analyse.sobol import Sobol, centred, sobol
from indexer.errors import MethodError, UsageError
from indexer.simulate.block import ranks
from indexer.simulate.draws import factor
from indexer.simulate.evaluate import evaluate, shape_of
from indexer.simulate.opened import checked_number, open_factors, opened
from indexer.simulate.space import Space
from indexer.simulate.threads import one_thread

if TYPE_CHECKING:
    from indexer.index import Index

N = 1024
RESAMPLES = 200
CHUNK = 500
"""Evaluations of one block."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sobol' indices of an index.

    Attributes
    ----------
    scores, ranks : DataFrame
        economy, year, assumption, first, first_low, first_high, total, total_low, total_high (95 % bootstrap
        intervals). NaN where no assumption moves the case.
    shift : DataFrame
        The same for the mean absolute shift in rank against the index's own ranks: year, assumption, …
    n : int
        Rows of the design that were used; rows of which an evaluation failed are left out.
    failures : DataFrame
        reason, evaluations, share.
    """

    scores: pd.DataFrame
    ranks: pd.DataFrame
    shift: pd.DataFrame
    n: int
    failures: pd.DataFrame

    def __repr__(self) -> str:
        """Say what it is, in one line."""
        return f"<Sensitivity: {self.n} rows, {self.shift['assumption'].nunique()} assumptions>"


def sensitivity(
    index: Index,
    n: int = N,
    seed: int = 1,
    over: Iterable[str] | Mapping[str, Any] | None = None,
    *,
    progress: bool = False,
) -> Sensitivity:
    """Estimate first-order and total Sobol' indices of scores and ranks.

    Each assumption is one factor: methods are discrete triggers, all weights together enter through the inverse of
    their gamma distributions. The design is Saltelli's on a scrambled Sobol' sequence, n · (factors + 2) evaluations.

    Parameters
    ----------
    index : Index
    n : int
        Rows of the design, a power of two.
    seed : int
        Of the scrambling, the cells and the bootstrap.
    over : list of str or mapping, optional
        See `uncertainty`.
    progress : bool
        Show a bar on a terminal.

    Returns
    -------
    Sensitivity

    Raises
    ------
    UsageError
        If `n` is no power of two from 8, an assumption changes nothing, or fewer than two are open.
    MethodError
        If too many evaluations fail.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), J. Royal Statistical Society A 168(2), 307-323; Saltelli et al. (2010),
    Computer Physics Communications 181(2), 259-270.
    """
    checked_number("seed", seed, 0)
    checked_number("n", n, 8)
    if n & (n - 1):
        raise UsageError(f"n = {n}", remedy="give a power of two, such as 1024: the sequence is balanced only then")
    space = opened(index, over, seed)
    design = Design(space)
    if len(design.factors) < 2:
        raise UsageError("one assumption alone is all that moves the index", remedy="leave two or more open")
    a, b = design.sample(n, seed)
    blocks = [a, b, *(design.mixed(a, b, name) for name in design.factors)]
    scores, reasons = design.evaluated(np.concatenate(blocks), progress)
    kinds = len(blocks)
    scores, reasons = scores.reshape(kinds, n, -1), reasons.reshape(kinds, n)
    kept = (reasons == "").all(axis=0)
    failed = pd.Series(reasons[reasons != ""].astype(str))
    counted = failed.value_counts(sort=True).rename_axis("reason").reset_index(name="evaluations")
    counted["share"] = counted["evaluations"] / reasons.size
    if kept.sum() < 8:
        first = counted["reason"].iloc[0]
        raise MethodError(f"only {int(kept.sum())} rows of the design have all evaluations; {first}",
                          remedy="leave the assumption that fails out of `over`")  # fmt: skip
    return _indices(index, space, design, scores[:, kept], seed, counted)


class Design:
    """Columns of uniform numbers that make up the factors of a space."""

    def __init__(self, space: Space):
        self.space, self.shape = space, shape_of(space)
        self.discrete = [name for name, size in space.sizes.items() if size > 1]
        self.moving = np.flatnonzero(self.shape.concentration > 0)
        self.of = [factor(name) for name in self.discrete] + ["weights"] * len(self.moving)
        opened = open_factors(space)
        self.factors = [name for name in opened if name in set(self.of)]

    def sample(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the two matrices of the design."""
        from scipy.stats import qmc

        width = len(self.of)
        u = qmc.Sobol(2 * width, scramble=True, rng=np.random.default_rng(seed)).random(n)
        return u[:, :width], u[:, width:]

    def mixed(self, a: np.ndarray, b: np.ndarray, name: str) -> np.ndarray:
        """Return `a` with the columns of one factor taken from `b`."""
        return np.where(np.array([one == name for one in self.of]), b, a)

    def picks(self, u: np.ndarray) -> dict[str, np.ndarray]:
        """Return the alternatives that uniform numbers choose."""
        sizes = self.space.sizes
        none = np.zeros(len(u), dtype=np.int64)
        chosen = {
            name: np.minimum((u[:, k] * sizes[name]).astype(np.int64), sizes[name] - 1)
            for k, name in enumerate(self.discrete)
        }
        return {name: chosen.get(name, none) for name in sizes}

    def evaluated(self, u: np.ndarray, progress: bool) -> tuple[np.ndarray, np.ndarray]:
        """Score every row of uniform numbers, on as many workers as joblib's context gives."""
        from joblib import Parallel, delayed

        from indexer.simulate.progress import shown

        starts = range(0, len(u), CHUNK)
        jobs = Parallel(return_as="generator")(delayed(_scored)(self, u[i : i + CHUNK]) for i in starts)
        parts = list(shown(jobs, len(starts), "evaluating", progress))
        return np.concatenate([one[0] for one in parts]), np.concatenate([one[1] for one in parts])


def _scored(design: Design, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.special import gammaincinv

    own = u[:, len(design.discrete) :]

    def noise(shapes: np.ndarray) -> np.ndarray:
        # what has no weight keeps none
        return np.where(shapes > 0, gammaincinv(np.where(shapes > 0, shapes, 1.0), own), 0.0)

    with one_thread():
        block = evaluate(design.space, design.shape, design.picks(u), noise if len(design.moving) else None)
    return block.scores, block.reasons


def _indices(
    index: Index, space: Space, design: Design, scores: np.ndarray, seed: int, failures: pd.DataFrame
) -> Sensitivity:
    n_economies, n_years = len(space.economies), len(space.years)
    own = index.scores["rank"].to_numpy(dtype=float, na_value=np.nan)
    at = ranks(scores.reshape(-1, scores.shape[2]), n_years).astype(float).reshape(scores.shape)
    at[at == 0] = np.nan
    # a case that some evaluations leave without a score has no index of its own
    whole = np.isfinite(scores).all(axis=(0, 1)) & np.isfinite(own)
    apart = np.abs(at - own).reshape(*scores.shape[:2], n_economies, n_years)
    some = np.isfinite(apart).any(axis=2).all(axis=(0, 1))
    shift = np.where(np.isfinite(apart), apart, 0.0).sum(axis=2) / np.maximum(np.isfinite(apart).sum(axis=2), 1)
    labels = index.scores[["economy", "year"]]
    frames = []
    for values in (scores, at):
        found = _sobol(np.where(whole, values, 0.0), seed)
        frames.append(_table(labels, design.factors, found, whole))
    by_year = _sobol(shift, seed)
    years = pd.DataFrame({"year": space.years})
    return Sensitivity(
        frames[0], frames[1], _table(years, design.factors, by_year, some), scores.shape[1],
        failures,
    )  # fmt: skip


def _sobol(values: np.ndarray, seed: int) -> Sobol:
    return sobol(*centred(values[0], values[1], values[2:].transpose(1, 0, 2)), resamples=RESAMPLES, seed=seed)


def _table(labels: pd.DataFrame, factors: list[str], found: Sobol, whole: np.ndarray) -> pd.DataFrame:
    parts = []
    for i, name in enumerate(factors):
        part = labels.assign(assumption=name)
        for key in ("first", "first_low", "first_high", "total", "total_low", "total_high"):
            part[key] = np.where(whole, getattr(found, key)[i], np.nan)
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    return frame.sort_values(list(labels.columns), kind="stable", ignore_index=True)
