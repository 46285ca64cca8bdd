"""What a method of a stage is: how it is fitted, how it is applied, and which options an edition may give it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from indexer.errors import MethodError

Parameters = list[dict[str, Any]]
"""What a method fitted: one mapping of JSON-ready values a column, in the order of the columns."""


@dataclass(frozen=True)
class Option:
    """One option of a method: the values that it takes and the one it has where none is given.

    Attributes
    ----------
    default : object
        None where a value must be given or where leaving it out means something of its own.
    kind : {"choice", "number", "integer", "boolean", "text", "texts", "numbers", "matrix", "methods"}
        "numbers" maps names to numbers, "matrix" is a list of rows, "methods" a list of mappings with a method each.
    choices : tuple
        All allowed values of a choice.
    least, most : float, optional
        Bounds of a number, themselves allowed.
    above : float, optional
        Bound of a number, itself not allowed.
    required : bool
        Whether the method means nothing without it.
    """

    default: Any = None
    kind: str = "choice"
    choices: tuple[Any, ...] = ()
    least: float | None = None
    most: float | None = None
    above: float | None = None
    required: bool = False

    def fault(self, value: Any) -> str | None:
        """Return what is allowed where `value` is not, else None."""
        if self.kind == "choice":
            allowed = any(
                value == choice and isinstance(value, bool) == isinstance(choice, bool) for choice in self.choices
            )
            return None if allowed else f"one of: {', '.join(str(choice) for choice in self.choices)}"
        if self.kind == "boolean":
            return None if isinstance(value, bool) else "true or false"
        if self.kind in ("number", "integer"):
            return self._number(value)
        wanted, words = _SHAPES[self.kind]
        return None if isinstance(value, wanted) and len(value) else words

    def _number(self, value: Any) -> str | None:
        words = "a whole number" if self.kind == "integer" else "a number"
        bounds = [f"of at least {self.least:g}" if self.least is not None else "",
                  f"above {self.above:g}" if self.above is not None else "",
                  f"of at most {self.most:g}" if self.most is not None else ""]  # fmt: skip
        words = " ".join([words, " and ".join(part for part in bounds if part)]).strip()
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return words
        fits = (
            (self.kind != "integer" or value == int(value))
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.above is None or value > self.above)
        )
        return None if fits else words


_SHAPES: dict[str, tuple[Any, str]] = {
    "text": (str, "a text"),
    "texts": ((list, tuple), "a list of names"),
    "numbers": (Mapping, "a number for each name"),
    "matrix": ((list, tuple), "a list of rows"),
    "methods": ((list, tuple), "a list of methods"),
}


@dataclass(frozen=True)
class Method:
    """A method that editions name.

    Attributes
    ----------
    fit : callable
        Reads reference cases and gives what it learnt (see the stage for its arguments).
    apply : callable, optional
        Gives the values of any cases with what was fitted; None where fitting is all (a weighting).
    options : mapping
        What an edition may say beside the method's name; both callables take them as keywords.
    traits : frozenset of str
        What other rooms must know of it, in words that the stage explains.
    """

    fit: Callable[..., Any]
    apply: Callable[..., Any] | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    traits: frozenset[str] = frozenset()

    def complete(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return `given` with the defaults of the options that are left out."""
        return {name: given.get(name, option.default) for name, option in self.options.items()}


@dataclass(frozen=True)
class Choice:
    """A method chosen by name, with the options that were given."""

    method: str
    options: Mapping[str, Any] = field(default_factory=dict)


def faults(
    methods: Mapping[str, Method], document: Mapping[str, Any], besides: Iterable[str] = ("method", "why")
) -> list[tuple[str, Any, str, str]]:
    """Check a choice as an edition writes it.

    Parameters
    ----------
    methods : mapping
        The methods of the stage.
    document : mapping
        With `method`, and its options beside it.
    besides : iterable of str
        Keys that are no options.

    Returns
    -------
    list of (key, value, message, remedy)
    """
    name = str(document.get("method"))
    if name not in methods:
        return [("method", name, f"unknown method {name!r}", near(name, methods))]
    options = methods[name].options
    found = []
    for key, value in document.items():
        if key in besides:
            continue
        if key not in options:
            takes = f"it takes {', '.join(options)}" if options else "it takes no options"
            found.append((key, value, f"means nothing with the method {name}", f"delete it ({takes})"))
        elif words := options[key].fault(value):
            found.append((key, value, f"not what {key} may be", f"write {words}"))
    for key, option in options.items():
        if option.required and key not in document:
            found.append((key, None, f"the method {name} needs {key}", f"write {option.fault(None)}"))
    return found


def chosen(methods: Mapping[str, Method], choice: Choice, stage: str) -> tuple[Method, dict[str, Any]]:
    """Return the method of a choice and its complete options.

    Raises
    ------
    MethodError
        If there is no such method, or an option is unknown or has a value that it does not take.
    """
    for key, value, message, remedy in faults(methods, {"method": choice.method, **choice.options}):
        shown = "" if key == "method" else f" ({key} = {value!r})"
        raise MethodError(message + shown, where=stage, remedy=remedy)
    method = methods[choice.method]
    return method, method.complete(choice.options)


def near(name: str, choices: Iterable[str]) -> str:
    """Say which of the choices was meant, or all of them."""
    choices = sorted(choices)
    close = difflib.get_close_matches(name, choices, n=1)
    if close:
        return f"write {close[0]}"
    return f"one of: {', '.join(choices)}" if choices else "leave it out"
