"""Weights as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from indexer.methods import Choice, Method
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
        `target` are those of the columns, `x0`, `x1`, … where they have none. All rows are of one year.

    Attributes
    ----------
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

        x = validate_data(
            self, X, dtype=float, ensure_all_finite="allow-nan", ensure_min_samples=1 if self._given else 2
        )
        names = tuple(str(name) for name in self.get_feature_names_out())
        method: Method | None = METHODS.get(self.method)
        options = {name: getattr(self, name, None) for name in (method.options if method else ())}
        choice = Choice(self.method, {name: value for name, value in options.items() if value is not None})
        self.weights_ = fit_weights(choice, Level(names, x, x, np.zeros(len(x), dtype=int)))
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

    @property
    def _given(self) -> bool:
        """Whether the weights do not come from the data."""
        return self.method in ("equal", "expert", "ahp")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.positive_only = self.method == "entropy"
        return tags
