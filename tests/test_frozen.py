import json

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


def test_metadata_that_changed_since_do_not_reach_a_frozen_edition(small_folder, edit):
    old = indexer.build(small_folder)
    edit(small_folder / "skills/schooling_years.yaml", "direction: higher_better", "direction: lower_better")
    new = indexer.build(small_folder, edition="next", freeze_from=old.parameters)
    assert new.scores["index"].tolist() == old.scores["index"].tolist()


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
    ],
)
def test_an_edition_of_another_method_is_refused(small_folder, old, new, said):
    frozen = indexer.build(small_folder).parameters
    second(small_folder, (old, new))
    with pytest.raises(UsageError, match=f"differ in {said}"):
        indexer.build(small_folder, edition="next", freeze_from=frozen)


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
    frozen = indexer.build(small_folder).parameters
    frozen["inputs"][0]["indicator"] = "schooling"
    with pytest.raises(UsageError, match="no indicator 'schooling', which the frozen parameters score"):
        indexer.build(small_folder, edition="next", freeze_from=frozen)


def test_parameters_of_another_format_are_refused(small_folder):
    frozen = indexer.build(small_folder).parameters | {"format": 1}
    with pytest.raises(UsageError, match="have format 1, not 2"):
        parameters_of(frozen)


def test_a_frozen_release_says_where_its_parameters_come_from(small_folder, tmp_path):
    old = indexer.build(small_folder).publish(tmp_path / "out")
    new = indexer.build(small_folder, edition="next", freeze_from=old / "parameters.json").publish(tmp_path / "out")
    assert json.loads((new / "parameters.json").read_text())["frozen_from"] == "mine"
    assert "frozen_from: mine" in (new / "methodology.yaml").read_text()
    assert json.loads((tmp_path / "out/latest.json").read_text())["edition"] == "next"
