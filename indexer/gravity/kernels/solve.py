"""Steps of the conjugate gradients, several right-hand sides at once, with a diagonal preconditioner."""

from indexer.gravity.kernels import kernel

FLAT = 1e-11
"""A direction along which the form is this much smaller than its diagonal is one that it does not see."""


@kernel
def step(which, p, q, u, r, inverse, diagonal, rz, gain, reach, moving):
    """One step for the sides in `which`: u += alpha p, r -= alpha q, p = z + beta p, with q summed over ranges.

    `rz` holds r'z and is renewed; `gain` adds up by how much the sum of squares has fallen; `reach` holds the longest
    step; `moving[k]` is set to 0 where p'q is lost in rounding or beyond all bounds, which ends that side. Sides not
    listed are left alone.
    """
    n = u.shape[1]
    ranges = q.shape[0]
    for k in which:
        pk, uk, rk = p[k], u[k], r[k]
        s = q[0, k]
        for c in range(1, ranges):
            qc = q[c, k]
            for j in range(n):
                s[j] += qc[j]
        pq, size = 0.0, 0.0
        for j in range(n):
            pq += pk[j] * s[j]
            size += pk[j] * pk[j] * diagonal[j]
        if not FLAT * size < pq < 1e100:
            moving[k] = 0
            continue
        alpha = rz[k] / pq
        gain[k] += alpha * rz[k]
        reach[k] = max(reach[k], alpha)
        new = 0.0
        for j in range(n):
            uk[j] += alpha * pk[j]
            x = rk[j] - alpha * s[j]
            rk[j] = x
            new += x * x * inverse[j]
        beta = new / rz[k]
        for j in range(n):
            pk[j] = inverse[j] * rk[j] + beta * pk[j]
        rz[k] = new
