import json
import subprocess
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

from indexer.cli.main import app
from indexer.errors import UsageError


@pytest.fixture
def run(small_folder):
    def call(*arguments):
        given = ["uncertainty", "--indicators", str(small_folder), "--draws", "60", *arguments]
        return CliRunner().invoke(app, given, catch_exceptions=False)

    return call


def line_of(output, name):
    [line] = [line for line in output.splitlines() if line.strip().startswith(name)]
    return line.split()


def test_every_economy_of_the_latest_year_stands_in_the_order_of_its_rank(run):
    done = run()
    assert done.exit_code == 0
    names = ("Singapore", "China", "Thailand", "Viet Nam", "Indonesia")
    rows = [line.strip() for line in done.output.splitlines() if line.strip().startswith(names)]
    ranks = [int(row.removeprefix("Viet Nam").split()[0 if row.startswith("Viet Nam") else 1]) for row in rows]
    assert "Ranks 2022" in done.output
    assert ranks == sorted(ranks)
    assert len(rows) == 5


def test_it_is_said_how_many_draws_were_made_with_which_seed_over_what(run):
    assert "60 draws, seed 7, over weights, leave_out" in run("--seed", "7", "--over", "weights, leave_out").output


def test_the_interval_of_a_rank_stands_beside_it(run):
    output = run("--over", "weights").output
    answer = json.loads(run("--over", "weights", "--json").output)
    [own] = [one for one in answer["ranks"] if (one["economy"], one["year"]) == ("SGP", 2022)]
    assert line_of(output, "Singapore")[1:5] == [
        str(own["rank"]), str(own["rank_p05"]), "to", str(own["rank_p95"])
    ]  # fmt: skip


def test_an_earlier_year_can_be_shown(run):
    assert "Ranks 2020" in run("--year", "2020").output


def test_the_edition_says_how_many_draws_where_the_call_does_not(small_folder, edit):
    block = "uncertainty: {draws: 30, seed: 5, over: [weights], why: A trial.}\nvariants:\n"
    edit(small_folder / "editions/mine.yaml", "variants:\n", block)
    done = CliRunner().invoke(app, ["uncertainty", "--indicators", str(small_folder)], catch_exceptions=False)
    assert "30 draws, seed 5, over weights" in done.output


def test_json_names_what_was_open_and_counts_draws(run):
    answer = json.loads(run("--json", "--over", "weights,leave_out").output)
    assert answer["over"] == ["weights", "leave_out"]
    assert answer["draws"] == 60
    assert answer["failures"] == []


def test_tables_are_written(run, tmp_path):
    done = run("--out", str(tmp_path / "tables"))
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == [
        "acceptability.csv", "beats.csv", "failures.csv", "movers.csv", "ranks.csv"
    ]  # fmt: skip
    share = pd.read_csv(tmp_path / "tables/acceptability.csv").groupby(["economy", "year"])["share"].sum()
    assert share.to_numpy() == pytest.approx(1, abs=1e-9)
    assert str(tmp_path / "tables/ranks.csv") in done.output


def test_draws_are_written_as_parquet(run, tmp_path):
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    run("--draws-to", str(tmp_path / "draws.parquet"))
    frame = pd.read_parquet(tmp_path / "draws.parquet")
    assert len(frame) == 60 * 5 * 3
    assert list(frame.columns) == ["draw", "economy", "year", "index"]


def test_pictures_are_written_as_png_and_as_page(run, tmp_path):
    pytest.importorskip("vl_convert", reason="pictures need the extra `report`")
    run("--plots", str(tmp_path / "plots"))
    names = [
        f"{name}_2022.{kind}" for name in ("acceptability", "beats", "movers", "ranks") for kind in ("html", "png")
    ]
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == names


def test_draws_that_failed_are_counted_with_their_reason(run, monkeypatch):
    from indexer.simulate import uncertainty as module

    whole = module.uncertainty

    def some_failed(*given, **named):
        found = whole(*given, **named)
        found.reasons[:3] = "no such mean"
        return found

    monkeypatch.setattr(module, "uncertainty", some_failed)
    output = run().output
    assert "3 of 60 draws failed" in output
    assert line_of(output, "no such mean")[-2:] == ["3", "5.0%"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--over", "weigths"), "unknown assumption 'weigths'"),
        (("--over", ""), "unknown assumption ''"),
        (("--over", "imputation"), "imputation left open changes nothing"),
        (("--draws", "0"), "draws = 0"),
        (("--seed", "-1"), "seed = -1"),
        (("--year", "1999"), "year 1999 is not in edition mine"),
    ],
)
def test_what_cannot_be_drawn_is_refused(run, arguments, said):
    with pytest.raises(UsageError, match=said):
        run(*arguments)


def test_a_refusal_ends_with_2_and_a_remedy():
    call = [sys.executable, "-m", "indexer", "uncertainty", "--over", "weigths"]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 2
    assert "to mend it: write weights" in done.stderr


def test_nothing_but_the_result_is_printed_in_a_pipe():
    call = [sys.executable, "-m", "indexer", "uncertainty", "--draws", "600", "--over", "weights", "--json"]
    done = subprocess.run(call, capture_output=True, text=True)
    assert json.loads(done.stdout)["draws"] == 600
    assert done.stderr == ""
