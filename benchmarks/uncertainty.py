"""Speed of draws of an index: python benchmarks/uncertainty.py [--draws N] [--runs N] [--only asem|edition|world].

Sections: COINr's ASEM example on one core, with weights and normalisation open and then with every assumption; the
shipped edition; a simulated panel of the world on two cores, with its memory. A time is a median, after one run that
does not count, from what is drawn from (all fits of alternatives still to be made) to the counts of ranks; that of one
core is time of the processor, so that other work on the machine does not count, that of the panel time on the wall.
Below each stands where it goes. COINr is an R package: its time is a stated one.
"""

from __future__ import annotations

import argparse
import os
import sys

os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")})

import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

import indexer
from indexer import composite
from indexer.assumptions import assumptions
from indexer.methods import Choice
from indexer.recipe import Group, Recipe
from indexer.simulate import draws as drawing
from indexer.simulate import evaluate as evaluating
from indexer.simulate import uncertainty as counting
from indexer.simulate.cells import Cells
from indexer.simulate.source import space_of_cases
from indexer.simulate.space import Space, Values
from indexer.stages import METHODS

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
ASEM = Path(__file__).parents[2] / "shared" / "reference" / "composite" / "asem_coinr"
COINR = 0.11
"""Seconds of COINr for one draw of the ASEM example on this kind of machine, as stated."""
MOST = {"some": 11e-6, "all": 110e-6, "world": 60.0}
"""Seconds that one draw of each kind, and all draws of the panel, may take."""
MOST_MEMORY = 1.5
"""GiB that the panel may take on all workers together."""
SOME: Mapping[str, Any] = {"weights": {"concentration": 100}, "normalisation": ["z_score", "percentile_rank"]}
ALL: Mapping[str, Any] = {
    "treatment": ["none"],
    "imputation": {"sets": 20},
    "normalisation": ["z_score", "percentile_rank"],
    "weighting": {"within": ["entropy"], "between": ["entropy"]},
    "weights": {"concentration": 100},
    "aggregation": {"within": ["geometric"], "between": ["geometric", "harmonic"]},
    "leave_out": "indicator",
}
USUAL: Mapping[str, Any] = counting.DEFAULT


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def row(what: str, figure: str, note: str = "") -> None:
    """Print a row of the table."""
    say(f"{what:<60}{figure:>13}  {note}".rstrip())


def held(figure: float, most: float, said: str) -> str:
    """Say whether a figure is within its bound."""
    return f"at most {said}: {'holds' if figure <= most else 'MISSED'}"


class Clock:
    """Times of functions of the package, put in their place while it runs; they do not call each other."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}

    def timed(self, stage: Callable[..., str], call: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, its time kept under the stage that its arguments tell."""

        def run(*given: Any, **named: Any) -> Any:
            start = time.process_time()
            result = call(*given, **named)
            name = stage(*given)
            self.times[name] = self.times.get(name, 0.0) + time.process_time() - start
            return result

        return run

    def stages(self, space: Space, draws: int) -> None:
        """Draw once more, and print where the time goes."""
        # the values of an upper node's members are looked up just before it is aggregated
        upper: list[bool] = []
        places: list[tuple[Any, str, Callable[..., str]]] = [
            (Space, "nodes", lambda *_: "weights and bounds fitted anew, once each"),
            (Space, "shown", lambda *_: "values on their scale"),
            (evaluating, "drawn_weights", lambda *_: "weights"),
            (evaluating, "_members", lambda *_: upper.append(True) or "upper levels"),
            (evaluating, "aggregate", lambda *_: "upper levels" if upper and upper.pop() else "leaves"),
            (drawing, "ranks", lambda *_: "ranks"),
            (counting, "_counted", lambda *_: "counting"),
        ]
        kept = [getattr(where, name) for where, name, _ in places]
        for (where, name, stage), call in zip(places, kept, strict=True):
            setattr(where, name, self.timed(stage, call))
        try:
            start = time.process_time()
            drawn(space, draws)
            whole = time.process_time() - start
        finally:
            for (where, name, _), call in zip(places, kept, strict=True):
                setattr(where, name, call)
        self.times["picks, grouping and the rest"] = whole - sum(self.times.values())
        for name, seconds in sorted(self.times.items(), key=lambda one: -one[1]):
            row(f"  {name}", f"{seconds / draws * 1e6:.2f} µs")


def drawn(space: Space, draws: int) -> np.ndarray:
    """Make draws, keep their scores, and count their ranks, as `indexer.uncertainty` does."""
    n, years = len(space.economies), len(space.years)
    scores = np.empty((draws, n * years), dtype=np.float32)
    counts = np.zeros((n, years, n + 1), dtype=np.int64)
    done = 0
    for chunk in drawing.chunks(space, 1, draws):
        scores[done : done + len(chunk.scores)] = chunk.scores
        counts += counting._counted(chunk.ranks, n, years)
        done += len(chunk.scores)
    return counts


def median(
    call: Callable[..., Any],
    runs: int,
    prepare: Callable[[], Any] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """Return the median time of a call, after one that does not count; each on what is prepared anew before it."""
    times = []
    for _ in range(runs + 1):
        given = () if prepare is None else (prepare(),)
        start = clock()
        call(*given)
        times.append(clock() - start)
    return statistics.median(times[1:])


def asem(file: str) -> tuple[Recipe, np.ndarray, tuple[str, ...], np.ndarray]:
    """Return the recipe of COINr's example, a table of its values, the economies and their groups."""
    structure = pd.read_csv(ASEM / "input_structure.csv").set_index("iCode")
    values = pd.read_csv(ASEM / file).set_index("uCode")
    groups = pd.read_csv(ASEM / "input_idata.csv").set_index("uCode")["EurAsia_group"].loc[values.index]
    used = structure[structure["Level"] == 1]
    names = tuple(name for name in values.columns if name in used.index)
    tree = []
    for level in range(2, int(structure["Level"].max()) + 1):
        for node in structure.index[structure["Level"] == level]:
            members = structure[structure["Parent"] == node]["Weight"]
            shares = {str(name): float(share) for name, share in (members / members.sum()).items()}
            tree.append(Group(str(node), tuple(shares), Choice("expert", {"weights": shares})))
    n = len(names)
    recipe = Recipe(
        names, tuple((used["Direction"][list(names)] < 0).tolist()), tuple(tree), (Choice("winsorise_or_log"),) * n,
        (Choice("min_max"),) * n, (None,) * n,
    )  # fmt: skip
    return recipe, values[list(names)].to_numpy(float), tuple(map(str, values.index)), groups.to_numpy(str)


def example(draws: int, runs: int) -> None:
    """COINr's ASEM example: 51 economies, 49 indicators, three levels above them."""
    if not ASEM.is_dir():
        say(f"ASEM example left out: no reference data at {ASEM}")
        return
    recipe, values, names, groups = asem("expected_imputed_group_mean.csv")
    gaps = asem("expected_denominated.csv")[1]
    filling = replace(recipe, impute=Choice("group_mean"))
    for key, what, over, x, used in (
        ("some", "weights and normalisation", SOME, values, recipe),
        ("all", "every assumption", ALL, gaps, filling),
    ):
        opened = assumptions(over, METHODS)

        def space(used: Recipe = used, x: np.ndarray = x, opened: Any = opened) -> Space:
            return space_of_cases(used, x, opened, names, groups)

        seconds = median(lambda one: drawn(one, draws), runs, space) / draws
        row(f"ASEM, 51 x 49, {what}, {draws:,} draws, each", f"{seconds * 1e6:.1f} µs",
            held(seconds, MOST[key], f"{MOST[key] * 1e6:g} µs"))  # fmt: skip
        longer = f"{COINR / seconds:,.0f} times as long"
        say(f"  COINr: {COINR:g} s a draw, a stated time (an R package, not run here): {longer}")
        row("  preparing what is drawn from, once, beside these", f"{median(space, runs) * 1e3:.1f} ms")
        Clock().stages(space(), draws)


def edition(draws: int, runs: int) -> None:
    """The shipped edition, from the built index to the draws, as a release makes them."""
    index = indexer.build()
    seconds = median(lambda: indexer.uncertainty(index, draws), runs)
    shape = f"{len(index.edition.economies)} x {len(index.edition.years)} x {len(index.plan.indicators)}"
    row(f"edition {index.edition.name}, {shape}, {draws:,} draws in all", f"{seconds * 1e3:.0f} ms")


def panel(n_sets: int = 8, n_members: int = 5, n: int = 170, years: int = 10) -> Space:
    """170 economies, 10 years, 40 indicators in 8 sets, simulated, with what an index leaves open by default."""
    rng = np.random.default_rng(1)
    common = rng.standard_normal((n * years, n_sets))
    values = np.repeat(common, n_members, axis=1) + rng.standard_normal((n * years, n_sets * n_members))
    names = tuple(f"x{j}" for j in range(values.shape[1]))
    groups = [Group(f"s{k}", names[k * n_members : (k + 1) * n_members], Choice("pca")) for k in range(n_sets)]
    recipe = Recipe(
        names, (False,) * len(names), (*groups, Group("index", tuple(g.id for g in groups), Choice("entropy"))),
        (Choice("none"),) * len(names), (Choice("min_max"),) * len(names), (None,) * len(names),
    )  # fmt: skip
    at = np.tile(np.arange(years), n)
    return Space(
        recipe, composite.fit(recipe, values, years=at), tuple(f"e{i:03}" for i in range(n)), tuple(range(years)), at,
        assumptions(USUAL, METHODS), [Values(values, values)], Cells(),
    )  # fmt: skip


def world(draws: int, runs: int) -> None:
    """The panel on two cores, and its memory: that of this process and of its workers at their peaks."""
    space = panel()
    for workers in (2, 1):
        with joblib.parallel_config(n_jobs=workers):
            seconds = median(lambda: drawn(space, draws), max(runs // 2, 1), clock=time.perf_counter)
        bound = held(seconds, MOST["world"], f"{MOST['world']:g} s") if workers == 2 else ""
        row(f"panel, 170 x 10 x 40, {draws:,} draws, {workers} worker{'s' * (workers > 1)}", f"{seconds:.2f} s", bound)
        if workers == 2:
            unit = 1 if sys.platform == "darwin" else 1024
            # a worker's peak is known when it has ended
            joblib.externals.loky.get_reusable_executor().shutdown(wait=True)
            own, child = (
                resource.getrusage(who).ru_maxrss * unit / 2**30
                for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            )
            peak = own + workers * child
            row("  peak memory, all processes", f"{peak:.2f} GiB", held(peak, MOST_MEMORY, f"{MOST_MEMORY:g} GiB"))
    Clock().stages(space, draws)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5, help="timed runs")
    parser.add_argument("--only", choices=("asem", "edition", "world"))
    given = parser.parse_args()
    say(f"indexer {indexer.__version__}, medians; one core, but where workers are named")
    if given.only in (None, "world"):
        # first, so that the peak is its own
        world(given.draws, given.runs)
    if CORES:
        os.sched_setaffinity(0, CORES[:1])
    if given.only in (None, "asem"):
        example(given.draws, given.runs)
    if given.only in (None, "edition"):
        edition(1000, given.runs)


if __name__ == "__main__":
    main()
