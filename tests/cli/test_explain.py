import json

import pytest
from typer.testing import CliRunner

from indexer.cli.main import app


def run(*arguments):
    return CliRunner().invoke(app, ["explain", *arguments], catch_exceptions=False)


def test_text():
    done = run("VNM", "2020", "2024")
    assert done.exit_code == 0
    assert done.output.startswith("Viet Nam: ")
    assert "(rank 4)" in done.output
    assert "sum of contributions +" in done.output


def test_json_adds_up():
    answer = json.loads(run("VNM", "2020", "2024", "--json").output)
    assert sum(one["contribution"] for one in answer["contributions"]) == pytest.approx(answer["change"], abs=1e-9)
