"""Loops over rows sorted by the group effect, with any number of further effects read through codes.

Arguments common to all: `lo`, `hi` a range of groups; `ptr` the first row of each group; `codes[k]` the position
of each row's level of effect k in the vector of levels; `w` the weights; `rw` the reciprocal of their sum by group.
"""

import math

import numpy as np

from indexer.gravity.kernels import kernel


@kernel
def fill(lo, hi, order, column, shift, scale, out):
    """Out = (column[order] - shift)·scale."""
    for k in range(lo, hi):
        out[k] = (column[order[k]] - shift) * scale


@kernel
def product(lo, hi, ptr, codes, w, rw, u, which, q):
    """q[r] += D'H D u[r] for r in `which`."""
    K = codes.shape[0]
    size = 0
    for g in range(lo, hi):
        size = max(size, ptr[g + 1] - ptr[g])
    v = np.empty(size)
    for g in range(lo, hi):
        p, n = ptr[g], ptr[g + 1] - ptr[g]
        for r in which:
            ur, qr = u[r], q[r]
            d = 0.0
            for j in range(n):
                x = 0.0
                for k in range(K):
                    x += ur[codes[k, p + j]]
                v[j] = x
                d += w[p + j] * x
            d *= rw[g]
            for j in range(n):
                x = w[p + j] * (v[j] - d)
                for k in range(K):
                    qr[codes[k, p + j]] += x


@kernel
def residual(lo, hi, ptr, codes, w, rw, v, u, q):
    """q += D'H (v - D u)."""
    K = codes.shape[0]
    size = 0
    for g in range(lo, hi):
        size = max(size, ptr[g + 1] - ptr[g])
    t = np.empty(size)
    for g in range(lo, hi):
        p, n = ptr[g], ptr[g + 1] - ptr[g]
        for r in range(v.shape[0]):
            ur, qr = u[r], q[r]
            d = 0.0
            for j in range(n):
                x = v[r, p + j]
                for k in range(K):
                    x -= ur[codes[k, p + j]]
                t[j] = x
                d += w[p + j] * x
            d *= rw[g]
            for j in range(n):
                x = w[p + j] * (t[j] - d)
                for k in range(K):
                    qr[codes[k, p + j]] += x


@kernel
def sweep(lo, hi, ptr, codes, w, rw, v, u, out):
    """out = v - D u minus its weighted mean by group."""
    K = codes.shape[0]
    for r in range(v.shape[0]):
        ur = u[r]
        for g in range(lo, hi):
            d = 0.0
            for c in range(ptr[g], ptr[g + 1]):
                x = v[r, c]
                for k in range(K):
                    x -= ur[codes[k, c]]
                out[r, c] = x
                d += w[c] * x
            d *= rw[g]
            for c in range(ptr[g], ptr[g + 1]):
                out[r, c] -= d


@kernel
def gram(lo, hi, ptr, codes, w, rw, y, v, u, g, e, s):
    """G += Ṽ'WṼ, e += Ṽ'(y - w) and s[:, group] = Σ Ṽ (y - w), Ṽ as in `sweep` (s may be empty)."""
    K, R = codes.shape[0], v.shape[0]
    size = 0
    for i in range(lo, hi):
        size = max(size, ptr[i + 1] - ptr[i])
    t = np.empty((R, size))
    for i in range(lo, hi):
        p, n = ptr[i], ptr[i + 1] - ptr[i]
        for r in range(R):
            d = 0.0
            for j in range(n):
                x = v[r, p + j]
                for k in range(K):
                    x -= u[r, codes[k, p + j]]
                t[r, j] = x
                d += w[p + j] * x
            d *= rw[i]
            a = 0.0
            for j in range(n):
                t[r, j] -= d
                a += t[r, j] * (y[p + j] - w[p + j])
            e[r] += a
            if s.size:
                s[r, i] = a
        for r in range(R):
            for m in range(r + 1):
                a = 0.0
                for j in range(n):
                    a += w[p + j] * t[r, j] * t[m, j]
                g[r, m] += a


@kernel
def diagonal(lo, hi, ptr, codes, w, rw, q):
    """Q += the diagonal of D'H D: Σ over groups of s - s²/W, s the weight of the level in the group."""
    s = np.zeros(q.size)
    for k in range(codes.shape[0]):
        for g in range(lo, hi):
            for c in range(ptr[g], ptr[g + 1]):
                s[codes[k, c]] += w[c]
            for c in range(ptr[g], ptr[g + 1]):
                j = codes[k, c]
                if s[j] > 0.0:
                    q[j] += s[j] - s[j] * s[j] * rw[g]
                    s[j] = 0.0


@kernel
def level_sums(lo, hi, codes, v, q):
    """Q += D'v over rows lo … hi."""
    for c in range(lo, hi):
        for k in range(codes.shape[0]):
            q[codes[k, c]] += v[c]


@kernel
def group_sums(lo, hi, ptr, v, out):
    """Out = sums of v by group."""
    for g in range(lo, hi):
        s = 0.0
        for c in range(ptr[g], ptr[g + 1]):
            s += v[c]
        out[g] = s


@kernel
def poisson(lo, hi, ptr, codes, y, x, base, total, u, beta, effect, mu, new, q, ll):
    """Means, group effects and scores of a Poisson model; ll[0] += Σ y (x'beta + D u)."""
    K, R = codes.shape[0], x.shape[0]
    has_base = base.size > 0
    for g in range(lo, hi):
        s = 0.0
        level = 0.0
        for c in range(ptr[g], ptr[g + 1]):
            e = 0.0
            for k in range(K):
                e += u[codes[k, c]]
            for r in range(R):
                e += beta[r] * x[r, c]
            level += y[c] * e
            m = math.exp(min(max(e + effect[g], -700.0), 700.0))
            if has_base:
                m *= base[c]
            mu[c] = m
            s += m
        ll[0] += level
        f = total[g] / s if total[g] > 0.0 else 0.0
        new[g] = effect[g] + (math.log(f) if total[g] > 0.0 else 0.0)
        for c in range(ptr[g], ptr[g + 1]):
            mu[c] *= f
            d = y[c] - mu[c]
            for k in range(K):
                q[codes[k, c]] += d
