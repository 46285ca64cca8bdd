import json

import pytest
import typer
from typer.testing import CliRunner

from indexer.cli import explorer
from indexer.errors import UsageError

STUDY = {
    "title": "A question",
    "tables": [{"name": "t", "caption": "c", "rows": [{"estimate": 1, "low": 0, "high": 2}]}],
}


def run(*arguments):
    app = typer.Typer()
    app.command()(explorer.command)
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


def test_a_file_by_its_name(small_folder, tmp_path):
    done = run("--indicators", small_folder, "--out", tmp_path / "deep/mine.html")
    assert done.exit_code == 0
    assert (tmp_path / "deep/mine.html").read_bytes().startswith(b"<!doctype html>")
    assert str(tmp_path / "deep/mine.html") in done.output


def test_a_folder_gets_explorer_html_and_nothing_else(small_folder, tmp_path):
    run("--indicators", small_folder, "--out", tmp_path / "pages", "--edition", "mine")
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["explorer.html"]


def test_a_study_is_shown(small_folder, tmp_path):
    path = tmp_path / "study.json"
    path.write_text(json.dumps(STUDY), encoding="utf-8")
    run("--indicators", small_folder, "--out", tmp_path, "--study", path)
    assert "A question" in (tmp_path / "explorer.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"title": "x", "tables": [1]}'])
def test_what_is_no_study_is_refused_by_its_file(small_folder, tmp_path, content):
    path = tmp_path / "study.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"study\.json"):
        run("--indicators", small_folder, "--out", tmp_path / "new", "--study", path)
    assert not (tmp_path / "new").exists()


def test_an_unknown_edition_writes_nothing(small_folder, tmp_path):
    with pytest.raises(UsageError, match="no edition 'other'"):
        run("--indicators", small_folder, "--out", tmp_path / "new", "--edition", "other")
    assert not (tmp_path / "new").exists()


def test_a_study_by_its_name(tmp_path):
    run("--out", tmp_path, "--study", "audit")
    text = (tmp_path / "explorer.html").read_text(encoding="utf-8")
    assert "Can the amounts and growth rates of the printed table both be right" in text


def test_no_study_where_none_is_wanted(tmp_path):
    run("--out", tmp_path, "--study", "none")
    assert (tmp_path / "explorer.html").stat().st_size < 3_000_000
