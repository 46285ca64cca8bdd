"""The whole index as one scikit-learn estimator: fitted on reference cases, it scores any others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from indexer import composite, impute
from indexer.columns import ECONOMY, YEAR
from indexer.errors import UsageError
from indexer.methodology import INDEX, Group, Recipe
from indexer.methods import Choice
from indexer.parameters import to_parameters

if TYPE_CHECKING:
    from sklearn.utils import Tags

Method = str | Mapping[str, Any]
"""A method by its name, or with its options: ``{"method": "pca", "rule": "first"}``."""


class CompositeIndex(TransformerMixin, BaseEstimator):
    """Composite index: treat, fill, normalise, weight and aggregate.

    `fit` learns bounds, weights and everything else on the rows that it is given (the reference years); `transform`
    scores any rows with these, so that scores of different years compare. The methods are those that editions name.

    Parameters
    ----------
    structure : mapping, optional
        Names of sets to lists of columns, nested to any depth: ``{"access": ["users", "speed"], "skills": [...]}``.
        Columns are named, or counted from 0. None: the index of all columns directly.
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
        Least share of a set's weight that must be present.
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
        labels = _labels(X)
        x = validate_data(self, X, dtype=float, ensure_all_finite="allow-nan", ensure_min_samples=2)
        names = tuple(str(name) for name in getattr(self, "feature_names_in_", range(self.n_features_in_)))
        recipe = self._recipe(names)
        self._columns = [names.index(name) for name in recipe.indicators]
        x = x[:, self._columns]
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
        x = validate_data(self, X, dtype=float, ensure_all_finite="allow-nan", reset=False)[:, self._columns]
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

    def _recipe(self, names: tuple[str, ...]) -> Recipe:
        structure = {INDEX: list(names)} if self.structure is None else {INDEX: self.structure}
        groups = [(name, members) for name, members, _ in _nodes(structure)]
        nodes = {name for name, _ in groups}
        used = tuple(name for _, members, leaf in _nodes(structure) if leaf for name in members)
        _check(names, used, groups)
        lower = set() if self.lower_better is None else {str(name) for name in self.lower_better}
        posts = {} if self.goalposts is None else {str(name): given for name, given in self.goalposts.items()}
        for what, given in (("lower_better", lower), ("goalposts", set(posts))):
            if strangers := sorted(given - set(used)):
                raise UsageError(f"{what} names {strangers[0]!r}, which is no column of the index", remedy=_among(used))
        return Recipe(
            used,
            tuple(name in lower for name in used),
            tuple(
                Group(
                    name,
                    members,
                    _chosen(self.weight, name, nodes),
                    _chosen(self.aggregate, name, nodes),
                    1.0 if nodes & set(members) else float(self.min_share),
                )
                for name, members in groups
            ),
            tuple(_chosen(self.treat, name, set(used)) for name in used),
            tuple(_chosen(self.normalise, name, set(used)) for name in used),
            tuple(posts.get(name) for name in used),
            _chosen(self.impute, "", set()),
            *self._range(used),
        )

    def _range(self, used: tuple[str, ...]) -> tuple[float | None, float | None]:
        from indexer.normalise import METHODS

        chosen = {_chosen(self.normalise, name, set(used)).method for name in used}
        ranged = {name for name in chosen if name in METHODS and "range" in METHODS[name].traits}
        if ranged and ranged != chosen:
            other = ", ".join(sorted(chosen - ranged))
            raise UsageError(f"{other} has no range, other columns have one", remedy="normalise all columns alike")
        return (float(self.low), float(self.high)) if ranged else (None, None)

    def _fill(self, x: np.ndarray, labels: Mapping[str, np.ndarray]) -> np.ndarray:
        if self.carry is None:
            return x
        if not {ECONOMY, YEAR} <= set(labels):
            raise UsageError(
                "carry needs to know economy and year of each row",
                remedy=f"give a frame whose index has the levels {ECONOMY} and {YEAR}",
            )
        rows = pd.MultiIndex.from_arrays([labels[ECONOMY], labels[YEAR]], names=[ECONOMY, YEAR])
        return impute.Carrying(self.carry).fit_transform(pd.DataFrame(x, index=rows))

    def _groups(self, labels: Mapping[str, np.ndarray], n: int) -> np.ndarray | None:
        if self.group is None:
            return None
        if self.group not in labels:
            raise UsageError(f"the rows have no level {self.group!r}", remedy="give a frame whose index has that level")
        return np.array([str(one) for one in labels[self.group]], dtype=object)


def _labels(X: Any) -> dict[str, np.ndarray]:
    index = getattr(X, "index", None)
    if index is None or not hasattr(index, "get_level_values"):
        return {}
    return {str(name): np.asarray(index.get_level_values(name)) for name in index.names if name is not None}


def _nodes(structure: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Yield nodes, bottom-up, with their members and whether these are columns."""
    for name, members in structure.items():
        if isinstance(members, str):
            raise UsageError(f"the set {name!r} is the text {members!r}", remedy="give a list of columns")
        if isinstance(members, Mapping):
            yield from _nodes(members)
        yield str(name), tuple(str(one) for one in members), not isinstance(members, Mapping)


def _check(names: tuple[str, ...], used: tuple[str, ...], groups: list[tuple[str, tuple[str, ...]]]) -> None:
    if strangers := [name for name in used if name not in names]:
        raise UsageError(f"the structure names {strangers[0]!r}, which is no column", remedy=_among(names))
    nodes = [name for name, _ in groups]
    for kind, given in (("column", used), ("node", nodes)):
        if twice := [name for name in given if list(given).count(name) > 1]:
            raise UsageError(f"the structure names the {kind} {twice[0]!r} twice", remedy="name each once")
    if both := [name for name in used if name in nodes]:
        raise UsageError(f"{both[0]!r} is a column and a node", remedy="give the set or the column another name")
    if empty := [name for name, members in groups if not members]:
        raise UsageError(f"the set {empty[0]!r} has no member", remedy="give it columns, or leave it out")


def _chosen(given: Method, name: str, known: set[str]) -> Choice:
    """Return what is chosen for one node or column, where `given` may hold for all or name single ones."""
    if not isinstance(given, Mapping):
        return Choice(given)
    if "method" in given:
        return Choice(given["method"], {key: value for key, value in given.items() if key != "method"})
    if strangers := [one for one in given if one and one not in known]:
        raise UsageError(f"a method is given for {strangers[0]!r}, which is not there", remedy=_among(sorted(known)))
    one = given.get(name, given.get(""))
    if one is None:
        raise UsageError(f"no method is given for {name!r}", remedy='add it, or add "" for the rest')
    return _chosen(one, "", set())


def _among(names: Sequence[str]) -> str:
    return f"one of: {', '.join(names)}"
