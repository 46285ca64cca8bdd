import numpy as np
import pytest

from indexer import impute

MEAN = impute.METHODS["group_mean"]


def test_means_are_those_of_the_present_values():
    [one] = MEAN.fit(np.array([[1.0], [2.0], [6.0], [np.nan], [8.0]]), groups=list("aaabb"))
    assert one == {"groups": {"a": 3.0, "b": 8.0}, "overall": 4.25}


def test_asem_filled_as_by_coinr(asem):
    # COINr's i_mean_grp within EurAsia_group on the denominated data: 65 cells
    x, expected = asem("expected_denominated"), asem("expected_imputed_group_mean")
    groups = asem("input_idata")["EurAsia_group"].loc[x.index].to_numpy()
    got = MEAN.apply(x.to_numpy(float), MEAN.fit(x.to_numpy(float), groups=groups), groups=groups)
    assert int(x.isna().sum().sum()) == 65
    np.testing.assert_allclose(got, expected[x.columns], rtol=1e-13)


@pytest.mark.parametrize("fallback", ["refuse", "overall"])
def test_the_fallback_is_not_part_of_the_fit(fallback):
    x = np.array([[1.0], [np.nan]])
    assert MEAN.fit(x, fallback=fallback) == MEAN.fit(x)
