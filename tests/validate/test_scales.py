"""Years, normalisation and range of an edition, and of the editions that its variants make."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import Fault
from indexer.load import document, text
from indexer.stages import METHODS
from indexer.validate import documents, editions, levels
from indexer.validate.economies import Gazetteer

SETS = {
    "skills": ("schooling_years", "engineers_per_100", "articles"),
    "networks": ("broadband_per_100", "users_pct", "server_price"),
}
KNOWN = levels.Known(
    ("skills", "networks"),
    {name: {"set": room} for room, names in SETS.items() for name in names},
    {"population_total": {}},
    Gazetteer({"CHN": "China", "IDN": "Indonesia", "SGP": "Singapore", "THA": "Thailand", "VNM": "Viet Nam"}),
    METHODS,
    ("region",),
)
BETWEEN = "aggregate: {method: arithmetic, why: Substitutes.}\nvar"
WITHIN = "within: {weight: {method: equal}}"
SCALE = "method: min_max, low: 0, high: 100"


def check(data: str) -> list[Fault]:
    read = document.parse(text.decode(data.encode("utf-8"), "editions/mine.yaml"))
    assert documents.check(read, "edition") == []
    return editions.check(read, "mine", KNOWN)


def changed(folder: Path, *changes: tuple[str, str]) -> list[Fault]:
    """The faults of the small edition after some passages were replaced."""
    edition = (folder / "editions/mine.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert edition.count(old) == 1
        edition = edition.replace(old, new)
    return check(edition)


# Passage, replacement, line, column, value, words of the message, words of the remedy.
REFUSED = {
    "years": (
        "years: [2020, 2022]\nref",
        "years: [2022, 2020]\nref",
        5,
        "years",
        "2022 to 2020",
        "backwards",
        "[2020, 2022]",
    ),
    "reference-years": (
        "reference_years: [2020, 2022]",
        "reference_years: [2022, 2021]",
        6,
        "reference_years",
        "2022 to 2021",
        "backwards",
        "[2021, 2022]",
    ),
    "goalposts": (
        "low: 0, high: 100",
        "low: 100, high: 100",
        7,
        "normalise",
        "100 to 100",
        "not below",
        "below the high",
    ),
    "variant-years": (
        "within: {weight: {method: equal}}",
        "years: [2021, 2020]",
        33,
        "variants[0].years",
        "2021 to 2020",
        "backwards",
        "[2020, 2021]",
    ),
    "variant-goalposts": (
        "within: {weight: {method: equal}}",
        "normalise: {low: 5, high: 1}",
        33,
        "variants[0].normalise",
        "5 to 1",
        "not below",
        "below the high",
    ),
    "no-range": (
        "method: min_max, low: 0, high: 100",
        "method: min_max, low: 0",
        7,
        "normalise",
        None,
        "range is not given",
        "low and high",
    ),
    "range-without-meaning": (
        "method: min_max, low: 0, high: 100",
        "method: z_score, high: 100",
        7,
        "normalise.high",
        "100",
        "means nothing with the method z_score",
        "delete it",
    ),
    "positive": (
        "aggregate: {method: arithmetic, why: Substitutes.}\nvar",
        "aggregate: {method: harmonic, why: x}\nvar",
        7,
        "normalise",
        "low 0",
        "a harmonic mean needs a range that starts above 0",
        "low: 1",
    ),
    "no-goalposts": (
        "transform: log, why",
        "transform: log, normalise: {method: goalposts}, why",
        16,
        "sets.skills.indicators.articles",
        "articles",
        "has no goalposts",
        "goalposts: [low, high]",
    ),
    "goalposts-backwards": (
        "transform: log, why",
        "transform: log, normalise: {method: goalposts}, goalposts: [9, 2], why",
        16,
        "sets.skills.indicators.articles.goalposts",
        "9 to 2",
        "run backwards",
        "lower one first",
    ),
    "goalposts-unused": (
        "transform: log, why",
        "transform: log, goalposts: [2, 9], why",
        16,
        "sets.skills.indicators.articles.goalposts",
        None,
        "means nothing with the method min_max",
        "delete it",
    ),
    "goalposts-treated": (
        "transform: log, why",
        "transform: log, normalise: {method: goalposts}, goalposts: [2, 9], treat: {method: log}, why",
        16,
        "sets.skills.indicators.articles.treat",
        "log",
        "goalposts fix its scale",
        "delete the treatment",
    ),
    "indicator-without-range": (
        "transform: log, why",
        "transform: log, normalise: {method: z_score}, why",
        16,
        "sets.skills.indicators.articles.normalise.method",
        "z_score",
        "has no range, the edition has one",
        "one of: min_max",
    ),
    "set-without-range": (
        "  networks:\n",
        "  networks:\n    normalise: {method: z_score, why: x}\n",
        18,
        "sets.networks.normalise.method",
        "z_score",
        "has no range, the edition has one",
        "one of: min_max",
    ),
    "harmonic-in-a-variant": (
        WITHIN,
        "between: {aggregate: {method: harmonic}}",
        33,
        "variants[0].between.aggregate",
        "low 0",
        "a harmonic mean needs a range that starts above 0",
        "low: 1",
    ),
    "imbalance": (
        BETWEEN,
        "aggregate: {method: mazziotta_pareto, why: x}\nvar",
        7,
        "normalise",
        "low 0",
        "a mazziotta_pareto mean needs a range that starts above 0",
        "low: 1",
    ),
    "power": (
        BETWEEN,
        "aggregate: {method: power, p: -0.5, why: x}\nvar",
        7,
        "normalise",
        "low 0",
        "a power mean needs a range that starts above 0",
        "low: 1",
    ),
    "power-that-is-no-number": (
        BETWEEN,
        "aggregate: {method: power, p: half, why: x}\nvar",
        29,
        "between.aggregate.p",
        "half",
        "not what p may be",
        "a number",
    ),
    "variant-goalposts-that-are-not-there": (
        WITHIN,
        "normalise: {method: goalposts, low: 0, high: 100}",
        33,
        "variants[0].normalise",
        "schooling_years, engineers_per_100, articles, broadband_per_100, users_pct, server_price",
        "without goalposts",
        "in their metadata",
    ),
}


@pytest.mark.parametrize(("old", "new", "line", "column", "value", "message", "remedy"), REFUSED.values(), ids=REFUSED)
def test_refused(
    small_folder: Path, old: str, new: str, line: int, column: str, value: str | None, message: str, remedy: str
) -> None:
    (fault,) = changed(small_folder, (old, new))
    assert (fault.line, fault.column, fault.value) == (line, column, value)
    assert message in fault.message
    assert remedy in fault.remedy


def test_a_range_inside_an_edition_without_one_is_refused(small_folder: Path) -> None:
    (fault,) = changed(
        small_folder,
        (SCALE, "method: z_score"),
        ("transform: log, why", "transform: log, normalise: {method: percentile_rank}, why"),
    )
    assert fault.message == "has a range, the edition has none"
    assert fault.remedy == "one of: z_score"


@pytest.mark.parametrize("how", ["geometric", "harmonic", "power, p: 0", "mazziotta_pareto"])
def test_what_needs_a_range_is_refused_where_there_is_none(small_folder: Path, how: str) -> None:
    changes = (SCALE, "method: z_score"), (BETWEEN, f"aggregate: {{method: {how}, why: x}}\nvar")
    (fault,) = changed(small_folder, *changes)
    assert (fault.column, fault.value) == ("normalise", "z_score")
    assert "mean needs a range that starts above 0" in fault.message


@pytest.mark.parametrize("how", ["power, p: 0.5", "topsis", "arithmetic"])
def test_what_needs_none_is_not(small_folder: Path, how: str) -> None:
    changes = (SCALE, "method: z_score"), (BETWEEN, f"aggregate: {{method: {how}, why: x}}\nvar")
    assert changed(small_folder, *changes) == []


@pytest.mark.parametrize("variant", ["normalise: {method: z_score}", "normalise: {low: 0}"])
def test_a_variant_may_not_take_the_range_that_the_edition_needs(small_folder: Path, variant: str) -> None:
    changes = (
        ("low: 0", "low: 1"),
        (BETWEEN, "aggregate: {method: geometric, why: x}\nvar"),
        (WITHIN, variant),
    )
    (fault,) = changed(small_folder, *changes)
    assert fault.column == "variants[0].normalise"
    assert fault.message == "a geometric mean needs a range that starts above 0"


def test_a_variant_may_bring_the_range_that_it_needs(small_folder: Path) -> None:
    variant = "normalise: {low: 1}\n    between: {aggregate: {method: geometric}}"
    assert changed(small_folder, (WITHIN, variant)) == []


def test_goalposts_of_a_variant_may_stand_with_the_indicators(small_folder: Path) -> None:
    posted = {name: {"set": room, "goalposts": [0, 9]} for room, names in SETS.items() for name in names}
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    edition = edition.replace(WITHIN, "normalise: {method: goalposts, low: 0, high: 100}")
    read = document.parse(text.decode(edition.encode(), "editions/mine.yaml"))
    known = levels.Known(KNOWN.sets, posted, KNOWN.context, KNOWN.gazetteer, METHODS)
    assert editions.check(read, "mine", known) == []
    treated = edition.replace("transform: log, why", "transform: log, treat: {method: log}, why")
    read = document.parse(text.decode(treated.encode(), "editions/mine.yaml"))
    (fault,) = editions.check(read, "mine", known)
    assert (fault.value, fault.message) == ("articles", "goalposts fix its scale, but it is treated")
