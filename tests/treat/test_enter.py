import numpy as np
import pytest

from indexer import treat
from indexer.errors import MethodError

POPULATION = np.array([2e6, 5e6])
GDP = np.array([4e9, 1e9])


def test_as_published_is_a_copy():
    x = np.array([1.0, np.nan])
    y = treat.enter(x, "rate", "as_published")
    y[0] = 9.0
    assert x[0] == 1.0


@pytest.mark.parametrize(
    ("basis", "enters", "per", "unit_size", "expected"),
    [
        ("total", "total", 1, 1e6, [3e6, 10e6]),
        ("total", "per_head", 1, 1, [1.5, 2.0]),
        ("total", "per_gdp", 1, 1e6, [3e6 / 4e9, 10e6 / 1e9]),
        ("per_head", "total", 1e6, 1, [6.0, 50.0]),
        ("per_head", "per_head", 100, 1, [3e4, 1e5]),
        ("per_gdp", "total", 1, 1, [12e9, 10e9]),
    ],
)
def test_bases(basis, enters, per, unit_size, expected):
    x = np.array([3.0, 10.0])
    y = treat.enter(x, basis, enters, per=per, unit_size=unit_size, population=POPULATION, gdp=GDP)
    np.testing.assert_allclose(y, expected, rtol=1e-15)


def test_a_rate_has_no_total():
    with pytest.raises(MethodError, match="a rate cannot enter as total"):
        treat.enter(np.array([3.0]), "rate", "total", population=POPULATION[:1])


def test_a_missing_denominator_is_named():
    with pytest.raises(MethodError, match="no GDP was given"):
        treat.enter(np.array([3.0]), "total", "per_gdp", population=POPULATION[:1])


def test_an_unknown_basis_is_refused():
    with pytest.raises(MethodError, match="unknown basis 'per_dog'"):
        treat.enter(np.array([3.0]), "total", "per_dog")


@pytest.mark.parametrize("enters", ["per_head", "per_gdp"])
def test_a_denominator_of_zero_gives_no_number_and_no_warning(enters, recwarn):
    zero = np.zeros(2)
    got = treat.enter(np.array([1.0, 0.0]), "total", enters, population=zero, gdp=zero)
    assert not np.isfinite(got).any()
    assert not recwarn
