"""Loops over a dense tensor of cells for the means of a Poisson model; arguments as in `kernels.dense`.

`y` the left side; `x` the regressors, with the slopes `beta`; `base` a factor of the means, or empty; `total` the sums
of y by group, to which `factor` brings those of the means; `u` and `effect` the effects.
"""

import numpy as np

from indexer.gravity.kernels import kernel
from indexer.gravity.kernels.exponential import exp


@kernel
def _row(a, b, y, x, base, ua, ub, beta, effect, eta, mu, total):
    """mu = base·exp(x'beta + ua + ub + effect) of one (a, b), added to the sums; returns Σ y (x'beta + ua + ub)."""
    C = mu.shape[2]
    yb, mb = y[a, b], mu[a, b]
    for c in range(C):
        eta[c] = ua + ub[c]
    for k in range(x.shape[0]):
        xb, bk = x[k, a, b], beta[k]
        for c in range(C):
            eta[c] += bk * xb[c]
    s = 0.0
    if base.size:
        zb = base[a, b]
        for c in range(C):
            s += yb[c] * eta[c]
            m = zb[c] * exp(eta[c] + effect[c])
            mb[c] = m
            total[c] += m
    else:
        for c in range(C):
            s += yb[c] * eta[c]
            m = exp(eta[c] + effect[c])
            mb[c] = m
            total[c] += m
    return s


@kernel
def _poisson_means(a, y, x, base, first, second, start, u, beta, effect, none, eta, mu, total):
    """mu = base·exp(x'beta + D u + effect) of one a and its sums by group; returns Σ y (x'beta + D u)."""
    B, C = x.shape[2], x.shape[3]
    has_a, has_b = first.size > 0, second.size > 0
    total[:] = 0.0
    level = 0.0
    for b in range(B):
        ua = u[first[a] * B + b] if has_a else 0.0
        o = start + (second[a] * B + b) * C if has_b else 0
        ub = u[o : o + C] if has_b else none
        level += _row(a, b, y, x, base, ua, ub, beta, effect, eta, mu, total)
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
    none, eta = np.zeros(C), np.empty(C)
    for a in range(lo, hi):
        fa, ta = factor[a], total[a]
        level[0] += _poisson_means(a, y, x, base, first, second, start, u, beta, effect[a], none, eta, mu, fa)
        for c in range(C):
            fa[c] = ta[c] / fa[c] if ta[c] > 0.0 else 0.0
        _poisson_scores(a, y, first, second, start, fa, mu, q)


@kernel
def poisson_means(lo, hi, y, x, base, first, second, start, u, beta, effect, mu, sums, level):
    """The first half of `poisson`, for groups that span several a."""
    C = mu.shape[2]
    none, eta = np.zeros(C), np.empty(C)
    for a in range(lo, hi):
        level[0] += _poisson_means(a, y, x, base, first, second, start, u, beta, effect[a], none, eta, mu, sums[a])


@kernel
def poisson_scores(lo, hi, y, first, second, start, factor, mu, q):
    """The second half of `poisson`."""
    for a in range(lo, hi):
        _poisson_scores(a, y, first, second, start, factor[a], mu, q)


@kernel
def newton(
    lo, hi, y, x, base, total, first, second, start, u, beta, effect, p, mu, single, factor, rw, q, level, size, r, g, e
):
    """`poisson`, and at its means `diagonal`, `residual` and `gram` of the columns x with the coefficients p.

    Two passes over a slab where these need a pass or two each. `single` is filled with the means in single precision,
    `rw` with the reciprocals of their sums; `size`, `r`, `g` and `e` are added to.
    """
    # loops over few arrays each: the compiler puts no loop on vectors that needs many checks of what may overlap
    K, _, B, C = x.shape
    has_a, has_b = first.size > 0, second.size > 0
    eta, off, v, made = np.empty(C), np.empty(C), np.empty((K, C)), np.empty((K, C))
    # where there is no second effect, nothing is added to what varies along c, and its sums go nowhere
    us, ps = u if has_b else np.zeros(C), p if has_b else np.zeros((K, C))
    qs, sizes, rs = q if has_b else np.zeros(C), size if has_b else np.zeros(C), r if has_b else np.zeros((K, C))
    for a in range(lo, hi):
        fa, ta, ra, ea = factor[a], total[a], rw[a], effect[a]
        fa[:] = 0.0
        made[:] = 0.0
        for b in range(B):
            o = start + (second[a] * B + b) * C if has_b else 0
            ua = u[first[a] * B + b] if has_a else 0.0
            ub = us[o : o + C]
            level[0] += _row(a, b, y, x, base, ua, ub, beta, ea, eta, mu, fa)
            mb = mu[a, b]
            for k in range(K):
                ua = p[k, first[a] * B + b] if has_a else 0.0
                ub = ps[k, o : o + C]
                xb, dk = x[k, a, b], made[k]
                for c in range(C):
                    dk[c] += mb[c] * (xb[c] - ua - ub[c])
        for c in range(C):
            w = 1.0 / fa[c] if ta[c] > 0.0 else 0.0
            fa[c] = ta[c] * w
            ra[c] = 1.0 / ta[c] if ta[c] > 0.0 else 0.0
            for k in range(K):
                made[k, c] *= w
        for b in range(B):
            o = start + (second[a] * B + b) * C if has_b else 0
            wb, yb, sb = mu[a, b], y[a, b], single[a, b]
            qb = qs[o : o + C]
            nb = sizes[o : o + C]
            s, s2 = 0.0, 0.0
            for c in range(C):
                w = wb[c] * fa[c]
                wb[c] = w
                off[c] = yb[c] - w
            for c in range(C):
                s += off[c]
                qb[c] += off[c]
            for c in range(C):
                sb[c] = wb[c]
            for c in range(C):
                z = wb[c] - wb[c] * wb[c] * ra[c]
                s2 += z
                nb[c] += z
            if has_a:
                q[first[a] * B + b] += s
                size[first[a] * B + b] += s2
            for k in range(K):
                ua = p[k, first[a] * B + b] if has_a else 0.0
                ub = ps[k, o : o + C]
                xb, dk, vk = x[k, a, b], made[k], v[k]
                rb = rs[k, o : o + C]
                s, s2 = 0.0, 0.0
                for c in range(C):
                    z = xb[c] - ua - ub[c] - dk[c]
                    vk[c] = z
                    s2 += z * off[c]
                for c in range(C):
                    z = wb[c] * vk[c]
                    s += z
                    rb[c] += z
                e[k] += s2
                if has_a:
                    r[k, first[a] * B + b] += s
            for k in range(K):
                vk = v[k]
                for m in range(k + 1):
                    vm = v[m]
                    s = 0.0
                    for c in range(C):
                        s += wb[c] * vk[c] * vm[c]
                    g[k, m] += s
    for k in range(K):
        for m in range(k):
            g[m, k] = g[k, m]
