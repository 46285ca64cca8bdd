import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import Pipeline
from sklearn.utils.estimator_checks import check_estimator

from indexer import CompositeIndex, composite, treat
from indexer.errors import MethodError, UsageError
from indexer.parameters import from_parameters

CASES = Path(__file__).parents[2] / "shared" / "reference" / "composite"
NESTED = {"top": {"s": ["a", "b"], "t": ["c"]}, "u": ["d", "e"]}


def frame(n=24, seed=0, names="abcde"):
    rng = np.random.default_rng(seed)
    x = 20 + 3 * (rng.normal(size=(n, 1)) + rng.normal(size=(n, len(names))))
    return pd.DataFrame(x, columns=list(names))


def panel(years=(2020, 2021, 2022, 2023), economies="PQRSTU"):
    labels = pd.MultiIndex.from_product([list(economies), years], names=["economy", "year"])
    return frame(len(labels)).set_index(labels)


def scores(X, structure=None, **how):
    return CompositeIndex(structure, **how).set_output(transform="pandas").fit_transform(X)


def table(case, name, **how):
    path = CASES / case / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"no reference case at {path}")
    # NA is a country
    return pd.read_csv(path, keep_default_na=False, na_values=[""], **how)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, {}),
        ({"normalise": "z_score"}, {}),
        ({"normalise": "percentile_rank"}, {}),
        ({"weight": "entropy"}, {}),
        ({"treat": "winsorise_or_log"}, {}),
        ({"impute": "group_median"}, {}),
        ({"aggregate": "geometric", "low": 1.0}, {}),
    ],
    ids=str,
)
def test_scikit_learns_own_checks(params, expected):
    check_estimator(CompositeIndex(**params), expected_failed_checks=expected, on_skip=None)


def test_three_cases_by_hand():
    X = pd.DataFrame({"a": [0.0, 5.0, 10.0], "b": [4.0, 1.0, 0.0], "c": [1.0, 2.0, 5.0]})
    got = scores(X, {"s": ["a", "b"], "t": ["c"]}, lower_better=["b"], weight={"": "equal", "s": {
        "method": "expert", "weights": {"a": 0.2, "b": 0.8}}})  # fmt: skip
    assert got["s"].tolist() == pytest.approx([0.0, 0.2 * 50 + 0.8 * 75, 100.0])
    assert got["t"].tolist() == pytest.approx([0.0, 25.0, 100.0])
    assert got["index"].tolist() == pytest.approx([0.0, 47.5, 100.0])


def test_it_is_the_plan_of_composite():
    X = frame()
    estimator = CompositeIndex(NESTED, weight={"": "pca", "t": "equal", "index": "entropy"}).fit(X)
    nodes = composite.transform(estimator.plan_, X.to_numpy()).nodes
    np.testing.assert_array_equal(estimator.transform(X)[:, 0], nodes[:, -1])
    np.testing.assert_array_equal(estimator.transform(X)[:, 1:], nodes[:, :-1])


def test_parameters_are_those_of_an_edition():
    X = frame()
    estimator = CompositeIndex(NESTED, treat="log", weight={"": "equal", "s": "critic"}).fit(X)
    again = composite.transform(from_parameters(estimator.parameters_), X.to_numpy())
    np.testing.assert_array_equal(again.index, estimator.transform(X)[:, 0])


def test_later_years_are_scored_with_what_was_fitted():
    X = panel()
    year = X.index.get_level_values("year")
    estimator = CompositeIndex(NESTED, weight={"": "equal", "s": "entropy"}, treat="winsorise_or_log")
    estimator.fit(X[year <= 2021])
    before, parameters = estimator.transform(X[year <= 2021]), pickle.dumps(estimator.parameters_)
    later = estimator.transform(X[year > 2021] + 30.0)
    assert later[:, 0].min() > 100
    assert pickle.dumps(estimator.parameters_) == parameters
    np.testing.assert_array_equal(estimator.transform(X[year <= 2021]), before)


def test_output_as_a_frame():
    got = scores(frame(6), NESTED)
    assert list(got.columns) == ["index", "s", "t", "top", "u"]
    assert list(got.index) == list(range(6))


def test_names_of_the_output():
    assert CompositeIndex().fit(frame()).get_feature_names_out().tolist() == ["index"]
    assert CompositeIndex(NESTED).fit(frame()).get_feature_names_out().tolist() == ["index", "s", "t", "top", "u"]


def test_weights_by_node_and_member():
    got = CompositeIndex(NESTED).fit(frame()).weights_
    assert got == {"s": {"a": 0.5, "b": 0.5}, "t": {"c": 1.0}, "top": {"s": 0.5, "t": 0.5}, "u": {"d": 0.5, "e": 0.5},
                   "index": {"top": 0.5, "u": 0.5}}  # fmt: skip


def test_columns_by_number_where_they_have_no_names():
    X = frame()
    by_name = CompositeIndex({"s": ["a", "c"], "t": ["e"]}, lower_better=["c"]).fit_transform(X)
    by_number = CompositeIndex({"s": [0, 2], "t": [4]}, lower_better=[2]).fit_transform(X.to_numpy())
    np.testing.assert_array_equal(by_number, by_name)


def test_columns_of_a_frame_are_named_by_their_labels_even_where_these_are_numbers():
    X = frame()
    X.columns = [10, 20, 30, 0, 1]
    weight = {"s": {"method": "expert", "weights": {10: 0.25, 30: 0.75}}, "": "equal"}
    got = CompositeIndex({"s": [10, 30], "t": [1]}, weight=weight, lower_better=[30], treat={20: "log", "": "none"})
    with pytest.raises(UsageError, match="a method is given for '20'"):
        got.fit(X)
    got.set_params(treat={1: "log", "": "none"})
    expected = CompositeIndex(
        {"s": ["a", "c"], "t": ["e"]},
        weight={"s": {"method": "expert", "weights": {"a": 0.25, "c": 0.75}}, "": "equal"},
        lower_better=["c"], treat={"e": "log", "": "none"},
    )  # fmt: skip
    np.testing.assert_array_equal(got.fit_transform(X), expected.fit_transform(frame()))


def test_numbered_labels_in_another_order_are_refused():
    X = frame().set_axis([10, 20, 30, 40, 50], axis=1)
    estimator = CompositeIndex({"s": [10, 20]}).fit(X)
    with pytest.raises(UsageError, match="it was fitted on 10, 20, 30, 40, 50"):
        estimator.transform(X[[20, 10, 30, 40, 50]])


def test_what_was_fitted_on_an_array_scores_a_frame():
    estimator = CompositeIndex({"s": [0, 1]}).fit(frame().to_numpy())
    with pytest.warns(UserWarning, match="fitted without feature names"):
        got = estimator.transform(frame())
    np.testing.assert_array_equal(got, estimator.transform(frame().to_numpy()))


def test_two_columns_of_one_label_are_refused():
    with pytest.raises(UsageError, match="two columns are called 'a'"):
        CompositeIndex({"s": ["a"]}).fit(frame().set_axis(list("aabcd"), axis=1))


def test_parameters_set_later_change_nothing_that_was_fitted():
    X = panel()
    X.iloc[2, 0] = np.nan
    estimator = CompositeIndex({"s": ["a", "b"], "t": ["c"]}, carry=1, impute="group_mean", group="economy").fit(X)
    before = estimator.transform(X)
    estimator.set_params(
        structure=None, weight="pca", aggregate="geometric", normalise="z_score", treat="log", impute="none", low=5.0,
        high=6.0, lower_better=["a"], min_share=1.0, carry=None, group="year",
    )  # fmt: skip
    np.testing.assert_array_equal(estimator.transform(X), before)


def test_options_may_be_numbers_of_numpy():
    X = frame()
    weight = {"method": "factor", "factors": np.int64(2)}
    treat = {"method": "winsorise", "winmax": np.int64(2)}
    estimator = CompositeIndex(weight=weight, treat=treat, impute={"method": "model", "iterations": np.int32(2)}).fit(X)
    again = composite.transform(from_parameters(json.loads(json.dumps(estimator.parameters_))), X.to_numpy())
    np.testing.assert_array_equal(again.index, estimator.transform(X)[:, 0])
    plain = CompositeIndex(weight={"method": "factor", "factors": 2}, treat={"method": "winsorise", "winmax": 2},
                           impute={"method": "model", "iterations": 2})  # fmt: skip
    assert plain.fit(X).parameters_ == estimator.parameters_


def test_grid_search_over_numbers_of_numpy():
    X = frame(60, names="abcd")
    pipe = Pipeline([("index", CompositeIndex(impute="model")), ("ridge", Ridge())])
    grid = {
        "index__weight": [{"method": "factor", "factors": n} for n in np.arange(1, 3)],
        "index__min_share": np.linspace(0.5, 1, 2),
        "index__low": np.arange(1, 3),
    }
    search = GridSearchCV(pipe, grid, cv=KFold(3), error_score="raise").fit(X, X["a"])
    assert json.dumps(search.best_estimator_["index"].parameters_)


def test_columns_outside_the_structure_are_not_read():
    X = frame()
    estimator = CompositeIndex({"s": ["a", "b"]}).fit(X)
    np.testing.assert_array_equal(estimator.transform(X.assign(e=np.nan)), estimator.transform(X))


def test_a_clone_is_unfitted_and_fits_alike():
    estimator = CompositeIndex(NESTED, weight={"": "equal", "s": "pca"}, lower_better=["e"]).fit(frame())
    again = clone(estimator)
    with pytest.raises(NotFittedError):
        again.transform(frame())
    np.testing.assert_array_equal(again.fit_transform(frame()), estimator.transform(frame()))


def test_a_pickle_scores_to_the_last_bit():
    estimator = CompositeIndex(NESTED, impute="model", treat="log").fit(frame())
    again = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(again.transform(frame(seed=1)), estimator.transform(frame(seed=1)))


def test_grid_search_over_methods_before_a_regression():
    X = frame(60, names="abcd")
    y = CompositeIndex(aggregate="geometric", low=1.0).fit_transform(X)[:, 0]
    pipe = Pipeline([("index", CompositeIndex(low=1.0)), ("ridge", Ridge(1e-6))])
    grid = {"index__weight": ["equal", "entropy"], "index__aggregate": ["arithmetic", "geometric"]}
    search = GridSearchCV(pipe, grid, cv=KFold(3), error_score="raise").fit(X, y)
    assert search.best_params_ == {"index__weight": "equal", "index__aggregate": "geometric"}


@pytest.mark.parametrize(
    ("structure", "message"),
    [
        ({"s": ["a", "z"]}, "names 'z', which is no column"),
        ({"s": ["a", "b"], "t": ["b"]}, "the column 'b' twice"),
        ({"s": ["a", "a"]}, "the column 'a' twice"),
        ({"s": {"u": ["a"]}, "t": {"u": ["b"]}}, "the node 'u' twice"),
        ({"s": ["a"], "t": []}, "the set 't' has no member"),
        ({}, "the set 'index' has no member"),
        ({"index": ["a", "b"]}, "the node 'index' twice"),
        ({"a": ["a", "b"]}, "'a' is a column and a node"),
        ({"s": ["a", "t"], "t": ["b"]}, "names 't', which is no column"),
        ({"s": "ab"}, "the set 's' is the text 'ab'"),
    ],
    ids=str,
)
def test_a_structure_that_cannot_be(structure, message):
    with pytest.raises(UsageError, match=message):
        CompositeIndex(structure).fit(frame())


def test_a_column_called_index_needs_a_structure():
    X = frame(names="ab").rename(columns={"a": "index"})
    with pytest.raises(UsageError, match="'index' is a column and a node"):
        CompositeIndex().fit(X)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"lower_better": ["z"]}, "lower_better names 'z'"),
        ({"lower_better": "a"}, "lower_better is one text, 'a'"),
        ({"min_share": 0}, "min_share is 0"),
        ({"min_share": -0.1}, "min_share is -0.1"),
        ({"min_share": 1.01}, "min_share is 1.01"),
        ({"min_share": "half"}, "min_share is 'half'"),
        ({"goalposts": {"z": (0, 1)}}, "goalposts names 'z'"),
        ({"weight": {"z": "pca", "": "equal"}}, "a method is given for 'z'"),
        ({"normalise": {"s": "z_score", "": "min_max"}}, "a method is given for 's'"),
        ({"aggregate": {"s": "geometric"}}, "no method is given for 't'"),
        ({"normalise": {"a": "z_score", "": "min_max"}}, "z_score has no range"),
        ({"carry": 1}, "carry needs to know economy and year"),
        ({"group": "region"}, "no level 'region'"),
        ({"impute": {"a": "none"}}, "a method is given for 'a'"),
    ],
    ids=str,
)
def test_arguments_that_fit_nothing(how, message):
    with pytest.raises(UsageError, match=message):
        CompositeIndex({"s": ["a", "b"], "t": ["c", "d", "e"]}, **how).fit(frame())


@pytest.mark.parametrize("stage", ["weight", "aggregate", "normalise", "treat", "impute"])
def test_an_unknown_method_is_refused(stage):
    with pytest.raises(MethodError, match="unknown method 'wish'"):
        CompositeIndex(**{stage: "wish"}).fit(frame())


def test_methods_by_node_with_one_for_the_rest():
    weight = {"s": {"method": "expert", "weights": {"a": 0.9, "b": 0.1}}, "": "equal"}
    X = frame()
    got = scores(X, NESTED, weight=weight, aggregate={"": "arithmetic", "index": "geometric"}, low=1.0)
    y = 1 + 99 * (X - X.min()) / (X.max() - X.min())
    np.testing.assert_allclose(got["s"], 0.9 * y["a"] + 0.1 * y["b"], rtol=1e-12)
    np.testing.assert_allclose(got["top"], (got["s"] + y["c"]) / 2, rtol=1e-12)
    np.testing.assert_allclose(got["index"], np.sqrt(got["top"] * got["u"]), rtol=1e-12)


def test_methods_by_column_with_one_for_the_rest():
    X = frame()
    X.loc[0, "b"] = 500.0
    structure = {name.upper(): [name] for name in X}
    got = scores(X, structure, normalise={"a": "percentile_rank", "": "min_max"}, treat={"b": "winsorise", "": "none"})
    np.testing.assert_allclose(got["A"], 100 * (X["a"].rank() - 1) / (len(X) - 1), rtol=1e-12)
    assert (got["B"] == 100).sum() == 2
    np.testing.assert_allclose(got["C"], 100 * (X["c"] - X["c"].min()) / (X["c"].max() - X["c"].min()), atol=1e-12)


def test_a_set_with_too_little_present_is_missing_and_the_index_with_it():
    X = frame()
    estimator = CompositeIndex({"s": ["a", "b"], "t": ["c", "d", "e"]}).set_output(transform="pandas").fit(X)
    X.loc[0, "a"], X.loc[1, "e"] = np.nan, np.nan
    got = estimator.transform(X)
    assert np.isnan(got.loc[0, ["index", "s"]].astype(float)).all()
    assert np.isfinite(got.loc[0, "t"])
    assert np.isfinite(got.loc[1]).all()


def test_values_are_interpolated_and_carried_inside_an_economy():
    X = panel()
    gappy = X.copy()
    gappy.loc[("Q", 2021), "a"] = np.nan
    gappy.loc[("R", 2022) : ("R", 2023), "b"] = np.nan
    whole = gappy.copy()
    whole.loc[("Q", 2021), "a"] = (X.loc[("Q", 2020), "a"] + X.loc[("Q", 2022), "a"]) / 2
    whole.loc[("R", 2022), "b"] = X.loc[("R", 2021), "b"]
    got = scores(gappy, {"s": ["a", "b"], "t": ["c"]}, carry=1)
    expected = scores(whole, {"s": ["a", "b"], "t": ["c"]})
    pd.testing.assert_frame_equal(got, expected, check_exact=True)
    assert got["index"].isna().sum() == 1


def test_carrying_never_crosses_from_one_economy_to_another():
    X = panel()
    X.loc[("Q", 2020), "a"] = np.nan
    got = scores(X, {"s": ["a", "b"], "t": ["c"]}, carry=3)
    assert got.index[got["index"].isna()].tolist() == [("Q", 2020)]


def test_an_economy_with_two_rows_of_one_year_cannot_be_carried():
    X = panel()
    with pytest.raises(MethodError, match="P has two rows of one year"):
        CompositeIndex(carry=2).fit(pd.concat([X, X.iloc[:1]]))


@pytest.mark.parametrize("limit", [-1, 1.5, "two"])
def test_carry_is_a_number_of_years(limit):
    with pytest.raises(MethodError, match=f"limit = {limit!r}"):
        CompositeIndex(carry=limit).fit(panel())


def test_gaps_are_filled_from_the_group_of_a_level():
    X = frame(8, names="ab")
    X.index = pd.MultiIndex.from_arrays([list("NNNNSSSS"), range(8)], names=["region", "row"])
    X.iloc[1, 0] = np.nan
    filled = X.copy()
    filled.iloc[1, 0] = X["a"].iloc[:4].median()
    pd.testing.assert_frame_equal(scores(X, impute="group_median", group="region"), scores(filled), check_exact=True)


def test_a_group_without_reference_values_stays_missing():
    X = frame(8, names="ab")
    X.index = pd.Index(list("NNNNSSSS"), name="region")
    estimator = CompositeIndex(impute="group_median", group="region").fit(X[:4])
    X.iloc[5, 0] = np.nan
    assert np.isnan(estimator.transform(X)[5, 0])


def asem():
    X = table("asem_coinr", "expected_imputed_group_mean", index_col="uCode")
    meta = table("asem_coinr", "input_imeta", index_col="iCode")
    lower = meta.index[(meta["Direction"] == -1) & (meta["Level"] == 1)].tolist()
    return X.astype(float), meta, lower


def test_the_asem_example_from_treatment_to_index():
    X, meta, lower = asem()
    children = {parent: list(rows.index) for parent, rows in meta[meta["Level"] < 4].groupby("Parent", sort=False)}
    structure = {one: {pillar: children[pillar] for pillar in children[one]} for one in children["Index"]}
    share = {name: meta.loc[members, "Weight"] for name, members in children.items()}
    expert = {
        {"Index": "index"}.get(name, name): {"method": "expert", "weights": (w / w.sum()).to_dict()}
        for name, w in share.items()
    }
    got = scores(X, structure, weight=expert, treat="winsorise_or_log", lower_better=lower)
    expected = table("asem_coinr", "expected_aggregate_arithmetic", index_col="uCode").rename(
        columns={"Index": "index"}
    )
    assert got.shape == (51, 11)
    np.testing.assert_allclose(got[expected.columns], expected.loc[got.index], rtol=1e-9, atol=1e-9)
    published = table("asem_coinr", "expected_index_scores", index_col="uCode")["Index"]
    np.testing.assert_allclose(got["index"], published.loc[got.index], rtol=1e-9)


@pytest.mark.parametrize(
    ("normalise", "name", "high"),
    [("z_score", "expected_zscore_0_1", 1.0), ("percentile_rank", "expected_prank", 1.0),
     ("min_max", "expected_minmax_0_100", 100.0)],
)  # fmt: skip
def test_the_asem_example_by_other_normalisations(normalise, name, high):
    X, _, lower = asem()
    alone = {f"set of {column}": [column] for column in X}
    got = scores(X, alone, normalise=normalise, treat="winsorise_or_log", lower_better=lower, high=high)
    got = got.drop(columns="index").set_axis(X.columns, axis=1)
    expected = table("asem_coinr", name, index_col="uCode").loc[X.index, X.columns]
    if normalise == "percentile_rank":
        # 5.1 of one economy was not quite 5.1 before it was printed
        got, expected = got.drop(columns="TolMin"), expected.drop(columns="TolMin")
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("mean", ["geometric", "harmonic"])
def test_the_asem_example_by_other_means(mean):
    X, meta, lower = asem()
    children = {parent: list(rows.index) for parent, rows in meta[meta["Level"] < 4].groupby("Parent", sort=False)}
    structure = {one: {pillar: children[pillar] for pillar in children[one]} for one in children["Index"]}
    got = scores(X, structure, aggregate=mean, treat="winsorise_or_log", lower_better=lower, low=1.0)
    expected = table("asem_coinr", f"expected_aggregate_{mean}_on_1_100", index_col="uCode")
    expected = expected.rename(columns={"Index": "index"}).loc[got.index]
    np.testing.assert_allclose(got[expected.columns], expected, rtol=1e-9)


def test_the_human_development_index_of_every_country_and_year():
    facts = table("hdi_undp", "input").set_index(["iso3", "year"])
    posts = table("hdi_undp", "goalposts").set_index("indicator")[["minimum", "maximum"]].astype(float)
    posts.loc["gnipc"] = treat.log(posts.loc["gnipc"].to_numpy())
    got = scores(
        facts.assign(gnipc=treat.log(facts["gnipc"].to_numpy()))[list(posts.index)],
        {"health": ["le"], "education": ["eys", "mys"], "income": ["gnipc"]},
        normalise="goalposts",
        goalposts={name: tuple(pair) for name, pair in posts.iterrows()},
        aggregate={"": "arithmetic", "index": "geometric"},
        high=1.0,
    )
    expected = table("hdi_undp", "expected").set_index(["iso3", "year"])
    published = table("hdi_undp", "published_hdi").set_index(["iso3", "year"])["hdi_published"]
    assert len(published) == 1126
    np.testing.assert_allclose(got["index"], expected["hdi_expected"].loc[got.index], rtol=1e-12)
    assert (got["index"].round(3) == published.loc[got.index]).all()


def test_the_technology_achievement_index_ranks_as_in_the_handbook():
    X = table("tai_oecd", "input", index_col="country")
    posts = table("tai_oecd", "goalposts_hdr2001", index_col="indicator")
    given = {name: (posts.loc[name, "minimum"], posts.loc[name, "maximum"]) for name in X}
    got = scores(X, normalise="goalposts", goalposts=given, high=1.0)["index"]
    expected = table("tai_oecd", "expected_goalpost_scores", index_col="country")["goalposts_EW"]
    np.testing.assert_allclose(got, expected.loc[got.index], rtol=1e-12)
    published = table("tai_oecd", "published_table38_rankings_by_aggregation", index_col="country")["LIN"]
    assert got.rank(ascending=False).to_dict() == published.to_dict()
