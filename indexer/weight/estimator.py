"""Weights as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from indexer.columns import YEAR
from indexer.methods import given
from indexer.weight.fit import fit_weights
from indexer.weight.level import Level


class Weighting(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Learn the weights of columns, and give each column's weighted contribution.

    The contributions of a row sum to the weighted arithmetic mean. All columns are taken as normalised on one scale,
    better higher; entropy, CRITIC and dispersion depend on which one.

    Parameters
    ----------
    method : str
        A name in `METHODS`.
    rule, retain, negative, how, factors, assign, weights, matrix, of, shares, target
        Options of the methods (see there); one of None, or of another method, is left out. Names in `weights` and
        `target` are those of the columns, `x0`, `x1`, … where they have none.
    options : mapping, optional
        Options of the method that have no parameter here, such as ``{"z_scores": "yearly"}``. The year of a row is that
        of a frame's index level `year`; else all rows are of one.

    Attributes
    ----------
    method_, options_ : str, mapping
        The method that was fitted, and its complete options.
    weights_ : ndarray, shape (n_features,)
        Non-negative, with sum 1.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Where the columns had names.

    Examples
    --------
    >>> Weighting("entropy").fit([[1.0, 0.0], [2.0, 2.0], [3.0, 4.0]]).weights_.round(3)
    array([0.159, 0.841])
    """

    def __init__(
        self,
        method: str = "equal",
        *,
        rule: str | None = None,
        retain: str | int | float | None = None,
        negative: str | None = None,
        how: str | None = None,
        factors: int | None = None,
        assign: str | None = None,
        weights: Mapping[str, float] | None = None,
        matrix: Sequence[Sequence[Any]] | None = None,
        of: Sequence[Mapping[str, Any]] | None = None,
        shares: Sequence[float] | None = None,
        target: Mapping[str, float] | None = None,
        options: Mapping[str, Any] | None = None,
    ):
        self.method = method
        self.rule = rule
        self.retain = retain
        self.negative = negative
        self.how = how
        self.factors = factors
        self.assign = assign
        self.weights = weights
        self.matrix = matrix
        self.of = of
        self.shares = shares
        self.target = target
        self.options = options

    def fit(self, X: Any, y: Any = None) -> Weighting:
        """Learn the weights.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)
            NaN = missing.
        y : None
            Ignored.

        Raises
        ------
        MethodError
            If there is no such method or option, or the method refuses the values.
        """
        from indexer.weight import METHODS

        choice = given(METHODS, self.get_params(), self.options, "weight")
        least = 1 if self._has("given") else 2
        x = validate_data(self, X, dtype=float, ensure_all_finite="allow-nan", ensure_min_samples=least)
        names = tuple(str(name) for name in self.get_feature_names_out())
        levels = getattr(getattr(X, "index", None), "names", ())
        years = np.asarray(X.index.get_level_values(YEAR)) if YEAR in levels else np.zeros(len(x), dtype=int)
        self.weights_ = fit_weights(choice, Level(names, x, x, years))
        self.method_, self.options_ = self.method, METHODS[self.method].complete(choice.options)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return each value times the weight of its column.

        Parameters
        ----------
        X : array-like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples, n_features)
        """
        check_is_fitted(self)
        x = validate_data(self, X, dtype=float, ensure_all_finite="allow-nan", reset=False)
        return np.asarray(x * self.weights_)

    def _has(self, trait: str) -> bool:
        from indexer.weight import METHODS

        return self.method in METHODS and trait in METHODS[self.method].traits

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.positive_only = self._has("positive")
        return tags
