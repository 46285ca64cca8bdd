import json

from typer.testing import CliRunner

from indexer.cli.main import app


def test_every_indicator_with_source_and_licence():
    done = CliRunner().invoke(app, ["catalogue"], catch_exceptions=False)
    assert done.exit_code == 0
    for said in ("Computing power (computing_power)", "dstri", "core (trade outcome)", "CC0 1.0", "OECD"):
        assert said in done.output


def test_json():
    done = CliRunner().invoke(app, ["catalogue", "--json"], catch_exceptions=False)
    found = {one["id"]: one for one in json.loads(done.output)}
    assert found["dstri"]["direction"] == "lower_better"
    assert len(found) == 21


def test_corrections_are_counted(small_folder):
    entry = "- {economy: CHN, year: %s, old: %s, new: 5, reason: A slip., reference: The yearbook}\n"
    several = entry % (2020, 41000) + entry % (2021, 41037)
    (small_folder / "skills/articles.corrections.yaml").write_text(several, encoding="utf-8")
    file = small_folder / "_reference/population_total.corrections.yaml"
    file.write_text(entry % (2020, 1411000000), encoding="utf-8")
    call = ["catalogue", "--indicators", str(small_folder)]
    done = CliRunner().invoke(app, call, catch_exceptions=False)
    assert "articles: Nobody; CC0 1.0; 2 facts corrected" in done.output
    assert "population_total: Nobody; CC0 1.0; 1 fact corrected" in done.output
    assert done.output.count("corrected") == 2
    found = json.loads(CliRunner().invoke(app, [*call, "--json"], catch_exceptions=False).output)
    assert {one["id"]: one["corrections"] for one in found if one["corrections"]} == {"articles": 2}
