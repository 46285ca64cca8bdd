import json

from typer.testing import CliRunner

from indexer.cli.main import app

FAST = ["--draws", "0", "--simulations", "0"]


def run(*args):
    return CliRunner().invoke(app, ["study", *args], catch_exceptions=False)


def test_china_asean_prints_tables_and_a_sentence_and_writes_them(tmp_path):
    done = run("china-asean", *FAST, "--out", str(tmp_path / "out"), "--json")
    assert done.exit_code == 0
    plain = json.loads(done.stdout)
    assert plain["name"] == "china-asean"
    text = " ".join((tmp_path / "out" / "china-asean.txt").read_text(encoding="utf-8").split())
    for said in ("What it shows", "What it does not show", "Source: International Monetary Fund", "not identified"):
        assert said in text
    assert (tmp_path / "out" / "ladder.csv").exists()


def test_list_names_every_study():
    from indexer import study

    done = run("list")
    assert all(name in done.output for name in study.NAMES)


def test_an_unknown_study_is_refused():
    import pytest

    from indexer.errors import UsageError

    with pytest.raises(UsageError, match="no study 'nothing'"):
        run("nothing")
