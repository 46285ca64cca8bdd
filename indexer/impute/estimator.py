"""Imputation as scikit-learn estimators: between economies, and along the years of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from indexer import impute
from indexer.columns import ECONOMY, YEAR
from indexer.errors import MethodError
from indexer.methods import Option, chosen, given


class _Filling(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """What both have in common: missing values are welcome, columns stay."""

    def _read(self, X: Any, reset: bool) -> np.ndarray:
        x = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=reset)
        return np.asarray(x)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class Imputation(_Filling):
    """Fill missing values from other economies; what is fitted on the reference years fills any other year.

    Parameters
    ----------
    method : str
        A name in `indexer.impute.METHODS`.
    groups : str, optional
        Level of the index of a frame that names the group of each row; without it all rows are one group.
    fallback : {"refuse", "overall"}
        What a group without any reference value gets: nothing, or the overall value (group methods).
    iterations : int
        Most rounds (model).
    options : mapping, optional
        Options of the method that have no parameter here.

    Attributes
    ----------
    method_, options_, groups_ : str, mapping, str or None
        The method that was fitted, its complete options, and the level of its groups.
    parameters_ : list of mapping
        What was learnt of each column.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Their names, where the fit was given a frame.
    """

    def __init__(
        self,
        method: str = "group_median",
        groups: str | None = None,
        fallback: str = "refuse",
        iterations: int = 10,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.method = method
        self.groups = groups
        self.fallback = fallback
        self.iterations = iterations
        self.options = options

    def fit(self, X: Any, y: Any = None) -> Imputation:
        """Learn from the rows of `X`; `y` is ignored.

        Raises
        ------
        MethodError
            If the method or an option is unknown, a column has no value, or the index has no such level.
        """
        x = self._read(X, reset=True)
        names = tuple(str(name) for name in getattr(self, "feature_names_in_", ()))
        choice = given(impute.METHODS, self.get_params(), self.options, "impute")
        method, options = chosen(impute.METHODS, choice, "impute")
        self.parameters_ = method.fit(x, names=names, groups=_groups(X, self.groups), **options)
        self.method_, self.options_, self.groups_ = self.method, options, self.groups
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the filled rows."""
        check_is_fitted(self)
        x = self._read(X, reset=False)
        fill: Any = impute.METHODS[self.method_].apply
        return np.asarray(fill(x, self.parameters_, groups=_groups(X, self.groups_), **self.options_))


class Carrying(_Filling):
    """Fill missing values along the years of each economy: interpolated between present years, then carried forward.

    A frame with the index levels `economy` and `year` is needed; else each row is taken for an economy of its own, and
    nothing is filled. Nothing is learnt.

    Parameters
    ----------
    limit : int
        Largest number of years between a value and the last year that repeats it.

    Attributes
    ----------
    limit_ : int
        As given.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Their names, where the fit was given a frame.
    """

    def __init__(self, limit: int = 2) -> None:
        self.limit = limit

    def fit(self, X: Any, y: Any = None) -> Carrying:
        """Check the rows of `X` and `limit`; `y` is ignored.

        Raises
        ------
        MethodError
            If `limit` is not a whole number of at least 0.
        """
        if words := Option(2, "integer", least=0).fault(self.limit):
            raise MethodError(f"limit = {self.limit!r}", where="impute", remedy=f"write {words}")
        self._read(X, reset=True)
        self.limit_ = int(self.limit)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the filled rows, in their order.

        Raises
        ------
        MethodError
            If an economy has two rows of one year, or a year is no number.
        """
        check_is_fitted(self)
        x = np.array(self._read(X, reset=False))
        if not {ECONOMY, YEAR} <= set(_levels(X)):
            return x
        economies = X.index.get_level_values(ECONOMY)
        years = _years(X.index.get_level_values(YEAR))
        for label, rows in X.groupby(np.asarray(economies), sort=False).indices.items():
            rows = rows[np.argsort(years[rows], kind="stable")]
            if (np.diff(years[rows]) == 0).any():
                raise MethodError(f"{label} has two rows of one year", where="impute", remedy="keep one of them")
            x[rows] = impute.carry(years[rows], impute.interpolate(years[rows], x[rows]), self.limit_)
        return x


def _levels(X: Any) -> tuple[Any, ...]:
    return tuple(getattr(getattr(X, "index", None), "names", ()))


def _groups(X: Any, level: str | None) -> np.ndarray | None:
    if level is None:
        return None
    if level not in _levels(X):
        remedy = "give a frame whose index has that level, or leave `groups` out"
        raise MethodError(f"no index level {level!r}", where="impute", remedy=remedy)
    return np.asarray(X.index.get_level_values(level))


def _years(values: Any) -> np.ndarray:
    try:
        years = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        years = np.array([np.nan])
    if not np.isfinite(years).all():
        raise MethodError("a year that is no number", where="impute", remedy="give the level `year` as whole numbers")
    return years
