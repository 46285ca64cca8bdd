from dataclasses import replace

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma, qmc

import indexer
from indexer import composite
from indexer.analyse.sobol import centred, sobol
from indexer.errors import MethodError, UsageError
from indexer.simulate.block import ranks
from indexer.simulate.evaluate import drawn_weights
from indexer.simulate.sensitivity import Design, sensitivity

OVER = {
    "normalisation": ["z_score", "percentile_rank"],
    "weighting": {"within": ["equal", "entropy"], "between": ["entropy"]},
    "weights": {"concentration": 20},
    "leave_out": "indicator",
}
NAMES = ["normalisation", "weighting", "weights", "leave_out"]
KEYS = ["first", "first_low", "first_high", "total", "total_low", "total_high"]


@pytest.fixture
def design(gappy, space):
    return Design(space(gappy, OVER))


def shifts(index, scores):
    """Mean absolute shift in rank of each evaluation and year, against the own ranks."""
    n_years = len(index.edition.years)
    at = ranks(scores, n_years).astype(float)
    own = index.scores["rank"].to_numpy(dtype=float)
    return np.abs(at - own).reshape(len(scores), -1, n_years).mean(axis=1)


def test_every_assumption_is_one_factor(design):
    assert design.factors == NAMES
    # two levels of weighting, eight weights of three nodes
    assert design.of == ["normalisation", "weighting", "weighting", "leave_out", *["weights"] * 8]


def test_a_factor_is_mixed_in_with_all_its_columns(design):
    a, b = np.zeros((2, 12)), np.ones((2, 12))
    assert design.mixed(a, b, "weighting").tolist() == [[0, 1, 1, *[0] * 9]] * 2


def test_alternatives_are_chosen_alike_often(design):
    a, b = design.sample(512, 1)
    for u in (a, b):
        for name, numbers in design.picks(u).items():
            size = design.space.sizes[name]
            np.testing.assert_allclose(np.bincount(numbers, minlength=size) / 512, 1 / size, atol=0.003)


def test_a_number_at_the_end_chooses_the_last(design):
    picks = design.picks(np.full((1, 12), 1.0))
    assert [picks[name][0] for name in ("normalisation", "leave_out")] == [2, 6]


def test_weights_come_from_the_inverse_of_their_distribution(design, gappy):
    # gamma variates by their inverse, of the same weights: the moments of a Dirichlet distribution
    u = qmc.Sobol(8, rng=np.random.default_rng(1)).random(4096)
    base = np.concatenate([node.weights / node.weights.sum() for node in gappy.plan.nodes])
    drawn = drawn_weights(design.shape, np.repeat(base[None], 4096, axis=0), np.zeros(4096, dtype=int),
                          lambda shapes: gamma.ppf(u, shapes))  # fmt: skip
    np.testing.assert_allclose(drawn.mean(axis=0), base, atol=1e-3)
    np.testing.assert_allclose(drawn.var(axis=0), base * (1 - base) / 21, rtol=0.03)


def test_the_middle_of_every_uniform_is_the_median_of_the_weights(design):
    u = np.full((1, 12), 0.5)
    u[:, :4] = 0.0  # the own alternatives
    scores, _ = design.evaluated(u, False)
    plan = design.space.plan
    nodes = []
    for node in plan.nodes:
        w = gamma.ppf(0.5, 20 * node.weights)
        nodes.append(w / w.sum())
    changed = replace(plan, nodes=tuple(replace(node, weights=w) for node, w in zip(plan.nodes, nodes, strict=True)))
    expected = composite.score(changed, design.space.values[0].cases).index
    np.testing.assert_allclose(scores[0], expected, rtol=0, atol=1e-9)


def test_evaluations_in_blocks_are_those_of_every_row(design):
    a, _ = design.sample(1024, 2)
    whole, _ = design.evaluated(a, False)
    rows = [3, 499, 500, 501, 1023]
    single = [design.evaluated(a[row : row + 1], False)[0][0] for row in rows]
    np.testing.assert_allclose(whole[rows], single, rtol=0, atol=1e-10)


@pytest.fixture(scope="module")
def salib():
    pytest.importorskip("SALib", reason="SALib is not installed: the extra `test` has it")
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    return sample, analyze


def test_indices_of_an_index_are_those_of_salib_on_its_own_design(gappy, design, salib):
    sample, analyze = salib
    width = len(design.of)
    problem = {
        "num_vars": width, "names": [f"u{k}" for k in range(width)], "bounds": [[0, 1]] * width, "groups": design.of,
    }  # fmt: skip
    u = sample.sample(problem, 256, calc_second_order=False, seed=1)
    shift = shifts(gappy, design.evaluated(u, False)[0])
    blocks = u.reshape(256, len(NAMES) + 2, width)
    order = list(dict.fromkeys(design.of))
    for k, name in enumerate(order):
        np.testing.assert_array_equal(blocks[:, 1 + k], design.mixed(blocks[:, 0], blocks[:, -1], name))
    for year in range(3):
        expected = analyze.analyze(problem, shift[:, year], calc_second_order=False, seed=1)
        y = shift[:, year].reshape(256, -1)
        found = sobol(*centred(y[:, 0], y[:, -1], y[:, 1:-1]))
        np.testing.assert_allclose(found.total, expected["ST"], rtol=0, atol=1e-9)
        # SALib takes out the mean of all blocks, this the mean of A and B: c/V times the mean of AB - A apart
        apart = (y.mean() - y[:, [0, -1]].mean()) / np.var(y[:, [0, -1]]) * (y[:, 1:-1] - y[:, [0]]).mean(axis=0)
        np.testing.assert_allclose(found.first - apart, expected["S1"], rtol=0, atol=1e-9)
        assert np.abs(apart).max() < 5e-3


def test_indices_agree_with_those_of_salib_on_another_design(gappy, design, salib):
    sample, analyze = salib
    width = len(design.of)
    problem = {
        "num_vars": width, "names": [f"u{k}" for k in range(width)], "bounds": [[0, 1]] * width, "groups": design.of,
    }  # fmt: skip
    shift = shifts(gappy, design.evaluated(sample.sample(problem, 1024, calc_second_order=False, seed=3), False)[0])
    expected = analyze.analyze(problem, shift[:, 0], calc_second_order=False, seed=1)
    order = list(dict.fromkeys(design.of))
    table = sensitivity(gappy, 1024, 1, OVER).shift.query("year == 2020").set_index("assumption").loc[order]
    for key, name in (("first", "S1"), ("total", "ST")):
        within = (table[f"{key}_high"] - table[f"{key}_low"]) / 2 + expected[f"{name}_conf"]
        assert (np.abs(table[key] - expected[name]) <= within).all()


def test_tables_hold_every_case_and_assumption(gappy):
    found = sensitivity(gappy, 64, 1, OVER)
    for table in (found.scores, found.ranks):
        assert table.columns.tolist() == ["economy", "year", "assumption", "first", "first_low", "first_high", "total",
                                          "total_low", "total_high"]  # fmt: skip
        assert len(table) == 15 * 4
    assert found.shift[["year", "assumption"]].to_numpy().tolist() == [
        [y, n] for y in (2020, 2021, 2022) for n in NAMES
    ]


def test_indices_are_those_of_the_design(gappy, design):
    n = 64
    a, b = design.sample(n, 1)
    blocks = [a, b, *(design.mixed(a, b, name) for name in design.factors)]
    scores = design.evaluated(np.concatenate(blocks), False)[0].reshape(6, n, -1)
    found = sensitivity(gappy, n, 1, OVER)
    expected = sobol(*centred(scores[0], scores[1], scores[2:].transpose(1, 0, 2)))
    np.testing.assert_allclose(found.scores["total"].to_numpy().reshape(15, 4), expected.total.T, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.scores["first"].to_numpy().reshape(15, 4), expected.first.T, rtol=0, atol=1e-12)


def test_the_shift_in_rank_is_the_mean_over_the_economies(gappy, design):
    n = 64
    a, b = design.sample(n, 1)
    blocks = [a, b, *(design.mixed(a, b, name) for name in design.factors)]
    shift = shifts(gappy, design.evaluated(np.concatenate(blocks), False)[0]).reshape(6, n, 3)
    expected = sobol(*centred(shift[0], shift[1], shift[2:].transpose(1, 0, 2)))
    found = sensitivity(gappy, n, 1, OVER).shift["total"].to_numpy().reshape(3, 4)
    np.testing.assert_allclose(found, expected.total.T, rtol=0, atol=1e-12)


def test_intervals_hold_their_estimates(gappy):
    table = sensitivity(gappy, 256, 1, OVER).scores
    assert (table["total_low"] <= table["total"]).mean() > 0.99
    assert (table["total"] <= table["total_high"]).mean() > 0.99


def test_a_case_whose_rank_nothing_moves_has_no_indices_of_rank(shipped):
    found = sensitivity(shipped, 32, 1, {"weights": {"concentration": 1e6}, "carrying": {"sets": 2}})
    still = found.ranks.query("economy == 'SGP' and year == 2020")
    assert still[KEYS].isna().all(axis=None)


def test_the_same_seed_gives_the_same_table_on_one_worker_or_two(gappy):
    one = sensitivity(gappy, 256, 4, OVER)
    with joblib.parallel_config(n_jobs=2):
        two = sensitivity(gappy, 256, 4, OVER)
    for name in ("scores", "ranks", "shift"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)


def test_another_seed_gives_another_design(gappy):
    one, other = (sensitivity(gappy, 64, seed, OVER).shift["total"] for seed in (1, 2))
    assert (one != other).any()


@pytest.fixture
def z_scored(gappy):
    return gappy.rebuild(gappy.folder, gappy.edition.vary({"normalise": {"method": "z_score"}}))


def test_rows_with_a_failure_are_left_out_and_told(z_scored):
    found = sensitivity(z_scored, 256, 1, {"aggregation": {"between": ["geometric"]}, "leave_out": "indicator"})
    assert found.n < 256
    assert found.failures["evaluations"].sum() == pytest.approx(512, abs=10)
    assert found.failures["share"].sum() == pytest.approx(0.5, abs=0.01)
    assert found.failures["reason"][0].startswith("index: a geometric mean needs values above 0")
    assert f"<Sensitivity: {found.n} rows, 2 assumptions>" == repr(found)


def test_a_design_of_failures_is_refused(z_scored):
    over = {
        "aggregation": {"between": ["geometric", "harmonic", *({"method": "power", "p": -p} for p in range(2, 30))]},
        "leave_out": "indicator",
    }
    with pytest.raises(MethodError, match=r"only \d rows of the design have all evaluations; index: a "):
        sensitivity(z_scored, 16, 1, over)


def test_a_year_without_scores_has_no_indices(small_folder):
    for path in (small_folder / "networks").glob("*.csv"):
        if path.stem != "users_pct":
            path.write_text("".join(line for line in path.read_text().splitlines(True) if ",2020," not in line))
    found = sensitivity(indexer.build(small_folder), 64, 1, {**OVER, "weights": {"concentration": 1}})
    assert found.shift.query("year == 2020")[KEYS].isna().all(axis=None)
    assert found.shift.query("year == 2022")["total"].notna().any()


@pytest.mark.parametrize("n", [0, -8, 4, True, 64.0, "64"])
def test_a_number_of_rows_that_is_none_is_refused(gappy, n):
    with pytest.raises(UsageError, match="n = "):
        sensitivity(gappy, n, 1, OVER)


@pytest.mark.parametrize("n", [9, 100, 1000])
def test_a_number_of_rows_that_is_no_power_of_two_is_refused(gappy, n):
    with pytest.raises(UsageError, match=f"n = {n}") as error:
        sensitivity(gappy, n, 1, OVER)
    assert "power of two" in error.value.remedy


def test_one_assumption_alone_is_refused(gappy):
    with pytest.raises(UsageError, match="one assumption alone"):
        sensitivity(gappy, 64, 1, ["normalisation"])
