"""Normalisation as a scikit-learn transformer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from indexer import normalise
from indexer.errors import MethodError
from indexer.methods import Method, chosen, given


class Normalisation(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Put indicators on one scale, better always higher, by parameters of the cases that it was fitted on.

    Parameters
    ----------
    method : str
        A name in `indexer.normalise.METHODS`.
    low, high : float
        Range that the fitted cases are spread over; a z-score has none.
    lower_better : sequence of str or of bool, optional
        Columns in which less is better: their names, or a truth value for each column. By default none.
    goalposts : sequence of (float, float) or (float, float), optional
        Lower and upper goalpost of each column, in its unit, or those of all columns; only for "goalposts".
    clip : bool, optional
        Whether values beyond the bounds count as being at them: by default with "goalposts", not with "min_max".
    mean, sd : float
        What the z-scores of the fitted cases have.
    reference : {"best", "worst", "mean"}
        For "distance_to_reference".
    how : {"ratio", "difference"}
        For "distance_to_reference".
    options : mapping, optional
        Options of the method that have no parameter here.

    Attributes
    ----------
    method_, options_ : str, mapping
        The method that was fitted, and its complete options.
    range_ : (float, float)
    parameters_ : list of dict
        What was fitted, JSON-ready, one mapping a column.
    lower_better_ : ndarray of bool, shape (n_features_in_,)
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Where the data had names.

    Examples
    --------
    >>> import numpy as np
    >>> Normalisation(lower_better=[False, True]).fit_transform(np.array([[1.0, 5.0], [3.0, 9.0], [2.0, np.nan]]))
    array([[  0., 100.],
           [100.,   0.],
           [ 50.,  nan]])
    """

    def __init__(
        self, method: str = "min_max", low: float = 0.0, high: float = 100.0,
        lower_better: Sequence[str] | Sequence[bool] | None = None,
        goalposts: Sequence[tuple[float, float]] | tuple[float, float] | None = None, clip: bool | None = None,
        mean: float = 0.0, sd: float = 1.0, reference: str = "best", how: str = "ratio",
        options: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.method = method
        self.low = low
        self.high = high
        self.lower_better = lower_better
        self.goalposts = goalposts
        self.clip = clip
        self.mean = mean
        self.sd = sd
        self.reference = reference
        self.how = how
        self.options = options

    def fit(self, X: Any, y: Any = None) -> Normalisation:
        """Read the parameters of each column from the cases X; NaN = missing."""
        choice = given(normalise.METHODS, self.get_params(), self.options, "normalise")
        method, options = chosen(normalise.METHODS, choice, "normalise")
        # Goalposts are given, so one case is enough; every other method needs cases that differ.
        least = 1 if "goalposts" in method.traits else 2
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=least)
        self.lower_better_, self.range_ = self._directions(X.shape[1]), (float(self.low), float(self.high))
        posts: Any = self.goalposts
        if posts is not None and len(posts) == 2 and all(np.isscalar(one) for one in posts):
            posts = [posts] * X.shape[1]
        self.parameters_ = method.fit(X, given=posts, **self._arguments(), **options)
        self.method_, self.options_ = self.method, options
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the normalised values of any cases."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        apply: Any = normalise.METHODS[self.method_].apply
        return np.asarray(apply(X, self.parameters_, **self._arguments(), **self.options_))

    def __sklearn_tags__(self) -> Any:
        """Say that missing values are welcome, and which method knows no negative ones."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        method: Method | None = normalise.METHODS.get(self.method)
        tags.input_tags.positive_only = method is not None and "positive" in method.traits
        return tags

    def _arguments(self) -> dict[str, Any]:
        names = tuple(str(name) for name in getattr(self, "feature_names_in_", ()))
        return {"names": names, "lower_better": self.lower_better_, "low": self.range_[0], "high": self.range_[1]}

    def _directions(self, n: int) -> np.ndarray:
        if isinstance(self.lower_better, str):
            remedy = f"give a list, [{self.lower_better!r}]"
            raise MethodError(f"lower_better is one text, {self.lower_better!r}", where="normalise", remedy=remedy)
        said = [] if self.lower_better is None else list(self.lower_better)
        if all(isinstance(one, str) for one in said):
            names = list(getattr(self, "feature_names_in_", ()))
            unknown = [one for one in said if one not in names]
            if unknown:
                raise MethodError(
                    f"lower_better names no column: {', '.join(map(repr, unknown))}",
                    remedy=f"one of: {', '.join(names)}" if names else "give a truth value for each column",
                )
            return np.isin(np.arange(n), [names.index(one) for one in said])
        if len(said) != n or not all(isinstance(one, bool | np.bool_) for one in said):
            raise MethodError(
                f"lower_better is no truth value for each of {n} columns", remedy="give their names, or one for each"
            )
        return np.array(said, dtype=bool)
