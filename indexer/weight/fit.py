"""The weights of one level by a method chosen by name, and the name under which they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Choice, Evidence, Method, chosen
from indexer.weight.combined import choices
from indexer.weight.level import Level

WEIGHT_DECIMALS = 13
"""Fitted weights are rounded here, so that the last digit of a linear-algebra library never reaches a release."""


def fit_weights(choice: Choice, level: Level) -> np.ndarray:
    """Return the weights of a level, rounded to 13 decimals.

    Parameters
    ----------
    choice : Choice
        A method of `METHODS` and its options.
    level : Level
        The members over the reference cases. One member alone has weight 1 by every method.

    Returns
    -------
    ndarray, shape (n_members,)
        Non-negative, with sum 1, in the order of `level.names`.

    Raises
    ------
    MethodError
        If there is no such method or option, or the method refuses the values.
    """
    return np.round(fitted(choice, level), WEIGHT_DECIMALS)


def fitted(choice: Choice, level: Level) -> np.ndarray:
    """Return what `fit_weights` does before it is rounded."""
    method, options = chosen(_methods(), choice, "weight")
    if len(level.names) == 1:
        return np.ones(1)
    weights = np.asarray(method.fit(level, **options), dtype=float)
    sound = weights.shape == (len(level.names),) and np.isfinite(weights).all() and (weights >= 0).all()
    if not sound or abs(weights.sum() - 1.0) > 1e-9:
        raise MethodError(
            f"the method {choice.method} gave no weights of at least 0 with sum 1: {weights.tolist()}",
            where=", ".join(level.names),
            remedy="look for values of very different size, or weight equally",
        )
    return weights


def label(choice: Choice) -> str:
    """Return the name under which weights are published: the rule stands beside it, since papers mix the rules up.

    Examples
    --------
    >>> label(Choice("pca", {"retain": 1}))
    'pca (communality, retain 1)'
    """
    method, options = chosen(_methods(), choice, "weight")
    details = method.label(options) if method.label else ""
    return f"{choice.method} ({details})" if details else choice.method


def rests_on_correlations(choice: Choice) -> bool:
    """Tell whether weights are read from correlations: by the method, or by one that it combines.

    Examples
    --------
    >>> rests_on_correlations(Choice("combined", {"of": [{"method": "equal"}, {"method": "critic"}]}))
    True
    """
    method, options = chosen(_methods(), choice, "weight")
    return "correlations" in method.traits or any(rests_on_correlations(one) for one in _parts(method, options))


def evidence(
    choice: Choice, y: np.ndarray, names: tuple[str, ...], weights: np.ndarray | None = None
) -> list[Evidence]:
    """Return what the weights of a level rest on, where the method, or one that it combines, can show it.

    Parameters
    ----------
    choice : Choice
    y : ndarray, shape (n_cases, n_members)
        As they are aggregated; not necessarily the cases of the fit.
    names : tuple of str
        The members.
    weights : ndarray, shape (n_members,), optional
        As fitted, which say what the method had left out.

    Returns
    -------
    list of Evidence
        Empty where the method shows nothing, or refuses these cases.
    """
    method, options = chosen(_methods(), choice, "weight")
    found = [row for one in _parts(method, options) for row in evidence(one, y, names)]
    if method.evidence is None or len(names) == 1:
        return found
    try:
        return [*method.evidence(y, names, weights, **options), *found]
    except MethodError:
        return found


def _parts(method: Method, options: Mapping[str, Any]) -> list[Choice]:
    """Return the methods that a method combines."""
    return [
        one
        for name, option in method.options.items()
        if option.kind == "methods" and options[name]
        for one in choices(options[name])
    ]


def _methods() -> Mapping[str, Method]:
    from indexer.weight import METHODS  # which holds the methods that this module is asked for

    return METHODS
