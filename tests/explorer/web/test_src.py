"""The page's numeric core, run by node, against the index that Python builds under the same settings."""

import copy
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import yaml

import indexer
from indexer.errors import UsageError
from indexer.explorer.payload import payload
from indexer.methodology import Edition
from indexer.tables import ranks

HERE = Path(__file__).parent
SOURCE = Path(indexer.__file__).parent / "explorer/web/src"
OWN = {"scale": "own", "within": "own", "groups": "own", "between": "own", "weights": {}}
RULES = {"wgi_regulatory_quality": 2, "dstri": 0, "digital_agreements_in_force": 1, "data_protection_law_in_force": 1}
ASEAN = {
    "computing_power": [3, 1, 1], "digital_services": [1, 2, 3, 4, 0.5], "ai_readiness": [0, 1, 1, 2],
    "digital_trade_rules": list(RULES.values()), "index": [40, 30, 0, 25],
}  # fmt: skip
WORLD = {"digital_services": [1, 0, 3, 4, 0.5], "ai_readiness": [5, 1, 1, 2], "index": [10, 30, 20, 25]}
CASES = {
    "own": {},
    "weights": {"weights": True},
    "one level of weights": {"weights": "index"},
    "z-score": {"scale": "z_score", "weights": True},
    "percentile rank": {"scale": "percentile_rank"},
    "geometric between": {"between": "geometric"},
    "geometric everywhere": {"within": "geometric", "between": "geometric", "weights": True},
    "harmonic between": {"between": "harmonic", "weights": True},
    "percentile rank, harmonic within": {"scale": "percentile_rank", "within": "harmonic"},
}


@pytest.fixture(scope="module")
def node():
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed: the script of the explorer is not run")
    return found


def settings_of(case, weights):
    chosen = CASES[case] | {}
    moved = chosen.pop("weights", None)
    kept = weights if moved is True else {moved: weights[moved]} if moved else {}
    return {**OWN, **chosen, "weights": kept}


def run(node, data, settings, pairs=()):
    given = json.dumps({"data": data, "settings": settings, "pairs": list(pairs)})
    done = subprocess.run([node, HERE / "run.mjs"], input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rebuilt(index, settings):
    """The index under settings, written as an edition here and not by the page."""
    content = copy.deepcopy(dict(index.edition.content))
    for key in ("variants", "uncertainty", "specifications"):
        content.pop(key, None)
    levels = {one.id: content["sets"].get(one.id, content["between"]) for one in index.plan.nodes}
    for one in index.plan.nodes:
        given = np.array(settings["weights"].get(one.id, one.weights), dtype=float)
        shares = dict(zip(index.plan.members(one), (given / given.sum()).tolist(), strict=True))
        levels[one.id]["weight"] = {"method": "expert", "why": "", "weights": shares}
        level = "between" if one is index.plan.root else "within"
        if settings[level] != "own":
            levels[one.id]["aggregate"] = {"method": settings[level], "why": ""}
    if settings["scale"] != "own":
        content["normalise"] = {"method": settings["scale"], "why": ""}
    if settings["scale"] != "z_score":
        content["normalise"] |= {"low": 0, "high": 100}
        if {settings["within"], settings["between"]} & {"geometric", "harmonic"}:
            content["normalise"] |= {"low": 1}
    return index.rebuild(index.folder, Edition.from_document(content))


@pytest.fixture(scope="module")
def built():
    return {name: indexer.build(edition=name) for name in ("2024.1", "world")}


@pytest.fixture(scope="module")
def payloads(built):
    return {name: json.loads(json.dumps(payload(index))) for name, index in built.items()}


def stack_of(index):
    return np.column_stack([index.result.normalised, index.result.nodes])


def found_stack(found):
    values = [np.nan if v is None else v for v in found["stack"]]
    return np.array(values, dtype=float).reshape(-1, found["width"])


def same(found, index):
    np.testing.assert_allclose(found_stack(found), stack_of(index), rtol=0, atol=1e-9)


@pytest.mark.parametrize("edition", ["2024.1", "world"])
@pytest.mark.parametrize("case", CASES)
def test_scores_ranks_and_observed_shares_are_those_of_python(node, built, payloads, edition, case):
    settings = settings_of(case, ASEAN if edition == "2024.1" else WORLD)
    [found] = run(node, payloads[edition], [settings])
    expected = built[edition] if case == "own" else rebuilt(built[edition], settings)
    same(found, expected)
    assert found["ranks"] == expected.scores["rank"].fillna(0).tolist()
    np.testing.assert_allclose(found["observed"], expected.scores["observed_share"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("edition", ["2024.1", "world"])
@pytest.mark.parametrize("case", CASES)
def test_contributions_are_those_of_explain(node, built, payloads, edition, case):
    settings = settings_of(case, ASEAN if edition == "2024.1" else WORLD)
    index = built[edition] if case == "own" else rebuilt(built[edition], settings)
    years = index.edition.years
    economies = ["MMR", "VNM", "LAO"] if edition == "2024.1" else moving(index)
    at = [index.edition.economies.index(one) * len(years) for one in economies]
    [found] = run(node, payloads[edition], [settings], [(i, i + len(years) - 1) for i in at])
    for economy, parts in zip(economies, found["explained"], strict=True):
        expected = index.explain(economy, years[0], years[-1])
        by_name = {index.plan.indicators[one["column"]]: one for one in parts["parts"]}
        for row in expected.itertuples():
            assert by_name[row.indicator]["value"] == pytest.approx(row.value, abs=1e-9)
            assert by_name[row.indicator]["coverage"] == pytest.approx(row.coverage, abs=1e-9)
        total = sum(one["value"] + one["coverage"] for one in parts["parts"])
        assert total == pytest.approx(expected.attrs["change"], abs=1e-9)


def moving(index):
    """Economies of which a cell enters or leaves between the first year and the last, and one of which none does."""
    there = np.isfinite(index.result.normalised).reshape(len(index.edition.economies), len(index.edition.years), -1)
    moved = (there[:, 0] != there[:, -1]).any(axis=1)
    scored = np.isfinite(index.result.index).reshape(there.shape[:2])[:, [0, -1]].all(axis=1)
    chosen = [code for code, m, s in zip(index.edition.economies, moved, scored, strict=True) if m and s][:2]
    return [*chosen, "VNM"]


def test_some_case_has_coverage(built):
    """Else the test of contributions would not see that part."""
    index = rebuilt(built["world"], settings_of("weights", WORLD))
    years = index.edition.years
    assert any(index.explain(one, years[0], years[-1])["coverage"].abs().max() > 0.01 for one in moving(index)[:-1])


@pytest.mark.parametrize("edition", ["2024.1", "world"])
@pytest.mark.parametrize("case", CASES)
def test_the_saved_edition_builds_to_the_same_scores(node, built, payloads, edition, case):
    index = built[edition]
    settings = settings_of(case, ASEAN if edition == "2024.1" else WORLD)
    [found] = run(node, payloads[edition], [settings])
    content = yaml.safe_load(found["edition"])
    saved = index.rebuild(index.folder, Edition.from_document(content))
    np.testing.assert_allclose(saved.result.index, found_stack(found)[:, -1], rtol=0, atol=1e-9)


AGGREGATIONS = [
    "{method: power, p: 0.5, why: x}", "{method: power, p: 0.05, why: x}", "{method: power, p: -2, why: x}",
    "{method: harmonic, why: x}", "{method: mazziotta_pareto, why: x}", "{method: topsis, why: x}",
    "{method: topsis, normalise: none, why: x}",
]  # fmt: skip


@pytest.mark.parametrize("how", AGGREGATIONS)
def test_an_edition_with_another_mean_is_scored_and_moved_as_in_python(node, small_folder, edit, how):
    edition = small_folder / "editions/mine.yaml"
    edit(edition, "low: 0, high: 100", "low: 10, high: 100")
    start = "between:\n  weight: {method: equal, why: No reason to prefer one.}\n  aggregate: "
    edit(edition, start + "{method: arithmetic, why: Substitutes.}", start + how)
    index = indexer.build(small_folder)
    data = json.loads(json.dumps(payload(index)))
    moved = {**OWN, "weights": {"skills": [1, 3, 2], "index": [1, 4]}}
    found = run(node, data, [OWN, moved], [(0, 2), (6, 8)])
    content = copy.deepcopy(dict(index.edition.content))
    shares = {"schooling_years": 1 / 6, "engineers_per_100": 1 / 2, "articles": 1 / 3}
    content["sets"]["skills"]["weight"] = {"method": "expert", "weights": shares}
    content["between"]["weight"] = {"method": "expert", "weights": {"skills": 0.2, "networks": 0.8}}
    # weights that stand already are fitted to the same values
    for one, expected in zip(found, (index, index.rebuild(index.folder, Edition.from_document(content))), strict=True):
        same(one, expected)
        for economy, parts in zip(("CHN", "SGP"), one["explained"], strict=True):
            explained = expected.explain(economy, 2020, 2022).set_index("indicator")["contribution"]
            own = {index.plan.indicators[p["column"]]: p["value"] + p["coverage"] for p in parts["parts"]}
            assert own == pytest.approx(explained.to_dict(), abs=1e-9)


def test_groups_of_sets_goalposts_and_per_indicator_scales(node, small_folder, edit):
    edition = small_folder / "editions/mine.yaml"
    line = "schooling_years: {enters: as_published, transform: none,"
    edit(edition, line, line + " normalise: {method: goalposts, why: x}, goalposts: [5, 12],")
    group = "{sets: [skills], weight: {method: equal, why: x}, aggregate: {method: arithmetic, why: x}}"
    edit(edition, "between:\n", f"groups:\n  both: {group}\nbetween:\n")
    index = indexer.build(small_folder)
    data = json.loads(json.dumps(payload(index)))
    found = run(node, data, [OWN, {**OWN, "scale": "min_max"}])
    same(found[0], index)
    content = yaml.safe_load(found[1]["edition"])
    assert "normalise" not in content["sets"]["skills"]["indicators"]["schooling_years"]
    saved = index.rebuild(index.folder, Edition.from_document(content))
    same(found[1], saved)


def test_what_has_no_score_is_refused_in_words(node, payloads):
    none = {**OWN, "weights": {"index": [0, 0, 0, 0]}}
    signs = {**OWN, "scale": "z_score", "between": "geometric"}
    found = run(node, payloads["2024.1"], [none, signs])
    assert found[0]["refused"] == "All weights of “Index” are 0. Give at least one of them a weight."
    assert found[1]["refused"].startswith("A geometric mean needs values above 0")


def test_a_scale_that_python_refuses_is_not_offered(payloads, built):
    refused = payloads["2024.1"]["scales"]["distance_to_reference"]["refused"]
    index = built["2024.1"]
    change = {"normalise": {"method": "distance_to_reference", "low": 0, "high": 100}}
    with pytest.raises(UsageError) as caught:
        index.rebuild(index.folder, index.edition.vary(change))
    assert caught.value.message.lower() in refused.lower()


def test_ranks_round_as_python_does(node):
    """Scores that agree in six decimals tie; a half goes to the even digit."""
    draw = np.random.default_rng(3)
    halves = (np.arange(-40, 40) + 0.5) / 2**20
    exact = (draw.integers(0, 400, 300) * 2 + 1) / 2 / 1e6
    values = np.concatenate([halves, exact, draw.normal(50, 1e-6, 300), [np.nan, 0.0, -0.0]])
    given = [None if v != v else v for v in values.tolist()]
    script = (
        f"import {{ ranks, rounded }} from {json.dumps((SOURCE / 'score.js').as_uri())};"
        f"const x = Float64Array.from({json.dumps(given)}, (v) => (v === null ? NaN : v));"
        "console.log(JSON.stringify([[...x].map(rounded), [...ranks(x, 1)]]));"
    )
    done = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    found, order = json.loads(done.stdout)
    np.testing.assert_array_equal(np.array(found, dtype=float), np.round(values, 6))
    assert order == ranks(values, np.zeros(len(values))).fillna(0).tolist()
