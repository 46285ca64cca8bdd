"""Treatment as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from indexer import treat
from indexer.columns import ECONOMY
from indexer.methods import chosen, given


class Treatment(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Treat extreme values; what is fitted on the reference years is applied unchanged to any other.

    Parameters
    ----------
    method : str
        A name in `indexer.treat.METHODS`.
    skew, kurtosis : float
        A column passes where either moment is within its bound.
    winmax : int
        Economies changed in one column by winsorising: those of a frame's index level `economy`, else each row is one.
    options : mapping, optional
        Options of the method that have no parameter here.

    Attributes
    ----------
    method_, options_ : str, mapping
        The method that was fitted, and its complete options.
    parameters_ : list of mapping
        What was learnt of each column.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str
        Their names, where the fit was given a frame.
    """

    def __init__(
        self,
        method: str = "winsorise_or_log",
        skew: float = 2.0,
        kurtosis: float = 3.5,
        winmax: int = 5,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.method = method
        self.skew = skew
        self.kurtosis = kurtosis
        self.winmax = winmax
        self.options = options

    def fit(self, X: Any, y: Any = None) -> Treatment:
        """Learn from the rows of `X`; `y` is ignored.

        Raises
        ------
        MethodError
            If the method or an option is unknown.
        """
        levels = getattr(getattr(X, "index", None), "names", ())
        economies = np.asarray(X.index.get_level_values(ECONOMY)) if ECONOMY in levels else None
        x = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        names = tuple(str(name) for name in getattr(self, "feature_names_in_", ()))
        method, options = chosen(treat.METHODS, given(treat.METHODS, self.get_params(), self.options, "treat"), "treat")
        self.parameters_ = method.fit(x, names=names, economies=economies, **options)
        self.method_, self.options_ = self.method, options
        return self

    def transform(self, X: Any) -> Any:
        """Return the treated rows."""
        check_is_fitted(self)
        x = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        apply: Any = treat.METHODS[self.method_].apply
        return np.asarray(apply(x, self.parameters_, **self.options_))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
