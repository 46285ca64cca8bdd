import json

import numpy as np
import pytest

from indexer import impute
from indexer.errors import MethodError

NAN = np.nan
GROUPS = ["west", "east", "east", "west", "west"]
X = np.array([[1.0, NAN], [5.0, 2.0], [NAN, 4.0], [NAN, NAN], [3.0, NAN]])
BOTH = pytest.mark.parametrize("method", [impute.METHODS["group_mean"], impute.METHODS["group_median"]])


@BOTH
def test_a_missing_cell_takes_the_middle_of_its_group(method):
    got = method.apply(X, method.fit(X, groups=GROUPS), groups=GROUPS)
    np.testing.assert_array_equal(got[:, 0], [1, 5, 5, 2, 3])


@BOTH
def test_a_group_without_any_value_stays_missing(method):
    parameters = method.fit(X, groups=GROUPS)
    assert "west" not in parameters[1]["groups"]
    np.testing.assert_array_equal(method.apply(X, parameters, groups=GROUPS)[:, 1], [NAN, 2, 4, NAN, NAN])


@BOTH
def test_it_takes_the_overall_value_only_where_asked(method):
    got = method.apply(X, method.fit(X, groups=GROUPS), groups=GROUPS, fallback="overall")
    np.testing.assert_array_equal(got[:, 1], [3, 2, 4, 3, 3])


@BOTH
def test_a_group_that_the_reference_did_not_know_is_one_without_value(method):
    parameters = method.fit(X, groups=GROUPS)
    new = np.array([[NAN, NAN]])
    assert np.isnan(method.apply(new, parameters, groups=["south"])).all()
    np.testing.assert_array_equal(method.apply(new, parameters, groups=["south"], fallback="overall"), [[3, 3]])


@BOTH
def test_without_groups_all_cases_are_one(method):
    got = method.apply(X, method.fit(X))
    np.testing.assert_array_equal(got[:, 0], [1, 5, 3, 3, 3])


@BOTH
def test_a_column_without_any_value_is_refused_by_name(method):
    with pytest.raises(MethodError, match="articles: no value"):
        method.fit(X * NAN, names=("articles", "patents"))


@BOTH
def test_parameters_survive_json_to_the_last_bit(method):
    parameters = method.fit(X / 3, groups=GROUPS)
    assert json.loads(json.dumps(parameters, allow_nan=False)) == parameters


@BOTH
def test_the_order_of_cases_and_columns_changes_nothing(method):
    g = np.random.default_rng(0)
    x, of = g.lognormal(size=(60, 5)), g.choice(["a", "b"], 60)
    x[g.uniform(size=x.shape) < 0.3] = NAN
    cases, columns = g.permutation(60), g.permutation(5)
    expected = [method.fit(x, groups=of)[j] for j in columns]
    assert method.fit(x[cases][:, columns], groups=of[cases]) == expected
