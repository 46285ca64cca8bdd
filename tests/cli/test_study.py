import json

from typer.testing import CliRunner

from indexer.cli.main import app


def test_china_asean_prints_one_table_and_a_sentence():
    done = CliRunner().invoke(app, ["study", "china-asean"], catch_exceptions=False)
    assert done.exit_code == 0
    words = " ".join(done.output.split())
    for said in (
        "2020-2024 total",
        "2020-2023 imports PPML",
        "10 clusters",
        "observed cells",
        "What it shows",
        "What it does not show",
        "Source: International Monetary Fund",
    ):
        assert said in words


def test_json():
    done = CliRunner().invoke(app, ["study", "china-asean", "--json"], catch_exceptions=False)
    assert len(json.loads(done.output)["table"]) == 12
