"""A method of one's own in each stage: one entry among the stage's methods, and every way to an index knows it."""

import json

import numpy as np
import pandas as pd
import pytest

import indexer
from indexer import aggregate, impute, normalise, treat, weight
from indexer.methods import Method, Option
from indexer.simulate import block

PLUS = {"plus": Option(1.0, "number", least=0)}


def treated():
    """Add a number to every value."""

    def fit(x, *, names=(), economies=None, plus):
        return [{"shift": float(plus)} for _ in range(x.shape[1])]

    def apply(x, parameters, *, plus):
        return x + np.array([one["shift"] for one in parameters])

    return Method(fit, apply, PLUS)


def imputed():
    """Fill with the least value of the reference and a number."""

    def fit(x, *, names=(), groups=None, plus):
        return [{"least": float(one)} for one in np.nanmin(x, axis=0) + plus]

    def apply(x, parameters, *, groups=None, plus):
        return np.where(np.isnan(x), [one["least"] for one in parameters], x)

    return Method(fit, apply, PLUS)


def normalised():
    """Spread by the greatest value and a number."""

    def fit(x, *, names=(), lower_better=False, low=0.0, high=100.0, given=None, plus):
        return [{"most": float(one)} for one in np.nanmax(x, axis=0) + plus]

    def apply(x, parameters, *, names=(), lower_better=False, low=0.0, high=100.0, plus):
        share = x / np.array([one["most"] for one in parameters])
        return low + (high - low) * np.where(lower_better, 1 - share, share)

    return Method(fit, apply, PLUS, frozenset({"range"}))


def weighted():
    """Weigh the members by their places and a number."""

    def fit(level, plus):
        places = np.arange(1.0, len(level.names) + 1) + plus
        return places / places.sum()

    return Method(fit, None, PLUS, frozenset({"correlations"}), label=lambda options: f"plus {options['plus']:g}")


def aggregated():
    """Take the weighted mean less a number."""

    def fit(y, weights, *, names=(), plus):
        return [{"less": float(plus)} for _ in range(y.shape[1])]

    def apply(y, weights, parameters, *, names=(), plus):
        return (y * weights).sum(axis=1) - parameters[0]["less"]

    return Method(fit, apply, PLUS, frozenset({"monotone"}))


MADE = {"treat": treated, "impute": imputed, "normalise": normalised, "weight": weighted, "aggregate": aggregated}
STAGES = {"treat": treat, "impute": impute, "normalise": normalise, "weight": weight, "aggregate": aggregate}
ESTIMATORS = {"treat": "Treatment", "impute": "Imputation", "normalise": "Normalisation", "weight": "Weighting",
              "aggregate": "Aggregation"}  # fmt: skip
EDITED = {
    "treat": ("min_share: 0.5", "min_share: 0.5\ntreat: {method: toy, plus: 2.5, why: Mine.}"),
    "impute": ("min_share: 0.5", "min_share: 0.5\nimpute: {method: toy, plus: 2.5, why: Mine.}"),
    "normalise": ("{method: min_max, low: 0", "{method: toy, plus: 2.5, low: 0"),
    "weight": ("weight: {method: pca, rule: communality, why: One component.}",
               "weight: {method: toy, plus: 2.5, why: Mine.}"),
    "aggregate": ("  weight: {method: equal, why: No reason to prefer one.}\n  aggregate: {method: arithmetic,",
                  "  weight: {method: equal, why: No reason to prefer one.}\n  aggregate: {method: toy, plus: 2.5,"),
}  # fmt: skip
X = pd.DataFrame(np.random.default_rng(2).uniform(1, 9, size=(20, 3)), columns=["a", "b", "c"])


@pytest.fixture(params=MADE)
def stage(request, monkeypatch):
    """A stage with one method more, called `toy`."""
    monkeypatch.setitem(STAGES[request.param].METHODS, "toy", MADE[request.param]())
    return request.param


def test_an_edition_names_it_and_its_release_holds_it(stage, small_folder, edit, tmp_path):
    edit(small_folder / "editions/mine.yaml", *EDITED[stage])
    if stage == "impute":
        edit(small_folder / "networks/users_pct.csv", "VNM,2020,70.3\n", "")
    index = indexer.build(small_folder)
    assert np.isfinite(index.scores["index"]).all()
    place = index.publish(tmp_path / "out")
    assert "method: toy" in (place / "methodology.yaml").read_text(encoding="utf-8")
    parameters = json.loads((place / "parameters.json").read_text(encoding="utf-8"))
    again = indexer.score(parameters, pd.read_csv(place / "facts.csv"))
    assert again["index"].tolist() == index.scores["index"].tolist()


def test_its_option_is_checked_like_that_of_any_method(stage, small_folder, edit):
    edit(small_folder / "editions/mine.yaml", EDITED[stage][0], EDITED[stage][1].replace("2.5", "-1"))
    with pytest.raises(indexer.FactsError, match="a number of at least 0"):
        indexer.build(small_folder)


def test_the_index_as_an_estimator_takes_it(stage):
    gappy = X.mask(np.random.default_rng(3).uniform(size=X.shape) < 0.1) if stage == "impute" else X
    got = indexer.CompositeIndex(**{stage: {"method": "toy", "plus": np.float64(2.5)}}).fit(gappy)
    other = indexer.CompositeIndex(**{stage: {"method": "toy", "plus": 0.0}}).fit(gappy)
    assert np.isfinite(got.transform(gappy)).all()
    assert json.dumps(got.parameters_)
    assert json.dumps(got.parameters_) != json.dumps(other.parameters_)


def test_the_estimator_of_its_stage_takes_it_and_its_option(stage):
    estimator = getattr(STAGES[stage], ESTIMATORS[stage])
    got, other = (estimator("toy", options={"plus": plus}).fit(X) for plus in (2.5, 0.0))
    assert got.options_ == {"plus": 2.5}
    assert estimator("toy").fit(X).options_ == {"plus": 1.0}
    gappy = X.where(X > 2)
    if stage == "aggregate":
        gappy = X
    assert not np.array_equal(got.transform(gappy), other.transform(gappy), equal_nan=True)
    with pytest.raises(indexer.MethodError, match="means nothing with the method toy"):
        estimator("toy", options={"plush": 1}).fit(X)


def test_what_a_weighting_says_of_itself_is_published(monkeypatch, small_folder, edit):
    monkeypatch.setitem(weight.METHODS, "toy", weighted())
    edit(small_folder / "editions/mine.yaml", *EDITED["weight"])
    index = indexer.build(small_folder)
    assert index.weights.set_index("node").loc["articles", "method"] == "toy (plus 2.5)"
    verdicts = index.adequacy[index.adequacy["set"] == "skills"]["verdict"]
    assert not verdicts.str.contains("do not rest on it").any()


@pytest.mark.parametrize("like", ["geometric", "topsis", "mazziotta_pareto"])
@pytest.mark.parametrize("shared", [True, False], ids=["shared-values", "values-of-each-draw"])
def test_draws_of_weights_give_what_a_method_that_knows_draws_gives(monkeypatch, like, shared):
    rng = np.random.default_rng(7)
    y, w = rng.uniform(1, 9, size=(12, 3)), rng.dirichlet(np.ones(3), size=5)
    y[3, 1] = y[5] = np.nan
    method = aggregate.METHODS[like]
    options = method.complete({})
    parameters = method.fit(y, np.full(3, 1 / 3), **options)
    monkeypatch.setitem(aggregate.METHODS, "toy", method)
    values = y if shared else np.repeat(y.T[:, None, :], 5, axis=1)
    got, expected = (block.aggregate(name, options, parameters, values, w, 0.5, 1.0, 100.0) for name in ("toy", like))
    assert np.isfinite(expected[:, 0]).any()
    np.testing.assert_allclose(got, expected, rtol=1e-10)
