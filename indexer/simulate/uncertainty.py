"""How sure a score and a rank are: draws of everything that an edition leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.simulate.draws import chunks
from indexer.simulate.opened import DEFAULT, checked_number, open_factors, opened
from indexer.simulate.space import Space, labels

if TYPE_CHECKING:
    from indexer.index import Index

__all__ = ["DEFAULT", "DRAWS", "Uncertainty", "open_factors", "uncertainty"]

DRAWS = 1000
ALONE = 200
"""Draws with one assumption alone open, from which it is told which moves an economy most."""
TAILS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Draws of an index, and what they say of its scores and ranks.

    Attributes
    ----------
    space : Space
        What was drawn from.
    draws : ndarray of float32, shape (n_draws, n_economies, n_years)
        The index in each draw, NaN where it has none or the draw failed. `economies` and `years` are its labels.
    counts : ndarray of int, shape (n_economies, n_years, n_economies + 1)
        Draws at each rank; at 0 those without one.
    picks : DataFrame
        Which alternative each draw took of each assumption; `labels` names them.
    seed : int
    """

    space: Space
    draws: np.ndarray
    counts: np.ndarray
    picks: pd.DataFrame
    reasons: np.ndarray
    seed: int
    own: pd.DataFrame = field(repr=False)

    @property
    def economies(self) -> tuple[str, ...]:
        """Economies, the second axis of `draws`."""
        return self.space.economies

    @property
    def years(self) -> tuple[int, ...]:
        """Years, the third axis of `draws`."""
        return self.space.years

    @property
    def labels(self) -> dict[str, list[str]]:
        """Names of the alternatives of each open assumption, by their number in `picks`."""
        return labels(self.space)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Economy, year, index, rank, and median, 5 % and 95 % of score and rank; `draws` counts those with a rank."""
        quantiles = _score_quantiles(self.draws)
        at = _rank_quantiles(self.counts)
        frame = self.own[["economy", "year", "index", "rank"]].copy()
        for name, values in (("index", quantiles), ("rank", at)):
            for tail, one in zip(("p05", "median", "p95"), values, strict=True):
                frame[f"{name}_{tail}"] = one.reshape(-1) if name == "index" else _ranks(one)
        frame["draws"] = self.counts[..., 1:].sum(axis=-1).reshape(-1)
        return frame

    @cached_property
    def acceptability(self) -> pd.DataFrame:
        """Economy, year, rank and the share of draws at it; ranks that no draw gave are left out."""
        total = self.counts[..., 1:].sum(axis=-1, keepdims=True)
        share = np.where(total > 0, self.counts[..., 1:] / np.maximum(total, 1), 0.0)
        e, t, r = np.nonzero(share)
        columns = {"economy": np.array(self.economies)[e], "year": np.array(self.years)[t]}
        return pd.DataFrame({**columns, "rank": r + 1, "share": share[e, t, r]})

    @cached_property
    def beats(self) -> pd.DataFrame:
        """Year, economy, other, and the share of draws in which the economy stands above the other.

        Draws in which both have a score; ties count one half.
        """
        parts = []
        for t, year in enumerate(self.years):
            matrix = _beats(self.draws[:, :, t])
            a, b = np.nonzero(~np.eye(len(self.economies), dtype=bool))
            names = np.array(self.economies)
            parts.append(
                pd.DataFrame({"year": year, "economy": names[a], "other": names[b], "probability": matrix[a, b]})
            )
        return pd.concat(parts, ignore_index=True)

    def improved(self, year0: int, year1: int) -> pd.DataFrame:
        """Return for each economy the share of draws in which its score rose between two years, in the same draw.

        Raises
        ------
        UsageError
            If a year is not among the index's, or both are the same.
        """
        if year0 == year1:
            raise UsageError(f"{year0} against itself", remedy="give two years")
        for year in (year0, year1):
            if year not in self.years:
                raise UsageError(f"year {year} is not in the draws", remedy=f"one of {', '.join(map(str, self.years))}")
        before, after = (self.draws[:, :, self.years.index(year)] for year in (year0, year1))
        both = np.isfinite(before) & np.isfinite(after)
        n = both.sum(axis=0)
        rose = (both & (after > before)).sum(axis=0) + 0.5 * (both & (after == before)).sum(axis=0)
        probability = np.where(n > 0, rose / np.maximum(n, 1), np.nan)
        return pd.DataFrame({"economy": self.economies, "probability": probability, "draws": n})

    @cached_property
    def failures(self) -> pd.DataFrame:
        """Why draws have no score, how many, and their share."""
        failed = self.reasons[self.reasons != ""].astype(str)
        reasons, n = np.unique(failed, return_counts=True)
        frame = pd.DataFrame({"reason": reasons, "draws": n, "share": n / len(self.reasons)})
        return frame.sort_values("draws", ascending=False, kind="stable", ignore_index=True)

    @cached_property
    def movers(self) -> pd.DataFrame:
        """Economy, year, assumption, and how ranks vary where it alone is open; the largest `sd` of each case first.

        rank_p05, rank_p95, and sd, the root mean square of the rank about the index's own.
        """
        found = []
        n_economies, n_years = len(self.economies), len(self.years)
        own = self.own["rank"].to_numpy(dtype=float, na_value=np.nan).reshape(n_economies, n_years)
        for name in open_factors(self.space):
            counts = np.zeros_like(self.counts)
            for chunk in chunks(self.space, self.seed, len(self.draws), only=name, first=ALONE):
                counts += _counted(chunk.ranks, n_economies, n_years)
            low, _, high = _rank_quantiles(counts)
            total = np.maximum(counts[..., 1:].sum(axis=-1), 1)
            apart = (np.arange(1, n_economies + 1) - own[..., None]) ** 2
            sd = np.sqrt((counts[..., 1:] * apart).sum(axis=-1) / total)
            frame = self.own[["economy", "year"]].assign(assumption=name, sd=sd.reshape(-1))
            frame.insert(3, "rank_p05", _ranks(low))
            frame.insert(4, "rank_p95", _ranks(high))
            found.append(frame)
        whole = pd.concat(found, ignore_index=True)
        return whole.sort_values(
            ["economy", "year", "sd"], ascending=[True, True, False], kind="stable", ignore_index=True
        )

    def to_parquet(self, path: str | Path) -> Path:
        """Write the draws as a Parquet table: draw, economy, year, index; one row group a few hundred draws.

        Raises
        ------
        UsageError
            If pyarrow is not installed.
        """
        from indexer.simulate.parquet import write

        return write(self, Path(path))

    def __repr__(self) -> str:
        """Say what it is, in one line."""
        opened = ", ".join(open_factors(self.space))
        return f"<Uncertainty: {len(self.draws)} draws over {opened}; {int((self.reasons != '').sum())} failed>"


def uncertainty(
    index: Index,
    draws: int = DRAWS,
    seed: int = 1,
    over: Iterable[str] | Mapping[str, Any] | None = None,
    *,
    progress: bool = False,
) -> Uncertainty:
    """Draw an index over assumptions that could have been made otherwise.

    Parameters
    ----------
    index : Index
    draws : int
        1 or more.
    seed : int
        The same seed gives the same draws to the last bit, on any number of workers (`joblib.parallel_config`).
    over : list of str or mapping, optional
        Which assumptions are open, and to what; those of the edition by default. Names: treatment, imputation,
        carrying, measurement, normalisation, weighting, weights, aggregation, leave_out.
    progress : bool
        Show a bar on a terminal.

    Returns
    -------
    Uncertainty

    Raises
    ------
    UsageError
        If `draws` is not 1 or more, or an assumption is unknown or changes nothing.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), J. Royal Statistical Society A 168(2), 307-323. Lahdelma, Hokkanen & Salminen
    (1998), European J. Operational Research 106(1), 137-143 (acceptability).
    """
    checked_number("draws", draws, 1)
    checked_number("seed", seed, 0)
    space = opened(index, over, seed)
    n_economies, n_years = len(space.economies), len(space.years)
    scores = np.empty((draws, n_economies * n_years), dtype=np.float32)
    counts = np.zeros((n_economies, n_years, n_economies + 1), dtype=np.int64)
    picks, reasons, done = [], [], 0
    for chunk in chunks(space, seed, draws, progress=progress, label="drawing"):
        n = len(chunk.scores)
        scores[done : done + n] = chunk.scores
        counts += _counted(chunk.ranks, n_economies, n_years)
        picks.append(chunk.picks)
        reasons.append(chunk.reasons)
        done += n
    shown = scores.reshape(draws, n_economies, n_years)
    table = pd.DataFrame({name: np.concatenate([one[name] for one in picks]) for name in labels(space)})
    return Uncertainty(space, shown, counts, table, np.concatenate(reasons), seed, index.scores)


def _ranks(values: np.ndarray) -> pd.Series:
    """Return ranks as a column, missing where they are 0."""
    flat = pd.Series(values.reshape(-1))
    return flat.astype("Int64").where(flat > 0)


def _counted(ranks: np.ndarray, n_economies: int, n_years: int) -> np.ndarray:
    """Count the draws at each rank, shape (n_economies, n_years, n_economies + 1)."""
    width = n_economies + 1
    n_cases = n_economies * n_years
    flat = ranks.astype(np.int64) + width * np.arange(n_cases)
    return np.bincount(flat.reshape(-1), minlength=n_cases * width).reshape(n_economies, n_years, width)


def _rank_quantiles(counts: np.ndarray) -> list[np.ndarray]:
    """Return the smallest ranks that so large a share of draws reach, for each tail; 0 where there is no rank."""
    cumulated = counts[..., 1:].cumsum(axis=-1)
    total = cumulated[..., -1:]
    found = []
    for tail in TAILS:
        reached = cumulated >= np.ceil(tail * total - 1e-9)
        found.append(np.where(total[..., 0] > 0, reached.argmax(axis=-1) + 1, 0))
    return found


def _score_quantiles(draws: np.ndarray) -> list[np.ndarray]:
    shape = draws.shape[1:]
    with np.errstate(invalid="ignore"):
        some = np.isfinite(draws).any(axis=0)
        filled = np.where(some, draws, 0.0)
        quantiles = np.nanquantile(filled, TAILS, axis=0)
    return [np.where(some, one, np.nan).reshape(shape).astype(float) for one in quantiles]


def _beats(scores: np.ndarray) -> np.ndarray:
    """Return the share of draws in which the first stands above the second, shape (n_economies, n_economies)."""
    by_economy = np.ascontiguousarray(scores.T)
    here = np.isfinite(by_economy).astype(np.float32)
    total = (here @ here.T).astype(float)  # whole numbers: exact
    wins = np.array([np.count_nonzero(one > by_economy, axis=1) for one in by_economy], dtype=float)
    # what neither wins is a tie
    shares = (wins + 0.5 * (total - wins - wins.T)) / np.maximum(total, 1)
    return np.where(total > 0, shares, np.nan)
