import json

import pytest
from typer.testing import CliRunner

import indexer
from indexer.cli.main import app


def run(*arguments):
    return CliRunner().invoke(app, ["explain", *arguments], catch_exceptions=False)


def test_text():
    done = run("VNM", "2020", "2024")
    assert done.exit_code == 0
    first, second = done.output.splitlines()[:2]
    assert first == "Edition 2024.1, fitted anew on the folder's facts"
    assert second.startswith("Viet Nam 40.00 in 2020 (rank 4)")
    assert "(rank 4)" in done.output
    assert "sum of contributions +" in done.output


def test_json_adds_up():
    answer = json.loads(run("VNM", "2020", "2024", "--json").output)
    assert sum(one["contribution"] for one in answer["contributions"]) == pytest.approx(answer["change"], abs=1e-9)


def test_places_changed_are_named_with_what_moved_the_gap():
    output = run("VNM", "2020", "2024").output
    assert "Malaysia  was overtaken  -8.07   +1.37  known_ai_supercomputer_h100_equivalents" in output
    assert "Thailand  overtook" in output


def test_two_economies_in_one_year():
    output = run("VNM", "2023", "2023", "--against", "THA").output
    said = output.splitlines()[1]
    assert said == "Thailand 57.56 in 2023 (rank 3), Viet Nam 56.15 in 2023 (rank 4), change -1.42"
    assert "overtook" not in output


def test_nobody_overtaken_is_said():
    assert "It changed places with nobody." in run("SGP", "2020", "2024").output


def test_places_in_json_sum_to_the_gaps():
    answer = json.loads(run("VNM", "2020", "2024", "--json").output)
    rival = [one for one in answer["places"] if one["rival"] == "MYS"]
    moved = rival[0]["gap_after"] - rival[0]["gap_before"]
    assert sum(one["contribution"] for one in rival) == pytest.approx(moved, abs=1e-9)


def test_an_unknown_rival_is_refused():
    done = CliRunner().invoke(app, ["explain", "VNM", "2020", "2024", "--against", "XXX"])
    assert "economy 'XXX' is not in edition 2024.1" in str(done.exception)


def test_one_economy_in_one_year_is_nothing_to_explain():
    done = CliRunner().invoke(app, ["explain", "VNM", "2023", "2023", "--against", "VNM"])
    assert "VNM in 2023 is both sides: nothing to explain" in str(done.exception)


def test_a_frozen_release_is_explained_with_its_parameters(small_folder, tmp_path):
    old = indexer.build(small_folder, years=(2020, 2021)).publish(tmp_path / "out")
    frozen = indexer.build(small_folder, "next", years=(2020, 2021), freeze_from=old / "parameters.json")
    where = ("--indicators", str(small_folder), "--edition", "next", "--freeze-from", str(old / "parameters.json"))
    done = run("VNM", "2020", "2021", *where)
    assert done.output.splitlines()[0] == f"Edition next, with the bounds and weights of edition {old.name}"
    answer = json.loads(run("VNM", "2020", "2021", *where, "--json").output)
    assert (answer["edition"], answer["frozen_from"]) == ("next", old.name)
    assert answer["change"] == pytest.approx(frozen.explain("VNM", 2020, 2021).attrs["change"], abs=1e-9)
