"""The weights of one level by a method chosen by name, and the name under which they are published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Choice, Method, chosen
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
    options = chosen(_methods(), choice, "weight")[1]
    details = ", ".join(_DETAILS[choice.method](options)) if choice.method in _DETAILS else ""
    return f"{choice.method} ({details})" if details else choice.method


def _pca(options: Mapping[str, Any]) -> list[str]:
    said = [str(options["rule"])]
    if str(options["retain"]) != "kaiser":
        said.append(f"retain {options['retain']}")
    if options["negative"] != "refuse":
        said.append("negative dropped" if options["negative"] == "drop" else "negative zero")
    return said


def _factor(options: Mapping[str, Any]) -> list[str]:
    return [str(options["assign"])] + ([f"{options['factors']} factors"] if options["factors"] else [])


def _combined(options: Mapping[str, Any]) -> list[str]:
    parts = [label(one) for one in choices(options["of"])]
    shares = options["shares"] or []
    return [
        f"{options['how']} of {', '.join(parts)}",
        *([f"shares {' : '.join(f'{s:g}' for s in shares)}"] if shares else []),
    ]


_DETAILS: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "pca": _pca,
    "factor": _factor,
    "dispersion": lambda options: [str(options["how"])],
    "scatter": lambda options: ["yearly z-scores"] if options["z_scores"] == "yearly" else [],
    "combined": _combined,
    "importance": lambda options: ["given target"] if options["target"] else [],
}


def _methods() -> Mapping[str, Method]:
    from indexer.weight import METHODS  # which holds the methods that this module is asked for

    return METHODS
