"""Covariance of the estimates: homoskedastic, robust, clustered in any number of ways, with a named factor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from indexer.errors import EstimationError, UsageError

SSC = ("default", "G", "none")
LEAST_CLUSTERS = 2
LEAST_TWO_WAY = 10


@dataclass(frozen=True)
class Request:
    """The covariance asked for: iid, hetero or CRV1, with its cluster variables, each the columns it combines."""

    kind: str
    columns: tuple[tuple[str, ...], ...] = ()

    @property
    def clusters(self) -> tuple[str, ...]:
        """The cluster variables as written, `a^b`."""
        return tuple("^".join(c) for c in self.columns)

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
    """Read the argument `vcov`: "iid", "hetero", {"CRV1": "a"} or {"CRV1": "a + b^c"}, odd names in backticks."""
    if isinstance(vcov, str) and vcov in ("iid", "hetero"):
        return Request(vcov)
    if isinstance(vcov, Mapping) and set(vcov) == {"CRV1"} and isinstance(vcov["CRV1"], str):
        columns = tuple(dict.fromkeys(_names(vcov["CRV1"])))
        if all(name for combined in columns for name in combined):
            return Request("CRV1", columns)
    raise UsageError(
        f"vcov={vcov!r} is not offered", where="vcov",
        remedy="use 'iid', 'hetero', {'CRV1': 'a'} or {'CRV1': 'a + b'}; combinations are written a^b",
    )  # fmt: skip


def _names(text: str) -> list[tuple[str, ...]]:
    """Split "a + b^`odd + name`" at the signs outside backticks."""
    unquoted = r"(?=(?:[^`]*`[^`]*`)*[^`]*$)"
    names = re.split(rf"\+{unquoted}", text)
    return [tuple(c.strip().strip("`") for c in re.split(rf"\^{unquoted}", name)) for name in names]


def parameters(n_regressors: int, levels: Sequence[int]) -> int:
    """Count the parameters K of the small-sample factor.

    Regressors + levels of the effects that are not nested in a cluster variable - (their number - 1), and at least
    regressors + 1; without fixed effects the regressors alone (the intercept is one of them).

    Parameters
    ----------
    levels : sequence of int
        Levels of each fixed effect, 0 for those nested in a cluster variable; empty without fixed effects.
    """
    if not levels:
        return n_regressors
    free = [n for n in levels if n]
    return max(n_regressors + sum(free) - (len(free) - 1), n_regressors + 1)


def factor(what: Request, ssc: str, n: int, k: int, counts: Mapping[str, int]) -> float:
    """Return the small-sample factor that `ssc` names.

    Parameters
    ----------
    what : Request
    ssc : {"default", "G", "none"}
        With G clusters (the fewest, for several variables): "default" is G/(G-1)·(n-1)/(n-K), iid (n-1)/(n-K), hetero
        n/(n-K); "G" is G/(G-1) and nothing else; "none" is 1.
    n, k : int
        Rows and parameters.
    counts : mapping of str to int
        Clusters by variable.

    Raises
    ------
    EstimationError
        For too few clusters, or where no degrees of freedom are left.
    """
    refuse_few(counts)
    if ssc == "default" and n <= k:
        raise EstimationError(
            f"{n} rows for {k} parameters: no degrees of freedom are left", where="vcov",
            remedy="use fewer fixed effects or regressors, or ssc='G' with clusters",
        )  # fmt: skip
    g = min(counts.values()) if counts else 0
    clusters = g / (g - 1) if counts else 1.0
    if ssc == "none":
        return 1.0
    if ssc == "G":
        return clusters
    return clusters * (n if what.kind == "hetero" else n - 1) / (n - k)


def clustered(scores: np.ndarray, codes: np.ndarray | None = None) -> np.ndarray:
    """Return Σ_g s_g s_g', s_g the sums of the scores over cluster g.

    Parameters
    ----------
    scores : ndarray, shape (p, n)
        By row, or by cluster where `codes` is not given.
    codes : ndarray of int, shape (n,), optional
    """
    if codes is not None:
        size = int(codes.max(initial=-1)) + 1
        scores = np.stack([np.bincount(codes, s, size) for s in scores]) if len(scores) else scores[:, :0]
    return np.asarray(scores @ scores.T)


def multiway(
    scores: np.ndarray, clusters: Sequence[np.ndarray], join: Callable[[Sequence[int]], np.ndarray]
) -> np.ndarray:
    """Return the meat clustered in several ways, by inclusion and exclusion (Cameron, Gelbach & Miller 2011).

    Parameters
    ----------
    clusters : sequence of ndarray of int, each shape (n,)
    join : callable
        Returns the codes of the combinations of some of the cluster variables, by their numbers.
    """
    meat = np.zeros((len(scores), len(scores)))
    for size in range(1, len(clusters) + 1):
        for group in combinations(range(len(clusters)), size):
            codes = clusters[group[0]] if size == 1 else join(group)
            meat += (-1) ** (size - 1) * clustered(scores, codes)
    return meat


def finish(matrix: np.ndarray, bread: np.ndarray, small: float, counts: dict[str, int]) -> Covariance:
    """Return the covariance made of a sandwich and a factor, repaired where a variance came out negative.

    Notes
    -----
    Clustering in several ways may give a matrix that is not positive semi-definite. Where that makes the variance of a
    term negative, the negative eigenvalues (in units of the bread, so that scales do not matter) are set to zero;
    otherwise it is only reported.
    """
    matrix = matrix * small
    matrix, state = repair((matrix + matrix.T) / 2, np.sqrt(np.diag(bread)))
    return Covariance(matrix, small, counts, state)


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
