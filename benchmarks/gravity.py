"""Speed, accuracy and memory of the gravity engine beside its peers: python benchmarks/gravity.py [SECTION …].

Every program runs in processes of its own on the same file, in turn, with two threads; a row gives the medians, their
ratio, and the largest relative differences of our coefficients and standard errors from pyfixest at the tightest
tolerances that it takes. Programs that are not installed are left out and named at the end. Sections: three-way,
identifiers, effects, shapes, again, growth, first; all of them take about an hour.
"""

import argparse
import functools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from contestant import PROTOTYPE
from panels import shape, trade

HERE = Path(__file__).parent
THREADS = 2
LIMIT = 600
BACKENDS = ("rust", "numba", "within")
THREE, READY = "exp^year + imp^year + exp^imp", "ey + iy + pair"
PANELS = {
    "24,500": (50, 10), "247,500": (100, 25), "398,000": (200, 10), "995,000": (200, 25), "hard": (200, 25, 4.0, 0.15),
}  # fmt: skip
Result = dict[str, Any]


class Bench:
    """Files of data, made once, and the processes that run on them."""

    def __init__(self, folder: Path, rounds: int, runs: int):
        self.folder, self.rounds, self.runs = folder, rounds, runs
        self.absent: set[str] = set()

    @functools.cache  # noqa: B019
    def panel(self, name: str, kind: str = "") -> tuple[Path, int]:
        """Write a panel of trade with ready-made identifiers, its countries as numbers, text or categories."""
        data = trade(*PANELS[name]) if name in PANELS else trade(*map(int, name.split("x")))
        low, high = np.minimum(data.exp, data.imp), np.maximum(data.exp, data.imp)
        data = data.assign(ey=data.exp * 10_000 + data.year, iy=data.imp * 10_000 + data.year, low=low, high=high,
                           pair=data.exp * 1000 + data.imp, both=low * 1000 + high)  # fmt: skip
        if kind:
            data = data[["exp", "imp", "year", "y", "x1", "x2"]]
            for c in ("exp", "imp"):
                data[c] = ("C" + data[c].astype(str).str.zfill(3)).astype(kind)
        return self._write(data, f"{name}{kind}")

    @functools.cache  # noqa: B019
    def shape(self, n: int, difficult: bool) -> tuple[Path, int]:
        """Write one of the shapes."""
        return self._write(shape(n, difficult), f"{n}{difficult}")

    def _write(self, data: pd.DataFrame, name: str) -> tuple[Path, int]:
        path = self.folder / f"{name}.pkl"
        data.to_pickle(path)
        if shutil.which("Rscript"):
            data.to_csv(path.with_suffix(".csv"), index=False, float_format="%.17g")
        return path, len(data)

    def run(self, programs: dict[str, dict[str, Any]], runs: int | None = None) -> dict[str, Result]:
        """Run programs in turn; leave out those that are not installed or do not end."""
        found: dict[str, list[Result]] = {}
        for _ in range(self.rounds):
            for name, job in programs.items():
                out = self._one(name, {"runs": runs or self.runs, "estimator": "ppml", "clusters": "", **job})
                if out is not None:
                    found.setdefault(name, []).append(out)
        for results in found.values():
            results[0]["times"] = [t for r in results for t in r["times"]]
        return {name: results[0] for name, results in found.items()}

    def _one(self, name: str, job: dict[str, Any]) -> Result | None:
        peer = job["program"]
        command = [sys.executable, str(HERE / "contestant.py"), json.dumps({**job, "file": str(job["file"])})]
        if peer == "fixest":
            file = str(job["file"].with_suffix(".csv"))
            command = ["Rscript", str(HERE / "fixest.R"), file, job["formula"], job["clusters"], str(job["runs"]),
                       job["estimator"], str(THREADS)]  # fmt: skip
        if not installed(peer):
            self.absent.add(peer)
            return None
        threads = {k: str(THREADS) for k in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS",
                                             "OPENBLAS_NUM_THREADS", "INDEXER_THREADS")}  # fmt: skip
        environment = {**os.environ, **threads, "PYTHONPATH": str(HERE.parent), "PYTHONHASHSEED": "0"}
        if peer == "prototype":
            environment["NUMBA_CACHE_DIR"] = str(self.folder / "prototype")  # beside it may lie what others compiled
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, env=environment)
        except subprocess.TimeoutExpired:
            say(f"  {name}: not done after {LIMIT} s")
            return None
        if done.returncode:
            say(f"  {name}: {(done.stderr.strip().splitlines() or ['no result'])[-1][:150]}")
            return None
        result: Result = json.loads(done.stdout)
        return result


@functools.cache
def installed(peer: str) -> bool:
    """Whether a program can be run here."""
    if peer in ("refit", "bias_corrected"):
        return True
    if peer == "fixest":
        rscript = shutil.which("Rscript") or ""
        return bool(rscript) and not subprocess.run([rscript, "-e", "library(fixest)"], capture_output=True).returncode
    if peer == "prototype":
        return PROTOTYPE.exists()
    return not subprocess.run([sys.executable, "-c", f"import {peer}"], capture_output=True, cwd=HERE.parent).returncode


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def median(result: Result) -> float:
    """Median time of a program."""
    return statistics.median(result["times"])


def row(case: str, n: int, ours: Result, name: str, peer: Result, exact: Result | None = None) -> None:
    """Print a row of the table."""
    gaps = ["", ""]
    if exact:
        gaps = [f"{max(abs(a / b - 1) for a, b in zip(ours[k], exact[k], strict=True)):.0e}" for k in ("coef", "se")]
    say(
        f"{case:<28}{n:>10,}{median(ours):>9.4f}{min(ours['times']):>9.4f}  {name:<22}{median(peer):>9.4f}"
        f"{median(peer) / median(ours):>8.2f}{gaps[0]:>8}{gaps[1]:>8}"
    )


def best(results: dict[str, Result]) -> tuple[str, Result] | None:
    """Return the fastest of pyfixest's backends."""
    of = {k: v for k, v in results.items() if k.startswith("pyfixest") and "tight" not in k}
    return min(of.items(), key=lambda kv: median(kv[1])) if of else None


def beside(
    bench: Bench, case: str, n: int, ours: dict[str, Any], theirs: str, others: dict[str, dict[str, Any]] | None = None,
    runs: int | None = None,
) -> dict[str, Result]:  # fmt: skip
    """Run the package, pyfixest's backends and others on a file, and print a row for each."""
    ours = {"program": "indexer", **ours}
    pyfixest = {**ours, "program": "pyfixest", "formula": theirs, "clusters": "pair" if ours.get("clusters") else ""}
    peers = {f"pyfixest {b}": {**pyfixest, "backend": b} for b in BACKENDS}
    found = bench.run({"indexer": ours, **peers, **(others or {})}, runs)
    tight = {"pyfixest tight": {**pyfixest, "backend": "tight", "runs": 0}}
    exact = Bench(bench.folder, 1, 1).run(tight).get("pyfixest tight")
    rows = [best(found), *((k, found[k]) for k in others or {} if k in found)]
    for entry in filter(None, rows):
        row(case, n, found["indexer"], *entry, exact)
    return found


def three_way(bench: Bench) -> None:
    """PPML with three effects and errors clustered by pair: the package's own field."""
    for name in PANELS:
        file, n = bench.panel(name)
        job = {"file": file, "formula": f"y ~ x1 + x2 | {THREE}", "clusters": "exp^imp"}
        others = {
            "fixest": {**job, "program": "fixest"},
            **({"prototype": {**job, "program": "prototype"}} if name != "hard" else {}),
        }
        found = beside(
            bench, f"three-way PPML, {name}", n, job | {"clusters": "exp^imp"}, f"y ~ x1 + x2 | {READY}", others
        )
        memory(found)


def memory(found: dict[str, Result]) -> None:
    """Print what the first call needed beyond libraries and data."""
    used = {k.split()[0]: f"{k} {v['memory']:.0f} MB" for k, v in found.items() if v.get("memory") and k != "prototype"}
    say(f"{'':<28}memory beyond libraries and frame: {', '.join(used.values())}")


def identifiers(bench: Bench) -> None:
    """The same with countries as text and as categories, and with effects that come as one column each."""
    file, n = bench.panel("995,000")
    job = {"program": "indexer", "file": file, "formula": f"y ~ x1 + x2 | {THREE}", "clusters": "exp^imp"}
    ready = {**job, "formula": f"y ~ x1 + x2 | {READY}", "clusters": "pair"}
    found = bench.run({
        "integers": job, "text": {**job, "file": bench.panel("995,000", "str")[0]},
        "categories": {**job, "file": bench.panel("995,000", "category")[0]}, "ready-made": ready,
    })  # fmt: skip
    for name in ("text", "categories", "ready-made"):
        row(f"identifiers: {name}", n, found[name], "indexer, integers", found["integers"], found["integers"])


def effects(bench: Bench) -> None:
    """Parts of the three-way model, undirected pairs, and least squares."""
    file, n = bench.panel("995,000")
    for case, ours, theirs in (
        ("exp^year + imp^year", "exp^year + imp^year", "ey + iy"),
        ("pair + year", "exp^imp + year", "pair + year"),
        ("pair", "exp^imp", "pair"),
        ("undirected pairs", "exp^year + imp^year + low^high", "ey + iy + both"),
        ("undirected, ready-made", "ey + iy + both", "ey + iy + both"),
    ):
        job = {"file": file, "formula": f"y ~ x1 + x2 | {ours}", "clusters": "pair"}
        beside(bench, f"PPML, {case}", n, job, f"y ~ x1 + x2 | {theirs}")
    job = {"file": file, "formula": f"y ~ x1 + x2 | {THREE}", "clusters": "pair", "estimator": "ols"}
    beside(bench, "OLS, three-way", n, job, f"y ~ x1 + x2 | {READY}")


def shapes(bench: Bench) -> None:
    """Three crossed effects without a panel behind them: the general path."""
    for n in (100_000, 300_000, 1_000_000):
        for difficult in (False, True):
            file, _ = bench.shape(n, difficult)
            for estimator, left in (("ols", "y"), ("ppml", "counts")):
                formula = f"{left} ~ x1 | individual + firm + year"
                job = {"file": file, "formula": formula, "estimator": estimator}
                case = f"{estimator.upper()}, {'difficult' if difficult else 'simple'}"
                beside(
                    bench,
                    case,
                    n,
                    job,
                    formula,
                    {"fixest": {**job, "program": "fixest"}},
                    2 if n == 1_000_000 else None,
                )


def again(bench: Bench) -> None:
    """What comes after a fit: another draw of a regressor, the correction of Weidner and Zylkin."""
    for name in PANELS:
        file, n = bench.panel(name)
        job = {"program": "indexer", "file": file, "formula": f"y ~ x1 + x2 | {THREE}", "clusters": "exp^imp"}
        found = bench.run({"cold": job, "refit": {**job, "program": "refit"},
                           "correction": {**job, "program": "bias_corrected"}})  # fmt: skip
        row(f"refit, {name}", n, found["refit"], "indexer, cold", found["cold"])
        row(f"bias correction, {name}", n, found["correction"], "indexer, cold", found["cold"])


def growth(bench: Bench) -> None:
    """Slope of log time on log rows."""
    points: list[tuple[int, float]] = []
    for name in ("50x10", "100x10", "100x25", "200x25", "400x25"):
        file, n = bench.panel(name)
        job = {"program": "indexer", "file": file, "formula": f"y ~ x1 + x2 | {THREE}", "clusters": "exp^imp"}
        points.append((n, median(bench.run({"indexer": job})["indexer"])))
    rows, seconds = np.log(np.array(points)).T
    slope = np.polyfit(rows, seconds, 1)[0]
    say(f"{'growth':<28}" + ", ".join(f"{n:,} rows {t:.3f} s" for n, t in points) + f"; slope of logs {slope:.2f}")


def first(bench: Bench) -> None:
    """A fresh process on a small panel, with no compiled functions on disk: imports, estimation and all."""
    file, n = bench.panel("6x10")
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(bench.folder / "none"), "PYTHONPATH": str(HERE.parent)}
    times = {}
    for name, call in (
        ("indexer", f"from indexer import gravity; gravity.ppml('y ~ x1 + x2 | {THREE}', d, {{'CRV1': 'exp^imp'}})"),
        ("pyfixest", f"import pyfixest; pyfixest.fepois('y ~ x1 + x2 | {READY}', d, {{'CRV1': 'pair'}})"),
    ):
        if installed(name):
            start = time.perf_counter()
            code = f"import pandas; d = pandas.read_pickle({str(file)!r}); {call}"
            subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
            times[name] = time.perf_counter() - start
    say(f"{'first call':<28}{n:>10,}  " + ", ".join(f"{k} {v:.2f} s" for k, v in times.items()) + " in a fresh process")


SECTIONS = {f.__name__.replace("_", "-"): f for f in (three_way, identifiers, effects, shapes, again, growth, first)}


def sections(names: list[str]) -> Iterator[Any]:
    """Look up sections by name; all of them where none is named."""
    return (SECTIONS[n] for n in names or SECTIONS)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("section", nargs="*", choices=[*SECTIONS, []], help="which parts (default: all)")
    parser.add_argument("--rounds", type=int, default=2, help="processes of each program, in turn")
    parser.add_argument("--runs", type=int, default=3, help="timed runs in each process, after one that is not")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), arguments.rounds, arguments.runs)
        head = f"{f'seconds, {THREADS} threads':<28}{'rows':>10}{'indexer':>9}{'best':>9}  {'peer':<22}{'median':>9}"
        say(head + f"{'ratio':>8}{'coef':>8}{'se':>8}")
        for section in sections(arguments.section):
            section(bench)
        if bench.absent:
            say(f"not installed, left out: {', '.join(sorted(bench.absent))}")


if __name__ == "__main__":
    main()
