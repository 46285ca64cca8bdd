"""The whole index as one scikit-learn estimator: fitted on reference cases, it scores any others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from indexer import composite, impute
from indexer.columns import ECONOMY, YEAR
from indexer.errors import UsageError
from indexer.methods import Option
from indexer.parameters import to_parameters
from indexer.recipe import INDEX, Group, Recipe
from indexer.structure import Method, choice_of, columns_of, listed, parse

if TYPE_CHECKING:
    from sklearn.utils import Tags


class CompositeIndex(TransformerMixin, BaseEstimator):
    """Composite index: treat, fill, normalise, weight and aggregate.

    `fit` learns bounds, weights and everything else on the rows that it is given (the reference years); `transform`
    scores any rows with these, so that scores of different years compare. The methods are those that editions name.

    Parameters
    ----------
    structure : mapping, optional
        Names of sets to lists of columns, nested to any depth: ``{"access": ["users", "speed"], "skills": [...]}``.
        Columns are named by their labels in a frame, and counted from 0 in an array. None: the index of all columns
        directly.
    weight, aggregate : str or mapping
        Weighting and aggregation of every level: a name, a mapping with `method` and its options, or a mapping of
        node names (sets, or "index") to either, with "" for the rest.
    normalise, treat : str or mapping
        The same of every column; a mapping may name columns.
    impute : str or mapping
        How gaps are filled from other rows.
    low, high : float
        Published range, for normalisations that have one.
    lower_better : sequence, optional
        Columns of which less is better.
    goalposts : mapping, optional
        Column to (low, high), for normalisation by goalposts.
    min_share : float
        Least share of a set's weight that must be present, above 0 and at most 1.
    carry : int, optional
        Interpolate inside an economy and carry its last value forward this many years; needs a frame whose index has
        the levels economy and year.
    group : str, optional
        Level of the index that imputation takes its groups from.

    Attributes
    ----------
    plan_ : composite.Plan
        Fitted parameters, as arrays.
    parameters_ : dict
        The same as JSON-ready values.
    weights_ : dict
        Weights of each node's members.
    columns_, labelled_ : list of str, bool
        Labels of the columns, and whether the data had any.
    carry_, group_ : int or None, str or None
        How gaps are filled.
    feature_names_in_ : ndarray of str
        Columns, where they had names.
    n_features_in_ : int

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"users": [20.0, 60.0, 95.0], "speed": [3.0, 9.0, 30.0], "price": [50.0, 40.0, 10.0]})
    >>> index = CompositeIndex({"access": ["users", "speed"], "cost": ["price"]}, lower_better=["price"])
    >>> index.set_output(transform="pandas").fit(facts).transform(facts).round(1)
       index  access   cost
    0    0.0     0.0    0.0
    1   31.4    37.8   25.0
    2  100.0   100.0  100.0
    """

    def __init__(
        self,
        structure: Mapping[str, Any] | None = None,
        *,
        weight: Method = "equal",
        aggregate: Method = "arithmetic",
        normalise: Method = "min_max",
        treat: Method = "none",
        impute: Method = "none",
        low: float = 0.0,
        high: float = 100.0,
        lower_better: Sequence[Any] | None = None,
        goalposts: Mapping[Any, tuple[float, float]] | None = None,
        min_share: float = 2 / 3,
        carry: int | None = None,
        group: str | None = None,
    ):
        self.structure = structure
        self.weight = weight
        self.aggregate = aggregate
        self.normalise = normalise
        self.treat = treat
        self.impute = impute
        self.low = low
        self.high = high
        self.lower_better = lower_better
        self.goalposts = goalposts
        self.min_share = min_share
        self.carry = carry
        self.group = group

    def fit(self, X: Any, y: Any = None) -> CompositeIndex:
        """Fit on reference cases.

        Parameters
        ----------
        X : array or DataFrame, shape (n_cases, n_columns)
            NaN = missing. In a frame whose index has a level year, weightings that follow the years use it; with a
            level economy, treatment counts economies instead of rows.
        y : ignored

        Raises
        ------
        MethodError
            If a method refuses the data.
        UsageError
            If the structure names a column that is not there, or one twice.
        """
        labels, named = _labels(X), columns_of(X) if hasattr(X, "columns") else None
        x = validate_data(self, X, dtype=float, ensure_all_finite="allow-nan", ensure_min_samples=2)
        self.labelled_ = named is not None
        self.columns_ = columns_of(x) if named is None else named
        recipe = self._recipe(self.columns_)
        self.carry_, self.group_ = self.carry, self.group
        x = x[:, [self.columns_.index(name) for name in recipe.indicators]]
        treatment = composite.fit_treatment(recipe, x, labels.get(ECONOMY))
        filled = self._fill(composite.treated(treatment, x), labels)
        self.plan_ = composite.fit(
            recipe, filled, treatment=treatment, groups=self._groups(labels, len(x)), years=labels.get(YEAR)
        )
        self.parameters_ = to_parameters(self.plan_)
        self.weights_ = {
            node.id: dict(zip(self.plan_.members(node), node.weights.tolist(), strict=True))
            for node in self.plan_.nodes
        }
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Score cases with what was fitted.

        Parameters
        ----------
        X : array or DataFrame, shape (n_cases, n_columns)

        Returns
        -------
        ndarray, shape (n_cases, n_nodes)
            The index first, then every set; NaN where too little is present.
        """
        check_is_fitted(self)
        labels = _labels(X)
        x = validate_data(self, X, dtype=float, ensure_all_finite="allow-nan", reset=False)
        if self.labelled_ and hasattr(X, "columns") and (columns := columns_of(X)) != self.columns_:
            raise UsageError(
                f"the columns are {', '.join(columns)}; it was fitted on {', '.join(self.columns_)}",
                remedy="give the columns of the fit, in their order",
            )
        x = x[:, [self.columns_.index(name) for name in self.plan_.indicators]]
        filled = self._fill(composite.treated(self.plan_.treatment, x), labels)
        values = composite.impute_between(self.plan_, filled, self._groups(labels, len(x)))
        nodes = composite.score(self.plan_, values).nodes
        return np.column_stack([nodes[:, -1], nodes[:, :-1]])

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns of `transform`: index, then the sets."""
        check_is_fitted(self)
        return np.array([INDEX, *(node.id for node in self.plan_.nodes[:-1])], dtype=object)

    def __sklearn_tags__(self) -> Tags:
        """Missing values are allowed."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _recipe(self, columns: Sequence[str]) -> Recipe:
        used, groups = parse(self.structure, columns)
        nodes = {name for name, _ in groups}
        lower = listed(self.lower_better, "lower_better", used)
        listed(self.goalposts, "goalposts", used)
        posts = {str(name): (float(pair[0]), float(pair[1])) for name, pair in (self.goalposts or {}).items()}
        if words := Option(kind="number", above=0, most=1).fault(self.min_share):
            raise UsageError(f"min_share is {self.min_share!r}", remedy=f"give {words}")
        return Recipe(
            used,
            tuple(name in lower for name in used),
            tuple(
                Group(
                    name,
                    members,
                    choice_of(self.weight, name, nodes),
                    choice_of(self.aggregate, name, nodes),
                    1.0 if nodes & set(members) else float(self.min_share),
                )
                for name, members in groups
            ),
            tuple(choice_of(self.treat, name, used) for name in used),
            tuple(choice_of(self.normalise, name, used) for name in used),
            tuple(posts.get(name) for name in used),
            choice_of(self.impute, "", ()),
            *self._range(used),
        )

    def _range(self, used: tuple[str, ...]) -> tuple[float | None, float | None]:
        from indexer.normalise import METHODS

        chosen = {choice_of(self.normalise, name, used).method for name in used}
        ranged = {name for name in chosen if name in METHODS and "range" in METHODS[name].traits}
        if ranged and ranged != chosen:
            other = ", ".join(sorted(chosen - ranged))
            raise UsageError(f"{other} has no range, other columns have one", remedy="normalise all columns alike")
        return (float(self.low), float(self.high)) if ranged else (None, None)

    def _fill(self, x: np.ndarray, labels: Mapping[str, np.ndarray]) -> np.ndarray:
        if self.carry_ is None:
            return x
        if not {ECONOMY, YEAR} <= set(labels):
            raise UsageError(
                "carry needs to know economy and year of each row",
                remedy=f"give a frame whose index has the levels {ECONOMY} and {YEAR}",
            )
        rows = pd.MultiIndex.from_arrays([labels[ECONOMY], labels[YEAR]], names=[ECONOMY, YEAR])
        return impute.Carrying(self.carry_).fit_transform(pd.DataFrame(x, index=rows))

    def _groups(self, labels: Mapping[str, np.ndarray], n: int) -> np.ndarray | None:
        if self.group_ is None:
            return None
        if self.group_ not in labels:
            raise UsageError(
                f"the rows have no level {self.group_!r}", remedy="give a frame whose index has that level"
            )
        return np.array([str(one) for one in labels[self.group_]], dtype=object)


def _labels(X: Any) -> dict[str, np.ndarray]:
    index = getattr(X, "index", None)
    if index is None or not hasattr(index, "get_level_values"):
        return {}
    return {str(name): np.asarray(index.get_level_values(name)) for name in index.names if name is not None}
