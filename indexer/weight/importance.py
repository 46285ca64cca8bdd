"""Weights that give every member a chosen importance in the aggregate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Method, Option
from indexer.statistics.correlation import correlations
from indexer.weight.cases import complete_cases, matrix, refuse_repetition
from indexer.weight.level import Level

TOLERANCE = 0.01
"""How far the reached importance of a member may be from the target."""


def importance_weights(
    y: np.ndarray, target: Mapping[str, float] | Sequence[float] | None = None, names: tuple[str, ...] = ()
) -> np.ndarray:
    """Return the weights under which the members' importance in the arithmetic aggregate is the target.

    Importance is the squared correlation with the aggregate, over the sum of all members'. With R the correlation
    matrix and v_j = w_j·sd_j, correlations with the aggregate are in proportion to Rv: the weights follow from
    Rv = √target, and are found exactly where v >= 0. Otherwise v comes from non-negative least squares, and is taken
    where no member's importance is then further than 0.01 from its target.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members)
        Values as they are aggregated; cases with a missing value are left out.
    target : mapping of names to numbers or sequence of float, optional
        Non-negative, with sum 1; equal without it.
    names : tuple of str
        Names of the columns, for errors and a mapping.

    Returns
    -------
    ndarray, shape (n_members,)

    Raises
    ------
    MethodError
        If the target does not fit the members or cannot be reached; there are no more complete cases than members; or
        members are constant or repeat each other.

    References
    ----------
    Paruolo, Saisana & Saltelli (2013), J. Royal Statistical Society A 176(3), 609-634; Becker et al. (2017),
    Ecological Indicators 80, 12-22.
    """
    y, label = matrix(y, names)
    t = _target(target, label)
    if len(label) == 1:
        return np.ones(1)
    complete = complete_cases(y, label, len(label) + 1, "weights by importance")
    r = correlations(complete)
    refuse_repetition(r, label)
    v = np.linalg.solve(r, np.sqrt(t))
    if v.min() < 0:
        from scipy.optimize import nnls

        v = nnls(r, np.sqrt(t))[0]
        c = r @ v
        reached = np.sign(c) * c**2 / (c**2).sum()
        if np.abs(reached - t).max() > TOLERANCE:
            said = ", ".join(f"{name} {got:.3f} ({to:.3f})" for name, got, to in zip(label, reached, t, strict=True))
            raise MethodError(
                f"no weights of at least 0 reach the importance asked for; the nearest (target in brackets): {said}",
                remedy="ask for less where more was reached, or leave out what the others already say",
            )
    scale = np.abs(complete).max(axis=0)
    w = v / scale / (complete / scale).std(axis=0, ddof=1)
    return np.asarray(w / w.sum())


def _target(target: Mapping[str, float] | Sequence[float] | None, label: tuple[str, ...]) -> np.ndarray:
    if target is None:
        return np.full(len(label), 1.0 / len(label))
    if isinstance(target, Mapping):
        if set(target) != set(label):
            odd = sorted(set(target) ^ set(label))
            raise MethodError(f"target and members differ: {', '.join(odd)}", remedy="give every member one number")
        target = [target[name] for name in label]
    t = np.asarray(target, dtype=float)
    if t.shape != (len(label),) or not np.isfinite(t).all() or (t < 0).any() or abs(t.sum() - 1) > 1e-9:
        raise MethodError(
            f"the target must be {len(label)} numbers of at least 0 which sum to 1 (they sum to {t.sum():g})",
            remedy="rescale them",
        )
    return t


def _fit(level: Level, target: Mapping[str, float] | None) -> np.ndarray:
    return importance_weights(level.y, target, level.names)


def _label(options: Mapping[str, Any]) -> str:
    return "given target" if options["target"] else ""


METHOD = Method(fit=_fit, options={"target": Option(kind="numbers")}, traits=frozenset({"correlations"}), label=_label)
