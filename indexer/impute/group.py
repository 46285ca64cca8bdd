"""The middle of a group of economies, in place of a missing value: what its mean and its median share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from indexer.impute.cases import Groups, labels, matching, reference
from indexer.methods import Option, Parameters

OPTIONS = {"fallback": Option("refuse", choices=("refuse", "overall"))}


def fit_groups(
    middle: Callable[[np.ndarray], np.ndarray], x: np.ndarray, names: tuple[str, ...], groups: Groups
) -> Parameters:
    """Find the middle of each column, by group and overall.

    Parameters
    ----------
    middle : callable
        From sorted columns as rows, missing values last, to one number each; NaN where all is missing.
    x : ndarray, shape (n_cases, n_columns)
        Reference cases, NaN = missing.
    names : tuple of str
        Columns, for errors.
    groups : sequence of str, optional
        Group of each case.

    Returns
    -------
    list of mapping
        `groups` by label, a group without a value left out, and `overall`.

    Raises
    ------
    MethodError
        If a column has no value at all, or a case no group.
    """
    x = reference(x, names)
    of = labels(groups, len(x))
    by = {str(label): middle(_sorted(x[of == label])).tolist() for label in np.unique(of)}
    overall = middle(_sorted(x)).tolist()
    return [
        {"groups": {label: values[j] for label, values in by.items() if values[j] == values[j]}, "overall": overall[j]}
        for j in range(x.shape[1])
    ]


def _sorted(x: np.ndarray) -> np.ndarray:
    """Return sorted columns as rows, each in one piece of memory: no sum depends on the order of cases or columns."""
    return np.sort(np.ascontiguousarray(x.T), axis=1)


def apply_groups(
    x: np.ndarray, parameters: Parameters, *, groups: Groups = None, fallback: str = "refuse"
) -> np.ndarray:
    """Fill the missing cells of any cases with what was fitted.

    Parameters
    ----------
    x : ndarray, shape (n_cases, n_columns)
        Values, NaN = missing.
    parameters : list of mapping
        One a column, as fitted.
    groups : sequence of str, optional
        Group of each case.
    fallback : {"refuse", "overall"}
        What a case of a group without any reference value gets: nothing (the cell stays missing), or the overall value.

    Returns
    -------
    ndarray
        A filled copy; present values are untouched.
    """
    x = matching(x, len(parameters))
    group, of = np.unique(labels(groups, len(x)), return_inverse=True)
    for column, p in zip(x.T, parameters, strict=True):
        other = p["overall"] if fallback == "overall" else np.nan
        values = np.array([p["groups"].get(label, other) for label in group.tolist()], dtype=float)
        column[:] = np.where(np.isnan(column), values[of], column)
    return x
