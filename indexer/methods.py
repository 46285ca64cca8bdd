"""What a method of a stage is: how it is fitted, how it is applied, and which options an edition may give it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
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
    kind : {"choice", "number", "integer", "boolean", "text", "numbers", "matrix", "methods"}
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
        """Return what is allowed where `value` is not, else None; numpy's numbers and arrays are as good as others."""
        return self.allowed(plain(value))

    def allowed(self, value: Any) -> str | None:
        """Return what `fault` does, of a plain value: what an option of another kind replaces."""
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
    "numbers": (Mapping, "a number for each name"),
    "matrix": ((list, tuple), "a list of rows"),
    "methods": ((list, tuple), "a list of methods"),
}


@dataclass(frozen=True)
class Evidence:
    """One thing that a fitted method rests on: a number held against a threshold, in words, and what to do."""

    check: str
    number: float
    threshold: float
    passed: bool
    said: str
    remedy: str


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
    label : callable, optional
        From the complete options, what stands in brackets behind the method's name where it is published.
    evidence : callable, optional
        From cases, names of the columns, fitted weights and the options as keywords, what the fit rests on: one
        `Evidence` for each thing that can be looked at.
    """

    fit: Callable[..., Any]
    apply: Callable[..., Any] | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    traits: frozenset[str] = frozenset()
    label: Callable[[Mapping[str, Any]], str] | None = None
    evidence: Callable[..., list[Evidence]] | None = None

    def complete(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return `given` as plain values, with the defaults of the options that are left out."""
        return {name: plain(given.get(name, option.default)) for name, option in self.options.items()}


@dataclass(frozen=True)
class Choice:
    """A method chosen by name, with the options that were given, as plain values."""

    method: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", plain(self.options))


def plain(value: Any) -> Any:
    """Return a value as JSON writes it: plain numbers, texts, lists and mappings with texts for keys, also of numpy."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    # numpy's truth values and arrays, without a need for numpy
    return plain(value.tolist()) if type(value).__module__ == "numpy" and hasattr(value, "tolist") else value


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


def given(
    methods: Mapping[str, Method], parameters: Mapping[str, Any], options: Mapping[str, Any] | None, stage: str
) -> Choice:
    """Return the choice that the parameters of an estimator make.

    Parameters
    ----------
    methods : mapping
        The methods of the stage.
    parameters : mapping
        Of the estimator, by name: `method`, and others, of which those that the method knows are its options, unless
        they are None.
    options : mapping or None
        Further options of the method, which the estimator has no parameter for.
    stage : str
        For the error.

    Raises
    ------
    MethodError
        If an option has a parameter of its own.
    """
    further = {} if options is None else dict(options)
    if twice := [name for name in further if name in parameters]:
        remedy = f"write {twice[0]}={further[twice[0]]!r}, not options={{{twice[0]!r}: ...}}"
        raise MethodError(f"{twice[0]} is a parameter of its own", where=stage, remedy=remedy)
    name = parameters["method"]
    takes = methods[name].options if name in methods else {}
    named = {key: parameters[key] for key in takes if parameters.get(key) is not None}
    return Choice(name, {**named, **further})


def together(choices: Sequence[Choice]) -> list[tuple[Choice, tuple[int, ...]]]:
    """Group positions by their choice, in the order in which choices first appear."""
    groups: list[tuple[Choice, list[int]]] = []
    for j, choice in enumerate(choices):
        for known, positions in groups:
            if known == choice:
                positions.append(j)
                break
        else:
            groups.append((choice, [j]))
    return [(choice, tuple(positions)) for choice, positions in groups]


def near(name: str, choices: Iterable[str]) -> str:
    """Say which of the choices was meant, or all of them."""
    choices = sorted(choices)
    close = difflib.get_close_matches(name, choices, n=1)
    if close:
        return f"write {close[0]}"
    return f"one of: {', '.join(choices)}" if choices else "leave it out"
