"""An edition against its folder."""

from __future__ import annotations

from dataclasses import replace
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
    {
        name: {"set": room, "trade_outcome": name == "server_price"}
        for room, names in SETS.items()
        for name in (*names, f"spare_{room}")
    },
    {"population_total": {}, "rainfall": {}},
    Gazetteer({"CHN": "China", "IDN": "Indonesia", "SGP": "Singapore", "THA": "Thailand", "VNM": "Viet Nam"}),
    METHODS,
    ("region",),
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
HOW = "weight: {{method: equal, why: x}}, aggregate: {{method: arithmetic, why: x}}"
GROUP = "groups: {{{}: {{sets: [{}], " + HOW + "}}}}\n"
# Passage, replacement, line, column, value, words of the message, words of the remedy.
REFUSED = {
    "name": ("edition: mine", "edition: yours", 1, "edition", "yours", "name of its file (mine)", "write mine"),
    "economy": ("[CHN, IDN, ", "[CHN, INO, ", 4, "economies[1]", "INO", "unknown economy", "IDN (Indonesia)"),
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
    "no-weights": (
        f"      {WEIGHTS}\n",
        "",
        18,
        "sets.networks.weight.weights",
        None,
        "needs weights",
        "a number for each",
    ),
    "weights-without-expert": (
        "method: expert",
        "method: equal",
        20,
        "sets.networks.weight.weights",
        None,
        "means nothing",
        "delete it",
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
    "method": (
        "{method: equal, why: No",
        "{method: equl, why: No",
        28,
        "between.weight.method",
        "equl",
        "unknown method",
        "write equal",
    ),
    "aggregate": (
        "aggregate: {method: arithmetic, why: Substitutes.}\nvar",
        "aggregate: {method: sum, why: x}\nvar",
        29,
        "between.aggregate.method",
        "sum",
        "unknown method",
        "one of: arithmetic",
    ),
    "option-value": (
        "{method: pca, rule: communality,",
        "{method: pca, rule: secnd,",
        11,
        "sets.skills.weight.rule",
        "secnd",
        "not what rule may be",
        "one of: communality, first",
    ),
    "expert-within-variant": (
        "within: {weight: {method: equal}}",
        "within: {weight: {method: expert, weights: {articles: 1}}}",
        33,
        "variants[0].within.weight",
        "expert",
        "cannot hold for every set at once",
        "such as equal",
    ),
    "weight-no-share": (
        "users_pct: 0.3,",
        "users_pct: 3,",
        20,
        "sets.networks.weight.weights.users_pct",
        "3",
        "not a share",
        "from 0 to 1",
    ),
    "treatment": (
        "min_share: 0.5\n",
        "min_share: 0.5\ntreat: {method: winsorise, winmax: -1, why: x}\n",
        9,
        "treat.winmax",
        "-1",
        "not what winmax may be",
        "at least 0",
    ),
    "imputation-group": (
        "min_share: 0.5\n",
        "min_share: 0.5\nimpute: {method: group_median, group: continent, why: x}\n",
        9,
        "impute.group",
        "continent",
        "no such grouping",
        "region",
    ),
    "group-of-unknown-set": (
        "between:\n",
        GROUP.format("all", "skill") + "between:\n",
        27,
        "groups.all.sets[0]",
        "skill",
        "no set 'skill'",
        "write skills",
    ),
    "group-takes-a-name": (
        "between:\n",
        GROUP.format("skills", "skills") + "between:\n",
        27,
        "groups.skills",
        "skills",
        "is taken",
        "another name",
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
    "imputation-group-of-no-group": (
        "min_share: 0.5\n",
        "min_share: 0.5\nimpute: {method: model, group: region, why: x}\n",
        9,
        "impute.group",
        "region",
        "means nothing with the method model",
        "delete it",
    ),
    "group-with-the-name-of-an-indicator": (
        "between:\n",
        GROUP.format("articles", "skills") + "between:\n",
        27,
        "groups.articles",
        "articles",
        "is taken",
        "another name",
    ),
    "variant-that-says-nothing": (
        "    within: {weight: {method: equal}}\n",
        "",
        31,
        "variants[0]",
        "equal",
        "says nothing that differs",
        "add within, between, normalise",
    ),
    "variant-that-empties-a-set": (
        "within: {weight: {method: equal}}",
        "leave_out: [broadband_per_100, users_pct, server_price]",
        33,
        "variants[0].leave_out",
        "networks",
        "'networks' has no indicator left",
        "leave one of its indicators in",
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


def test_a_variant_without_trade_outcomes_may_not_empty_a_set(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    edition = edition.replace("within: {weight: {method: equal}}", "without: trade_outcome")
    assert check(edition) == []
    edition = edition.replace(
        "weights: {broadband_per_100: 0.5, users_pct: 0.3, server_price: 0.2}", "weights: {server_price: 1}"
    )
    for name in ("broadband_per_100", "users_pct"):
        edition = "".join(line for line in edition.splitlines(keepends=True) if f"{name}:" not in line)
    (fault,) = check(edition)
    assert (fault.column, fault.value) == ("variants[0].without", "networks")


def test_an_edition_has_no_set_with_the_name_of_an_indicator(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    known = replace(KNOWN, sets=("skills", "articles"), doubtful=frozenset(SETS["networks"]))
    read = document.parse(text.decode(edition.replace("  networks:\n", "  articles:\n").encode(), "editions/mine.yaml"))
    assert [fault.message for fault in editions.check(read, "mine", known)] == ["an indicator has that name"]


def test_a_set_is_in_one_group_only(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    group = "{sets: [skills], weight: {method: equal, why: x}, aggregate: {method: arithmetic, why: x}}"
    (fault,) = check(edition.replace("between:\n", f"groups: {{a: {group}, b: {group}}}\nbetween:\n"))
    assert (fault.column, fault.message) == ("groups.b.sets[0]", "the set is in a already")


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


STATED = """\
specifications:
  why: Stated beforehand.
  index: [headline, equal]
  scaled_over: [CHN, VNM]
  equations:
    - {name: one, formula: y ~ ai_gap | year, term: ai_gap, estimator: ols, vcov: {CRV1: exporter}}
  windows: [[2020, 2022], [2021, 2022]]
"""
STATED_WRONG = {
    "variant": ("[headline, equal]", "[equals]", "specifications.index[0]", "no variant 'equals'", "equal"),
    "window": ("[2021, 2022]]", "[2021, 2024]]", "specifications.windows[1]", "no window", "years of 2020-2022"),
    "window turned": ("[2021, 2022]]", "[2022, 2021]]", "specifications.windows[1]", "no window", "years of"),
    "economy": ("[CHN, VNM]", "[CHN, DEU]", "specifications.scaled_over[1]", "no economy DEU", "economy"),
}


def test_stated_specifications_are_read(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    assert check(edition + STATED) == []


@pytest.mark.parametrize(("old", "new", "column", "message", "remedy"), STATED_WRONG.values(), ids=STATED_WRONG)
def test_stated_specifications_are_refused(
    small_folder: Path, old: str, new: str, column: str, message: str, remedy: str
) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    assert STATED.count(old) == 1
    (fault,) = check(edition + STATED.replace(old, new))
    assert fault.column == column
    assert message in fault.message
    assert remedy in fault.remedy


def test_two_equations_have_two_names(small_folder: Path) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    line = next(one for one in STATED.splitlines(keepends=True) if "name: one" in one)
    (fault,) = check(edition + STATED.replace(line, line + line))
    assert (fault.column, fault.value) == ("specifications.equations[1].name", "one")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("estimator: ols", "estimator: gmm"),
        ("{CRV1: exporter}", "hetero"),
        ("y ~ ai_gap", "ai_gap"),
        ("  index: [headline, equal]\n", ""),
        ("term: ai_gap, ", ""),
    ],
)
def test_the_schema_refuses_other_specifications(small_folder: Path, old: str, new: str) -> None:
    edition = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8")
    read = document.parse(text.decode((edition + STATED.replace(old, new)).encode(), "editions/mine.yaml"))
    assert documents.check(read, "edition")
