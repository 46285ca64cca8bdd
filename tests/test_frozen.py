import json

import numpy as np
import pandas as pd
import pytest

import indexer
from indexer.errors import UsageError
from indexer.frozen import parameters_of

NEXT = "edition: next\n"


def second(small_folder, *changes):
    """Write the edition `next` of the small folder: the same methods and another name."""
    text = (small_folder / "editions/mine.yaml").read_text(encoding="utf-8").replace("edition: mine\n", NEXT)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (small_folder / "editions/next.yaml").write_text(text, encoding="utf-8")


def test_a_frozen_edition_of_the_same_facts_has_the_same_scores_to_the_last_bit(small_folder):
    old = indexer.build(small_folder)
    new = indexer.build(small_folder, edition="2025.1", freeze_from=json.loads(json.dumps(old.parameters)))
    assert new.edition.name == "2025.1"
    assert new.frozen_from == "mine"
    assert new.parameters["scoring"] == old.parameters["scoring"]
    assert new.scores.equals(old.scores)


def test_later_facts_are_scored_with_the_old_bounds(small_folder, edit):
    old = indexer.build(small_folder, years=(2020, 2021))
    new = indexer.build(small_folder, edition="next", freeze_from=old.parameters, years=(2020, 2022))
    fitted = indexer.build(small_folder)
    assert new.parameters["scoring"] == old.parameters["scoring"]
    same = new.scores[new.scores["year"] < 2022]["index"].tolist()
    assert same == old.scores["index"].tolist()
    assert new.scores["index"].tolist() != fitted.scores["index"].tolist()
    assert new.scores["index"].max() > 100 or new.result.normalised.max() > 100


def test_another_direction_is_refused(small_folder, edit):
    old = indexer.build(small_folder)
    edit(small_folder / "skills/schooling_years.yaml", "direction: higher_better", "direction: lower_better")
    with pytest.raises(UsageError, match="'schooling_years' is lower_better in the folder"):
        indexer.build(small_folder, edition="next", freeze_from=old.parameters)


def rescale(path, by):
    """Write every value of a file of facts in another unit."""
    frame = pd.read_csv(path)
    frame["value"] *= by
    frame.to_csv(path, index=False)


def test_facts_in_another_unit_are_read_in_it(small_folder, edit):
    # articles enter per head: what the published number is, is said by the folder as it is now
    old = indexer.build(small_folder)
    rescale(small_folder / "skills/articles.csv", 1 / 1024)
    edit(small_folder / "skills/articles.yaml", "basis: total", "basis: total\nunit_size: 1024")
    new = indexer.build(small_folder, edition="next", freeze_from=old.parameters)
    np.testing.assert_allclose(new.scores["index"], old.scores["index"], rtol=1e-12)
    assert next(one for one in new.parameters["inputs"] if one["indicator"] == "articles")["unit_size"] == 1024


def test_years_that_the_publisher_repeats_now_are_not_observed(small_folder, edit):
    old = indexer.build(small_folder)
    path = small_folder / "networks/users_pct.csv"
    frame = pd.read_csv(path)
    frame.loc[frame["year"] == 2022, "value"] = frame.loc[frame["year"] == 2021, "value"].to_numpy()
    frame.to_csv(path, index=False)
    edit(small_folder / "networks/users_pct.yaml", "basis: rate", "basis: rate\nrepeated_at_source: [2022]")
    new = indexer.build(small_folder, edition="next", freeze_from=old.parameters)
    cells = new.cells[(new.cells["indicator"] == "users_pct") & (new.cells["year"] == 2022)]
    assert set(cells["status"]) == {"carried"}


@pytest.mark.parametrize("line", ["carry: 0", "goalposts: [0, 1]"])
def test_choices_of_method_stay_frozen(small_folder, edit, line):
    old = indexer.build(small_folder)
    edit(small_folder / "networks/users_pct.yaml", "basis: rate", f"basis: rate\n{line}")
    new = indexer.build(small_folder, edition="next", freeze_from=old.parameters)
    assert new.parameters["inputs"] == old.parameters["inputs"]
    assert new.scores.equals(old.scores)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "A small edition; with the parameters of edition mine"),
        ({"years": (2021, 2022)}, "with the parameters of edition mine; here 5 economies, 2021-2022"),
        ({"economies": ["VNM", "CHN"]}, "with the parameters of edition mine; here 2 economies, 2020-2022"),
    ],
)
def test_the_title_says_for_whom_and_when_where_these_differ(small_folder, asked, said):
    old = indexer.build(small_folder)
    assert indexer.build(small_folder, edition="next", freeze_from=old.parameters, **asked).edition.title.endswith(said)


def test_economies_in_another_order_are_no_others(small_folder):
    old = indexer.build(small_folder)
    asked = {"economies": ["VNM", "THA", "SGP", "IDN", "CHN"], "years": (2020, 2022)}
    new = indexer.build(small_folder, edition="next", freeze_from=old.parameters, **asked)
    assert "here" not in new.edition.title
    assert new.scores.equals(old.scores)


def test_the_folder_may_state_years_and_economies_of_the_new_edition(small_folder):
    old = indexer.build(small_folder)
    second(small_folder, ("years: [2020, 2022]\nref", "years: [2021, 2022]\nref"), ("[CHN, IDN, ", "[CHN, "))
    new = indexer.build(small_folder, edition="next", freeze_from=old.parameters)
    assert new.edition.years == (2021, 2022)
    assert "IDN" not in new.edition.economies
    assert new.edition.content["frozen_from"] == "mine"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rule: communality", "rule: first", "sets.skills.weight.rule"),
        ("transform: log", "transform: none", "sets.skills.indicators.articles.transform"),
        ("method: min_max, low: 0", "method: min_max, low: 1", "normalise.low"),
        ("min_share: 0.5", "min_share: 0.6", "min_share"),
        ("min_share: 0.5", "min_share: 0.5\nwithout_denominator: missing", "without_denominator"),
    ],
)
def test_an_edition_of_another_method_is_refused(small_folder, old, new, said):
    frozen = indexer.build(small_folder).parameters
    second(small_folder, (old, new))
    with pytest.raises(UsageError, match=f"differ in {said}"):
        indexer.build(small_folder, edition="next", freeze_from=frozen)


def test_a_default_that_is_written_out_is_no_other_method(small_folder):
    frozen = indexer.build(small_folder).parameters
    written = "min_share: 0.5\nwithout_denominator: refuse\nimpute: {method: none, why: x}"
    second(small_folder, ("min_share: 0.5", written), ("variants:\n", "left_out: []\nvariants:\n"))
    assert indexer.build(small_folder, edition="next", freeze_from=frozen).frozen_from == "mine"


def test_other_reasons_are_no_other_method(small_folder):
    frozen = indexer.build(small_folder).parameters
    second(small_folder, ("why: One component.", "why: Still one component."))
    assert indexer.build(small_folder, edition="next", freeze_from=frozen).frozen_from == "mine"


@pytest.mark.parametrize("name", [None, "mine"])
def test_a_frozen_edition_needs_a_name_of_its_own(small_folder, name):
    frozen = indexer.build(small_folder).parameters
    with pytest.raises(UsageError, match="needs a name other than 'mine'"):
        indexer.build(small_folder, edition=name, freeze_from=frozen)


def test_an_indicator_that_is_gone_is_named(small_folder):
    frozen = json.loads(json.dumps(indexer.build(small_folder).parameters).replace("schooling_years", "schooling"))
    with pytest.raises(UsageError, match="no indicator 'schooling', which the frozen parameters score"):
        indexer.build(small_folder, edition="next", freeze_from=frozen)


def test_parameters_of_another_format_are_refused(small_folder):
    frozen = indexer.build(small_folder).parameters | {"format": 1}
    with pytest.raises(UsageError, match="have format 1, not 2"):
        parameters_of(frozen)


def test_a_methodology_that_was_edited_is_named(small_folder):
    frozen = json.loads(json.dumps(indexer.build(small_folder).parameters))
    del frozen["methodology"]["sets"]["networks"]["weight"]["method"]
    with pytest.raises(UsageError, match=r"frozen parameters: sets\.networks\.weight\.method: no key 'method'"):
        indexer.build(small_folder, edition="next", freeze_from=frozen)


def test_a_methodology_of_other_sets_is_refused(small_folder):
    frozen = json.loads(json.dumps(indexer.build(small_folder).parameters))
    del frozen["methodology"]["sets"]["networks"]
    with pytest.raises(UsageError, match="has another range, indicators, sets or groups than they"):
        indexer.build(small_folder, edition="next", freeze_from=frozen)


def test_an_economy_that_nobody_knows_is_refused(small_folder):
    frozen = json.loads(json.dumps(indexer.build(small_folder).parameters).replace('"VNM"', '"XXX"'))
    with pytest.raises(UsageError, match="unknown economy 'XXX'"):
        indexer.build(small_folder, edition="next", freeze_from=frozen)


def test_variants_of_a_frozen_edition_are_fitted_anew_and_say_so(small_folder):
    old = indexer.build(small_folder)
    new = indexer.build(small_folder, edition="next", freeze_from=old.parameters)
    assert dict(new.variants.groupby("variant")["note"].first()) == {"equal": "fitted anew", "headline": ""}
    assert set(old.variants["note"]) == {""}


def test_a_frozen_release_says_where_its_parameters_come_from(small_folder, tmp_path):
    old = indexer.build(small_folder).publish(tmp_path / "out")
    new = indexer.build(small_folder, edition="next", freeze_from=old / "parameters.json").publish(tmp_path / "out")
    assert json.loads((new / "parameters.json").read_text())["frozen_from"] == "mine"
    assert "frozen_from: mine" in (new / "methodology.yaml").read_text()
    assert json.loads((tmp_path / "out/latest.json").read_text())["edition"] == "next"


GROUP = "groups: {all: {sets: [skills, networks], weight: {method: equal, why: x}, aggregate: {method: %s, why: x}}}\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("min_share: 0.5", "min_share: 0.5\nimpute: {method: group_median, why: x}", "impute.method"),
        ("min_share: 0.5", "min_share: 0.5\ntreat: {method: log, why: x}", "treat.method"),
        ("between:\n", GROUP % "arithmetic" + "between:\n", "groups"),
        ("{method: equal, why: No reason", "{method: entropy, why: No reason", "between.weight.method"),
        (
            "weight: {method: equal, why: No reason to prefer one.}\n  aggregate: {method: arithmetic,",
            "weight: {method: equal, why: No reason to prefer one.}\n  aggregate: {method: power, p: 2,",
            "between.aggregate.method",
        ),
        ("articles: {enters: per_head", "articles: {enters: total", "sets.skills.indicators.articles.enters"),
        ("server_price: {enters", "server_price: {carry: 1, enters", "sets.networks.indicators.server_price"),
    ],
)
def test_no_level_and_no_step_may_have_another_method(small_folder, old, new, said):
    frozen = indexer.build(small_folder).parameters
    second(small_folder, (old, new))
    with pytest.raises(UsageError, match=f"differ in {said}"):
        indexer.build(small_folder, edition="next", freeze_from=frozen)
