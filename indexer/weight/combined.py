"""Weights combined of several others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Choice, Method, Option, near
from indexer.weight.level import Level
from indexer.weight.options import Members, Shares

HOW = ("product", "linear", "game")


def combined_weights(
    weights: Sequence[np.ndarray], how: str = "product", shares: Sequence[float] | None = None
) -> np.ndarray:
    """Return one set of weights out of several, rescaled to sum 1.

    `product`: Π w_i^s_i (for two, √(w1·w2)). `linear`: Σ s_i w_i. `game`: Σ a_i w_i, with a from
    Σ_k a_k w_i·w_k = w_i·w_i for every i (each set of weights as near as possible to the compromise), by non-negative
    least squares where an a_i would be negative.

    Parameters
    ----------
    weights : sequence of ndarray, each of shape (n_members,)
        At least two.
    how : {"product", "linear", "game"}
    shares : sequence of float, optional
        s_i, with sum 1; equal without them. The game finds its own.

    Returns
    -------
    ndarray, shape (n_members,)

    Raises
    ------
    MethodError
        If the weights differ in length, are negative, not finite or all 0; the shares do not fit them; or no member
        has weight in all of them (`product`).

    References
    ----------
    Lai et al. (2015), Natural Hazards 77(2), 1243-1259 (game).

    Examples
    --------
    >>> combined_weights([np.array([0.2, 0.8]), np.array([0.8, 0.2])])
    array([0.5, 0.5])
    """
    if how not in HOW:
        raise MethodError(f"unknown combination {how!r}", remedy=near(str(how), HOW))
    if len(weights) < 2 or len({np.shape(w) for w in weights}) != 1 or np.ndim(weights[0]) != 1:
        raise MethodError("weights to combine must be two or more, of the same members", remedy="give one array each")
    w = np.array([np.asarray(one, dtype=float) for one in weights])
    if not np.isfinite(w).all() or (w < 0).any() or (w.sum(axis=1) <= 0).any():
        raise MethodError("weights to combine must be finite, at least 0 and not all 0", remedy="check each of them")
    w /= w.sum(axis=1, keepdims=True)
    s = _shares(shares, len(w), how)
    if how == "game":
        s = _game(w)
    if how != "product":
        values = s @ w
    else:
        values = np.prod(w ** s[:, None], axis=0)  # 0 ** 0 = 1: a method without a share has no veto
        if values.sum() <= 0:
            raise MethodError("no member has weight by every method", remedy="combine them linearly")
    return np.asarray(values / values.sum())


def _shares(shares: Sequence[float] | None, n: int, how: str) -> np.ndarray:
    if shares is None:
        return np.full(n, 1.0 / n)
    if how == "game":
        raise MethodError("the game finds its own shares", remedy="delete shares, or combine linearly")
    s = np.asarray(shares, dtype=float)
    if s.shape != (n,) or not np.isfinite(s).all() or (s < 0).any():
        raise MethodError(f"shares {list(shares)} for {n} methods", remedy="give each one number of at least 0")
    if abs(s.sum() - 1.0) > 1e-9:
        raise MethodError(f"the shares {list(shares)} sum to {s.sum():g}", remedy="make them sum to 1")
    return np.asarray(s / s.sum())


def _game(w: np.ndarray) -> np.ndarray:
    inner = w @ w.T
    own = np.diag(inner)
    a = np.linalg.lstsq(inner, own, rcond=1e-10)[0]  # the shortest, where methods give the same weights
    if (a < 0).any():
        from scipy.optimize import nnls

        a = nnls(inner, own)[0]
    return np.asarray(a / a.sum())


def _fit(level: Level, of: Sequence[Mapping[str, Any]], how: str, shares: Sequence[float] | None) -> np.ndarray:
    from indexer.weight.fit import fitted  # which knows the methods, this one among them

    return combined_weights([fitted(choice, level) for choice in choices(of)], how, shares)


def choices(of: Sequence[Mapping[str, Any]]) -> list[Choice]:
    """Return the methods to combine, from mappings as an edition writes them."""
    return [Choice(one["method"], {k: v for k, v in one.items() if k not in ("method", "why")}) for one in of]


def _label(options: Mapping[str, Any]) -> str:
    from indexer.weight.fit import label

    parts, shares = ", ".join(label(one) for one in choices(options["of"])), options["shares"] or []
    said = f", shares {' : '.join(f'{s:g}' for s in shares)}" if shares else ""
    return f"{options['how']} of {parts}{said}"


METHOD = Method(
    fit=_fit,
    options={
        "of": Members(kind="methods", required=True),
        "how": Option("product", choices=HOW),
        "shares": Shares(kind="numbers"),
    },
    label=_label,
)
