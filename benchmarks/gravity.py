"""Time of a three-way PPML beside pyfixest, on the same made panel in one run: python benchmarks/gravity.py [N [T]]."""

import sys
import time

import numpy as np
import pandas as pd
import pyfixest

from indexer import gravity

FORMULA = "trade ~ policy + affinity | exporter^year + importer^year + exporter^importer"


def panel(n: int, years: int) -> pd.DataFrame:
    """Flows between n countries: a policy that starts in some pairs, an affinity, and Poisson-like noise."""
    rng = np.random.default_rng(1)
    i, j, t = (a.ravel() for a in np.meshgrid(np.arange(n), np.arange(n), np.arange(years), indexing="ij"))
    abroad = i != j
    i, j, t = i[abroad], j[abroad], t[abroad]
    start = rng.integers(1, 2 * years, (n, n))
    policy = (t >= start[i, j]).astype(float)
    affinity = rng.normal(size=(n, n, years))[i, j, t]
    size = rng.normal(size=(n, years))[i, t] + rng.normal(size=(n, years))[j, t] + rng.normal(size=(n, n))[i, j]
    trade = np.exp(0.2 * policy + 0.1 * affinity + size) * rng.gamma(2.0, 0.5, i.size)
    return pd.DataFrame(
        {"exporter": i, "importer": j, "year": t, "trade": trade, "policy": policy, "affinity": affinity}
    )


def timed(call, runs: int = 3) -> tuple[float, object]:
    """Return the median time of some runs in seconds, and the last result."""
    times, result = [], None
    for _ in range(runs):
        start = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - start)
    return float(np.median(times)), result


def main() -> None:
    """Print one line: rows, both times, their ratio, and the largest difference of the coefficients."""
    n, years = (int(v) for v in (*sys.argv[1:], "50", "10")[:2])
    data = panel(n, years)
    data["pair"] = data["exporter"] * 10_000 + data["importer"]
    clusters = {"CRV1": "pair"}
    ours, fit = timed(lambda: gravity.ppml(FORMULA, data, vcov=clusters))
    peer, other = timed(lambda: pyfixest.fepois(FORMULA, data, vcov=clusters))
    gap = float(np.abs(fit.coef.to_numpy() - other.coef().to_numpy()).max())
    sys.stdout.write(
        f"{len(data)} rows: indexer {ours:.2f} s, pyfixest {peer:.2f} s, pyfixest/indexer {peer / ours:.2f}; "
        f"largest difference of coefficients {gap:.1e}\n"
    )


if __name__ == "__main__":
    main()
