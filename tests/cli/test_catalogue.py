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
