import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import MethodError
from indexer.weight import factor_weights, principal_components, rotated_loadings
from indexer.weight.factor import METHOD


def deviation(got, expected):
    """Largest difference, factors in any order and of any sign."""
    distance = [[np.abs(s * g - e).max() for s in (1, -1) for g in got.T] for e in np.asarray(expected).T]
    return np.min(distance, axis=1).max()


def varimax(loadings):
    x = loadings / np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    return float((x**4).sum() - ((x**2).sum(axis=0) ** 2).sum() / len(x))


def test_table_9_of_the_handbook(tai, table):
    got = rotated_loadings(tai.y, 4)
    published = table("tai_oecd", "published_table9_17_rotated_loadings_pc")
    assert deviation(got, published.iloc[:, :4]) < 0.02
    np.testing.assert_allclose((got**2).sum(axis=1), published["communality"], atol=0.02)
    assert deviation(got, table("tai_oecd", "expected_rotated_loadings_pc_varimax_kaiser").iloc[:, :4]) < 1e-6


@pytest.mark.parametrize(
    ("data", "name", "k"),
    [
        ("synthetic", "expected_factor_principal_varimax_synthetic", 2),
        ("synthetic", "expected_psych_principal_varimax_synthetic_120x8", 2),
        ("tai", "expected_psych_principal_varimax_tai_23x8", 4),
    ],
)
def test_packages_stop_near_and_not_above(request, table, data, name, k):
    # factor_analyzer and psych stop at a tolerance of 1e-5 of the criterion, which is .001 in the loadings.
    y = request.getfixturevalue(data)
    got = rotated_loadings(y.y if data == "tai" else y, k)
    expected = table("kmo_bartlett", name)
    assert deviation(got, expected.iloc[:, :k]) < 1e-3
    np.testing.assert_allclose((got**2).sum(axis=1), expected.iloc[:, k], atol=1e-10)
    assert varimax(got) >= varimax(expected.iloc[:, :k].to_numpy()) - 1e-12


def test_table_17_of_the_handbook(tai, table):
    squared = rotated_loadings(tai.y, 4) ** 2
    published = table("tai_oecd", "published_table17_squared_loadings_scaled")
    assert deviation(squared / squared.sum(axis=0), published) < 0.02


def test_table_18_of_the_handbook(tai, table):
    got = factor_weights(tai.y, 4)
    np.testing.assert_allclose(got, table("tai_oecd", "published_table18_weights")["PC"], atol=0.02)
    expected = table("tai_oecd", "expected_handbook_fa_weights")
    np.testing.assert_allclose(got, expected["weight_sum1"], atol=1e-7)


def test_table_22_of_the_handbook(tai, table):
    got = factor_weights(tai.y, 4, "share")
    np.testing.assert_allclose(got, table("tai_oecd", "published_table22_weights")["FA"], atol=0.02)
    expected = table("tai_oecd", "expected_handbook_fa_weights")
    np.testing.assert_allclose(got, expected["weight_sum1_exports_on_factor2"], atol=1e-7)


def test_the_assignments_differ_for_exports_alone(tai):
    ratio = factor_weights(tai.y, 4, "share") / factor_weights(tai.y, 4)
    others = [j for j, name in enumerate(tai.names) if name != "exports"]
    np.testing.assert_allclose(ratio[others], ratio[others[0]], rtol=1e-12)
    assert ratio[tai.names.index("exports")] < ratio[others[0]] * 0.8


def test_one_factor_is_not_rotated(tai):
    squared = principal_components(tai.y, retain=1).loadings[:, 0] ** 2
    np.testing.assert_allclose(factor_weights(tai.y, 1), squared / squared.sum(), rtol=1e-12)


def test_as_many_factors_as_without_a_number(tai):
    np.testing.assert_array_equal(factor_weights(tai.y), factor_weights(tai.y, 2))


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_order_and_no_unit_matters(tai, random):
    rows, columns = random.sample(range(23), 23), random.sample(range(8), 8)
    y = (tai.y * 10.0 ** np.arange(-4, 4) + 3)[rows][:, columns]
    np.testing.assert_allclose(factor_weights(y, 4), factor_weights(tai.y, 4)[columns], atol=1e-11)


def test_an_indicator_without_part_in_the_factors_is_named(correlated):
    y = correlated([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]])
    with pytest.raises(MethodError, match="1 retained factors: apart"):
        factor_weights(y, 1, names=("a", "b", "apart"))


def test_unknown_assignment(tai):
    with pytest.raises(MethodError, match="'shares'"):
        factor_weights(tai.y, 4, "shares")


def test_an_edition_fits_it_on_the_normalised_values(tai, level):
    got = METHOD.fit(level(tai.y, tai.names), factors=4, assign="share")
    np.testing.assert_array_equal(got, factor_weights(tai.y, 4, "share"))
