import joblib
import numpy as np
import pytest

from indexer.simulate.draws import CHUNK, chunks, drawn, factor, seeds_of
from indexer.simulate.evaluate import shape_of

OVER = ["normalisation", "weighting", "weights", "aggregation", "leave_out", "carrying"]


@pytest.fixture
def opened(gappy, space):
    return space(gappy, {name: None if name != "weighting" else {"within": ["equal"]} for name in OVER})


def whole(space, draws, **more):
    """Scores and ranks of all chunks."""
    found = list(chunks(space, 1, draws, **more))
    return np.concatenate([one.scores for one in found]), np.concatenate([one.ranks for one in found])


@pytest.mark.parametrize(
    ("draws", "sizes"), [(1, [1]), (CHUNK, [CHUNK]), (CHUNK + 1, [CHUNK, 1]), (2 * CHUNK, [CHUNK] * 2)]
)
def test_draws_come_in_chunks_of_one_size(draws, sizes):
    assert [n for _, n in seeds_of(1, draws)] == sizes


def test_every_chunk_has_a_seed_of_its_own():
    states = {tuple(seed.generate_state(4)) for seed, _ in seeds_of(1, 20 * CHUNK)}
    assert len(states) == 20


def test_more_draws_begin_with_the_same_chunks(opened):
    np.testing.assert_array_equal(whole(opened, 2 * CHUNK)[0][:CHUNK], whole(opened, CHUNK)[0])


def test_two_workers_give_the_same_bytes(opened):
    one = whole(opened, 3 * CHUNK + 7)
    with joblib.parallel_config(n_jobs=2):
        two = whole(opened, 3 * CHUNK + 7)
    assert [a.tobytes() for a in one] == [b.tobytes() for b in two]


def test_another_seed_gives_other_draws(opened):
    one, other = (np.concatenate([c.scores for c in chunks(opened, seed, 50)]) for seed in (1, 2))
    assert (one != other).any()


def test_alternatives_are_drawn_alike_often(opened):
    picks = next(iter(chunks(opened, 1, CHUNK))).picks
    for name, size in opened.sizes.items():
        counts = np.bincount(picks[name], minlength=size)
        # five standard deviations of a binomial count
        assert (np.abs(counts - CHUNK / size) <= 5 * np.sqrt(CHUNK / size)).all(), name


@pytest.mark.parametrize("only", ["normalisation", "weighting", "aggregation", "leave_out", "carrying"])
def test_one_assumption_alone_leaves_the_others_as_they_are(opened, only):
    chunk = drawn(opened, shape_of(opened), np.random.SeedSequence(1), 60, only)
    assert {factor(name) for name, numbers in chunk.picks.items() if numbers.any()} == {only}


def test_weights_alone_vary_with_every_method_as_it_is(opened):
    chunk = drawn(opened, shape_of(opened), np.random.SeedSequence(1), 60, "weights")
    assert not any(numbers.any() for numbers in chunk.picks.values())
    assert (chunk.scores.std(axis=0) > 0).all()


def test_without_weights_one_assumption_alone_has_as_many_scores_as_alternatives(opened):
    chunk = drawn(opened, shape_of(opened), np.random.SeedSequence(1), 200, "normalisation")
    assert len(np.unique(chunk.scores, axis=0)) == opened.sizes["normalisation"]


def test_ranks_are_of_the_scores_before_they_are_rounded_to_float32(opened, gappy):
    chunk = drawn(opened, shape_of(opened), np.random.SeedSequence(1), 20, "carrying")
    own = np.flatnonzero(chunk.picks["carrying"] == 0)
    assert (chunk.ranks[own] == gappy.scores["rank"].to_numpy(dtype=int)).all()
    assert chunk.scores.dtype == np.float32


@pytest.mark.parametrize(
    ("name", "of"),
    [("weighting_within", "weighting"), ("aggregation_between", "aggregation"), ("leave_out", "leave_out")],
)
def test_picks_belong_to_assumptions(name, of):
    assert factor(name) == of
