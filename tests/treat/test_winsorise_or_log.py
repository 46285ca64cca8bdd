import numpy as np
import pytest

from indexer import treat

METHOD = treat.METHODS["winsorise_or_log"]


def test_treated_asem_as_by_coinr(asem):
    x, expected = asem("expected_imputed_group_mean"), asem("expected_treated")
    parameters = METHOD.fit(x.to_numpy(), names=tuple(x.columns))
    np.testing.assert_array_equal(METHOD.apply(x.to_numpy(), parameters), expected[x.columns])


def test_treatment_details_of_asem_as_by_coinr(asem):
    x, table = asem("expected_imputed_group_mean"), asem("expected_treatment_details", "iCode")
    parameters = METHOD.fit(x[table.index].to_numpy())
    got = np.array([[p["skewness"], p["kurtosis"]] for p in parameters])
    np.testing.assert_allclose(got, table[["check_SkewKurt0.Skew", "check_SkewKurt0.Kurt"]], rtol=1e-12, atol=1e-12)
    failed = table[~table["check_SkewKurt0.Pass"]]
    got = [[p["treated"], p["skewness_after"], p["kurtosis_after"]] for p in parameters if p["how"] == "winsorised"]
    columns = ["winsorise.nwin", "check_SkewKurt1.Skew", "check_SkewKurt1.Kurt"]
    np.testing.assert_allclose(got, failed[columns], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("year", range(2018, 2023))
def test_each_year_of_the_asem_panel_as_by_coinr(asem, year):
    raw, expected = (asem(name) for name in ("input_idata_panel", "expected_panel_treated_per_year"))
    expected = expected[expected["Time"] == year].drop(columns="Time")
    x = raw[raw["Time"] == year].loc[expected.index, expected.columns].to_numpy(float)
    np.testing.assert_array_equal(METHOD.apply(x, METHOD.fit(x)), expected)


def test_where_winsorising_does_not_suffice_the_raw_values_are_logged():
    x = np.exp(np.linspace(0, 9, 60) ** 1.05)[:, None]
    [one] = METHOD.fit(x, winmax=1)
    assert (one["how"], one["lower"], one["upper"], one["sign"]) == ("log", None, None, 1)
    np.testing.assert_array_equal(METHOD.apply(x, [one]), treat.log_treat(x))


def test_what_fails_both_is_reported_and_enters_as_its_logarithm():
    # a single 1 among zeros has the same two moments in every monotone transform
    x = np.r_[np.zeros(29), 1.0][:, None]
    [one] = METHOD.fit(x)
    assert one["how"] == "unresolved"
    np.testing.assert_array_equal(METHOD.apply(x, [one]), treat.log_treat(x))


def test_the_order_of_cases_and_columns_changes_nothing():
    g = np.random.default_rng(4)
    x = g.lognormal(sigma=2.5, size=(60, 12)) * np.where(g.uniform(size=12) < 0.5, 1, -1)
    cases, columns = g.permutation(60), g.permutation(12)
    assert METHOD.fit(x[cases][:, columns]) == [METHOD.fit(x)[j] for j in columns]


def test_no_two_reference_cases_are_reversed():
    x = np.sort(np.random.default_rng(5).lognormal(sigma=4, size=(80, 30)), axis=0)
    assert (np.diff(METHOD.apply(x, METHOD.fit(x)), axis=0) >= 0).all()
