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
        given = ["sensitivity", "--indicators", str(small_folder), "--n", "32", *arguments]
        return CliRunner().invoke(app, given, catch_exceptions=False)

    return call


def shown(output):
    """Lines of the first table, from assumption to its figures."""
    lines = output.split("  assumption", 1)[1].split("\n\n")[0].splitlines()[1:]
    return {line.split()[0]: line.split()[1:] for line in lines}


def test_assumptions_stand_in_the_order_of_their_total(run):
    totals = [float(row[4]) for row in shown(run().output).values()]
    assert totals == sorted(totals, reverse=True)


def test_the_table_is_that_of_the_year_and_the_mean_shift_in_rank(run):
    rows = shown(run("--year", "2021", "--over", "weights,leave_out").output)
    answer = json.loads(run("--over", "weights,leave_out", "--json").output)
    for one in answer["shift"]:
        if one["year"] == 2021:
            assert rows[one["assumption"]][0] == f"{one['first']:.2f}"
            assert rows[one["assumption"]][4] == f"{one['total']:.2f}"


def test_every_economy_has_the_assumption_of_its_largest_total(run):
    output = run("--over", "weights,leave_out").output.split("Each economy's rank")[1]
    ranks = pd.DataFrame(json.loads(run("--over", "weights,leave_out", "--json").output)["ranks"])
    part = ranks[(ranks["economy"] == "SGP") & (ranks["year"] == 2022)].dropna(subset=["total"])
    most = "nothing" if part.empty else part.sort_values("total")["assumption"].iloc[-1]
    [line] = [line for line in output.splitlines() if line.strip().startswith("Singapore")]
    assert line.split()[2] == most


def test_all_indices_are_written(run, tmp_path):
    run("--over", "weights,leave_out", "--out", str(tmp_path / "new" / "sobol.csv"))
    frame = pd.read_csv(tmp_path / "new" / "sobol.csv")
    assert frame["output"].value_counts().to_dict() == {"score": 30, "rank": 30, "mean_shift_in_rank": 6}
    assert frame.loc[frame["output"] == "mean_shift_in_rank", "economy"].isna().all()


def test_a_rank_that_some_draws_leave_without_a_score_is_said_to_be_so(small_folder, edit):
    # Thailand has one of three skills: where that is left out, nothing of the set remains
    edit(small_folder / "editions/mine.yaml", "min_share: 0.5", "min_share: 0.2")
    for name in ("schooling_years", "engineers_per_100"):
        path = small_folder / f"skills/{name}.csv"
        path.write_text("\n".join(r for r in path.read_text().splitlines() if not r.startswith("THA")) + "\n")
    arguments = ["sensitivity", "--indicators", str(small_folder), "--n", "64", "--over", "weights,leave_out"]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    [line] = [line for line in done.output.splitlines() if line.strip().startswith("Thailand")]
    assert "not in every draw" in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--n", "100"), "n = 100"),
        (("--over", "weights"), "one assumption alone"),
        (("--over", "weigths,leave_out"), "unknown assumption"),
        (("--year", "1999"), "year 1999"),
    ],
)
def test_what_cannot_be_split_is_refused(run, arguments, said):
    with pytest.raises(UsageError, match=said):
        run(*arguments)


def test_a_refusal_ends_with_2_and_a_remedy():
    call = [sys.executable, "-m", "indexer", "sensitivity", "--n", "100"]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 2
    assert "to mend it: give a power of two" in done.stderr
