"""Loops over a dense tensor [a, b, c] of cells whose group effect, one level per (a, c), is eliminated exactly.

Up to two further sets of effects vary along the middle axis: one with a level per (slab of a, b), one with a level per
(slab of a, b, c). With a = exporter, b = year, c = importer these are pair, exporter-year and importer-year effects.
The last axis is contiguous, so that the inner loops run on vectors. Cells that are not in the sample have weight zero.

Levels stand in one vector: first the (slab, b) ones, then the (slab, b, c) ones. `first` and `second` give the slab of
each a, or are empty where the effect is absent. Arguments common to all: `lo`, `hi` the range of a; `w` the weights;
`rw` the reciprocal of their sum by group (zero where there is none).
"""

import numpy as np

from indexer.gravity.kernels import kernel
from indexer.gravity.kernels.solve import step


@kernel
def fill(lo, hi, cell, column, shift, scale, out):
    """out[cell] = (column - shift)·scale for the rows of the sample (cell < 0: not in it)."""
    for k in range(lo, hi):
        p = cell[k]
        if p >= 0:
            out[p] = (column[k] - shift) * scale


@kernel
def restrict(lo, hi, cell, keep, out):
    """Out = cell where it is kept, else -1."""
    for k in range(lo, hi):
        p = cell[k]
        out[k] = p if p >= 0 and keep[p] else -1


@kernel
def moments(lo, hi, cell, column, out):
    """Number, mean, sum of squares about it, least and largest value of a column over the rows of the sample."""
    n, s, low, high = 0, 0.0, np.inf, -np.inf
    for k in range(lo, hi):
        if cell[k] >= 0:
            v = column[k]
            n += 1
            s += v
            low = min(low, v)
            high = max(high, v)
    mean, s = s / max(n, 1), 0.0
    if low < high:
        for k in range(lo, hi):
            if cell[k] >= 0:
                s += (column[k] - mean) ** 2
    out[0], out[1], out[2], out[3], out[4] = n, mean, s, low, high


@kernel
def products(lo, hi, v, x, w, out):
    """Out += v diag(w) x' over cells lo … hi, a block that stays near at a time; without weights where w is empty."""
    for block in range(lo, hi, 1024):
        end = min(block + 1024, hi)
        for i in range(v.shape[0]):
            for j in range(x.shape[0]):
                vi, xj = v[i], x[j]
                s = 0.0
                if w.size:
                    for c in range(block, end):
                        s += w[c] * vi[c] * xj[c]
                else:
                    for c in range(block, end):
                        s += vi[c] * xj[c]
                out[i, j] += s


@kernel
def product(lo, hi, w, rw, first, second, start, u, which, q):
    """q[r] += D'H D u[r] for r in `which`; in single precision where all arrays are."""
    B, C = w.shape[1], w.shape[2]
    has_a, has_b = first.size > 0, second.size > 0
    d, none = np.empty(C, w.dtype), np.zeros(C, w.dtype)
    zero = none[0]
    for a in range(lo, hi):
        for r in which:
            d[:] = zero
            for b in range(B):
                ua = u[r, first[a] * B + b] if has_a else zero
                o = start + (second[a] * B + b) * C if has_b else 0
                ub = u[r, o : o + C] if has_b else none
                wb = w[a, b]
                for c in range(C):
                    d[c] += wb[c] * (ua + ub[c])
            ra = rw[a]
            for c in range(C):
                d[c] *= ra[c]
            for b in range(B):
                ua = u[r, first[a] * B + b] if has_a else zero
                o = start + (second[a] * B + b) * C if has_b else 0
                ub = u[r, o : o + C] if has_b else none
                wb = w[a, b]
                s = zero
                if has_b:
                    qb = q[r, o : o + C]
                    for c in range(C):
                        v = wb[c] * (ua + ub[c] - d[c])
                        s += v
                        qb[c] += v
                else:
                    for c in range(C):
                        s += wb[c] * (ua - d[c])
                if has_a:
                    q[r, first[a] * B + b] += s


@kernel
def _means_of(a, r, w, v, first, second, start, u, none, d):
    """d = Σ_b w (v[r] - D u[r]) of one a: what the group effect takes up, still to be divided by its weight."""
    B, C = w.shape[1], w.shape[2]
    has_a, has_b = first.size > 0, second.size > 0
    d[:] = 0.0
    for b in range(B):
        ua = u[r, first[a] * B + b] if has_a else 0.0
        o = start + (second[a] * B + b) * C if has_b else 0
        ub = u[r, o : o + C] if has_b else none
        wb, vb = w[a, b], v[r, a, b]
        for c in range(C):
            d[c] += wb[c] * (vb[c] - ua - ub[c])


@kernel
def _sums_of(a, r, w, v, first, second, start, u, none, d, q):
    """q[r] += D'W (v[r] - D u[r] - d) of one a."""
    B, C = w.shape[1], w.shape[2]
    has_a, has_b = first.size > 0, second.size > 0
    for b in range(B):
        ua = u[r, first[a] * B + b] if has_a else 0.0
        o = start + (second[a] * B + b) * C if has_b else 0
        ub = u[r, o : o + C] if has_b else none
        wb, vb = w[a, b], v[r, a, b]
        s = 0.0
        if has_b:
            qb = q[r, o : o + C]
            for c in range(C):
                x = wb[c] * (vb[c] - ua - ub[c] - d[c])
                s += x
                qb[c] += x
        else:
            for c in range(C):
                s += wb[c] * (vb[c] - ua - d[c])
        if has_a:
            q[r, first[a] * B + b] += s


@kernel
def group_means(lo, hi, w, rw, v, first, second, start, u, d):
    """d = the group effect of v - D u, by column and (a, c)."""
    none = np.zeros(w.shape[2])
    for a in range(lo, hi):
        for r in range(v.shape[0]):
            _means_of(a, r, w, v, first, second, start, u, none, d[r, a])
            if rw.size:
                for c in range(w.shape[2]):
                    d[r, a, c] *= rw[a, c]


@kernel
def residual(lo, hi, w, rw, v, first, second, start, u, d, q):
    """q += D'H (v - D u). `d` holds the group effects where they are known, else it is empty and they are made."""
    none, made = np.zeros(w.shape[2]), np.empty(w.shape[2])
    for a in range(lo, hi):
        for r in range(v.shape[0]):
            if d.size:
                _sums_of(a, r, w, v, first, second, start, u, none, d[r, a], q)
                continue
            _means_of(a, r, w, v, first, second, start, u, none, made)
            for c in range(w.shape[2]):
                made[c] *= rw[a, c]
            _sums_of(a, r, w, v, first, second, start, u, none, made, q)


@kernel
def sweep(lo, hi, v, first, second, start, u, d, out):
    """out = v - D u - d."""
    B, C = v.shape[2], v.shape[3]
    has_a, has_b = first.size > 0, second.size > 0
    none = np.zeros(C)
    for a in range(lo, hi):
        for r in range(v.shape[0]):
            da = d[r, a]
            for b in range(B):
                ua = u[r, first[a] * B + b] if has_a else 0.0
                o = start + (second[a] * B + b) * C if has_b else 0
                ub = u[r, o : o + C] if has_b else none
                vb, ob = v[r, a, b], out[r, a, b]
                for c in range(C):
                    ob[c] = vb[c] - ua - ub[c] - da[c]


@kernel
def gram(lo, hi, w, rw, y, v, first, second, start, u, d, g, e):
    """g += Ṽ'WṼ and e += Ṽ'(y - w), Ṽ = v - D u - d. `d` as in `residual`."""
    K, _, B, C = v.shape
    has_a, has_b = first.size > 0, second.size > 0
    none, t, made = np.zeros(C), np.empty((K, C)), np.empty((K, C))
    for a in range(lo, hi):
        for k in range(K):
            if d.size:
                made[k] = d[k, a]
                continue
            _means_of(a, k, w, v, first, second, start, u, none, made[k])
            for c in range(C):
                made[k, c] *= rw[a, c]
        for b in range(B):
            o = start + (second[a] * B + b) * C if has_b else 0
            wb, yb = w[a, b], y[a, b]
            for k in range(K):
                ua = u[k, first[a] * B + b] if has_a else 0.0
                ub = u[k, o : o + C] if has_b else none
                vb, dk, tk = v[k, a, b], made[k], t[k]
                s = 0.0
                for c in range(C):
                    x = vb[c] - ua - ub[c] - dk[c]
                    tk[c] = x
                    s += x * (yb[c] - wb[c])
                e[k] += s
            for k in range(K):
                tk = t[k]
                for m in range(k + 1):
                    tm = t[m]
                    s = 0.0
                    for c in range(C):
                        s += wb[c] * tk[c] * tm[c]
                    g[k, m] += s
    for k in range(K):
        for m in range(k):
            g[m, k] = g[k, m]


@kernel
def diagonal(lo, hi, w, rw, first, second, start, q):
    """Q += the diagonal of D'H D: Σ w - w²/W."""
    B, C = w.shape[1], w.shape[2]
    has_a, has_b = first.size > 0, second.size > 0
    for a in range(lo, hi):
        ra = rw[a]
        for b in range(B):
            wb = w[a, b]
            s = 0.0
            if has_b:
                o = start + (second[a] * B + b) * C
                qb = q[o : o + C]
                for c in range(C):
                    x = wb[c] - wb[c] * wb[c] * ra[c]
                    s += x
                    qb[c] += x
            else:
                for c in range(C):
                    s += wb[c] - wb[c] * wb[c] * ra[c]
            if has_a:
                q[first[a] * B + b] += s


@kernel
def level_sums(lo, hi, v, first, second, start, q):
    """Q += D'v."""
    B, C = v.shape[1], v.shape[2]
    has_a, has_b = first.size > 0, second.size > 0
    for a in range(lo, hi):
        for b in range(B):
            vb = v[a, b]
            s = 0.0
            for c in range(C):
                s += vb[c]
            if has_a:
                q[first[a] * B + b] += s
            if has_b:
                o = start + (second[a] * B + b) * C
                qb = q[o : o + C]
                for c in range(C):
                    qb[c] += vb[c]


@kernel
def counts(lo, hi, v, first, second, start, groups, q):
    """groups = sums of v, of any type, by (a, c), and q += D'v."""
    B, C = v.shape[1], v.shape[2]
    has_a, has_b = first.size > 0, second.size > 0
    for a in range(lo, hi):
        ga = groups[a]
        ga[:] = 0.0
        for b in range(B):
            vb = v[a, b]
            for c in range(C):
                ga[c] += vb[c]
            if has_a:
                s = 0.0
                for c in range(C):
                    s += vb[c]
                q[first[a] * B + b] += s
            if has_b:
                o = start + (second[a] * B + b) * C
                qb = q[o : o + C]
                for c in range(C):
                    qb[c] += vb[c]


@kernel
def imbalance(lo, hi, zero, w, sums, first, second, start, q):
    """q += D'(w·(sum of zero by group)/sums - zero)."""
    B, C = w.shape[1], w.shape[2]
    has_a, has_b = first.size > 0, second.size > 0
    n = np.empty(C)
    for a in range(lo, hi):
        n[:] = 0.0
        for b in range(B):
            zb = zero[a, b]
            for c in range(C):
                n[c] += zb[c]
        sa = sums[a]
        for c in range(C):
            n[c] = n[c] / sa[c] if sa[c] > 0.0 else 0.0
        for b in range(B):
            zb, wb = zero[a, b], w[a, b]
            s = 0.0
            o = start + (second[a] * B + b) * C if has_b else 0
            for c in range(C):
                x = wb[c] * n[c] - zb[c]
                s += x
                if has_b:
                    q[o + c] += x
            if has_a:
                q[first[a] * B + b] += s


@kernel
def _products_of(a, b, t, v, p, first, o, has_a, has_b, none, out):
    """Out += Σ t (v - D p) of one (a, b), by column of v."""
    B, C = v.shape[2], v.shape[3]
    for m in range(v.shape[0]):
        ua = p[m, first[a] * B + b] if has_a else 0.0
        ub = p[m, o : o + C] if has_b else none
        vb = v[m, a, b]
        s = 0.0
        for c in range(C):
            s += t[c] * (vb[c] - ua - ub[c])
        out[m] += s


@kernel
def cross(lo, hi, w, rw, y, x, p, z, pz, first, second, start, r, g, h, e):
    """r += D'H (x - D p), g += X̃'WX̃, h += X̃'WZ̃ and e += X̃'(y - w) in one pass; X̃ = x - D p - its group effect."""
    K, _, B, C = x.shape
    has_a, has_b = first.size > 0, second.size > 0
    none, made, t = np.zeros(C), np.empty((K, C)), np.empty((K, C))
    for a in range(lo, hi):
        ra = rw[a]
        for k in range(K):
            _means_of(a, k, w, x, first, second, start, p, none, made[k])
            for c in range(C):
                made[k, c] *= ra[c]
        for b in range(B):
            o = start + (second[a] * B + b) * C if has_b else 0
            wb, yb = w[a, b], y[a, b]
            for k in range(K):
                ua = p[k, first[a] * B + b] if has_a else 0.0
                ub = p[k, o : o + C] if has_b else none
                xb, dk, tk = x[k, a, b], made[k], t[k]
                s, s2 = 0.0, 0.0
                for c in range(C):
                    v = xb[c] - ua - ub[c] - dk[c]
                    s2 += v * (yb[c] - wb[c])
                    v *= wb[c]
                    tk[c] = v
                    s += v
                e[k] += s2
                if has_b:
                    rb = r[k, o : o + C]
                    for c in range(C):
                        rb[c] += tk[c]
                if has_a:
                    r[k, first[a] * B + b] += s
                # what is W X̃ has no part in group effects
                _products_of(a, b, tk, x, p, first, o, has_a, has_b, none, g[k])
                _products_of(a, b, tk, z, pz, first, o, has_a, has_b, none, h[k])


@kernel
def scores(lo, hi, w, y, v, first, second, start, u, out):
    """out[:, a] = Σ_b Ṽ (y - w), with Ṽ = v - D u, where y - w sums to zero by group."""
    K, _, B, C = v.shape
    has_a, has_b = first.size > 0, second.size > 0
    none = np.zeros(C)
    for a in range(lo, hi):
        for k in range(K):
            sk = out[k, a]
            sk[:] = 0.0
            for b in range(B):
                o = start + (second[a] * B + b) * C if has_b else 0
                ua = u[k, first[a] * B + b] if has_a else 0.0
                ub = u[k, o : o + C] if has_b else none
                wb, yb, vb = w[a, b], y[a, b], v[k, a, b]
                for c in range(C):
                    sk[c] += (vb[c] - ua - ub[c]) * (yb[c] - wb[c])


@kernel
def descend(w, rw, first, second, start, p, u, r, inverse, scale, rz, gain, reach, moving, lines, long, most, q, error):
    """Up to `most` steps of the conjugate gradients on all slabs, until the errors of all sides are below their lines.

    Arguments as in `kernels.solve.step`, `q` being room for a product and `error` for the errors at the end; returns
    the steps taken, and whether all sides are done.
    """
    R, L = u.shape
    older, rounded = gain.copy(), np.empty((R, L), w.dtype)
    which = np.empty(R, dtype=np.int64)
    taken = 0
    while True:
        n = 0
        for k in range(R):
            error[k] = rz[k] if reach[k] <= long else max(rz[k], gain[k] - older[k])
            if moving[k] > 0 and not error[k] <= lines[k]:
                which[n] = k
                n += 1
        if n == 0 or taken == most:
            return taken, n == 0
        for k in which[:n]:
            for j in range(L):
                rounded[k, j] = p[k, j]
                q[0, k, j] = 0.0
        product(0, w.shape[0], w, rw, first, second, start, rounded, which[:n], q[0])
        step(which[:n], p, q, u, r, inverse, scale, rz, gain, reach, moving)
        taken += 1
