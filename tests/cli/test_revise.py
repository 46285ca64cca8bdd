import json

import pandas as pd
import pytest
from typer.testing import CliRunner

import indexer
from indexer.cli.main import app


@pytest.fixture
def releases(small_folder, tmp_path, edit):
    old = indexer.build(small_folder, years=(2020, 2021)).publish(tmp_path / "out")
    edit(small_folder / "editions/mine.yaml", "rule: communality", "rule: first")
    return str(old), str(indexer.build(small_folder).publish(tmp_path / "out"))


def run(*arguments):
    return CliRunner().invoke(app, ["revise", *arguments], catch_exceptions=False)


def test_text_tells_the_step_from_the_last_year_to_the_last(releases):
    output = run(*releases).output
    assert "order of the parts: sequential" in output
    assert "Score of 2021 in the earlier release to score of 2022 in the later one" in output
    assert "15 rows in all" in output


def test_json_holds_every_row(releases):
    answer = json.loads(run(*releases, "--json").output)
    assert len(answer["rows"]) == 15
    for row in answer["rows"]:
        assert row["data"] + row["method"] + row["real"] == pytest.approx(row["change"], abs=1e-9)


def test_every_row_is_written(releases, tmp_path):
    out = tmp_path / "revision.csv"
    assert f"All 15 rows in {out}" in run(*releases, "--out", str(out)).output
    assert list(pd.read_csv(out).columns)[:4] == ["economy", "year_before", "year_after", "before"]


def test_what_is_no_release_is_refused(tmp_path):
    done = CliRunner().invoke(app, ["revise", str(tmp_path), str(tmp_path)])
    assert "not a release" in str(done.exception)


def test_indicators_that_left_are_named_in_one_line(small_folder, tmp_path, edit):
    old = indexer.build(small_folder).publish(tmp_path / "a")
    edition = small_folder / "editions/mine.yaml"
    for name, what in (("engineers_per_100", "A share."), ("schooling_years", "A mean.")):
        edit(edition, f"      {name}: {{enters: as_published, transform: none, why: {what}}}\n", "")
    new = indexer.build(small_folder).publish(tmp_path / "b")
    lines = " ".join(run(str(old), str(new)).output.split())
    assert "facts that the later one has none of: engineers_per_100, schooling_years" in lines
