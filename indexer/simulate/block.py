"""Scores of a block of draws at once, as plain functions on arrays; each draw has weights of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from indexer.aggregate import METHODS, present_weights
from indexer.aggregate.power import GEOMETRIC, NEAR
from indexer.columns import DECIMALS
from indexer.errors import MethodError
from indexer.tree import floor

Transform = Callable[[np.ndarray], np.ndarray]


def weighted(y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return Σ_j w_j y_j of each draw and case, shape (n_draws, n_cases).

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_members) or (n_members, n_draws, n_cases)
        Values that the draws share, or of each draw.
    w : ndarray, shape (n_draws, n_members)
    """
    if y.ndim == 2:
        return w @ y.T
    total = y[0] * w[:, :1]
    for j in range(1, len(y)):
        total += y[j] * w[:, j : j + 1]
    return np.asarray(total)


def _along(values: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Lay one number a member along the axis of members."""
    return values if y.ndim == 2 else values[:, None, None]


def aggregate(
    method: str,
    options: Mapping[str, Any],
    parameters: list[dict[str, Any]],
    y: np.ndarray,
    w: np.ndarray,
    min_share: float,
    low: float | None,
    high: float | None,
    counted: np.ndarray | None = None,
) -> np.ndarray:
    """Return a node's values under the weights of each draw.

    The numbers are those of `aggregate.METHODS`, draw by draw, on the members that have a weight in it. Where a case of
    a draw has no such mean (a value at or below 0, say), all its cases are NaN: the caller counts the draw as failed.

    Parameters
    ----------
    method, options, parameters
        Aggregation, complete options, and what was fitted.
    y : ndarray, shape (n_cases, n_members) or (n_members, n_draws, n_cases)
        Values of the members that the draws share, or of each draw; NaN = missing.
    w : ndarray, shape (n_draws, n_members)
        Weights of each draw, summing to 1.
    min_share : float
        Least share of the weight that must be present.
    low, high : float or None
        Published range: means that need values above 0 are floored by it, shares are spread over it.
    counted : ndarray, shape (n_draws, n_members), optional
        Weights of which `min_share` must be present: what is enough is a matter of the fitted weights, not of the luck
        of a draw. By default `w`.

    Returns
    -------
    ndarray, shape (n_draws, n_cases)
        NaN where too little is present.
    """
    if method not in _VALUES:
        return _draw_by_draw(method, options, parameters, y, w, min_share, low, high, counted)
    present = np.isfinite(y)
    whole = bool(present.all())
    least = floor(method, options, low)
    if least is not None:
        y = np.where(y < least, least, y)
    bad = _without_value(method, options, y, present)
    usable = present if bad is None else present & ~bad
    shown = y if usable.all() else np.where(usable, y, 1.0)
    share = None if whole else weighted(present.astype(float), w)
    with np.errstate(all="ignore"):
        out = _VALUES[method](shown, w, present, share, options, parameters)
    if method == "topsis" and low is not None and high is not None:
        out = low + (high - low) * out
    lost = ~np.isfinite(out)
    if share is not None:
        there = share if counted is None else weighted(present.astype(float), counted)
        enough = (share > 0) & (there >= min_share - 1e-9)
        lost &= enough
        out[~enough] = np.nan
    if bad is not None:
        lost |= weighted(bad.astype(float), w) > 0
    out[lost.any(axis=1)] = np.nan
    return np.asarray(out)


def _draw_by_draw(
    method: str, options: Any, parameters: Any, y: np.ndarray, w: np.ndarray, min_share: float,
    low: float | None, high: float | None, counted: np.ndarray | None,
) -> np.ndarray:  # fmt: skip
    """Aggregate by a method that knows no draws."""
    least, out = floor(method, options, low), np.full((len(w), y.shape[0] if y.ndim == 2 else y.shape[2]), np.nan)
    apply: Any = METHODS[method].apply
    for d in range(len(w)):
        values = np.ascontiguousarray(y if y.ndim == 2 else y[:, d].T)
        values = values if least is None else np.where(values < least, least, values)
        if not w[d].any():
            continue  # left out as a whole
        weights = present_weights(values, w[d], min_share if counted is None else 0.0)
        if counted is not None:
            weights[~np.isfinite(present_weights(values, counted[d], min_share)).any(axis=1)] = np.nan
        try:
            out[d] = apply(values, weights, parameters, **options)
        except MethodError:
            continue
        lost = ~np.isfinite(out[d]) & np.isfinite(weights).any(axis=1)
        out[d] = np.nan if lost.any() else out[d]
    if "unit" in METHODS[method].traits and low is not None and high is not None:
        out = low + (high - low) * out
    return out


def _mean(z: np.ndarray, w: np.ndarray, present: np.ndarray, share: np.ndarray | None) -> np.ndarray:
    if share is None:
        return weighted(z, w)
    return weighted(np.where(present, z, 0.0), w) / np.where(share > 0, share, 1.0)


def _quasi(forward: Transform, back: Transform) -> Callable[..., np.ndarray]:
    def values(
        y: np.ndarray, w: np.ndarray, present: np.ndarray, share: np.ndarray | None, options: Any, parameters: Any
    ) -> np.ndarray:
        return back(_mean(forward(y), w, present, share))

    return values


def _power(
    y: np.ndarray, w: np.ndarray, present: np.ndarray, share: np.ndarray | None, options: Any, parameters: Any
) -> np.ndarray:
    p = _p(options)
    if p == 0:
        return np.asarray(np.exp(_mean(np.log(y), w, present, share)))
    # with the largest (p > 0) or least value of the case as scale no power overflows
    axis = -1 if y.ndim == 2 else 0
    scale = np.where(present, y, 0.0).max(axis=axis) if p > 0 else np.where(present, y, np.inf).min(axis=axis)
    scale = np.where((scale > 0) & (scale < np.inf), scale, 1.0)
    z = y / np.expand_dims(scale, axis)
    if abs(p) < NEAR:
        # all powers are nearly 1: their distance from 1 keeps the digits that 1/p asks for
        apart = _mean(np.expm1(p * np.log(z)), w, present, share)
        return np.asarray(scale * np.exp(np.log1p(np.maximum(apart, -1.0)) / p))
    return np.asarray(scale * _mean(z**p, w, present, share) ** (1 / p))


def _p(options: Mapping[str, Any]) -> float:
    p = float(options["p"])
    return 0.0 if abs(p) < GEOMETRIC else p


def _topsis(
    y: np.ndarray, w: np.ndarray, present: np.ndarray, share: np.ndarray | None, options: Any, parameters: Any
) -> np.ndarray:
    norm, best, worst = (np.array([one[key] for one in parameters]) for key in ("norm", "best", "worst"))
    v = y / _along(norm, y)
    parts = []
    for ideal in (best, worst):
        squares = np.where(present, (v - _along(ideal, y)) ** 2, 0.0)
        total = weighted(squares, w**2)
        parts.append(np.sqrt(total if share is None else total / np.where(share > 0, share, 1.0) ** 2))
    return np.asarray(parts[1] / (parts[0] + parts[1]))


def _mazziotta_pareto(
    y: np.ndarray, w: np.ndarray, present: np.ndarray, share: np.ndarray | None, options: Any, parameters: Any
) -> np.ndarray:
    mean = _mean(y, w, present, share)
    # about the middle of each case, so that no digits cancel
    axis = -1 if y.ndim == 2 else 0
    middle = np.where(present, y, 0.0).sum(axis=axis) / np.maximum(present.sum(axis=axis), 1)
    apart = y - np.expand_dims(middle, axis)
    variance = _mean(apart**2, w, present, share) - _mean(apart, w, present, share) ** 2
    out = mean + options["penalty"] * np.maximum(variance, 0.0) / mean
    return np.asarray(np.where(mean > 0, out, np.nan))


_VALUES: dict[str, Callable[..., np.ndarray]] = {
    "arithmetic": _quasi(lambda y: y, lambda z: z),
    "geometric": _quasi(np.log, np.exp),
    "harmonic": _quasi(np.reciprocal, np.reciprocal),
    "power": _power,
    "topsis": _topsis,
    "mazziotta_pareto": _mazziotta_pareto,
}


def _without_value(method: str, options: Mapping[str, Any], y: np.ndarray, present: np.ndarray) -> np.ndarray | None:
    """Return which values admit no such mean; None = all do."""
    p = _p(options) if method == "power" else {"geometric": 0.0, "harmonic": -1.0}.get(method)
    if p is None or p == 1:
        return None
    bad = present & ((y <= 0) if p <= 0 else (y < 0))
    return bad if bad.any() else None


def ranks(scores: np.ndarray, n_years: int) -> np.ndarray:
    """Rank the economies within each year and draw, 1 = highest; ties share the better rank; 0 = no score.

    Parameters
    ----------
    scores : ndarray, shape (n_draws, n_economies · n_years)
        Economies outermost.
    n_years : int

    Returns
    -------
    ndarray of int16, of the shape of `scores`
    """
    shape = scores.shape
    by_year = scores.reshape(shape[0], -1, n_years).transpose(0, 2, 1)
    s = np.round(by_year, DECIMALS)
    missing = ~np.isfinite(s)
    gaps = bool(missing.any())
    key = np.where(missing, np.inf, -s) if gaps else -s
    order = np.argsort(key, axis=-1)
    ordered = np.take_along_axis(key, order, axis=-1)
    place = np.broadcast_to(np.arange(1, s.shape[-1] + 1, dtype=np.int16), s.shape)
    tied = ordered[..., 1:] == ordered[..., :-1]
    if tied.any():
        first = place.copy()
        first[..., 1:][tied] = 0
        place = np.maximum.accumulate(first, axis=-1)
    out = np.empty(s.shape, dtype=np.int16)
    np.put_along_axis(out, order, place, axis=-1)
    if gaps:
        out[missing] = 0
    return out.transpose(0, 2, 1).reshape(shape)
