from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.analyse.sobol import centred, sobol
from indexer.errors import MethodError

CASE = Path(__file__).parents[1] / "reference" / "sobol_ishigami"
SHARED = Path(__file__).parents[3] / "shared" / "reference" / "composite" / "sobol_ishigami"
G = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])


def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def g_function(u):
    return np.prod((np.abs(4 * u - 2) + G) / (1 + G), axis=-1)


def evaluations(function, n_factors, n, seed=1):
    """Evaluations on A, B and AB of a scrambled Sobol' design."""
    from scipy.stats import qmc

    u = qmc.Sobol(2 * n_factors, scramble=True, rng=np.random.default_rng(seed)).random(n)
    a, b = u[:, :n_factors], u[:, n_factors:]
    ab = [np.where(np.arange(n_factors) == i, b, a) for i in range(n_factors)]
    return function(a), function(b), np.column_stack([function(one) for one in ab])


@pytest.fixture(scope="module")
def design():
    """Evaluations of the design that the reference estimators were given."""
    path = SHARED / "input_design_n512_salib_order.csv"
    if not path.is_file():
        pytest.skip(f"no design at {path}")
    y = pd.read_csv(path)["y"].to_numpy().reshape(512, 5)
    return y[:, 0], y[:, 4], y[:, 1:4]


@pytest.mark.parametrize(
    ("function", "table"), [(ishigami, "expected_analytic"), (g_function, "expected_analytic_sobol_g")]
)
@pytest.mark.parametrize("kind", ["first", "total"])
def test_analytic_indices_of_known_functions(function, table, kind):
    expected = pd.read_csv(CASE / f"{table}.csv")
    found = sobol(*evaluations(function, len(expected), 8192))
    np.testing.assert_allclose(getattr(found, kind), expected["S1" if kind == "first" else "ST"], atol=0.02)


@pytest.mark.parametrize(("kind", "column"), [("first", "S1_saltelli2010"), ("total", "ST_jansen1999")])
def test_estimators_on_a_given_design(design, kind, column):
    expected = pd.read_csv(CASE / "expected_numpy_estimators_n512.csv")[column]
    np.testing.assert_allclose(getattr(sobol(*design), kind), expected, rtol=0, atol=1e-9)


def test_total_indices_are_those_of_salib(design):
    expected = pd.read_csv(CASE / "expected_salib_n512.csv")["ST"]
    np.testing.assert_allclose(sobol(*design).total, expected, rtol=0, atol=1e-9)


def test_centred_first_order_indices_are_those_of_salib(design):
    # SALib takes out the mean of all blocks, this one that of A and B
    expected = pd.read_csv(CASE / "expected_salib_n512.csv")["S1"]
    np.testing.assert_allclose(sobol(*centred(*design)).first, expected, rtol=0, atol=1e-6)


def test_indices_of_an_additive_function_are_its_shares_of_the_variance():
    share = np.array([1.0, 4.0, 9.0]) / 14
    found = sobol(*evaluations(lambda u: u @ np.array([1.0, 2.0, 3.0]), 3, 4096))
    np.testing.assert_allclose(np.array([found.first, found.total]), [share, share], atol=2e-3)


def test_outputs_are_estimated_each_by_itself():
    one, other = evaluations(ishigami, 3, 64), evaluations(g_function, 8, 64)
    both = tuple(np.stack([y, z[..., :3] if z.ndim == 2 else z], axis=-1) for y, z in zip(one, other, strict=True))
    found = sobol(*both, resamples=20)
    alone = sobol(*one, resamples=20)
    for name in ("first", "total", "first_low", "first_high", "total_low", "total_high"):
        np.testing.assert_allclose(getattr(found, name)[:, 0], getattr(alone, name), rtol=0, atol=1e-12)


@pytest.mark.parametrize("level", [1e9, -1e9])
def test_without_its_mean_an_output_has_the_same_indices_at_any_level(level):
    y = centred(*evaluations(ishigami, 3, 256))
    found = sobol(*centred(*(one + level for one in y)))
    np.testing.assert_allclose([found.first, found.total], [sobol(*y).first, sobol(*y).total], rtol=0, atol=1e-6)


def test_a_level_makes_first_order_estimates_vary_more():
    seeds = range(20)
    spread = [
        np.std([sobol(*f(evaluations(lambda u: 50 + ishigami(u), 3, 128, seed))).first[0] for seed in seeds])
        for f in (tuple, lambda y: centred(*y))
    ]
    assert spread[0] > 1.5 * spread[1]


def test_an_output_that_does_not_vary_has_no_indices():
    found = sobol(np.full(8, 0.1), np.full(8, 0.1), np.full((8, 2), 0.1), resamples=5)
    assert np.isnan([found.first, found.total, found.first_low, found.total_high]).all()


def test_a_factor_that_moves_nothing_has_no_share():
    found = sobol(*evaluations(lambda u: u[:, 0], 2, 64))
    assert (found.first[1], found.total[1]) == (0.0, 0.0)


def test_intervals_cover_the_analytic_index_about_as_often_as_they_say():
    expected = pd.read_csv(CASE / "expected_analytic.csv")
    rng, n, hits = np.random.default_rng(5), 256, []
    for _ in range(60):
        # a plain random design: the bootstrap takes rows for independent
        a, b = rng.random((n, 3)), rng.random((n, 3))
        ab = np.column_stack([ishigami(np.where(np.arange(3) == i, b, a)) for i in range(3)])
        found = sobol(ishigami(a), ishigami(b), ab, resamples=200)
        hits.append((found.total_low <= expected["ST"]) & (expected["ST"] <= found.total_high))
    assert 0.88 <= np.mean(hits) <= 0.99


def test_intervals_are_those_of_resampled_rows():
    y = evaluations(ishigami, 3, 32)
    rows = np.random.default_rng(3).multinomial(32, np.full(32, 1 / 32), size=50)
    drawn = [sobol(*(np.repeat(one, shares, axis=0) for one in y)).total for shares in rows]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    found = sobol(*y, resamples=50, seed=3)
    np.testing.assert_allclose([found.total_low, found.total_high], [low, high], rtol=0, atol=1e-12)


def test_the_same_seed_gives_the_same_intervals():
    y = evaluations(ishigami, 3, 64)
    np.testing.assert_array_equal(sobol(*y, resamples=30, seed=2).first_low, sobol(*y, resamples=30, seed=2).first_low)
    assert (sobol(*y, resamples=30, seed=2).first_low != sobol(*y, resamples=30, seed=4).first_low).all()


def test_without_resamples_there_are_no_intervals():
    assert np.isnan(sobol(*evaluations(ishigami, 3, 16)).first_low).all()


@pytest.mark.parametrize(
    "shapes", [((8,), (7,), (8, 2)), ((8,), (8,), (8,)), ((8,), (8,), (7, 2)), ((8, 2), (8, 2), (8, 3))]
)
def test_evaluations_that_do_not_go_together_are_refused(shapes):
    with pytest.raises(MethodError, match="do not go together"):
        sobol(*(np.zeros(shape) for shape in shapes))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_evaluations_that_are_not_finite_are_refused(bad):
    y = np.zeros(8)
    with pytest.raises(MethodError, match="finite"):
        sobol(np.where(np.arange(8) == 3, bad, y), y, np.zeros((8, 2)))


def test_one_row_is_refused():
    with pytest.raises(MethodError, match="two rows"):
        sobol(np.zeros(1), np.zeros(1), np.zeros((1, 2)))
