"""Imputation from the other indicators: chained Bayesian ridge regressions (scikit-learn's IterativeImputer)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.impute.cases import Groups, matching, name_of, reference
from indexer.methods import Method, Option, Parameters


def fit(x: np.ndarray, *, names: tuple[str, ...] = (), groups: Groups = None, iterations: int = 10) -> Parameters:
    """Fit the regressions round by round.

    Every column is standardised by its present values, since the ridge is not indifferent to units, and missing cells
    begin at the mean. In each round every column, the most complete first, is regressed on all others over the cases
    where it is present, and its missing cells are predicted, within the range of its present values. The rounds end
    when the cells of no case change by more than a thousandth of the largest value in sum, or after `iterations`
    (van Buuren & Groothuis-Oudshoorn 2011, JSS 45(3); Tipping 2001, JMLR 1).

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Reference cases, NaN = missing.
    names : tuple of str
        Columns, for errors; equally complete columns are taken in the order of their names (without: as they come).
    groups : sequence of str, optional
        Not read.
    iterations : int
        Most rounds.

    Returns
    -------
    list of mapping
        mean, scale, minimum, maximum; `place` in the chain; `rounds` with intercept and coefficients (one a column,
        that of the column itself 0); of the last round also alpha (the precision of the noise), `centre` and the lower
        triangle of the `covariance` of the coefficients, row by row: what `draw` needs. All but the first four are in
        standardised units and to 13 significant digits, below which they depend on the processor.

    Raises
    ------
    MethodError
        If a column has no value at all, or a value is infinite or too large.
    """
    x = reference(x, names)
    n_columns = x.shape[1]
    # columns by name and rows by content, so that nothing depends on how they came
    columns = np.array(
        sorted(range(n_columns), key=lambda j: names[j]) if len(names) == n_columns else range(n_columns)
    )
    x = x[:, columns]
    x = x[np.lexsort(x.T)]
    shape = [_standard(x[:, i], name_of(names, int(j))) for i, j in enumerate(columns)]
    mean, scale, low, high = (np.array(values) for values in zip(*shape, strict=True))
    least, most = (low - mean) / scale, (high - mean) / scale
    same = least >= most
    chain = _chain((x - mean) / scale, np.where(same, least - 1, least), np.where(same, most + 1, most), iterations)
    place_of = np.argsort(columns)
    out: Parameters = []
    for i in place_of.tolist():
        models = [one for one in chain if one.feat_idx == i]
        place = [one.feat_idx for one in chain[:n_columns]].index(i) if models else 0
        one = dict(zip(("mean", "scale", "minimum", "maximum"), shape[i], strict=True))
        out.append({**one, "place": place, **_described(models, n_columns, columns)})
    return out


def apply(x: np.ndarray, parameters: Parameters, *, groups: Groups = None, iterations: int = 10) -> np.ndarray:
    """Fill the missing cells of any cases by the fitted rounds; needs no scikit-learn.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Values, NaN = missing.
    parameters : list of mapping
        One a column, as fitted.
    groups, iterations
        Not read.

    Returns
    -------
    ndarray
        A filled copy; present values are untouched.
    """
    x = matching(x, len(parameters))
    return restored(x, chained(x, parameters), parameters)


def chained(x: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return the filled cases in standardised units."""
    mean, scale, low, high = scales(parameters)
    missing = np.isnan(x)
    z = np.where(missing, 0.0, (x - mean) / scale)
    least, most = (low - mean) / scale, (high - mean) / scale
    order = [j for j in in_order(parameters) if missing[:, j].any()]
    for turn in range(max((len(p["rounds"]) for p in parameters), default=0)):
        for j in order:
            one, rows = parameters[j]["rounds"][turn], missing[:, j]
            z[rows, j] = np.clip(predicted(z[rows], one), least[j], most[j])
    return z


def predicted(z: np.ndarray, one: dict[str, Any]) -> np.ndarray:
    """Return the prediction of one regression."""
    return np.asarray(one["intercept"] + (z * np.array(one["coefficients"])).sum(axis=1))


def restored(x: np.ndarray, z: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return `x` with its missing cells from `z`, in the units of `x`."""
    mean, scale, low, high = scales(parameters)
    filled = np.clip(mean + scale * z, low, high)
    # at an end of the range exactly: beside it by rounding, a cell would rank above all that are tied there
    filled = np.where(z <= (low - mean) / scale, low, np.where(z >= (high - mean) / scale, high, filled))
    return np.where(np.isnan(x), filled, x)


def scales(parameters: Parameters) -> tuple[np.ndarray, ...]:
    """Return mean, scale, minimum and maximum, each of shape (n_columns,)."""
    return tuple(np.array([p[key] for p in parameters], dtype=float) for key in ("mean", "scale", "minimum", "maximum"))


def in_order(parameters: Parameters) -> list[int]:
    """Return the columns in the order of the chain."""
    return sorted(range(len(parameters)), key=lambda j: parameters[j]["place"])


def _standard(column: np.ndarray, name: str) -> tuple[float, float, float, float]:
    present = np.sort(column[~np.isnan(column)])
    low, high = float(present[0]), float(present[-1])
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(present.sum() / len(present))
        span = high - low
    if not np.isfinite(mean) or not np.isfinite(span):
        raise MethodError("values too large to average", where=name, remedy="give the indicator in a larger unit")
    # in units of the range, so that the squares of very large and very small values are numbers
    scale = span * float(np.sqrt((((present - mean) / span) ** 2).sum() / len(present))) if span > 0 else 0.0
    return (mean if span > 0 else low), (scale if scale > 0 else 1.0), low, high


def _chain(z: np.ndarray, least: np.ndarray, most: np.ndarray, iterations: int) -> list[Any]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer
    from sklearn.linear_model import BayesianRidge
    from threadpoolctl import threadpool_limits

    imputer = IterativeImputer(
        BayesianRidge(),
        max_iter=int(iterations),
        imputation_order="ascending",
        sample_posterior=False,
        min_value=least,
        max_value=most,
        random_state=0,  # nothing is drawn
    )
    # on one thread: the order of sums, and with it the last digits, would depend on their number
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        imputer.fit(z)
    return list(imputer.imputation_sequence_)


def _described(models: list[Any], n_columns: int, columns: np.ndarray) -> dict[str, Any]:
    """Return the regressions of one column as JSON-ready values, in the order of the columns as they came."""
    if not models:  # a single column has no others to be regressed on: its cells get the mean, with its own spread
        lone = {"alpha": 1.0, "centre": [0.0] * n_columns, "covariance": [0.0] * (n_columns * (n_columns + 1) // 2)}
        return {"rounds": [], **lone}
    rounds = []
    for one in models:
        others = columns[one.neighbor_feat_idx]
        coefficients = np.zeros(n_columns)
        coefficients[others] = one.estimator.coef_
        rounds.append({"intercept": rounded(one.estimator.intercept_), "coefficients": _list(coefficients)})
    last = models[-1].estimator
    centre, covariance = np.zeros(n_columns), np.zeros((n_columns, n_columns))
    centre[others], covariance[np.ix_(others, others)] = last.X_offset_, last.sigma_
    triangle = covariance[np.tril_indices(n_columns)]
    return {"rounds": rounds, "alpha": rounded(last.alpha_), "centre": _list(centre), "covariance": _list(triangle)}


def rounded(value: float) -> float:
    """Round to 13 significant digits."""
    return float(f"{value:.12e}")


def _list(values: np.ndarray) -> list[float]:
    return [rounded(v) for v in values.tolist()]


OPTIONS = {"iterations": Option(10, "integer", least=1)}
METHOD = Method(fit=fit, apply=apply, options=OPTIONS)
