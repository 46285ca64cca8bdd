"""An edition against its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import Fault
from indexer.load import document, text
from indexer.validate import documents, editions
from indexer.validate.economies import Gazetteer

SETS = {
    "skills": ("schooling_years", "engineers_per_100", "articles"),
    "networks": ("broadband_per_100", "users_pct", "server_price"),
}
KNOWN = editions.Known(
    ("skills", "networks"),
    {name: {"set": room} for room, names in SETS.items() for name in (*names, f"spare_{room}")},
    {"population_total": {}, "rainfall": {}},
    Gazetteer({"CHN": "China", "IDN": "Indonesia", "SGP": "Singapore", "THA": "Thailand", "VNM": "Viet Nam"}),
    frozenset({"doubtful_one"}),
)


def check(data: str) -> list[Fault]:
    read = document.parse(text.decode(data.encode("utf-8"), "editions/mine.yaml"))
    assert read.faults == ()
    assert documents.check(read, "edition") == []
    return editions.check(read, "mine", KNOWN)


def test_a_valid_edition(small_folder: Path) -> None:
    assert check((small_folder / "editions/mine.yaml").read_text(encoding="utf-8")) == []


WEIGHTS = "weights: {broadband_per_100: 0.5, users_pct: 0.3, server_price: 0.2}"
ARTICLES = "articles: {enters: per_head,"
# Passage, replacement, line, column, value, words of the message, words of the remedy.
REFUSED = {
    "name": ("edition: mine", "edition: yours", 1, "edition", "yours", "name of its file (mine)", "write mine"),
    "economy": ("[CHN, IDN, ", "[CHN, INO, ", 4, "economies[1]", "INO", "unknown economy", "IDN (Indonesia)"),
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
    "set": ("  networks:\n", "  network:\n", 17, "sets.network", "network", "unknown set 'network'", "write networks"),
    "indicator": (
        ARTICLES,
        "article: {enters: per_head,",
        16,
        "sets.skills.indicators.article",
        "article",
        "unknown indicator",
        "write articles",
    ),
    "of-another-set": (
        ARTICLES,
        "spare_networks: {enters: total,",
        16,
        "sets.skills.indicators.spare_networks",
        "spare_networks",
        "belongs to networks",
        "the set networks",
    ),
    "context": (
        ARTICLES,
        "rainfall: {enters: total,",
        16,
        "sets.skills.indicators.rainfall",
        "rainfall",
        "context series",
        "leave it out",
    ),
    "no-denominator": (
        "enters: per_head",
        "enters: per_gdp",
        16,
        "sets.skills.indicators.articles.enters",
        "per_gdp",
        "no series gdp_current_usd",
        "_reference/gdp_current_usd",
    ),
    "sum": (
        "users_pct: 0.3",
        "users_pct: 0.31",
        20,
        "sets.networks.weight.weights",
        "1.01",
        "do not sum to 1",
        "sum to 1",
    ),
    "no-weights": (f"      {WEIGHTS}\n", "", 18, "sets.networks.weight.weights", None, "are not given", "summing to 1"),
    "weights-without-expert": (
        "method: expert",
        "method: equal",
        20,
        "sets.networks.weight.weights",
        None,
        "means nothing",
        "write expert",
    ),
    "rule-without-pca": (
        "{method: equal, why: No",
        "{method: equal, rule: first, why: No",
        28,
        "between.weight.rule",
        "first",
        "means nothing",
        "delete it",
    ),
    "retain-without-pca": (
        "{method: equal, why: No",
        "{method: entropy, retain: kaiser, why: No",
        28,
        "between.weight.retain",
        "kaiser",
        "means nothing",
        "delete it",
    ),
    "variant-name": ("name: equal", "name: headline", 31, "variants[0].name", "headline", "is taken", "another name"),
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
    "variant-enters": (
        "within: {weight: {method: equal}}",
        "enters: {spare_skills: {enters: total, transform: none}}",
        33,
        "variants[0].enters.spare_skills",
        "spare_skills",
        "has no indicator",
        "one of",
    ),
    "variant-denominator": (
        "within: {weight: {method: equal}}",
        "enters: {articles: {enters: per_gdp, transform: none}}",
        33,
        "variants[0].enters.articles.enters",
        "per_gdp",
        "no series gdp_current_usd",
        "_reference",
    ),
    "variant-expert": (
        "within: {weight: {method: equal}}",
        "between: {weight: {method: expert, weights: {skills: 0.5, networks: 0.4}}}",
        33,
        "variants[0].between.weight.weights",
        "0.9",
        "do not sum to 1",
        "sum to 1",
    ),
    "left-out-and-used": (
        "variants:\n",
        "left_out: [{indicator: articles, why: x}]\nvariants:\n",
        30,
        "left_out[0].indicator",
        "articles",
        "as well",
        "delete one",
    ),
    "left-out-unknown": (
        "variants:\n",
        "left_out: [{indicator: spare_skill, why: x}]\nvariants:\n",
        30,
        "left_out[0].indicator",
        "spare_skill",
        "unknown indicator",
        "write spare_skills",
    ),
}


@pytest.mark.parametrize(("old", "new", "line", "column", "value", "message", "remedy"), REFUSED.values(), ids=REFUSED)
def test_refused(
    small_folder: Path, old: str, new: str, line: int, column: str, value: str | None, message: str, remedy: str
) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    assert edition.count(old) == 1
    (fault,) = check(edition.replace(old, new))
    assert (fault.line, fault.column, fault.value) == (line, column, value)
    assert message in fault.message
    assert remedy in fault.remedy


def test_weights_for_what_is_not_there(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    faults = check(edition.replace("users_pct: 0.3,", "user_pct: 0.3,"))
    assert [(f.column, f.message) for f in faults] == [
        ("sets.networks.weight.weights.user_pct", "a weight for what is not there"),
        ("sets.networks.weight.weights", "no weight for 'users_pct'"),
    ]
    assert faults[0].remedy == "write users_pct"


def test_weights_within_rounding_sum_to_one(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    assert check(edition.replace("users_pct: 0.3,", "users_pct: 0.3000000001,")) == []
    assert len(check(edition.replace("users_pct: 0.3,", "users_pct: 0.30000001,"))) == 1


def test_an_indicator_whose_own_files_are_faulty_is_not_called_unknown(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    assert check(edition.replace(ARTICLES, "doubtful_one: {enters: total,")) == []


def test_all_faults_at_once(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("edition: mine", "edition: yours"),
        ("[CHN,", "[XXX,"),
        (ARTICLES, "article: {enters: per_head,"),
    ):
        edition = edition.replace(old, new)
    assert [fault.line for fault in check(edition)] == [1, 4, 16]
