"""TOPSIS: how much closer a case is to the best values than to the worst."""

from __future__ import annotations

import numpy as np

from indexer.aggregate.present import SHOWN, member, present_weights
from indexer.errors import MethodError
from indexer.methods import Method, Option, Parameters

NORMALISE = ("vector", "none")


def topsis(
    y: np.ndarray,
    w: np.ndarray,
    min_share: float = 1.0,
    normalise: str = "vector",
    parameters: Parameters | None = None,
) -> np.ndarray:
    """Return the closeness d-/(d+ + d-) of each case, in [0, 1]; 1 is the ideal point, 0 the anti-ideal.

    d+ = √Σ (w_j (v_j - best_j))², d- = √Σ (w_j (v_j - worst_j))², v_j = y_j / norm_j. Higher is better in every
    member; turn costs around first.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
        NaN = missing.
    w : ndarray, shape (n_members,)
        Weights that sum to 1; they stand inside the distance.
    min_share : float
        As for the arithmetic mean.
    normalise : {"vector", "none"}
        Divide each member by its Euclidean length over the reference cases, or take it as it is.
    parameters : list of dict, optional
        Norms and ideal points of reference cases (`fit`); without them those of `y`.

    Raises
    ------
    MethodError
        If a member has no value or only zeros, or a case is at both ideal points (d+ = d- = 0).

    Notes
    -----
    Raising a member raises the closeness (or leaves it) between the frozen worst and best points. Beyond the best, d+
    grows again and the closeness falls: with frozen points TOPSIS is not monotone, and a case that overtakes
    the best in every member scores below 1.

    References
    ----------
    Hwang & Yoon (1981), Multiple Attribute Decision Making, Springer.

    Examples
    --------
    >>> topsis(np.array([[0.0], [1.0], [4.0]]), np.array([1.0]))
    array([0.  , 0.25, 1.  ])
    """
    y = np.ascontiguousarray(y, dtype=float)
    weights = present_weights(y, w, min_share)
    fitted = fit(y, w, normalise=normalise) if parameters is None else parameters
    return apply(y, weights, fitted, normalise=normalise)


def fit(y: np.ndarray, w: np.ndarray, *, names: tuple[str, ...] = (), normalise: str = "vector") -> Parameters:
    """Return norm, best and worst (of values over norm) of each member, over reference cases.

    Raises
    ------
    MethodError
        If `normalise` is unknown, there are fewer than two cases, or a member has no value, or only zeros where it is
        to be divided by its length.
    """
    if normalise not in NORMALISE:
        raise MethodError(f"unknown normalisation {normalise!r}", where="normalise",
                          remedy=f"one of: {', '.join(NORMALISE)}")  # fmt: skip
    y = np.ascontiguousarray(y, dtype=float)
    if len(y) < 2:
        raise MethodError("TOPSIS has no best and worst of fewer than two cases (not of one sample)",
                          remedy="give more reference cases")  # fmt: skip
    present = np.isfinite(y)
    for j in np.flatnonzero(~present.any(axis=0)):
        raise MethodError("TOPSIS has no ideal point where no case has a value", where=member(names, int(j)),
                          remedy="leave the member out, or give reference cases that have it")  # fmt: skip
    norms = np.ones(y.shape[1])
    if normalise == "vector":
        filled = np.where(present, y, 0.0)
        largest = np.abs(filled).max(axis=0)
        for j in np.flatnonzero(largest == 0):
            raise MethodError("TOPSIS cannot divide by the length of a member that is 0 everywhere",
                              where=member(names, int(j)), remedy="leave it out, or normalise: none")  # fmt: skip
        # relative to the largest, no square can overflow
        # sorted, so that the order of the cases does not reach the last digits
        norms = largest * np.sqrt(np.sort((filled / largest) ** 2, axis=0).sum(axis=0))
    best = np.where(present, y, -np.inf).max(axis=0) / norms
    worst = np.where(present, y, np.inf).min(axis=0) / norms
    return [{"norm": float(n), "best": float(b), "worst": float(a)} for n, b, a in zip(norms, best, worst, strict=True)]


def apply(
    y: np.ndarray,
    weights: np.ndarray,
    parameters: Parameters,
    *,
    names: tuple[str, ...] = (),
    normalise: str = "vector",
) -> np.ndarray:
    """Return the closeness of each case with the weights of its own; arguments as for the arithmetic mean."""
    norms, best, worst = (np.array([one[key] for one in parameters]) for key in ("norm", "best", "worst"))
    values = np.where(np.isfinite(y), y, 0.0) / norms
    to_best = np.sqrt(((weights * (values - best)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weights * (values - worst)) ** 2).sum(axis=1))
    both = to_best + to_worst
    if (both == 0).any():
        bad = np.flatnonzero(both == 0)
        raise MethodError(
            f"TOPSIS cannot place case {bad[0]}: it is at the best and at the worst point at once",
            rows=[int(case) for case in bad[:SHOWN]],
            remedy="leave out members that are the same in every reference case",
        )
    return np.asarray(to_worst / both)


METHOD = Method(
    fit=fit,
    apply=apply,
    options={"normalise": Option("vector", "choice", NORMALISE)},
    traits=frozenset({"unit"}),
)
