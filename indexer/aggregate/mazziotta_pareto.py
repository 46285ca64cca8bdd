"""The Mazziotta-Pareto index: the mean, less a penalty for members that are out of balance."""

from __future__ import annotations

import numpy as np

from indexer.aggregate.present import SHOWN, present_weights
from indexer.errors import MethodError
from indexer.methods import Method, Option, Parameters


def mazziotta_pareto(y: np.ndarray, w: np.ndarray, penalty: float = -1.0, min_share: float = 1.0) -> np.ndarray:
    """Return M + penalty·S·CV of each case: mean M, standard deviation S over its members, CV = S/M.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
        Normalised values, NaN = missing; the adjusted form takes goalposts on [70, 130].
    w : ndarray, shape (n_members,)
        Weights that sum to 1; they enter M and S (S² = Σ w_j (y_j - M)², the population form).
    penalty : float
        -1 takes off from what should be high, 1 adds to what should be low.
    min_share : float
        As for the arithmetic mean.

    Raises
    ------
    MethodError
        If the mean of a case is not above 0: it has no coefficient of variation.

    References
    ----------
    Mazziotta & Pareto (2016), Social Indicators Research 127, 983-1003.

    Examples
    --------
    >>> mazziotta_pareto(np.array([[90.0, 110.0]]), np.array([0.5, 0.5]))
    array([99.])
    """
    return apply(np.ascontiguousarray(y, dtype=float), present_weights(y, w, min_share), [], penalty=penalty)


def fit(y: np.ndarray, w: np.ndarray, *, names: tuple[str, ...] = (), penalty: float = -1.0) -> Parameters:
    """Return an empty mapping a member: there is nothing to learn."""
    return [{} for _ in range(np.shape(y)[1])]


def apply(
    y: np.ndarray,
    weights: np.ndarray,
    parameters: Parameters,
    *,
    names: tuple[str, ...] = (),
    penalty: float = -1.0,
) -> np.ndarray:
    """Return the index of each case with the weights of its own; arguments as for the arithmetic mean, and penalty."""
    filled = np.where(np.isfinite(y), y, 0.0)
    mean = (weights * filled).sum(axis=1)
    if (mean <= 0).any():
        bad = np.flatnonzero(mean <= 0)
        raise MethodError(
            f"a Mazziotta-Pareto index needs means above 0; {len(bad)} of {len(mean)} are not "
            f"(first: case {bad[0]}, {mean[bad[0]]:.6g})",
            rows=[int(case) for case in bad[:SHOWN]],
            remedy="normalise to a range of less spread that starts above 0, such as [70, 130], or aggregate otherwise",
        )
    variance = (weights * (filled - mean[:, None]) ** 2).sum(axis=1)
    return np.asarray(mean + penalty * variance / mean)


METHOD = Method(
    fit=fit, apply=apply, options={"penalty": Option(-1.0, "number")}, traits=frozenset({"mean_above_zero"})
)
