import json
import warnings

import numpy as np
import pytest

from indexer import impute
from indexer.errors import MethodError

MODEL = impute.METHODS["model"]
NAMES = ("a", "b", "c", "d", "e")


def cases(n, seed):
    """Five related columns of very different units, a fifth of the cells missing."""
    g = np.random.default_rng(seed)
    common = g.normal(size=(n, 2))
    x = common @ np.random.default_rng(99).normal(size=(2, 5)) + 0.3 * g.normal(size=(n, 5))
    x = x * [1, 1e-4, 1e6, 10, 1] + [5, 0, 1e7, -3, 0]
    x[g.uniform(size=x.shape) < 0.2] = np.nan
    x[0] = x[-1] = np.nan
    x[0, 0] = 5.0
    return x


X = cases(50, 1)


def sklearn_filled(x, new, iterations=10):
    """scikit-learn's own transform of `new`, by the standardised reference within its range."""
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(x)
    z = scaler.transform(x)
    low, high = np.nanmin(z, axis=0), np.nanmax(z, axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        imputer = IterativeImputer(max_iter=iterations, min_value=low, max_value=high, random_state=0).fit(z)
    return scaler.inverse_transform(imputer.transform(scaler.transform(new)))


@pytest.mark.parametrize("iterations", [1, 10])
def test_filled_as_by_scikit_learn(iterations):
    new, parameters = cases(20, 2), MODEL.fit(X, names=NAMES, iterations=iterations)
    # BayesianRidge is IterativeImputer's own default
    for some in (X, new):
        got, expected = MODEL.apply(some, parameters), sklearn_filled(X, some, iterations)
        np.testing.assert_allclose(got / np.nanstd(X, axis=0), expected / np.nanstd(X, axis=0), rtol=0, atol=1e-9)


def test_present_values_are_untouched():
    got = MODEL.apply(X, MODEL.fit(X))
    np.testing.assert_array_equal(got[~np.isnan(X)], X[~np.isnan(X)])
    assert not np.isnan(got).any()


def test_imputed_values_stay_in_the_range_of_the_reference():
    new = cases(20, 3) * 50
    filled = MODEL.apply(new, MODEL.fit(X))
    at = np.isnan(new)
    assert (filled >= np.nanmin(X, axis=0))[at].all()
    assert (filled <= np.nanmax(X, axis=0))[at].all()


def test_the_unit_changes_nothing():
    factor = 2.0 ** np.array([40, -40, 3, 0, 9])
    np.testing.assert_allclose(MODEL.apply(X * factor, MODEL.fit(X * factor)), MODEL.apply(X, MODEL.fit(X)) * factor)


def test_the_order_of_cases_and_named_columns_changes_nothing():
    g = np.random.default_rng(4)
    rows, columns = g.permutation(len(X)), g.permutation(5)
    shuffled = MODEL.fit(X[rows][:, columns], names=tuple(NAMES[j] for j in columns))
    got = MODEL.apply(X[:, columns], shuffled)
    np.testing.assert_allclose(got, MODEL.apply(X, MODEL.fit(X, names=NAMES))[:, columns], rtol=1e-12)


def test_parameters_survive_json_to_the_last_bit():
    parameters = MODEL.fit(X)
    assert json.loads(json.dumps(parameters, allow_nan=False)) == parameters


def test_coefficients_have_thirteen_digits():
    coefficients = [c for p in MODEL.fit(X) for one in p["rounds"] for c in one["coefficients"]]
    assert all(c == float(f"{c:.12e}") for c in coefficients)


def test_a_constant_column_is_filled_with_its_constant():
    x = np.c_[X, np.where(np.arange(50) % 3, 0.1, np.nan)]
    assert (MODEL.apply(x, MODEL.fit(x))[:, 5] == 0.1).all()


def test_a_single_column_is_filled_with_its_mean():
    x = np.array([[1.0], [2.0], [np.nan], [6.0]])
    np.testing.assert_allclose(MODEL.apply(x, MODEL.fit(x))[:, 0], [1, 2, 3, 6])


def test_a_column_without_any_value_is_refused_by_name():
    with pytest.raises(MethodError, match="b: no value"):
        MODEL.fit(X * [1, np.nan, 1, 1, 1], names=NAMES)


def test_values_too_large_to_average_are_refused_by_name():
    with pytest.raises(MethodError, match="a: values too large"):
        MODEL.fit(np.array([[1.7e308, 1], [-1.7e308, 2]]), names=("a", "b"))


def test_no_warning_leaks_where_the_rounds_do_not_converge():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MODEL.fit(X, iterations=1)


def test_nothing_is_drawn_so_there_is_no_seed():
    assert set(MODEL.options) == {"iterations"}
