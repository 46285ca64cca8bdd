"""Speed of the index, its numbers checked in the same run: python benchmarks/index.py [--runs N].

One process on one core. Sections: COINr's ASEM example from the imputed table to the index, a simulated panel in
memory, and the world edition from the folder of facts to the published release. A time is a median, after one run that
does not count. COINr is an R package: its time is a stated one, and no Python package computes the whole example.
"""

from __future__ import annotations

import argparse
import os
import sys

os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")})
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import indexer
from indexer import composite
from indexer.folder import read
from indexer.methods import Choice
from indexer.recipe import Group, Recipe

ASEM = Path(__file__).parents[2] / "shared" / "reference" / "composite" / "asem_coinr"
COINR = 0.10
"""Seconds of COINr for the ASEM example at its best on this kind of machine, as stated."""
MOST = {"asem": 0.010, "panel": 0.020, "world": 5.0}
"""Seconds that each section may take."""
AGREES = 1e-9


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def row(what: str, seconds: float, note: str = "") -> None:
    """Print a row of the table."""
    say(f"{what:<52}{seconds * 1e3:>10.2f} ms  {note}".rstrip())


def held(seconds: float, most: float) -> str:
    """Say whether a time is within its bound."""
    return f"at most {most * 1e3:g} ms: {'holds' if seconds <= most else 'MISSED'}"


class Stages:
    """Times of the stages of one computation, run after run."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def time(self, stage: str, call: Callable[[], Any]) -> Any:
        """Run a stage and keep its time."""
        start = time.perf_counter()
        result = call()
        self.times.setdefault(stage, []).append(time.perf_counter() - start)
        return result

    def rows(self) -> None:
        """Print the median of each stage, of all runs but the first."""
        for stage, times in self.times.items():
            row(f"  {stage}", statistics.median(times[1:]))


def median(call: Callable[[], Any], runs: int) -> float:
    """Return the median time of a call, after one that does not count."""
    stages = Stages()
    for _ in range(runs + 1):
        stages.time("", call)
    return statistics.median(stages.times[""][1:])


def in_memory(recipe: Recipe, values: np.ndarray) -> composite.Scores:
    """Compute an index from complete values: treatment, normalisation, weights and every level."""
    treatment = composite.fit_treatment(recipe, values)
    treated = composite.treated(treatment, values)
    return composite.score(composite.fit(recipe, treated, treatment=treatment), treated)


def in_stages(recipe: Recipe, values: np.ndarray, stages: Stages) -> None:
    """Compute the same, and keep the time of each stage."""
    treatment = stages.time("fit treatment", lambda: composite.fit_treatment(recipe, values))
    treated = stages.time("treat", lambda: composite.treated(treatment, values))
    plan = stages.time("fit normalisation and weights", lambda: composite.fit(recipe, treated, treatment=treatment))
    stages.time("normalise and aggregate", lambda: composite.score(plan, treated))


def asem() -> tuple[Recipe, np.ndarray, pd.DataFrame]:
    """Return the recipe of COINr's example, its imputed table and the scores that it published."""
    structure = pd.read_csv(ASEM / "input_structure.csv").set_index("iCode")
    values = pd.read_csv(ASEM / "expected_imputed_group_mean.csv").set_index("uCode")
    expected = pd.read_csv(ASEM / "expected_index_scores.csv").set_index("uCode").loc[values.index]
    used = structure[structure["Level"] == 1]
    names = tuple(name for name in values.columns if name in used.index)
    groups = []
    for level in range(2, int(structure["Level"].max()) + 1):
        for node in structure.index[structure["Level"] == level]:
            members = structure[structure["Parent"] == node]["Weight"]
            shares = {str(name): float(share) for name, share in (members / members.sum()).items()}
            groups.append(Group(str(node), tuple(shares), Choice("expert", {"weights": shares})))
    n = len(names)
    recipe = Recipe(
        names, tuple((used["Direction"][list(names)] < 0).tolist()), tuple(groups), (Choice("winsorise_or_log"),) * n,
        (Choice("min_max"),) * n, (None,) * n,
    )  # fmt: skip
    return recipe, values[list(names)].to_numpy(float), expected


def example(runs: int) -> None:
    """COINr's ASEM example: 51 economies, 49 indicators, three levels above them."""
    if not ASEM.is_dir():
        say(f"ASEM example left out: no reference data at {ASEM}")
        return
    recipe, values, expected = asem()
    seconds = median(lambda: in_memory(recipe, values), runs)
    n, m = values.shape
    row(f"ASEM, {n} x {m}, imputed table to index", seconds, held(seconds, MOST["asem"]))
    stages = Stages()
    for _ in range(runs + 1):
        in_stages(recipe, values, stages)
    stages.rows()
    nodes = in_memory(recipe, values).nodes
    published = expected[[group.id for group in recipe.groups]].to_numpy(float)
    gap = float(np.abs(nodes - published).max())
    say(f"  all {published.size} scores as COINr published them: largest difference {gap:.0e}, "
        f"{'within' if gap <= AGREES else 'NOT within'} {AGREES:g}")  # fmt: skip
    say(
        f"  COINr: {COINR:g} s at best, a stated time (an R package, not run here): {COINR / seconds:.0f} times as long"
    )


def panel(runs: int, n_sets: int = 8, n_members: int = 5) -> None:
    """170 economies, 10 years, 40 indicators in 8 sets, simulated."""
    rng = np.random.default_rng(1)
    common = rng.standard_normal((1700, n_sets))
    values = np.repeat(common, n_members, axis=1) + rng.standard_normal((1700, n_sets * n_members))
    names = tuple(f"x{j}" for j in range(values.shape[1]))
    sets = [names[k * n_members : (k + 1) * n_members] for k in range(n_sets)]
    identifiers = tuple(f"s{k}" for k in range(n_sets))
    for within, between in (("equal", "equal"), ("pca", "entropy")):
        groups = [Group(s, one, Choice(within)) for s, one in zip(identifiers, sets, strict=True)]
        recipe = Recipe(
            names, (False,) * len(names), (*groups, Group("index", identifiers, Choice(between))),
            (Choice("none"),) * len(names), (Choice("min_max"),) * len(names), (None,) * len(names),
        )  # fmt: skip
        plan = composite.fit(recipe, values)
        seconds = median(lambda r=recipe: composite.score(composite.fit(r, values), values), runs)  # type: ignore[misc]
        row(f"panel, 170 x 10 x 40, {within} and {between} weights", seconds, held(seconds, MOST["panel"]))
        row("  scored again with fitted parameters", median(lambda p=plan: composite.score(p, values), runs))  # type: ignore[misc]


def world(runs: int) -> None:
    """The world edition from the folder of facts to the published release."""

    def whole() -> None:
        with tempfile.TemporaryDirectory() as out:
            indexer.build(edition="world").publish(out)

    index = indexer.build(edition="world")
    seconds = median(whole, runs)
    economies, years = len(index.edition.economies), len(index.edition.years)
    row(f"world edition, {economies} x {years} x {len(index.inputs)}, folder to release", seconds,
        held(seconds, MOST["world"]))  # fmt: skip
    stages = Stages()
    for _ in range(runs + 1):
        world_in_stages(stages)
    stages.rows()


def world_in_stages(stages: Stages) -> None:
    """Build and publish the world edition, and keep the time of each part."""
    stages.time("read and check the folder, alone", read)
    index = stages.time("build: read, choose economies, fit and score", lambda: indexer.build(edition="world"))
    stages.time(f"{len(index.edition.variants)} variants", lambda: index.variants)
    for name in ("weights", "cells", "adequacy", "checks", "pairs", "treatment", "coverage", "size"):
        stages.time(f"table {name}", lambda n=name: getattr(index, n))  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as out:
        stages.time("check the tables against their schemas, write files", lambda: index.publish(out))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=20, help="timed runs of what is in memory (the release: a quarter)")
    runs = parser.parse_args().runs
    say(f"{f'indexer {indexer.__version__}, one core, medians':<52}{'time':>10}")
    example(runs)
    panel(runs)
    world(max(runs // 4, 3))


if __name__ == "__main__":
    main()
