"""Separation in Poisson models, decided exactly before estimating.

A row with y = 0 is separated if some combination z of regressors and effects is zero wherever y > 0, nowhere negative
where y = 0, and positive in that row: moving along -z raises the likelihood for ever (Correia, Guimarães & Zylkin
2020).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from indexer.errors import EstimationError
from indexer.gravity.demean import Effects, demean

ZERO = 1e-9
DENSE_LEVELS = 4000


def separated(y: np.ndarray, x: np.ndarray, effects: Effects) -> tuple[np.ndarray, np.ndarray]:
    """Find the separated rows and the regressors that take part in separating them.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Not negative.
    x : ndarray, shape (n, p)
    effects : Effects
        No level may have y = 0 throughout (drop those first).

    Returns
    -------
    rows : ndarray of int
        The largest set of separated rows.
    regressors : ndarray of int
        Columns of x with weight in the certificate.

    Notes
    -----
    First a cheap proof that there are none: weights of 1 on the zeros that, completed by free weights on the positive
    rows, are orthogonal to regressors and effects. Where that fails, the directions z that vanish on the positive rows
    are found exactly and the linear program max Σu, 0 <= u <= min(z, 1) decides all rows at once. Both its answers are
    verified: z for what is dropped, its dual for what is kept.
    """
    none = np.zeros(0, dtype=int)
    zero, positive = np.flatnonzero(y == 0), np.flatnonzero(y > 0)
    if zero.size == 0 or positive.size == 0:
        return none, none
    xs = _scaled(x, bool(effects.codes))
    d = effects.dummies() if effects.codes else sparse.csr_array((y.size, 0))
    a = sparse.csr_array(sparse.hstack([sparse.csr_array(xs), d]))
    if _none_by_weights(a[positive], a[zero]):
        return none, none
    if sum(effects.levels) - max(effects.levels, default=0) <= DENSE_LEVELS:
        basis, slopes = _directions(xs, d, effects, positive, zero)
        weights, size = None, np.linalg.norm(basis, axis=1)
        live = np.flatnonzero(size > 0)
        if live.size == 0:
            return none, none
        program = sparse.csr_array(basis[live] / size[live, None])
    else:
        live, program, weights = np.arange(zero.size), a[zero], a[positive]
        slopes = np.eye(a.shape[1])[: x.shape[1]]
    found, c = _program(program, weights)
    used = np.abs(slopes @ c) > ZERO * max(1.0, float(np.abs(c).max(initial=0.0)))
    return zero[live[found]], np.flatnonzero(used) if found.any() else none


def _scaled(x: np.ndarray, centre: bool) -> np.ndarray:
    """Columns of largest size 1, so that units do not matter; centred where the effects span a constant."""
    out = x - x.mean(axis=0) if centre else x.copy()
    size = np.abs(out).max(axis=0, initial=0.0)
    noise = 1e-13 * np.abs(x).max(axis=0, initial=0.0)
    return np.where(size > noise, out / np.where(size > noise, size, 1.0), 0.0)


def _none_by_weights(ap: sparse.csr_array, az: sparse.csr_array) -> bool:
    """Whether ones on the zero rows can be completed on the positive rows to be orthogonal to every column."""
    from scipy.sparse.linalg import lsmr

    target = -(az.T @ np.ones(az.shape[0]))
    size = float(np.linalg.norm(target))
    if size == 0:
        return True
    w = lsmr(ap.T, target, atol=1e-14, btol=1e-14, conlim=0, maxiter=2000)[0]
    return bool(np.linalg.norm(ap.T @ w - target) <= 1e-11 * size)


def _directions(
    xs: np.ndarray, d: sparse.csr_array, effects: Effects, positive: np.ndarray, zero: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return z on the zero rows, one column per direction with z = 0 on the positive rows, and its slopes on x."""
    p = xs.shape[1]
    dp, dz = d[positive], d[zero]
    null, solve = np.zeros((0, 0)), None
    if effects.codes:
        null, solve = _effects_null(dp, effects)
    columns = [dz @ null] if null.size else []
    slopes = [np.zeros((p, null.shape[1]))] if null.size else []
    if p:
        sub = Effects([c[positive] for c in effects.codes])
        left = demean(xs[positive], sub)
        _, s, vt = np.linalg.svd(left, full_matrices=len(left) < p)
        s = np.concatenate([s, np.zeros(p - s.size)])
        g = vt[s <= ZERO * np.sqrt(positive.size)].T
        z = xs[zero] @ g
        if solve is not None:
            b = np.zeros((d.shape[1], g.shape[1]))
            for _ in range(3):  # two refinements: the normal equations lose digits
                b += solve(dp.T @ (-(xs[positive] @ g) - dp @ b))
            z = z + dz @ b
        columns.append(z)
        slopes.append(g)
    if not columns:
        return np.zeros((zero.size, 0)), np.zeros((p, 0))
    out = np.hstack(columns)
    out[np.abs(out) < ZERO] = 0.0
    return out, np.hstack(slopes)


def _effects_null(dp: sparse.csr_array, effects: Effects) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Null space of the dummies on the positive rows, and a solver of their normal equations.

    The effect with most levels is eliminated exactly; the rest is one dense symmetric matrix.
    """
    g = sparse.csr_array(dp.T @ dp)
    start = np.concatenate([[0], np.cumsum(effects.levels)])
    big = int(np.argmax(effects.levels))
    one = np.arange(start[big], start[big + 1])
    two = np.setdiff1d(np.arange(start[-1]), one)
    diagonal = g.diagonal()[one]
    cross = g[one][:, two]
    scaled = sparse.diags_array(1.0 / diagonal) @ cross
    schur = (g[two][:, two] - cross.T @ scaled).toarray()
    scale = np.sqrt(g.diagonal()[two])
    value, vector = np.linalg.eigh(schur / scale / scale[:, None])
    zero = value < ZERO
    null = np.zeros((start[-1], int(zero.sum())))
    null[two] = vector[:, zero] / scale[:, None]
    null[one] = -(scaled @ null[two])

    def solve(b: np.ndarray) -> np.ndarray:
        out = np.zeros_like(b)
        r = (b[two] - scaled.T @ b[one]) / scale[:, None]
        good = vector[:, ~zero]
        out[two] = (good @ ((good.T @ r) / value[~zero, None])) / scale[:, None]
        out[one] = b[one] / diagonal[:, None] - scaled @ out[two]
        return out

    return null, solve


def _program(b: sparse.csr_array, equal: sparse.csr_array | None) -> tuple[np.ndarray, np.ndarray]:
    """Solve max Σu, u <= b c, 0 <= u <= 1 (and equal c = 0), with both certificates checked."""
    from scipy.optimize import linprog

    m, k = b.shape
    result = linprog(
        np.concatenate([np.zeros(k), -np.ones(m)]),
        A_ub=sparse.hstack([-b, sparse.eye_array(m)]).tocsc(), b_ub=np.zeros(m),
        A_eq=None if equal is None else sparse.hstack([equal, sparse.csr_array((equal.shape[0], m))]).tocsc(),
        b_eq=None if equal is None else np.zeros(equal.shape[0]),
        bounds=[(None, None)] * k + [(0, 1)] * m, method="highs",
    )  # fmt: skip
    undecided = EstimationError(
        "separation could not be decided: the data are numerically at the border", where="separation",
        remedy="rescale or round the regressors, or drop the one that is nearly a combination of the effects",
    )  # fmt: skip
    if result.status != 0:
        raise undecided
    c, u = result.x[:k], result.x[k:]
    found = u > 0.5
    z = b @ c
    dual = -np.asarray(result.ineqlin.marginals)
    balance = b.T @ np.where(found, 0.0, dual)
    if equal is not None:
        balance = balance + equal.T @ np.asarray(result.eqlin.marginals)
    certain = (
        np.all((u < 1e-6) | (u > 1 - 1e-6))
        and np.all(z[found] > 0.99)
        and np.all(np.abs(z[~found]) <= 1e-6 * max(1.0, float(np.abs(c).max(initial=0.0))))
        and np.all(dual[~found] > 1 - 1e-6)
        and np.all(np.abs(balance) <= 1e-6 * max(1.0, float(np.abs(dual).max(initial=0.0))))
        and (equal is None or np.all(np.abs(equal @ c) <= 1e-7))
    )
    if not certain:
        raise undecided
    return found, c
