import json

import numpy as np
import pandas as pd
import pytest

import indexer
from indexer.errors import UsageError
from indexer.folder import read_release
from indexer.revision import PARTS, revise


def raise_users(folder):
    """Revise one fact: Internet users of Viet Nam in 2021, ten points up."""
    path = folder / "networks/users_pct.csv"
    frame = pd.read_csv(path)
    frame.loc[(frame["economy"] == "VNM") & (frame["year"] == 2021), "value"] += 10
    frame.to_csv(path, index=False)


@pytest.fixture
def releases(small_folder, tmp_path, edit):
    """The release of 2020-2021, and the one of 2020-2022 after a fact and a method were changed."""
    out = tmp_path / "out"
    old = indexer.build(small_folder, years=(2020, 2021)).publish(out)
    raise_users(small_folder)
    edit(
        small_folder / "editions/mine.yaml",
        "aggregate: {method: arithmetic, why: Substitutes.}\nvar",
        "aggregate: {method: power, p: 0.5, why: x}\nvar",
    )
    new = indexer.build(small_folder).publish(out)
    return old, new


def test_the_parts_sum_to_the_change(releases):
    frame = revise(*releases)
    np.testing.assert_allclose(frame[list(PARTS)].sum(axis=1), frame["change"], atol=1e-12)
    np.testing.assert_allclose(frame["change"], frame["after"] - frame["before"], atol=1e-12)
    assert (frame["note"] == "").all()


def test_before_and_after_are_the_published_scores(releases):
    frame = revise(*releases)
    for side, column, release in (("before", "year_before", releases[0]), ("after", "year_after", releases[1])):
        published = pd.read_csv(release / "index.csv").set_index(["economy", "year"])["index"]
        expected = published.loc[list(zip(frame["economy"], frame[column], strict=True))]
        np.testing.assert_allclose(frame[side], expected, atol=1e-6)


def test_within_one_year_nothing_is_real(releases):
    frame = revise(*releases)
    same = frame["year_before"] == frame["year_after"]
    assert set(zip(frame["year_before"], frame["year_after"], strict=True)) == {
        (2020, 2020),
        (2021, 2021),
        (2021, 2022),
    }
    assert (frame.loc[same, "real"] == 0).all()
    assert (frame.loc[~same, "real"] != 0).all()


def test_only_whose_facts_were_revised_has_a_data_revision(releases):
    frame = revise(*releases)
    moved = frame[(frame["data"].abs() > 1e-9)]
    assert set(moved["economy"]) == {"VNM"}


def test_a_frozen_edition_has_no_method_revision(small_folder, tmp_path):
    old = indexer.build(small_folder, years=(2020, 2021)).publish(tmp_path / "out")
    new = indexer.build(small_folder, edition="next", freeze_from=old / "parameters.json", years=(2020, 2022))
    frame = revise(old, new.publish(tmp_path / "out"))
    assert (frame["method"] == 0).all()
    assert (frame["data"] == 0).all()


def test_shapley_is_the_mean_over_orders(small_folder, tmp_path, edit):
    old = indexer.build(small_folder).publish(tmp_path / "a")
    raise_users(small_folder)
    edit(small_folder / "editions/mine.yaml", "rule: communality", "rule: first")
    new = indexer.build(small_folder).publish(tmp_path / "b")
    frame, first = revise(old, new, order="shapley"), revise(old, new)
    np.testing.assert_allclose(frame[list(PARTS)].sum(axis=1), frame["change"], atol=1e-12)
    assert frame.attrs["order"] == "shapley"
    # data first and method first, by hand for Viet Nam in 2021
    facts = [read_release(one).facts for one in (old, new)]
    parameters = [one / "parameters.json" for one in (old, new)]

    def score(d, m):
        got = indexer.score(parameters[m], facts[d])
        return got.set_index(["economy", "year"]).loc[("VNM", 2021), "index"]

    row = frame[(frame["economy"] == "VNM") & (frame["year_after"] == 2021)].iloc[0]
    expected = ((score(1, 0) - score(0, 0)) + (score(1, 1) - score(0, 1))) / 2
    assert row["data"] == pytest.approx(expected, abs=1e-12)
    alone = first[(first["economy"] == "VNM") & (first["year_after"] == 2021)].iloc[0]
    assert alone["data"] == pytest.approx(score(1, 0) - score(0, 0), abs=1e-12)


def test_an_indicator_that_left_is_named(small_folder, tmp_path, edit):
    old = indexer.build(small_folder).publish(tmp_path / "a")
    edit(
        small_folder / "editions/mine.yaml",
        "      engineers_per_100: {enters: as_published, transform: none, why: A share.}\n",
        "",
    )
    new = indexer.build(small_folder).publish(tmp_path / "b")
    frame = revise(old, new)
    assert frame.attrs["unrevised"] == ["engineers_per_100"]
    assert (frame["data"] == 0).all()
    assert frame["method"].abs().max() > 0


def test_a_score_that_is_missing_on_the_way_is_said(releases, small_folder, tmp_path, edit):
    for name in ("schooling_years", "engineers_per_100"):
        path = small_folder / f"skills/{name}.csv"
        path.write_text("\n".join(r for r in path.read_text().splitlines() if not r.startswith("THA")) + "\n")
    new = indexer.build(small_folder, edition="mine").publish(tmp_path / "later")
    frame = revise(releases[0], new)
    assert set(frame.loc[frame["note"] != "", "economy"]) == {"THA"}
    assert frame.loc[frame["economy"] == "THA", "data"].isna().all()


def test_a_release_that_was_changed_by_hand_is_refused(releases):
    path = releases[1] / "index.csv"
    frame = pd.read_csv(path)
    frame.loc[frame["year"] == 2022, "index"] += 1
    frame.to_csv(path, index=False)
    with pytest.raises(UsageError, match="do not give its published scores"):
        revise(*releases)


def test_wrong_use_is_named(releases, tmp_path):
    with pytest.raises(UsageError, match="unknown order 'random'"):
        revise(*releases, order="random")
    with pytest.raises(UsageError, match=r"not a release: it holds no parameters\.json"):
        revise(tmp_path, releases[1])


def test_releases_of_other_economies_are_refused(releases, small_folder, tmp_path):
    index = indexer.build(small_folder)
    parameters = dict(index.parameters) | {"economies": ["DEU"]}
    (releases[1] / "parameters.json").write_text(json.dumps(parameters))
    with pytest.raises(UsageError, match="share no economy"):
        revise(*releases)


@pytest.mark.parametrize("order", ["sequential", "shapley"])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_longer_vintage_of_the_same_facts_is_no_revision(small_folder, tmp_path, order, backwards):
    short = indexer.build(small_folder, years=(2020, 2021)).publish(tmp_path / "out")
    long = indexer.build(small_folder, edition="next", freeze_from=short / "parameters.json", years=(2020, 2022))
    pair = (short, long.publish(tmp_path / "out"))
    frame = revise(*(pair[::-1] if backwards else pair), order=order)
    assert frame["data"].abs().max() < 1e-12
    assert frame["method"].abs().max() < 1e-12
    np.testing.assert_allclose(frame["real"], frame["change"], atol=1e-12)


def test_releases_that_share_no_indicator_are_refused(releases):
    path = releases[1] / "parameters.json"
    text = path.read_text()
    for name in json.loads(text)["scoring"]["indicators"]:
        text = text.replace(f'"{name}"', f'"other_{name}"')
    path.write_text(text)
    with pytest.raises(UsageError, match="share no indicator"):
        revise(*releases)


def test_facts_in_another_unit_are_no_revision(small_folder, tmp_path, edit):
    old = indexer.build(small_folder).publish(tmp_path / "a")
    path = small_folder / "skills/articles.csv"
    frame = pd.read_csv(path)
    frame["value"] /= 1024
    frame.to_csv(path, index=False)
    edit(small_folder / "skills/articles.yaml", "basis: total", "basis: total\nunit_size: 1024")
    frame = revise(old, indexer.build(small_folder).publish(tmp_path / "b"))
    assert frame[["data", "method"]].abs().max().max() < 1e-9


def test_a_new_correction_is_a_data_revision(small_folder, tmp_path):
    old = indexer.build(small_folder).publish(tmp_path / "old")
    parameters = json.loads((old / "parameters.json").read_bytes())
    entry = "- {economy: VNM, year: 2021, old: 72.64, new: 62.64, reason: A slip., reference: The yearbook}\n"
    (small_folder / "networks/users_pct.corrections.yaml").write_text(entry, encoding="utf-8")
    new = indexer.build(small_folder, "later", freeze_from=parameters).publish(tmp_path / "new")
    frame = revise(old, new)
    assert (frame[["method", "real"]] == 0).all(axis=None)
    moved = frame[frame["data"] != 0]
    assert moved[["economy", "year_before"]].to_numpy().tolist() == [["VNM", 2021]]
    # 10 of a range of 53.7 to 95.64 points, with weight .3 in a set of weight .5
    assert moved["data"].item() == pytest.approx(-10 / spread(small_folder) * 100 * 0.3 * 0.5)


def spread(folder):
    values = pd.read_csv(folder / "networks/users_pct.csv")["value"]
    return values.max() - values.min()
