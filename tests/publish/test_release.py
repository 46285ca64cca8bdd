import hashlib
import json
import os
import random
import signal
import time
from dataclasses import replace

import pandas as pd
import pytest
import yaml

import indexer
from indexer.errors import UsageError
from indexer.methodology import Edition
from indexer.publish import layout, release
from indexer.publish import place as places
from indexer.publish.verify import verify
from indexer.validate.tables import check_frame


def content(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.name != release.ENVIRONMENT}


def whole(folder):
    """Whether every file that the manifest names is there with its bytes, and no other."""
    manifest = json.loads((folder / "manifest.json").read_text())
    found = content(folder)
    named = {name: hashlib.sha256(data).hexdigest() for name, data in found.items() if name != "manifest.json"}
    return named == {name: one["sha256"] for name, one in manifest["files"].items()}


@pytest.fixture
def index(small_folder):
    return indexer.build(small_folder)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def test_files_of_a_release(index, out):
    place = index.publish(out)
    assert place == out / "mine"
    names = {p.name for p in place.iterdir()}
    assert {
        "index.csv",
        "index_2020.csv",
        "index_2021.csv",
        "index_2022.csv",
        "weights.csv",
        "variants.csv",
        "cells.csv",
    } <= names
    assert {
        "adequacy.csv",
        "parameters.json",
        "methodology.yaml",
        "manifest.json",
        "environment.json",
        "sources.csv",
        "datapackage.json",
        "CITATION.cff",
        "LICENCES.txt",
    } <= names
    assert json.loads((out / "latest.json").read_text()) == {"edition": "mine", "path": "mine"}
    assert whole(place)
    assert [p.name for p in out.iterdir() if p.name.startswith(".")] == []


def test_index_file_holds_the_scores(index, out):
    place = index.publish(out)
    table = pd.read_csv(place / "index.csv")
    head = ["economy", "name", "year", "index", "rank", "rank_low", "rank_high"]
    assert list(table.columns) == [*head, "skills", "networks", "observed_share"]
    assert table["rank_low"].tolist() == index.uncertainty.ranks["rank_p05"].tolist()
    assert (table["rank_low"] <= table["rank_high"]).all()
    pd.testing.assert_series_equal(table["index"], index.scores["index"].round(6), check_exact=False, atol=1e-9)
    yearly = pd.concat([pd.read_csv(place / f"index_{y}.csv") for y in (2020, 2021, 2022)])
    key = ["economy", "year"]
    pd.testing.assert_frame_equal(yearly.sort_values(key, ignore_index=True), table.sort_values(key, ignore_index=True))


def test_parameters_of_a_release_score_the_same(index, out):
    parameters = json.loads((index.publish(out) / "parameters.json").read_text())
    again = indexer.score(parameters, index.folder.facts)
    assert again["index"].tolist() == index.scores["index"].tolist()


@pytest.mark.parametrize("name", ["weights", "variants", "cells", "adequacy", "pairs", "coverage", "size"])
def test_tables_keep_their_schemas(index, name):
    assert check_frame(getattr(index, name), name) is getattr(index, name)


def test_a_second_release_replaces_the_first(index, out):
    first = content(index.publish(out))
    assert content(index.publish(out)) == first


def test_two_renames_do_where_there_is_no_exchange(index, out, monkeypatch):
    monkeypatch.setattr(places, "_exchange", lambda left, right: False)
    index.publish(out)
    index.publish(out)
    assert whole(out / "mine")
    assert sorted(p.name for p in out.iterdir() if p.name.startswith(".")) == []


def test_a_run_that_died_between_two_renames_is_made_good(index, out):
    before = content(index.publish(out))
    os.rename(out / "mine", out / ".mine.old")
    places.recover(out, "mine")
    assert content(out / "mine") == before


def test_a_foreign_folder_is_not_touched(index, out):
    (out / "mine").mkdir(parents=True)
    (out / "mine" / "thesis.doc").write_text("mine")
    with pytest.raises(UsageError, match="is not a release"):
        index.publish(out)
    assert (out / "mine" / "thesis.doc").read_text() == "mine"


@pytest.mark.parametrize("manifest", ["x", "{}", '{"files": {}}'])
def test_a_folder_with_another_manifest_is_not_touched(index, out, manifest):
    (out / "mine").mkdir(parents=True)
    (out / "mine" / "manifest.json").write_text(manifest)
    (out / "mine" / "precious.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not a release"):
        index.publish(out)
    assert (out / "mine" / "precious.txt").read_text() == "mine"


def test_no_release_in_the_folder_of_indicators(index, small_folder):
    with pytest.raises(UsageError, match="lies in the folder of indicators"):
        index.publish(small_folder)


def test_a_link_or_a_file_in_its_place_is_refused(index, out):
    out.mkdir()
    (out / "mine").symlink_to(out)
    with pytest.raises(UsageError, match="is not a folder"):
        index.publish(out)


def test_leftovers_of_the_dead_go_and_files_of_others_stay(index, out):
    (out / ".mine.999999999.new").mkdir(parents=True)
    (out / ".mine.backup.new").mkdir()
    index.publish(out)
    assert not (out / ".mine.999999999.new").exists()
    assert (out / ".mine.backup.new").exists()


def test_a_version_without_indicators_is_another_release(tmp_path):
    index = indexer.build()
    place = index.without("trade_outcome").publish(tmp_path)
    assert place.name == "2024.1-without-trade_outcome"
    methodology = (place / "methodology.yaml").read_text()
    assert "edition: 2024.1-without-trade_outcome" in methodology
    assert "      digitally_deliverable_services_imports_musd:" not in methodology
    folder = Edition.from_document(yaml.safe_load(methodology))
    assert [e.indicator for e in folder.entries] == list(index.without("trade_outcome").plan.indicators)


def test_a_table_that_breaks_its_schema_is_not_published(index, out, monkeypatch):
    broken = index.weights.assign(weight=float("inf"))
    monkeypatch.setitem(index.__dict__, "weights", broken)
    with pytest.raises(indexer.FactsError, match=r"weights\.csv"):
        index.publish(out)
    assert not (out / "mine").exists()


def _publish_for_ever(index, files, out):
    try:
        turn = 0
        while True:
            turn = 1 - turn
            release.files = lambda index, formats, turn=turn: dict(files[turn])
            release.publish(index, out)
    finally:
        os._exit(1)


def _changed_from(before, path):
    """Wait until the file is another one; a busy machine may take its time."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            now = path.read_bytes()
        except FileNotFoundError:  # between two renames
            continue
        if now != before:
            return now
        time.sleep(0.001)
    raise TimeoutError("nothing was published")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
def test_killed_at_any_moment_a_whole_release_stands(small_folder, out, monkeypatch, exchange):
    """Ten times each way a process that publishes two versions in turn is killed: what stands is one of them, whole."""
    versions = [indexer.build(small_folder), indexer.build(small_folder, years=(2020, 2022))]
    files = [release.files(version) for version in versions]
    files[1]["index.csv"] += b"\n"
    files[1]["manifest.json"] = files[1]["manifest.json"].replace(
        hashlib.sha256(files[0]["index.csv"]).hexdigest().encode(),
        hashlib.sha256(files[1]["index.csv"]).hexdigest().encode(),
    )
    if not exchange:
        monkeypatch.setattr(places, "_exchange", lambda left, right: False)
    versions[0].publish(out)
    rng = random.Random(7)
    seen = set()
    for turn in range(10):
        before = (out / "mine" / "index.csv").read_bytes()
        child = os.fork()
        if child == 0:
            _publish_for_ever(versions[0], files, out)
        if turn % 2:
            seen |= {before, _changed_from(before, out / "mine" / "index.csv")}
        time.sleep(rng.uniform(0.0, 0.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        places.recover(out, "mine")
        assert whole(out / "mine")
        assert json.loads((out / "latest.json").read_text())["edition"] == "mine"
    assert len(seen) == 2


def test_latest_points_to_the_default_edition_or_to_what_is_frozen_from_it(small_folder, tmp_path):
    def latest():
        return json.loads((tmp_path / "o/latest.json").read_text())["edition"]

    text = (small_folder / "editions/mine.yaml").read_text()
    (small_folder / "editions/side.yaml").write_text(text.replace("edition: mine", "edition: side"))
    place = indexer.build(small_folder).publish(tmp_path / "o")
    indexer.build(small_folder, edition="side").publish(tmp_path / "o")
    assert latest() == "mine"
    next_one = indexer.build(small_folder, edition="next", freeze_from=place / "parameters.json")
    next_one.publish(tmp_path / "o")
    assert latest() == "next"
    indexer.build(small_folder, edition="after", freeze_from=next_one.parameters).publish(tmp_path / "o")
    assert latest() == "after"


def test_the_manifest_says_what_was_made_of_what(index, out):
    manifest = json.loads((index.publish(out, ["json"]) / "manifest.json").read_text())
    assert manifest["layout"] == layout.LAYOUT
    assert manifest["formats"] == ["csv", "json"]
    assert manifest["inputs_sha256"] == index.folder.inputs_sha256
    assert manifest["parameters_sha256"] == manifest["files"]["parameters.json"]["sha256"]
    assert "environment.json" not in manifest["files"]


def test_versions_of_what_wrote_the_formats_stand_in_the_environment(index, out):
    plain = json.loads((index.publish(out) / "environment.json").read_text())
    assert "pyarrow" not in plain
    assert json.loads((index.publish(out, ["parquet"]) / "environment.json").read_text())["pyarrow"]


def test_a_release_without_a_format_replaces_one_with_it(index, out):
    assert (index.publish(out, ["json"]) / "index.json").exists()
    assert not (index.publish(out) / "index.json").exists()
    assert whole(out / "mine")


@pytest.mark.parametrize("name", ["../up", "CON", "nul.2024", "a/b", "x.", "latest.json", "Latest.JSON", "a" * 300])
def test_a_name_that_cannot_name_a_folder_is_refused(index, out, name):
    index = replace(index, edition=Edition({**index.edition.content, "edition": name}, "mine"))
    with pytest.raises(UsageError, match="edition name"):
        index.publish(out)
    assert not out.exists()


def test_an_indicator_named_like_a_device_is_refused(small_folder, out):
    for path in (small_folder / "skills").glob("articles.*"):
        path.write_text(path.read_text().replace("id: articles", "id: aux"))
        path.rename(path.with_stem("aux"))
    edition = small_folder / "editions/mine.yaml"
    edition.write_text(edition.read_text().replace("articles:", "aux:"))
    with pytest.raises(UsageError, match="indicator id 'aux' is the name of a device"):
        indexer.build(small_folder).publish(out)


def test_hostile_texts_are_published_and_verified(hostile_folder, out):
    place = indexer.build(hostile_folder).publish(out, ["json", "dta", "parquet"])
    table = pd.read_csv(place / "sources.csv").set_index("indicator")
    assert table.loc["articles", "name"] == "=1+1"
    assert table.loc["articles", "dataset"] == "-2+3 =1+1 end"
    assert verify(place).faults == ()


def test_a_release_names_its_corrections(small_folder, out):
    entry = "- {economy: CHN, year: 2020, old: 41000, new: 0.1, reason: '=1+1', reference: The yearbook}\n"
    (small_folder / "skills/articles.corrections.yaml").write_text(entry, encoding="utf-8")
    index = indexer.build(small_folder)
    place = index.publish(out, ["parquet", "xlsx", "dta", "json"])
    assert verify(place).faults == ()
    header, row = (place / "corrections.csv").read_text(encoding="utf-8").splitlines()
    assert header == "indicator,economy,year,old,new,reason,reference"
    assert row == "articles,CHN,2020,41000,0.1,=1+1,The yearbook"
    assert "CHN,2020,0.1,articles" in (place / "facts.csv").read_text(encoding="utf-8").splitlines()
    assert "facts.csv, corrections.csv, and the columns" in (place / "LICENCES.txt").read_text(encoding="utf-8")
    expected = pd.read_csv(place / "corrections.csv")
    read = {
        "parquet": pd.read_parquet(place / "corrections.parquet"),
        "xlsx": pd.read_excel(place / "index.xlsx", sheet_name="corrections"),
        "dta": pd.read_stata(place / "corrections.dta"),
        "json": pd.DataFrame(json.loads((place / "corrections.json").read_bytes())["rows"]),
    }
    for frame in read.values():
        pd.testing.assert_frame_equal(frame, expected, check_dtype=False)
    package = json.loads((place / "datapackage.json").read_bytes())
    described = {one["name"]: one for one in package["resources"]}["corrections"]
    assert described["licenses"][0]["title"] == "CC0 1.0"
    assert described["schema"]["primaryKey"] == ["indicator", "economy", "year"]
    scores = pd.read_csv(place / "index.csv")["index"]
    again = indexer.score(json.loads((place / "parameters.json").read_bytes()), pd.read_csv(place / "facts.csv"))
    assert (again["index"] - scores).abs().max() < 1e-6
    (place / "corrections.csv").unlink()
    assert [(one.file, one.message) for one in verify(place).faults] == [("corrections.csv", "is missing")]


def test_a_release_without_corrections_has_no_such_table(index, out):
    place = index.publish(out)
    assert not (place / "corrections.csv").exists()
    assert "facts.csv, and the columns" in (place / "LICENCES.txt").read_text(encoding="utf-8")


def test_an_economy_without_a_rank_has_no_range_of_ranks():
    from indexer.publish.release import _scores

    scores = _scores(indexer.build(edition="world"))
    without = scores["rank"].isna()
    assert without.any()
    assert scores.loc[without, ["rank_low", "rank_high"]].isna().all(axis=None)
    assert scores.loc[~without, ["rank_low", "rank_high"]].notna().all(axis=None)
