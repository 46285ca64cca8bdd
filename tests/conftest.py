"""A small folder of indicators made anew for every test, trees of aggregations, and the data beside the checkout."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import settings

from indexer.aggregate import METHODS

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")

SHARED = Path(__file__).parents[2] / "shared"
OPTIONS = {"power": {"p": 0.5}}
SPREAD = np.array([[1.0], [100.0]])
ECONOMIES = ("CHN", "IDN", "SGP", "THA", "VNM")
NAMES = {
    "CHN": ("China", "CN", "156", "East Asia & Pacific", 0, 1),
    "DEU": ("Germany", "DE", "276", "Europe & Central Asia", 0, 0),
    "IDN": ("Indonesia", "ID", "360", "East Asia & Pacific", 1, 1),
    "SGP": ("Singapore", "SG", "702", "East Asia & Pacific", 1, 1),
    "THA": ("Thailand", "TH", "764", "East Asia & Pacific", 1, 1),
    "VNM": ("Viet Nam", "VN", "704", "East Asia & Pacific", 1, 1),
}
YEARS = (2020, 2021, 2022)
# Set, indicator, unit, role of size, and one number an economy; later years grow from it at a pace of its own.
SERIES = {
    ("skills", "schooling_years"): ("years", "rate", (8.1, 8.6, 11.9, 8.8, 8.4), 0.11),
    ("skills", "engineers_per_100"): ("per 100 people", "rate", (2.4, 1.1, 6.2, 1.9, 1.4), 0.17),
    ("skills", "articles"): ("articles", "total", (41000.0, 900.0, 5200.0, 1300.0, 700.0), 37.0),
    ("networks", "broadband_per_100"): ("per 100 people", "rate", (33.6, 4.3, 25.9, 16.4, 17.2), 0.9),
    ("networks", "users_pct"): ("% of people", "rate", (70.1, 53.7, 92.0, 77.8, 70.3), 1.3),
    ("networks", "server_price"): ("US$ a month", "score", (31.0, 47.5, 22.0, 36.5, 41.0), -0.6),
}
POPULATION = {"CHN": 1.411e9, "IDN": 2.719e8, "SGP": 5.686e6, "THA": 7.148e7, "VNM": 9.665e7}
GDP = {"CHN": 1.469e13, "IDN": 1.059e12, "SGP": 3.498e11, "THA": 5.005e11, "VNM": 3.466e11}

INDEX = """\
title: A small index
default_edition: mine
licence: CC0 1.0
sets: [skills, networks]
"""

EDITION = """\
edition: mine
title: A small edition
why: To test with.
economies: [CHN, IDN, SGP, THA, VNM]
years: [2020, 2022]
reference_years: [2020, 2022]
normalise: {method: min_max, low: 0, high: 100, why: One scale.}
min_share: 0.5
sets:
  skills:
    weight: {method: pca, rule: communality, why: One component.}
    aggregate: {method: arithmetic, why: Substitutes.}
    indicators:
      schooling_years: {enters: as_published, transform: none, why: A mean.}
      engineers_per_100: {enters: as_published, transform: none, why: A share.}
      articles: {enters: per_head, transform: log, why: Density.}
  networks:
    weight:
      method: expert
      weights: {broadband_per_100: 0.5, users_pct: 0.3, server_price: 0.2}
      why: A judgement.
    aggregate: {method: arithmetic, why: Substitutes.}
    indicators:
      broadband_per_100: {enters: as_published, transform: none, why: Access.}
      users_pct: {enters: as_published, transform: none, why: Use.}
      server_price: {enters: as_published, transform: none, why: Cost.}
between:
  weight: {method: equal, why: No reason to prefer one.}
  aggregate: {method: arithmetic, why: Substitutes.}
variants:
  - name: equal
    why: The plainest choice.
    within: {weight: {method: equal}}
"""

METADATA = """\
id: {id}
name: The series {id}
set: {set}
unit: "{unit}"
direction: {direction}
definition: A series made for tests.
source:
  publisher: Nobody
  dataset: Made for tests
  vintage: "2024"
  url: https://example.org/{id}
  licence: CC0 1.0
  retrieved: 2024-06-30
valid: {{minimum: 0}}
role: {role}
basis: {basis}
"""


def metadata(room: str, name: str, unit: str, basis: str) -> str:
    """Metadata of one series, as YAML."""
    direction = "lower_better" if name == "server_price" else "higher_better"
    role = "context" if room == "_reference" else "core"
    return METADATA.format(id=name, set=room, unit=unit, direction=direction, role=role, basis=basis)


def facts(values: dict[str, list[float]]) -> str:
    """Facts of one series, as CSV."""
    rows = [
        f"{economy},{year},{value:.10g}\n"
        for economy, series in values.items()
        for year, value in zip(YEARS, series, strict=True)
    ]
    return "economy,year,value\n" + "".join(rows)


def write_series(root: Path, room: str, name: str, unit: str, basis: str, values: dict[str, list[float]]) -> None:
    """Write metadata and facts of one series."""
    (root / room / f"{name}.yaml").write_text(metadata(room, name, unit, basis), encoding="utf-8")
    (root / room / f"{name}.csv").write_text(facts(values), encoding="utf-8")


def write_reference(root: Path) -> None:
    """Write economies, aliases, population and GDP."""
    (root / "_reference").mkdir(parents=True)
    rows = [
        f"{code},{name},{iso2},{numeric},,{region},{asean},{rcep}\n"
        for code, (name, iso2, numeric, region, asean, rcep) in NAMES.items()
    ]
    header = "economy,name,iso2,iso_numeric,income_group,region,asean,rcep\n"
    (root / "_reference/economies.csv").write_text(header + "".join(rows), encoding="utf-8")
    (root / "_reference/aliases.csv").write_text(
        'alias,economy\nVietnam,VNM\n"China, mainland",CHN\n', encoding="utf-8"
    )
    for name, unit, start, growth in (
        ("population_total", "persons", POPULATION, 1.01),
        ("gdp_current_usd", "US$", GDP, 1.06),
    ):
        values = {code: [value * growth**t for t in range(3)] for code, value in start.items()}
        write_series(root, "_reference", name, unit, "total", values)


def write_small_folder(root: Path) -> Path:
    """Write a whole valid folder: two sets of three indicators, five economies, 2020-2022, the edition `mine`."""
    write_reference(root)
    (root / "editions").mkdir()
    (root / "index.yaml").write_text(INDEX, encoding="utf-8")
    (root / "editions/mine.yaml").write_text(EDITION, encoding="utf-8")
    for room in ("skills", "networks"):
        (root / room).mkdir()
        text = f"id: {room}\nname: The set {room}\ndefinition: What it is for.\n"
        (root / room / "set.yaml").write_text(text, encoding="utf-8")
    for (room, name), (unit, basis, first, pace) in SERIES.items():
        values = {
            code: [start + pace * t * (1 + 0.2 * k) for t in range(3)]
            for k, (code, start) in enumerate(zip(ECONOMIES, first, strict=True))
        }
        write_series(root, room, name, unit, basis, values)
    return root


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """A valid folder of one's own, in a temporary place."""
    return write_small_folder(tmp_path / "mine")


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """A function that replaces one passage of a file, which must stand there exactly once."""

    def replace(path: Path, old: str, new: str) -> None:
        text = path.read_bytes().decode("utf-8")
        if text.count(old) != 1:
            raise ValueError(f"{old!r} stands {text.count(old)} times in {path.name}")
        path.write_bytes(text.replace(old, new).encode("utf-8"))

    return replace


@pytest.fixture(scope="session")
def shared():
    """The folder of larger reference cases beside the checkout."""
    folder = SHARED / "reference" / "gravity"
    if not (folder / "reference.csv").is_file():
        pytest.skip(f"no larger reference cases at {folder}")
    return folder


@pytest.fixture(scope="session")
def trade_data():
    """The folder of published trade data beside the checkout."""
    folder = SHARED / "data" / "trade"
    if not (folder / "published_results.csv").is_file():
        pytest.skip(f"no published trade data at {folder}")
    return folder


@pytest.fixture(scope="session")
def load_module(shared):
    """A function that imports a script of that folder by its name."""

    def load(name):
        spec = importlib.util.spec_from_file_location(name.replace("/", "_"), shared / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def make_tree():
    """A function: (id, columns, weights, aggregation, min_share) of each node, bottom-up -> a plan."""

    def make(n, *nodes, low=1.0, high=100.0):
        made = []
        for name, columns, weights, how, *share in nodes:
            w = np.array(weights, dtype=float) / np.sum(weights)
            options = METHODS[how].complete(OPTIONS.get(how, {}))
            parameters = METHODS[how].fit(np.repeat(SPREAD, len(w), axis=1), w, **options)
            node = SimpleNamespace(id=name, columns=tuple(columns), weights=w, aggregate=how)
            node.options, node.parameters, node.min_share = options, parameters, share[0] if share else 0.3
            made.append(node)
        return SimpleNamespace(
            indicators=tuple("abcdefghijklmnopqrstuvwxyz"[:n]), low=low, high=high, nodes=tuple(made)
        )

    return make


@pytest.fixture(scope="session")
def two_levels(make_tree):
    """A function: aggregation of two sets of two and three indicators, and between them -> a plan."""

    def make(within, between, min_share=0.3):
        return make_tree(
            5,
            ("s", (0, 1), (0.3, 0.7), within, min_share),
            ("t", (2, 3, 4), (0.2, 0.3, 0.5), within, min_share),
            ("index", (5, 6), (0.4, 0.6), between, 1.0),
        )

    return make
