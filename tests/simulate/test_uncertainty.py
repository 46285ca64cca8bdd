import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

import indexer
from indexer.errors import UsageError
from indexer.simulate.block import ranks
from indexer.simulate.uncertainty import uncertainty

ROOT = Path(__file__).parents[2]
OVER = {
    "normalisation": ["z_score"],
    "weights": {"concentration": 10},
    "aggregation": {"between": ["geometric"]},
    "leave_out": "indicator",
    "carrying": {"sets": 4},
}


@pytest.fixture
def found(gappy):
    return uncertainty(gappy, 700, 3, OVER)


@pytest.fixture
def places(found):
    """Rank of every economy in every draw and year."""
    scores = found.draws.astype(float)
    return ranks(scores.reshape(len(scores), -1), len(found.years)).reshape(scores.shape)


def frame_of(found, values, name="value"):
    """Values of economies × years as a column beside their labels."""
    labels = pd.MultiIndex.from_product([found.economies, found.years], names=["economy", "year"])
    return pd.Series(np.asarray(values).reshape(-1), index=labels, name=name)


def test_draws_are_scores_by_draw_economy_and_year(found, gappy):
    assert found.draws.shape == (700, 5, 3)
    assert found.draws.dtype == np.float32
    assert (found.economies, found.years) == (gappy.edition.economies, gappy.edition.years)


def test_medians_and_tails_of_scores_are_those_of_the_draws(found):
    for tail, name in ((0.05, "p05"), (0.5, "median"), (0.95, "p95")):
        expected = np.quantile(found.draws.astype(float), tail, axis=0).reshape(-1)
        np.testing.assert_allclose(found.ranks[f"index_{name}"], expected, rtol=1e-6)


def test_medians_and_tails_of_ranks_are_ranks_that_so_many_draws_reach(found, places):
    for tail, name in ((0.05, "p05"), (0.5, "median"), (0.95, "p95")):
        expected = np.quantile(places, tail, axis=0, method="inverted_cdf").reshape(-1)
        assert found.ranks[f"rank_{name}"].tolist() == expected.tolist()


def test_beside_the_draws_stand_the_own_score_and_rank(found, gappy):
    columns = ["economy", "year", "index", "rank"]
    pd.testing.assert_frame_equal(found.ranks[columns], gappy.scores[columns])


def test_counts_are_of_all_draws(found):
    assert (found.counts.sum(axis=-1) == 700).all()
    assert (found.ranks["draws"] == 700).all()


def test_acceptability_is_the_share_of_draws_at_each_rank(found, places):
    table = found.acceptability.set_index(["economy", "year", "rank"])["share"]
    for (economy, year, rank), share in table.items():
        at = (found.economies.index(economy), found.years.index(year))
        assert share == (places[:, at[0], at[1]] == rank).mean()
    np.testing.assert_allclose(table.groupby(["economy", "year"]).sum(), 1)


def test_who_beats_whom_is_the_share_of_draws(found):
    table = found.beats.set_index(["year", "economy", "other"])["probability"]
    assert len(table) == 3 * 5 * 4
    for (year, one, other), share in table.items():
        a, b = (found.draws[:, found.economies.index(name), found.years.index(year)] for name in (one, other))
        assert share == pytest.approx(((a > b) + 0.5 * (a == b)).mean(), abs=1e-15)


def test_of_two_economies_one_beats_the_other_or_they_are_even(found):
    table = found.beats.set_index(["year", "economy", "other"])["probability"]
    assert all(share + table[year, b, a] == pytest.approx(1) for (year, a, b), share in table.items())


def test_who_beats_whom_counts_draws_in_which_both_have_a_score(found):
    found.draws[:100, 0] = np.nan
    found.draws[:, 1] = np.nan
    table = found.beats.set_index(["year", "economy", "other"])["probability"]
    a, b = found.draws[100:, 0, 0], found.draws[100:, 2, 0]
    assert table[2020, found.economies[0], found.economies[2]] == pytest.approx((a > b).mean(), abs=1e-15)
    assert np.isnan(table[2020, found.economies[0], found.economies[1]])


def test_improvement_is_counted_in_the_same_draw(found):
    table = found.improved(2020, 2022)
    expected = (found.draws[:, :, 2] > found.draws[:, :, 0]).mean(axis=0)
    assert table["economy"].tolist() == list(found.economies)
    np.testing.assert_allclose(table["probability"], expected)
    assert (table["draws"] == 700).all()


def test_a_year_against_itself_is_refused(found):
    with pytest.raises(UsageError, match="2021 against itself"):
        found.improved(2021, 2021)


def test_an_alternative_stated_twice_is_one(small_folder):
    index = indexer.build(small_folder)
    twice = indexer.uncertainty(
        index, 10, over={"normalisation": ["z_score", "z_score", {"method": "z_score", "sd": 1}]}
    )
    assert twice.labels == {"normalisation": ["own", "z_score"]}


def test_assumptions_may_come_from_an_iterator(small_folder):
    found = indexer.uncertainty(indexer.build(small_folder), 10, over=(name for name in ["weights", "leave_out"]))
    assert list(found.labels) == ["leave_out"]
    assert "weights, leave_out" in repr(found)


def test_one_assumption_alone_takes_the_alternatives_that_it_takes_among_the_others(found):
    from indexer.simulate.draws import chunks

    for name in found.labels:
        base = name.removesuffix("_within").removesuffix("_between")
        [alone] = chunks(found.space, found.seed, len(found.draws), only=base, first=20)
        assert alone.picks[name].tolist() == found.picks[name].tolist()[:20]


def test_improvement_in_a_year_that_is_not_there_is_refused(found):
    with pytest.raises(UsageError, match="year 2031 is not in the draws") as error:
        found.improved(2020, 2031)
    assert "2020, 2021, 2022" in error.value.remedy


def test_movers_are_the_spread_of_each_assumption_alone(gappy, space, scored):
    found = uncertainty(gappy, 400, 1, {"normalisation": ["z_score"], "leave_out": "indicator"})
    table = found.movers.set_index(["assumption", "economy", "year"])["sd"].sort_index()
    opened = space(gappy, {"normalisation": ["z_score"]})
    own, other = (ranks(scored(opened, normalisation=k)[None], 3)[0] for k in (0, 1))
    # about half of the draws take the alternative
    moved = np.abs(other.astype(int) - own) > 0
    sd = frame_of(found, np.zeros(15)).index.map(lambda case: table["normalisation", *case]).to_numpy(dtype=float)
    assert ((sd > 0) == moved).all()
    np.testing.assert_allclose(sd[moved] ** 2, (other.astype(float) - own)[moved] ** 2 / 2, rtol=0.35)


def test_movers_name_every_open_assumption_for_every_case(found):
    assert found.movers.groupby(["economy", "year"])["assumption"].apply(set).map(len).unique().tolist() == [5]


def test_the_largest_mover_of_each_case_stands_first(found):
    assert found.movers.groupby(["economy", "year"])["sd"].apply(lambda one: one.is_monotonic_decreasing).all()


def test_picks_have_names(found):
    assert found.picks.columns.tolist() == ["carrying", "normalisation", "aggregation_between", "leave_out"]
    assert all(found.picks[name].max() == len(found.labels[name]) - 1 for name in found.picks)


def test_it_says_what_it_is(found):
    said = "<Uncertainty: 700 draws over carrying, normalisation, weights, aggregation, leave_out; 0 failed>"
    assert repr(found) == said


@pytest.fixture
def failing(gappy):
    """Draws of which about half have no geometric mean."""
    index = gappy.rebuild(gappy.folder, gappy.edition.vary({"normalise": {"method": "z_score"}}))
    return uncertainty(index, 200, 1, {"aggregation": {"between": ["geometric"]}, "leave_out": "indicator"})


def test_draws_that_fail_are_counted_with_their_reason(failing):
    n = int((failing.picks["aggregation_between"] == 1).sum())
    assert failing.failures["draws"].tolist() == [n]
    assert failing.failures["share"].tolist() == [n / 200]
    assert failing.failures["reason"][0].startswith("index: a geometric mean needs values above 0")
    assert f"; {n} failed>" in repr(failing)


def test_draws_that_fail_have_no_scores_and_count_for_no_rank(failing):
    lost = failing.picks["aggregation_between"] == 1
    assert np.isnan(failing.draws[lost]).all()
    assert np.isfinite(failing.draws[~lost]).all()
    assert (failing.ranks["draws"] == (~lost).sum()).all()
    assert (failing.counts[..., 0] == lost.sum()).all()


def test_without_failures_there_is_no_reason(found):
    assert found.failures.empty


def test_a_case_without_a_score_in_any_draw_has_no_rank(small_folder):
    path = small_folder / "networks/server_price.csv"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("CHN,2020")))
    path = small_folder / "networks/broadband_per_100.csv"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("CHN,2020")))
    found = uncertainty(indexer.build(small_folder), 50, over=["normalisation"])
    row = found.ranks[(found.ranks["economy"] == "CHN") & (found.ranks["year"] == 2020)].iloc[0]
    assert row["draws"] == 0
    assert row[["index_median", "rank_median"]].isna().all()
    assert np.isnan(found.improved(2020, 2021).set_index("economy")["probability"]["CHN"])
    movers = found.movers.query("economy == 'CHN' and year == 2020")
    assert movers[["sd", "rank_p05", "rank_p95"]].isna().all(axis=None)


def test_without_choices_the_draws_vary_about_the_own_scores(gappy):
    found = uncertainty(gappy, 2000, 1, {"weights": {"concentration": 1000}})
    own = gappy.scores["index"].to_numpy()
    spread = found.draws.reshape(2000, -1).std(axis=0)
    # sets and index are linear here: the mean over weights is the score at the mean weights
    np.testing.assert_allclose(found.draws.reshape(2000, -1).mean(axis=0), own, atol=5 * spread.max() / np.sqrt(2000))


@pytest.mark.parametrize("draws", [0, -5, True, 2.5, "100", None])
def test_a_number_of_draws_that_is_none_is_refused(gappy, draws):
    with pytest.raises(UsageError, match=re.escape(f"draws = {draws!r}")):
        uncertainty(gappy, draws, 1, OVER)


@pytest.mark.parametrize("seed", [-1, 1.5, None])
def test_a_seed_that_is_none_is_refused(gappy, seed):
    with pytest.raises(UsageError, match="seed = "):
        uncertainty(gappy, 10, seed, OVER)


def fingerprint(found):
    """All that was drawn, as bytes."""
    return [found.draws.tobytes(), found.counts.tobytes(), found.picks.to_numpy().tobytes(), list(found.reasons)]


def test_the_same_seed_gives_the_same_bytes_on_one_worker_or_two(shipped):
    one = uncertainty(shipped, 1700, 5)
    with joblib.parallel_config(n_jobs=2):
        two = uncertainty(shipped, 1700, 5)
        movers = two.movers
    assert fingerprint(one) == fingerprint(two)
    pd.testing.assert_frame_equal(one.movers, movers, check_exact=True)


def test_the_same_seed_gives_the_same_bytes_on_a_dask_cluster(shipped):
    distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed: the extra `big` has it")
    one = uncertainty(shipped, 1200, 5)
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0")
    with cluster, distributed.Client(cluster) as client, joblib.parallel_config("dask"):
        many = uncertainty(shipped, 1200, 5)
        workers = client.run(os.getpid).values()
    assert fingerprint(one) == fingerprint(many)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


LONG = """
import indexer, joblib
from indexer.simulate.uncertainty import uncertainty
index = indexer.build()
with joblib.parallel_config(n_jobs={workers}):
    uncertainty(index, 1200, 1)
    print("drawing", flush=True)
    uncertainty(index, 2_000_000, 1)
"""


def session_of(process):
    """Commands of what still runs in the session of a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = path.read_text().rsplit(")", 1)[1].split()[:4]
        except OSError:
            continue
        if int(session) == process.pid and state != "Z":
            found.append((path.parent / "cmdline").read_text())
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to see processes in")
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_ends_drawing_at_once_and_leaves_nothing(tmp_path, workers):
    process = subprocess.Popen(
        [sys.executable, "-c", LONG.format(workers=workers)], cwd=tmp_path, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        assert process.stdout.readline() == "drawing\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        _, error = process.communicate(timeout=20)
        assert time.monotonic() - start < 1
    finally:
        process.kill()
    assert process.returncode == -signal.SIGINT
    assert error.rstrip().endswith("KeyboardInterrupt")
    assert list(tmp_path.iterdir()) == []
    # workers and their tracker see that their pipe is gone
    deadline = time.monotonic() + 2
    while session_of(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert session_of(process) == []
