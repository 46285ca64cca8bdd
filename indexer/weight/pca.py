"""Weights from principal components of the correlation matrix, by rules that have names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexer.errors import MethodError


@dataclass(frozen=True)
class PrincipalComponents:
    """Eigenvalues (descending), eigenvectors (columns; the first with a positive sum), and how many are retained."""

    correlation: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray
    retained: int
    n_cases: int


def principal_components(y: np.ndarray, names: tuple[str, ...] = (), retain: str = "kaiser") -> PrincipalComponents:
    """Decompose the correlation matrix of the complete cases.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values on any scale; cases with a missing value are left out.
    names : tuple of str
        Names of the columns, for errors.
    retain : str
        "kaiser" (eigenvalues of at least 1, and never fewer than one component) or the number of components.

    Raises
    ------
    MethodError
        If there are no more complete cases than indicators, a column is constant, two columns are the same or the
        correlation matrix is singular.
    """
    y = np.asarray(y, dtype=float)
    complete = y[np.isfinite(y).all(axis=1)]
    n, m = complete.shape
    label = names if names else tuple(f"column {j}" for j in range(m))
    if n <= m:
        raise MethodError(
            f"{n} complete cases for {m} indicators ({', '.join(label)}) are too few for principal components",
            remedy="add years or economies, or weight equally",
        )
    constant = [label[j] for j in range(m) if complete[:, j].min() == complete[:, j].max()]
    if constant:
        raise MethodError(f"constant over the complete cases: {', '.join(constant)}", remedy="leave it out of the set")
    if m == 1:
        return PrincipalComponents(np.ones((1, 1)), np.ones(1), np.ones((1, 1)), 1, n)
    correlation = np.corrcoef(complete, rowvar=False)
    values, vectors = np.linalg.eigh(correlation)
    order = np.argsort(values)[::-1]
    values, vectors = values[order], vectors[:, order]
    if values[-1] < 1e-10:
        raise MethodError(
            f"the correlation matrix of {', '.join(label)} is singular: {_twins(correlation, label)}",
            remedy="keep one of the indicators that say the same",
        )
    if vectors[:, 0].sum() < 0:
        vectors[:, 0] = -vectors[:, 0]
    retained = max(1, int((values >= 1.0).sum()))
    if retain != "kaiser":
        retained = int(retain) if str(retain).isdecimal() else 0
    if not 1 <= retained <= m:
        raise MethodError(
            f"cannot retain {retain} of {m} components", remedy="a number from 1 to that of the indicators"
        )
    return PrincipalComponents(correlation, values, vectors, retained, n)


def pca_weights(
    y: np.ndarray, rule: str = "communality", names: tuple[str, ...] = (), retain: str = "kaiser"
) -> np.ndarray:
    """Return weights from the principal components of the correlation matrix.

    `communality`: h_j²/Σh², with h_j² = Σ_k λ_k v_jk² over the retained components (no sign enters).
    `first`: the first eigenvector turned positive, rescaled to sum 1.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values with better higher, on any scale; cases with a missing value are left out.
    rule : {"communality", "first"}
    names : tuple of str
        Names of the columns, for errors.
    retain : str
        See `principal_components`.

    Returns
    -------
    ndarray, shape (n_indicators,)

    Raises
    ------
    MethodError
        As `principal_components`, and if an indicator correlates negatively with the first component: it measures
        something else than the rest, and no weight mends that.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.1.
    """
    pc = principal_components(y, names, retain)
    label = names if names else tuple(f"column {j}" for j in range(len(pc.eigenvalues)))
    first = pc.eigenvectors[:, 0]
    # A correlation of zero may come out as -1e-17, by the luck of the solver: that is not against the rest.
    first = np.where(np.abs(first) < 1e-9, 0.0, first)
    against = [j for j in range(len(label)) if first[j] < 0]
    if against:
        said = "; ".join(
            f"{label[j]!r} (correlation with the component {first[j] * np.sqrt(pc.eigenvalues[0]):.2f})"
            for j in against
        )
        raise MethodError(
            f"negative on the first principal component: {said}",
            remedy="check its direction; if that is right, move it to another set or weight this set equally",
        )
    if rule == "first":
        return np.asarray(first / first.sum())
    if rule == "communality":
        k = pc.retained
        communality = (pc.eigenvectors[:, :k] ** 2 * pc.eigenvalues[:k]).sum(axis=1)
        return np.asarray(communality / communality.sum())
    raise MethodError(f"unknown rule {rule!r}", remedy="one of: communality, first")


def _twins(correlation: np.ndarray, label: tuple[str, ...]) -> str:
    m = len(label)
    same = [f"{label[i]} and {label[j]}" for i in range(m) for j in range(i) if abs(correlation[i, j]) > 1 - 1e-10]
    return ("the same up to scale: " + "; ".join(same)) if same else "one indicator is a sum of others"
