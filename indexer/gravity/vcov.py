"""Covariance of the estimates: homoskedastic, robust, clustered in any number of ways, with a named factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from indexer.errors import EstimationError, UsageError
from indexer.gravity.design import combine

SSC = ("default", "G", "none")
LEAST_CLUSTERS = 2
LEAST_TWO_WAY = 10


@dataclass(frozen=True)
class Request:
    """The covariance asked for: iid, hetero or CRV1, with its cluster variables."""

    kind: str
    clusters: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"clustered by {' and '.join(self.clusters)}" if self.clusters else self.kind


@dataclass(frozen=True)
class Covariance:
    """A covariance matrix, the small-sample factor in it, clusters by variable, and what to know about it.

    `state` is "definite"; "indefinite" where some combination of terms has a negative variance but no term has;
    "repaired" where a term had one.
    """

    matrix: np.ndarray
    factor: float
    n_clusters: dict[str, int]
    state: str = "definite"

    @property
    def note(self) -> str:
        """A sentence for the reader of the table, empty where there is nothing to say."""
        return {
            "repaired": "a clustered variance came out negative: the negative eigenvalues of the covariance were set "
            "to zero, and all standard errors changed with it",
            "indefinite": "the clustered covariance is not positive semi-definite: the standard errors stand as they "
            "are, tests of several terms together may fail",
        }.get(self.state, "")


def request(vcov: str | Mapping[str, str]) -> Request:
    """Read the argument `vcov`: "iid", "hetero", {"CRV1": "a"} or {"CRV1": "a + b^c"}."""
    if isinstance(vcov, str) and vcov in ("iid", "hetero"):
        return Request(vcov)
    if isinstance(vcov, Mapping) and set(vcov) == {"CRV1"} and isinstance(vcov["CRV1"], str):
        names = tuple(dict.fromkeys("^".join(c.strip() for c in n.split("^")) for n in vcov["CRV1"].split("+")))
        if all(names):
            return Request("CRV1", names)
    raise UsageError(
        f"vcov={vcov!r} is not offered", where="vcov",
        remedy="use 'iid', 'hetero', {'CRV1': 'a'} or {'CRV1': 'a + b'}; combinations are written a^b",
    )  # fmt: skip


def parameters(n_regressors: int, effects: Mapping[str, np.ndarray], clusters: Sequence[np.ndarray] = ()) -> int:
    """Count the parameters K of the small-sample factor.

    Regressors + levels of the effects that are not nested in a cluster variable - (their number - 1), and at least
    regressors + 1; without fixed effects the regressors alone (the intercept is one of them).
    """
    if not effects:
        return n_regressors
    free = [e for e in effects.values() if not any(_nested(e, c) for c in clusters)]
    return max(n_regressors + sum(int(e.max()) + 1 for e in free) - (len(free) - 1), n_regressors + 1)


def _nested(effect: np.ndarray, cluster: np.ndarray) -> bool:
    return int(combine([effect, cluster]).max()) == int(effect.max())


def covariance(
    what: Request,
    bread: np.ndarray,
    scores: np.ndarray,
    ssc: str,
    effects: Mapping[str, np.ndarray],
    clusters: Mapping[str, np.ndarray],
    sigma2: float = 1.0,
) -> Covariance:
    """Return the sandwich B M B, times the factor that `ssc` names.

    Parameters
    ----------
    what : Request
    bread : ndarray, shape (p, p)
        (X'WX)^-1 on the demeaned regressors.
    scores : ndarray, shape (n, p)
        Row contributions to the gradient.
    ssc : {"default", "G", "none"}
        With G clusters (the fewest, for several variables) and K as in `parameters`: "default" is
        G/(G-1)·(n-1)/(n-K), iid (n-1)/(n-K), hetero n/(n-K); "G" is G/(G-1) and nothing else.
    sigma2 : float
        For iid: Σe²/(n-1) in least squares, 1 in Poisson.

    Notes
    -----
    Several cluster variables by inclusion and exclusion (Cameron, Gelbach & Miller 2011), which may give a matrix that
    is not positive semi-definite. Where that makes the variance of a term negative, the negative eigenvalues (in units
    of the bread, so that scales do not matter) are set to zero; otherwise it is only reported.
    """
    n, p = scores.shape
    counts = {name: int(clusters[name].max()) + 1 for name in what.clusters}
    refuse_few(counts)
    k = parameters(p, effects, [clusters[c] for c in what.clusters])
    if ssc == "default" and n <= k:
        raise EstimationError(
            f"{n} rows for {k} parameters: no degrees of freedom are left", where="vcov",
            remedy="use fewer fixed effects or regressors, or ssc='G' with clusters",
        )  # fmt: skip
    if what.kind == "iid":
        factor = (n - 1) / (n - k) if ssc == "default" else 1.0
        return Covariance(bread * sigma2 * factor, factor, {})
    if what.kind == "hetero":
        factor = n / (n - k) if ssc == "default" else 1.0
        meat = scores.T @ scores
    else:
        g = min(counts.values())
        factor = {"default": g / (g - 1) * (n - 1) / (n - k) if n > k else 1.0, "G": g / (g - 1), "none": 1.0}[ssc]
        meat = np.zeros((p, p))
        for size in range(1, len(what.clusters) + 1):
            for group in combinations(what.clusters, size):
                meat += (-1) ** (size - 1) * _clustered(scores, combine([clusters[c] for c in group]))
    matrix = bread @ meat @ bread * factor
    matrix, state = repair((matrix + matrix.T) / 2, np.sqrt(np.diag(bread)))
    return Covariance(matrix, factor, counts, state)


def refuse_few(counts: Mapping[str, int]) -> None:
    """Refuse cluster variables with too few clusters for the asymptotics behind the errors."""
    for name, g in counts.items():
        if g < LEAST_CLUSTERS:
            raise EstimationError(
                f"{name!r} has only {g} cluster on the final sample: clustered errors do not exist", where="vcov",
                remedy="cluster by a variable with more values",
            )  # fmt: skip
        if len(counts) > 1 and g < LEAST_TWO_WAY:
            raise EstimationError(
                f"{name!r} has only {g} clusters: with several cluster variables the error behaves like one from the "
                f"smallest count, and below {LEAST_TWO_WAY} it is far too small", where="vcov",
                remedy="cluster by the variable with more values alone, and put effects for the other in the model",
            )  # fmt: skip


def _clustered(scores: np.ndarray, codes: np.ndarray) -> np.ndarray:
    sums = np.column_stack([np.bincount(codes, weights=s) for s in scores.T]) if scores.shape[1] else scores[:0]
    return np.asarray(sums.T @ sums)


def repair(matrix: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, str]:
    """Set negative eigenvalues to zero where a variance is negative; say what was found (see `Covariance.state`).

    Parameters
    ----------
    matrix : ndarray, shape (p, p)
        Symmetric.
    scale : ndarray, shape (p,)
        Unit of each row, positive.

    Examples
    --------
    >>> repair(np.array([[1.0, 0.0], [0.0, -1.0]]), np.ones(2))[1]
    'repaired'
    """
    if not matrix.size:
        return matrix, "definite"
    unit = np.outer(scale, scale)
    value, vector = np.linalg.eigh(matrix / unit)
    if value.min() >= -1e-12 * max(value.max(), 0.0):
        return matrix, "definite"
    if np.all(np.diag(matrix) > 0):
        return matrix, "indefinite"
    return (vector * np.maximum(value, 0.0)) @ vector.T * unit, "repaired"
