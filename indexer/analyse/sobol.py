"""Sobol' indices from the evaluations of a Saltelli design, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.errors import MethodError

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Sobol:
    """First-order and total indices, shape (n_factors, …), with the ends of their bootstrap intervals.

    NaN where the output does not vary.
    """

    first: np.ndarray
    total: np.ndarray
    first_low: np.ndarray
    first_high: np.ndarray
    total_low: np.ndarray
    total_high: np.ndarray


def sobol(y_A: np.ndarray, y_B: np.ndarray, y_AB: np.ndarray, *, resamples: int = 0, seed: int = 1) -> Sobol:
    """Estimate first-order and total indices.

    First order: mean(y_B (y_AB - y_A)) / V (Saltelli et al. 2010); total: mean((y_A - y_AB)²) / 2V (Jansen 1999), V the
    variance of y_A and y_B together. y_AB[:, i] is evaluated on A with factor i (one column, or the columns of a group)
    taken from B.

    In a finite design the level of the output adds noise to the first-order estimate, the more so the larger it is
    beside the spread: take the mean out of all evaluations first (`centred`).

    Parameters
    ----------
    y_A, y_B : ndarray, shape (n,) or (n, n_outputs)
    y_AB : ndarray, shape (n, n_factors) or (n, n_factors, n_outputs)
    resamples : int
        Bootstrap resamples of the rows of the design for the intervals (95 %); 0 = none (they are NaN).
    seed : int

    Returns
    -------
    Sobol
        Arrays of shape (n_factors,) or (n_factors, n_outputs).

    Raises
    ------
    MethodError
        If the shapes do not go together, there are fewer than two rows, or a value is not finite.

    References
    ----------
    Saltelli et al. (2010), Computer Physics Communications 181(2), 259-270; Jansen (1999), Computer Physics
    Communications 117(1-2), 35-43.
    """
    a, b, ab = (np.asarray(y, dtype=float) for y in (y_A, y_B, y_AB))
    flat = a.ndim == 1
    if flat:
        a, b, ab = a[:, None], b[:, None], ab[..., None]
    if a.shape != b.shape or ab.ndim != 3 or (ab.shape[0], ab.shape[2]) != a.shape:
        raise MethodError(
            f"evaluations of shapes {np.shape(y_A)}, {np.shape(y_B)} and {np.shape(y_AB)} do not go together",
            remedy="give (n,), (n,) and (n, factors), or the same with outputs last",
        )
    if len(a) < 2 or not all(np.isfinite(y).all() for y in (a, b, ab)):
        raise MethodError(
            "the design needs two rows or more of finite evaluations", remedy="leave out rows that failed"
        )
    n = len(a)
    products = b[:, None, :] * (ab - a[:, None, :])
    squares = (a[:, None, :] - ab) ** 2
    # about the mean, so that a large level costs the variance no digits
    centre = np.concatenate([a, b]).mean(axis=0)
    a, b = a - centre, b - centre
    both, level = (a**2 + b**2) / 2, (a + b) / 2
    first, total = _indices(np.ones((1, n)) / n, products, squares, both, level)
    ends = [np.full(first[0].shape, np.nan)] * 4
    if resamples:
        rng = np.random.default_rng(seed)
        shares = rng.multinomial(n, np.full(n, 1 / n), size=resamples) / n
        drawn = _indices(shares, products, squares, both, level)
        tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
        ends = [end for one in drawn for end in np.quantile(one, tails, axis=0)]
    found = [first[0], total[0], *ends]
    return Sobol(*(one[:, 0] if flat else one for one in found))


def centred(y_A: np.ndarray, y_B: np.ndarray, y_AB: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take the mean of y_A and y_B out of all evaluations; of each output where they are last."""
    mean = np.concatenate([y_A, y_B]).mean(axis=0)
    return y_A - mean, y_B - mean, y_AB - mean


def _indices(
    shares: np.ndarray, products: np.ndarray, squares: np.ndarray, both: np.ndarray, level: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return both indices under shares of the rows (n_resamples × n), shape (n_resamples, n_factors, n_outputs)."""
    n, factors, outputs = products.shape
    variance = shares @ both - (shares @ level) ** 2
    # a variance that is rounding of its parts is none
    safe = np.where(variance > 1e-24 + 1e-12 * (shares @ both), variance, np.nan)[:, None, :]
    first = (shares @ products.reshape(n, -1)).reshape(-1, factors, outputs) / safe
    total = (shares @ squares.reshape(n, -1)).reshape(-1, factors, outputs) / (2 * safe)
    return first, total
