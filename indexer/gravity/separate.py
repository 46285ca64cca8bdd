"""Separation in Poisson models, decided exactly before estimating.

A row with y = 0 is separated if some combination z of regressors and effects is zero wherever y > 0, nowhere negative
where y = 0, and positive in that row: moving along -z raises the likelihood for ever (Correia, Guimarães & Zylkin
2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from indexer.errors import EstimationError
from indexer.gravity import memory
from indexer.gravity.identify import prove
from indexer.gravity.layout import Layout, Weighted
from indexer.gravity.scaling import Scaled
from indexer.gravity.solve import conjugate_gradients, project

ZERO = 1e-9
"""Size, relative to a direction's largest entry, below which an entry is rounding."""
BALANCED = 1e-8
"""Sum of squares out of balance up to which weights of 1 can be mended to balance exactly, all remaining positive."""
MOST_DIRECTIONS = 1500
"""Directions up to which their coefficients are found and the program is solved in them; beyond, in all parameters."""


@dataclass(frozen=True)
class Verdict:
    """What is separated.

    Attributes
    ----------
    cells : ndarray of bool, or None
        Cells of the largest set of separated rows; None where there are none.
    regressors : ndarray of int
        Columns of x with weight in the certificate.
    identified : ndarray, shape (p, p), or None
        Cross products of the scaled regressors beside the effects on the rows with y > 0, by row of the sample, where
        they prove that every regressor is identified.
    """

    cells: np.ndarray | None
    regressors: np.ndarray
    identified: np.ndarray | None


NOTHING = np.zeros(0, dtype=int)


def separated(layout: Layout, y: np.ndarray, x: Scaled) -> Verdict:
    """Find the separated rows and the regressors that take part in separating them.

    Parameters
    ----------
    layout : Layout
    y : ndarray, shape (n_cells,)
        Not negative. No level may have y = 0 throughout (drop those first).
    x : Scaled
        Regressors.

    Returns
    -------
    Verdict

    Notes
    -----
    First a proof that there are none, which holds for most samples and costs a few products: regressors that keep
    variation beside the effects where y > 0 cannot enter any z, and weights of 1 on the zeros that, completed by free
    weights on the positive rows, are orthogonal to all effects leave no z of effects alone (Gordan's alternative).
    Where that fails, all directions z that vanish on the positive rows are found, and the linear program
    max Σu, 0 <= u <= min(z, 1) decides all rows at once. Both its answers are verified: z for what is dropped, its
    dual for what is kept.

    Raises
    ------
    EstimationError
        If the data are numerically at the border.
    """
    positive = y > 0
    zero = layout.live() & ~positive
    w = memory.empty(layout.n_cells)
    w[:] = positive
    normal = layout.weighted(w)
    whole, identified = _proof(layout, normal, zero, x)
    if whole or not zero.any():
        return Verdict(None, NOTHING, identified)
    basis, slopes = _directions(layout, normal, positive, zero, x)
    at = np.flatnonzero(zero)
    if basis is None:
        group, rest = layout.codes()
        a = _dummies(layout, group, rest, x)
        order = layout.gather(np.arange(layout.n_cells))
        at = order[zero[order]]
        found, c = _program(a[zero[order]], a[positive[order]])
        used = c[: len(x)]
    else:
        size = np.abs(basis).max(axis=1, initial=0.0)
        live = np.flatnonzero(size > 0)
        if not live.size:
            return Verdict(None, NOTHING, identified)
        found, c = _program(sparse.csr_array(basis[live] / size[live, None]), None)
        at = at[live]
        used = slopes @ c
    if not found.any():
        return Verdict(None, NOTHING, identified)
    cells = np.zeros(layout.n_cells, dtype=bool)
    cells[at[found]] = True
    used = np.abs(x.units() @ used) * np.where(x.scale > 0, 1 / np.where(x.scale > 0, x.scale, 1.0), 0.0)
    return Verdict(cells, np.flatnonzero(used > ZERO * max(1.0, float(np.abs(c).max(initial=0.0)))), identified)


def _proof(layout: Layout, normal: Weighted, zero: np.ndarray, x: Scaled) -> tuple[bool, np.ndarray | None]:
    """Whether nothing is separated, for sure; and the cross products of x where they prove that x is identified."""
    products = prove(layout, normal, x)
    # weights of the positive rows balance every group; what this leaves out of balance in the other effects, free
    # weights have to take up
    r = layout.imbalance(zero, normal.w, normal.sums)[None]
    solved = conjugate_gradients(normal, r, np.array([BALANCED]), None, stalled=True)
    # levels whose equation is empty (every positive row alone in its group) do not show in rz
    balanced = bool(solved.error[0] <= BALANCED) and float(np.abs(r).max(initial=0.0)) <= 1e-4
    return products is not None and balanced, products


def _directions(
    layout: Layout, normal: Weighted, positive: np.ndarray, zero: np.ndarray, x: Scaled
) -> tuple[np.ndarray | None, np.ndarray]:
    """Return z on the zero rows, one column per direction with z = 0 on the positive rows, and its slopes on x.

    None where there are too many directions.
    """
    p = len(x)
    columns, slopes = [], []
    if p:
        u = project(layout, normal, x.cells)
        z = normal.sweep(x.cells, u)
        _, s, vt = np.linalg.svd(z[:, positive].T, full_matrices=positive.sum() < p)
        s = np.concatenate([s, np.zeros(p - s.size)])
        g = vt[s <= ZERO * np.sqrt(positive.sum())]
        of_x = (g @ z)[:, zero].T
        of_x[np.abs(of_x) < ZERO * np.sqrt(p)] = 0.0
        columns.append(of_x)
        slopes.append(g.T)
    if layout.n_levels:
        of_effects = _null_space(layout, normal, zero)
        if of_effects is None:
            return None, np.zeros((p, 0))
        columns.append(of_effects)
        slopes.append(np.zeros((p, of_effects.shape[1])))
    basis, slope = np.hstack(columns), np.hstack(slopes)
    return _echelon(basis, slope)


def _null_space(layout: Layout, normal: Weighted, zero: np.ndarray) -> np.ndarray | None:
    """Directions of the effects that vanish on the positive rows, on the zero rows: a random basis of all of them."""
    rng = np.random.default_rng(0)
    out = np.zeros((int(zero.sum()), 0))
    nothing = np.zeros((1, layout.n_cells))
    n = 4
    while True:
        c = rng.standard_normal((n, layout.n_levels))
        r = normal.product(c, np.arange(n)).sum(axis=0)
        size = np.einsum("rl,rl->r", r * normal.inverse, r)
        solved = conjugate_gradients(normal, r, 1e-26 * size, None, stalled=True)
        c -= solved.u
        more = np.stack([-normal.sweep(nothing, c[k : k + 1])[0][zero] for k in range(n)], axis=1)
        more[np.abs(more) < ZERO * np.abs(c).max()] = 0.0
        out = np.hstack([out, more])
        if not out.any():
            return out[:, :0]
        s = np.linalg.svd(out, compute_uv=False)
        rank = int((s > 1e-8 * s[0]).sum())
        if rank < out.shape[1]:
            left, _, _ = np.linalg.svd(out, full_matrices=False)
            return left[:, :rank]
        if out.shape[1] > MOST_DIRECTIONS:
            return None
        n = out.shape[1]


def _echelon(basis: np.ndarray, slopes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same directions in terms of some of their rows: entries become 0, 1 and simple ratios, rounding shows."""
    from scipy.linalg import qr

    if not basis.shape[1] or not basis.any():
        return basis, slopes
    size = np.linalg.norm(basis, axis=0)
    basis, slopes = basis / np.where(size > 0, size, 1.0), slopes / np.where(size > 0, size, 1.0)
    _, r, pivot = qr(basis.T, mode="economic", pivoting=True)
    rank = int((np.abs(np.diag(r)) > 1e-9 * abs(r[0, 0])).sum())
    inverse = np.linalg.pinv(basis[pivot[:rank]])
    out = basis @ inverse
    out[np.abs(out) < ZERO] = 0.0
    return out, slopes @ inverse


def _dummies(layout: Layout, group: np.ndarray, rest: list[np.ndarray], x: Scaled) -> sparse.csr_array:
    n = group.size
    at = np.arange(n)
    one = np.ones(n)
    parts = [sparse.csr_array(np.stack([layout.gather(c) for c in x.cells], axis=1))] if len(x) else []
    parts.append(sparse.csr_array((one, (at, group)), shape=(n, int(group.max()) + 1)))
    for codes in rest:
        low = int(codes.min())
        parts.append(sparse.csr_array((one, (at, codes - low)), shape=(n, int(codes.max()) - low + 1)))
    return sparse.csr_array(sparse.hstack(parts))


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
