import json

from typer.testing import CliRunner

from indexer.cli.main import app


def run(*arguments):
    return CliRunner().invoke(app, ["validate", *arguments], catch_exceptions=False)


def test_the_shipped_folder_has_no_fault():
    done = run()
    assert done.exit_code == 0
    assert "no fault" in done.output


def test_all_faults_at_once_with_their_places(small_folder, edit):
    edit(small_folder / "skills/articles.csv", "CHN,2020,41000", "chn,2020,1_000")
    edit(small_folder / "index.yaml", "licence: CC0 1.0", "license: CC0 1.0")
    done = run(str(small_folder))
    assert done.exit_code == 3
    for place in ("articles.csv:2:economy = 'chn'", "articles.csv:2:value = '1_000'", "index.yaml:3"):
        assert place in done.stderr
    assert done.stderr.count("to mend it:") >= 3


def test_json_report(small_folder, edit):
    edit(small_folder / "skills/articles.csv", "CHN,2020,41000", "CHN,2020,1,5")
    done = run(str(small_folder), "--json")
    assert done.exit_code == 3
    report = json.loads(done.stdout)
    assert report["faults"][0]["line"] == 2
    assert set(report["faults"][0]) == {"file", "line", "column", "value", "message", "remedy"}


def test_corrections_are_counted_and_checked(small_folder):
    file = small_folder / "skills/articles.corrections.yaml"
    entry = "- {economy: CHN, year: 2020, old: 41000, new: 410, reason: A slip., reference: The yearbook}\n"
    file.write_text(entry, encoding="utf-8")
    assert "rows, 1 correction: no fault" in run(str(small_folder)).output
    assert json.loads(run(str(small_folder), "--json").stdout)["corrections"] == 1
    file.write_text(entry.replace("41000", "41001"), encoding="utf-8")
    done = run(str(small_folder))
    assert done.exit_code == 3
    assert "skills/articles.corrections.yaml:1:[0].old = '41001': is not the value of the fact" in done.stderr
