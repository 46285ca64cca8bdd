"""One program's times for one estimation, as a line of JSON: run by gravity.py in a process of its own."""

import json
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

PROTOTYPE = Path(__file__).parents[2] / "shared" / "prototype" / "three_way_ppml.py"
REPLACED = "x2"


def indexer(data: pd.DataFrame, job: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """The package itself."""
    import numba  # noqa: F401  (an imported library, not memory of the estimation)

    from indexer import gravity

    vcov = {"CRV1": job["clusters"]} if job["clusters"] else "iid"
    run = getattr(gravity, job["estimator"])

    def call() -> dict[str, Any]:
        fit = run(job["formula"], data, vcov, ssc="G" if job["clusters"] else "default")
        return {"coef": fit.coef.tolist(), "se": fit.se.tolist()}

    return call


def refit(data: pd.DataFrame, job: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """A second fit with another draw of a regressor, from the optimum of the first."""
    import numpy as np

    from indexer import gravity

    fit = gravity.ppml(job["formula"], data, {"CRV1": job["clusters"]})
    noise = np.random.default_rng(0).normal(size=len(data))
    draw = {REPLACED: data[REPLACED].to_numpy() + 0.2 * noise}

    def call() -> dict[str, Any]:
        again = fit.refit(draw)
        return {"coef": again.coef.tolist(), "se": again.se.tolist()}

    return call


def bias_corrected(data: pd.DataFrame, job: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """The correction of Weidner and Zylkin, after the fit."""
    from indexer import gravity

    fit = gravity.ppml(job["formula"], data, {"CRV1": job["clusters"]})

    def call() -> dict[str, Any]:
        corrected = fit.bias_corrected()
        return {"coef": corrected.coef.tolist(), "se": corrected.se.tolist()}

    return call


def pyfixest(data: pd.DataFrame, job: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """Run pyfixest with one of its demeaning backends; "tight" is the reference that accuracy is measured by."""
    import pyfixest as pf
    from pyfixest.demeaners import LsmrDemeaner, MapDemeaner

    options: dict[str, Any] = {"ssc": pf.ssc(k_adj=False)} if job["clusters"] else {}
    options["vcov"] = {"CRV1": job["clusters"]} if job["clusters"] else "iid"
    backend = job["backend"]
    if backend == "tight":
        options["demeaner"] = LsmrDemeaner(fixef_atol=1e-13, fixef_btol=1e-13, fixef_maxiter=100_000)
        if job["estimator"] == "ppml":
            options |= {"iwls_tol": 1e-13, "iwls_maxiter": 100}
    else:
        options["demeaner"] = LsmrDemeaner() if backend == "within" else MapDemeaner(backend=backend)
    run = pf.feols if job["estimator"] == "ols" else pf.fepois

    def call() -> dict[str, Any]:
        fit = run(job["formula"], data, **options)
        return {"coef": fit.coef().tolist(), "se": fit.se().tolist()}

    return call


def prototype(data: pd.DataFrame, job: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """The bare kernel: no checks, no missing rows, complete panels with pair clusters only."""
    sys.path.insert(0, str(PROTOTYPE.parent))
    import three_way_ppml

    def call() -> dict[str, Any]:
        fit = three_way_ppml.fit_df(data, int(os.environ["NUMBA_NUM_THREADS"]))
        return {"coef": list(fit["coef"]), "se": list(fit["se"])}

    return call


def resident() -> float:
    """Memory of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    """Print times of all runs but the first, memory that the first needed beyond libraries and data, and results."""
    warnings.simplefilter("ignore")
    job = json.loads(sys.argv[1])
    data = pd.read_pickle(job["file"])
    call = globals()[job["program"]](data, job)
    before = resident()
    result: dict[str, Any] = {}
    times, memory = [], 0.0
    for run in range(job["runs"] + 1):
        start = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - start)
        if not run:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    sys.stdout.write(json.dumps({**result, "first": times[0], "times": times[1:], "memory": memory}) + "\n")


if __name__ == "__main__":
    main()
