"""Distance to a reference, against the Handbook's table 15."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer import normalise
from indexer.errors import MethodError

CASE = Path(__file__).parents[1] / "reference/tai_oecd"
METHOD = normalise.METHODS["distance_to_reference"]
COLUMNS = [("ref_mean", "mean", "ratio"), ("ref_best", "best", "ratio"), ("ref_worst", "worst", "ratio"),
           ("diff_mean", "mean", "difference"), ("diff_worst", "worst", "difference")]  # fmt: skip


@pytest.mark.parametrize(("column", "reference", "how"), COLUMNS)
def test_schooling_in_the_handbook(column, reference, how):
    table = pd.read_csv(CASE / "published_table15_normalisation_schooling.csv")
    y = normalise.distance_to_reference(table["schooling"].to_numpy(), reference, how)
    np.testing.assert_allclose(y, table[column], rtol=0, atol=0.0051)


@pytest.mark.parametrize(("column", "reference", "how"), COLUMNS)
def test_the_method_gives_the_plain_function_on_the_unit_range(column, reference, how):
    table = pd.read_csv(CASE / "expected_normalisation_schooling.csv")
    x = table[["schooling"]].to_numpy()
    options = {"reference": reference, "how": how}
    parameters = METHOD.fit(x, lower_better=False, low=0.0, high=1.0, **options)
    y = METHOD.apply(x, parameters, lower_better=False, low=0.0, high=1.0, **options)
    np.testing.assert_allclose(y[:, 0], table[column], rtol=0, atol=1e-12)


def test_where_less_is_better_the_ratio_is_turned_over():
    x = np.array([[2.0], [4.0], [8.0]])
    y = METHOD.apply(x, METHOD.fit(x, lower_better=True), lower_better=True)
    np.testing.assert_array_equal(y, [[100.0], [50.0], [25.0]])


def test_the_worst_value_where_less_is_better_is_the_greatest():
    x = np.array([[2.0], [4.0], [8.0]])
    assert METHOD.fit(x, lower_better=True, reference="worst") == [{"reference": 8.0}]


@pytest.mark.parametrize(
    ("column", "lower_better", "reference", "said"),
    [
        ([-1.0, 2.0], False, "best", "Negative values in data of indicator 'balance'"),
        ([-2.0, -1.0], False, "best", "Negative values"),
        ([0.0, 2.0], False, "worst", "worst value of indicator 'balance' is 0"),
        ([0.0, 2.0], True, "worst", "'balance' has values of 0"),
    ],
)
def test_ratios_that_do_not_exist_are_refused(column, lower_better, reference, said):
    with pytest.raises(MethodError, match=said):
        METHOD.fit(np.array([column]).T, names=("balance",), lower_better=lower_better, reference=reference)


def test_a_later_zero_where_less_is_better_is_refused():
    parameters = METHOD.fit(np.array([[1.0], [2.0]]), lower_better=True)
    with pytest.raises(MethodError, match="'price' has values of 0 or less") as caught:
        METHOD.apply(np.array([[1.0], [0.0]]), parameters, names=("price",), lower_better=True)
    assert caught.value.rows == (1,)


@pytest.mark.parametrize(
    ("reference", "how", "said"),
    [
        (0.0, "ratio", "reference of column 0 is 0"),
        ("top", "ratio", "unknown reference"),
        (1.0, "log", "unknown distance"),
    ],
)
def test_the_plain_function_says_what_it_takes(reference, how, said):
    with pytest.raises(MethodError, match=said):
        normalise.distance_to_reference(np.array([1.0, 2.0]), reference, how)
