import json

import pytest
import typer
from typer.testing import CliRunner

import indexer
from indexer.cli.verify import command


def run(*arguments):
    app = typer.Typer()
    app.command("verify")(command)
    return CliRunner().invoke(app, [*arguments], catch_exceptions=False)


@pytest.fixture
def release(small_folder, tmp_path):
    return indexer.build(small_folder).publish(tmp_path / "o")


def test_a_sound_release(release):
    done = run(str(release))
    assert done.exit_code == 0
    assert "edition mine is as it was published" in done.output
    assert "every row keeps its schema" in done.output


def test_faults_are_named_with_exit_code_three(release, edit):
    edit(
        release / "weights.csv",
        "indicator,networks,broadband_per_100,expert,0.5",
        "indicator,networks,broadband_per_100,expert,-5",
    )
    (release / "pairs.csv").unlink()
    (release / "more.txt").write_text("")
    done = run(str(release))
    assert done.exit_code == 3
    assert "weight = '-5': is outside 0 to 1" in done.stderr
    assert "pairs.csv: is missing" in done.stderr
    assert "more.txt: is not a file of the release" in done.stderr
    assert "to mend it:" in done.stderr
    assert "4 faults" in done.stderr


def test_json(release):
    (release / "pairs.csv").unlink()
    done = run(str(release), "--json")
    assert done.exit_code == 3
    verdict = json.loads(done.stdout)
    assert verdict["edition"] == "mine"
    [fault] = verdict["faults"]
    assert fault["file"] == "pairs.csv"
    assert set(fault) == {"file", "line", "column", "value", "message", "remedy"}
    assert set(verdict) == {"release", "edition", "manifest_sha256", "files", "tables", "rows", "faults"}


def test_many_faults_are_cut_and_counted(release):
    for k in range(60):
        (release / f"x{k}").write_text("")
    done = run(str(release))
    assert "60 faults" in done.stderr
    assert "10 not shown" in done.stderr
    assert done.stderr.count("to mend it:") == 50
