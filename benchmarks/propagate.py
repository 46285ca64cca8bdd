"""Speed of an equation under draws of its index: python benchmarks/propagate.py [--draws N] [--workers N].

An index of 50 simulated economies over 10 years (12 indicators in 3 sets) is drawn, and each draw is put through a
three-way PPML of all flows among them, 24,500 rows. Bound: 1,000 draws in 60 s on two workers. The stages come first,
each alone on one core; the last lines check that draw 0 is the plain fit, and a draw what estimating from the start
gives.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")})

import joblib
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

from panels import trade

import indexer
from indexer import gravity, propagation

AGREES, NEAR = 1e-9, 1e-6
MOST = 60.0
"""Seconds that 1,000 draws may take on two workers."""
N, FIRST, YEARS = 50, 2000, 10
SETS, MEMBERS = ("capacity", "skills", "rules"), 4
FORMULA = "y ~ ai_gap + x1 | exporter^year + importer^year + exporter^importer"
PAIRS = {"CRV1": "exporter^importer"}


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def timed(what: str, call: Callable[[], Any]) -> tuple[Any, float]:
    """Run a call, print its time, return both."""
    start = time.perf_counter()
    result = call()
    seconds = time.perf_counter() - start
    say(f"{what:<64}{seconds:>8.2f} s")
    return result, seconds


def code(k: int) -> str:
    """Return a three-letter code that no economy has."""
    return f"X{chr(65 + k // 26)}{chr(65 + k % 26)}"


def write_folder(root: Path) -> Path:
    """Write a folder of simulated indicators: economies drift apart, and each set has a factor of its own."""
    rng = np.random.default_rng(1)
    codes = [code(k) for k in range(N)]
    (root / "_reference").mkdir(parents=True)
    rows = [f"{c},Economy {c},,,,,0,0" for c in codes]
    header = "economy,name,iso2,iso_numeric,income_group,region,asean,rcep"
    (root / "_reference/economies.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (root / "_reference/aliases.csv").write_text(f"alias,economy\nThe first economy,{codes[0]}\n", encoding="utf-8")
    (root / "index.yaml").write_text(
        f"title: Simulated\ndefault_edition: simulated\nlicence: CC0 1.0\nsets: [{', '.join(SETS)}]\n", encoding="utf-8"
    )
    level = rng.normal(size=(N, 1))
    sets = []
    for name in SETS:
        (root / name).mkdir()
        (root / name / "set.yaml").write_text(
            f"id: {name}\nname: Set {name}\ndefinition: Simulated.\n", encoding="utf-8"
        )
        path = level + 0.5 * rng.normal(size=(N, 1)) + np.cumsum(0.15 * rng.normal(size=(N, YEARS)) + 0.05, axis=1)
        members = []
        for j in range(MEMBERS):
            values = 50 + 10 * (path + 0.6 * rng.normal(size=(N, 1)) + 0.1 * rng.normal(size=(N, YEARS)))
            write_series(root / name, f"{name}_{j}", values, codes)
            members.append(f"      {name}_{j}: {{enters: as_published, transform: none, why: Simulated.}}")
        sets.append(
            f"  {name}:\n    weight: {{method: pca, rule: communality, why: One factor.}}\n"
            "    aggregate: {method: arithmetic, why: Substitutes.}\n    indicators:\n" + "\n".join(members)
        )
    span = f"[{FIRST}, {FIRST + YEARS - 1}]"
    (root / "editions").mkdir()
    (root / "editions/simulated.yaml").write_text(
        f"edition: simulated\ntitle: Simulated\nwhy: To be timed.\neconomies: [{', '.join(codes)}]\nyears: {span}\n"
        f"reference_years: {span}\nnormalise: {{method: min_max, low: 0, high: 100, why: One scale.}}\n"
        "min_share: 0.6\nsets:\n" + "\n".join(sets) + "\nbetween:\n"
        "  weight: {method: entropy, why: As the shipped edition.}\n"
        "  aggregate: {method: arithmetic, why: As the shipped edition.}\n",
        encoding="utf-8",
    )  # fmt: skip
    return root


def write_series(room: Path, name: str, values: np.ndarray, codes: list[str]) -> None:
    """Write metadata and facts of one simulated indicator."""
    (room / f"{name}.yaml").write_text(
        f"id: {name}\nname: Series {name}\nset: {room.name}\nunit: points\ndirection: higher_better\n"
        "definition: Simulated.\nsource: {publisher: Nobody, dataset: Simulated, vintage: '2024', "
        "url: 'https://example.org', licence: CC0 1.0, retrieved: 2024-06-30}\nvalid: {minimum: -1000}\n"
        "role: core\nbasis: score\n",
        encoding="utf-8",
    )
    table = pd.DataFrame(values, index=codes, columns=range(FIRST, FIRST + YEARS))
    table = table.rename_axis("economy").reset_index().melt("economy", var_name="year", value_name="value")
    table.round(6).to_csv(room / f"{name}.csv", index=False, lineterminator="\n")


def flows() -> pd.DataFrame:
    """Return the flows of the gravity benchmark under the codes of the simulated economies."""
    found = trade(N, YEARS)
    places = {k: code(i) for i, k in enumerate(sorted(found["exp"].unique()))}
    found["year"] += FIRST - found["year"].min()
    return found.assign(exporter=found["exp"].map(places), importer=found["imp"].map(places))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    say(f"indexer {indexer.__version__}, {given.draws:,} draws, {given.workers} workers")
    with tempfile.TemporaryDirectory() as place:
        folder = write_folder(Path(place) / "x")
        index, _ = timed("index of 50 economies, 10 years, 12 indicators", lambda: indexer.build(folder))
    data, _ = timed("flows, index attached", lambda: gravity.attach(index, flows()))
    gravity.ppml(FORMULA, data, vcov=PAIRS)  # kernels compile once a machine
    plain, _ = timed(f"plain fit, {len(data):,} rows", lambda: gravity.ppml(FORMULA, data, vcov=PAIRS))
    drawn, _ = timed(f"{given.draws:,} draws of the index alone", lambda: indexer.uncertainty(index, given.draws))
    places, some = propagation._Places(index, data), drawn.draws.reshape(given.draws, -1)[:100]
    made, _ = timed(f"columns of {len(some)} draws",
                    lambda: [places.columns(places.like_own(one))["ai_gap"] for one in some])  # fmt: skip
    timed(
        f"{len(some)} refits with their errors, one core", lambda: [plain.refit({"ai_gap": one}).tidy() for one in made]
    )
    with joblib.parallel_config(n_jobs=given.workers):
        found, seconds = timed(
            f"{given.draws:,} draws through the equation, all",
            lambda: indexer.propagate(index, data, FORMULA, draws=given.draws, vcov=PAIRS),
        )
    say(f"  at most {MOST:g} s for 1,000: {'holds' if seconds * 1000 / given.draws <= MOST else 'MISSED'}")
    own = found.draws[found.draws["draw"] == 0].set_index("term")["estimate"]
    gap = float((own / plain.coef - 1).abs().max())
    say(f"draw 0 and the plain fit: difference {gap:.0e}, {'within' if gap <= AGREES else 'NOT within'} {AGREES}")
    last = found.draws[found.draws["draw"] == len(some)].set_index("term")["estimate"]
    anew = gravity.ppml(FORMULA, data.assign(ai_gap=made[-1]), vcov=PAIRS).coef
    gap = float((last / anew - 1).abs().max())
    say(
        f"draw {len(some)} and estimating from the start: {gap:.0e}, {'within' if gap <= NEAR else 'NOT within'} {NEAR}"
    )
    say(found.table.to_string(index=False, float_format=lambda v: f"{v:.4g}"))
    if len(found.failures):
        say(found.failures.to_string(index=False))


if __name__ == "__main__":
    main()
