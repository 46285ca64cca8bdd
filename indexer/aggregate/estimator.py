"""Aggregation as a scikit-learn transformer, for pipelines of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from indexer.aggregate import METHODS
from indexer.aggregate.present import present_weights
from indexer.errors import MethodError
from indexer.methods import chosen, given

COLUMN = "aggregate"


class Aggregation(TransformerMixin, BaseEstimator):
    """Aggregate the columns of X to one, by any method of `indexer.aggregate.METHODS`.

    Parameters
    ----------
    method : str
        Name of the aggregation.
    weights : sequence of float or mapping of str to float, optional
        One weight a column, or a weight for each name of X's columns; None gives all the same.
    min_share : float
        Least share of the weight that a row must have present; below it the row gets NaN.
    p : float, optional
        Of the power mean, which needs it.
    penalty : float
        Of the Mazziotta-Pareto index.
    normalise : {"vector", "none"}
        Of TOPSIS.
    options : mapping, optional
        Options of the method that have no parameter here.

    Attributes
    ----------
    method_, options_ : str, mapping
        The method that was fitted, and its complete options.
    min_share_ : float
    weights_ : ndarray, shape (n_features_in_,)
        Weights, summing to 1.
    parameters_ : list of dict
        What was fitted: norms and ideal points of TOPSIS; nothing for the means.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Where X has names of text.

    Examples
    --------
    >>> Aggregation("geometric").fit_transform([[4.0, 16.0], [9.0, 9.0]]).round(6)
    array([[8.],
           [9.]])
    """

    def __init__(
        self,
        method: str = "arithmetic",
        weights: Sequence[float] | Mapping[str, float] | None = None,
        min_share: float = 2 / 3,
        p: float | None = None,
        penalty: float = -1.0,
        normalise: str = "vector",
        options: Mapping[str, Any] | None = None,
    ):
        self.method = method
        self.weights = weights
        self.min_share = min_share
        self.p = p
        self.penalty = penalty
        self.normalise = normalise
        self.options = options

    def fit(self, X: Any, y: Any = None) -> Aggregation:
        """Check the weights and fit what the method freezes.

        Parameters
        ----------
        X : array-like, shape (n_cases, n_features)
            NaN = missing.
        y : None
            Not used.

        Raises
        ------
        MethodError
            If the method or an option is unknown, the weights do not go with X, or the method refuses its values.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        method, options = chosen(METHODS, given(METHODS, self.get_params(), self.options, "aggregate"), "aggregate")
        weights = self._weights(X.shape[1])
        # refuses weights that are negative, or all 0
        present_weights(X[:1], weights, 0.0)
        self.weights_ = weights / weights.sum()
        self.parameters_ = method.fit(X, self.weights_, names=self._names(), **options)
        self.method_, self.options_, self.min_share_ = self.method, options, float(self.min_share)
        try:
            self._aggregate(X)
        except MethodError as error:
            if not (X < 0).any():
                raise
            # scikit-learn's words for it stand first
            raise MethodError(
                f"Negative values in data: {error.message}", rows=error.rows, remedy=error.remedy
            ) from None
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the aggregate of each row, shape (n_cases, 1)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return self._aggregate(X)[:, None]

    def _aggregate(self, X: np.ndarray) -> np.ndarray:
        X = np.ascontiguousarray(X)  # sums do not depend on the layout
        weights = present_weights(X, self.weights_, self.min_share_)
        apply: Any = METHODS[self.method_].apply
        return np.asarray(apply(X, weights, self.parameters_, names=self._names(), **self.options_))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the name of the only column, "aggregate"."""
        check_is_fitted(self)
        return np.array([COLUMN], dtype=object)

    def _names(self) -> tuple[str, ...]:
        return tuple(str(name) for name in getattr(self, "feature_names_in_", ()))

    def _weights(self, n: int) -> np.ndarray:
        if self.weights is None:
            return np.full(n, 1.0)
        if isinstance(self.weights, Mapping):
            names = self._names()
            if set(names) != set(self.weights):
                raise MethodError(
                    f"weights name {', '.join(sorted(map(str, self.weights)))}; the columns of X are "
                    f"{', '.join(names) or 'without names'}",
                    where="weights",
                    remedy="give one weight for each column of a frame",
                )
            return np.array([float(self.weights[name]) for name in names])
        return np.asarray(self.weights, dtype=float)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that NaN is welcome, and where values must be above 0."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.positive_only = self.method in METHODS and "positive" in METHODS[self.method].traits
        return tags
