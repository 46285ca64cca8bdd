"""Loops over a dense tensor [a, b, c] of cells whose group effect, one level per (a, c), is eliminated exactly.

Up to two further sets of effects vary along the middle axis: one with a level per (slab of a, b), one with a level per
(slab of a, b, c). With a = exporter, b = year, c = importer these are pair, exporter-year and importer-year effects.
The last axis is contiguous, so that the inner loops run on vectors. Cells that are not in the sample have weight zero.

Levels stand in one vector: first the (slab, b) ones, then the (slab, b, c) ones. `first` and `second` give the slab of
each a, or are empty where the effect is absent. Arguments common to all: `lo`, `hi` the range of a; `w` the weights;
`rw` the reciprocal of their sum by group (zero where there is none).
"""

import numpy as np

from indexer.gravity.kernels import exact, kernel

MAGIC = 6755399441055744.0
"""1.5·2^52: adding it rounds to an integer, whose bits then stand in the lowest bits of the sum."""


@exact
def exp_into(x, n, t, bits, out):
    """out[:n] = exp(x[:n]) to about one unit in the last place, in a form that runs on vectors; |x| is held below 700.

    `bits` is `t` seen as integers. Range reduction by powers of two, then the Taylor polynomial of degree 13.
    """
    for j in range(n):
        t[j] = min(max(x[j], -700.0), 700.0) * 1.4426950408889634 + MAGIC
    for j in range(n):
        v = min(max(x[j], -700.0), 700.0)
        k = t[j] - MAGIC
        r = (v - k * 0.6931471803691238) - k * 1.9082149292705877e-10
        p = 1.6059043836821613e-10
        p = p * r + 2.08767569878681e-09
        p = p * r + 2.505210838544172e-08
        p = p * r + 2.755731922398589e-07
        p = p * r + 2.7557319223985893e-06
        p = p * r + 2.48015873015873e-05
        p = p * r + 0.0001984126984126984
        p = p * r + 0.001388888888888889
        p = p * r + 0.008333333333333333
        p = p * r + 0.041666666666666664
        p = p * r + 0.16666666666666666
        p = p * r + 0.5
        p = p * r + 1.0
        p = p * r + 1.0
        out[j] = p
    for j in range(n):
        bits[j] = (bits[j] << 52) + 4607182418800017408
    for j in range(n):
        out[j] *= t[j]


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
    """Sum, least and largest value of a column over the rows of the sample."""
    s, low, high = 0.0, np.inf, -np.inf
    for k in range(lo, hi):
        if cell[k] >= 0:
            v = column[k]
            s += v
            low = min(low, v)
            high = max(high, v)
    out[0], out[1], out[2] = s, low, high


@kernel
def squares(lo, hi, cell, column, mean, out):
    """Sum of squares about the mean over the rows of the sample."""
    s = 0.0
    for k in range(lo, hi):
        if cell[k] >= 0:
            s += (column[k] - mean) ** 2
    out[0] = s


@kernel
def product(lo, hi, w, rw, first, second, start, u, which, q):
    """q[r] += D'H D u[r] for r in `which`."""
    B, C = w.shape[1], w.shape[2]
    has_a, has_b = first.size > 0, second.size > 0
    d = np.empty(C)
    none = np.zeros(C)
    for a in range(lo, hi):
        for r in which:
            d[:] = 0.0
            for b in range(B):
                ua = u[r, first[a] * B + b] if has_a else 0.0
                o = start + (second[a] * B + b) * C if has_b else 0
                ub = u[r, o : o + C] if has_b else none
                wb = w[a, b]
                for c in range(C):
                    d[c] += wb[c] * (ua + ub[c])
            ra = rw[a]
            for c in range(C):
                d[c] *= ra[c]
            for b in range(B):
                ua = u[r, first[a] * B + b] if has_a else 0.0
                o = start + (second[a] * B + b) * C if has_b else 0
                ub = u[r, o : o + C] if has_b else none
                wb = w[a, b]
                s = 0.0
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
def gram(lo, hi, w, rw, y, v, first, second, start, u, d, g, e, scores):
    """g += Ṽ'WṼ and e += Ṽ'(y - w), Ṽ = v - D u - d; scores[:, a] = Σ_b Ṽ (y - w) where there is room for them.

    `d` as in `residual`.
    """
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
        if scores.size:
            scores[:, a] = 0.0
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
                if scores.size:
                    sk = scores[k, a]
                    for c in range(C):
                        sk[c] += tk[c] * (yb[c] - wb[c])
            for k in range(K):
                tk = t[k]
                for m in range(k + 1):
                    tm = t[m]
                    s = 0.0
                    for c in range(C):
                        s += wb[c] * tk[c] * tm[c]
                    g[k, m] += s


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
def _poisson_means(a, y, x, base, first, second, start, u, beta, effect, none, eta, t, bits, mu, total):
    """mu = base·exp(x'beta + D u + effect) of one a and its sums by group; returns Σ y (x'beta + D u)."""
    K, _, B, C = x.shape
    has_a, has_b, has_base = first.size > 0, second.size > 0, base.size > 0
    total[:] = 0.0
    level = 0.0
    for b in range(B):
        ua = u[first[a] * B + b] if has_a else 0.0
        o = start + (second[a] * B + b) * C if has_b else 0
        ub = u[o : o + C] if has_b else none
        yb, mb = y[a, b], mu[a, b]
        for c in range(C):
            eta[c] = ua + ub[c]
        for k in range(K):
            xb, bk = x[k, a, b], beta[k]
            for c in range(C):
                eta[c] += bk * xb[c]
        s = 0.0
        for c in range(C):
            s += yb[c] * eta[c]
            eta[c] += effect[c]
        level += s
        exp_into(eta, C, t, bits, mb)
        if has_base:
            zb = base[a, b]
            for c in range(C):
                mb[c] *= zb[c]
        for c in range(C):
            total[c] += mb[c]
    return level


@kernel
def _poisson_scores(a, y, first, second, start, factor, mu, q):
    """mu *= factor of the group, and q += D'(y - mu), of one a."""
    B, C = mu.shape[1], mu.shape[2]
    has_a, has_b = first.size > 0, second.size > 0
    for b in range(B):
        yb, mb = y[a, b], mu[a, b]
        s = 0.0
        if has_b:
            o = start + (second[a] * B + b) * C
            qb = q[o : o + C]
            for c in range(C):
                mb[c] *= factor[c]
                x = yb[c] - mb[c]
                s += x
                qb[c] += x
        else:
            for c in range(C):
                mb[c] *= factor[c]
                s += yb[c] - mb[c]
        if has_a:
            q[first[a] * B + b] += s


@kernel
def poisson(lo, hi, y, x, base, total, first, second, start, u, beta, effect, mu, factor, q, level):
    """Means, and factors of the group effects that bring their sums to `total`; q += D'(y - mu), level[0] += Σ y η."""
    C = mu.shape[2]
    none, eta, t = np.zeros(C), np.empty(C), np.empty(C)
    bits = t.view(np.int64)
    for a in range(lo, hi):
        fa, ta = factor[a], total[a]
        level[0] += _poisson_means(a, y, x, base, first, second, start, u, beta, effect[a], none, eta, t, bits, mu, fa)
        for c in range(C):
            fa[c] = ta[c] / fa[c] if ta[c] > 0.0 else 0.0
        _poisson_scores(a, y, first, second, start, fa, mu, q)


@kernel
def poisson_means(lo, hi, y, x, base, first, second, start, u, beta, effect, mu, sums, level):
    """The first half of `poisson`, for groups that span several a."""
    C = mu.shape[2]
    none, eta, t = np.zeros(C), np.empty(C), np.empty(C)
    bits = t.view(np.int64)
    for a in range(lo, hi):
        level[0] += _poisson_means(
            a, y, x, base, first, second, start, u, beta, effect[a], none, eta, t, bits, mu, sums[a]
        )


@kernel
def poisson_scores(lo, hi, y, first, second, start, factor, mu, q):
    """The second half of `poisson`."""
    for a in range(lo, hi):
        _poisson_scores(a, y, first, second, start, factor[a], mu, q)
