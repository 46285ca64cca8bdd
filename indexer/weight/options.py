"""Options that take more than one kind of value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from indexer.methods import Option, faults


def is_number(value: Any) -> bool:
    """Say whether a value is a number (truth values are none)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Retain(Option):
    """How many components are retained: a rule by name, a whole number of them, or a share of the variance."""

    def allowed(self, value: Any) -> str | None:
        """Return what is allowed where `value` is not, else None."""
        # Editions of old wrote the number as a text.
        number = int(value) if isinstance(value, str) and value.isdecimal() else value
        if value in self.choices or (
            is_number(number) and (0 < number < 1 or (number >= 1 and float(number).is_integer()))
        ):
            return None
        return f"{', '.join(self.choices)}, a whole number of components, or a share of the variance between 0 and 1"


@dataclass(frozen=True)
class Shares(Option):
    """A list of numbers of at least 0."""

    def allowed(self, value: Any) -> str | None:
        """Return what is allowed where `value` is not, else None."""
        fits = isinstance(value, list | tuple) and len(value) and all(is_number(one) and one >= 0 for one in value)
        return None if fits else "a list of numbers of at least 0, one a method"


@dataclass(frozen=True)
class Members(Option):
    """A list of weighting methods, each checked as if it stood alone."""

    def allowed(self, value: Any) -> str | None:
        """Return what is allowed where `value` is not, else None."""
        from indexer.weight import METHODS  # which holds the method with this option

        if not isinstance(value, list | tuple) or len(value) < 2:
            return "a list of at least two methods"
        for place, one in enumerate(value, start=1):
            if not isinstance(one, Mapping):
                return f"a mapping with a method at place {place}"
            for key, _, message, remedy in faults(METHODS, one):
                return f"methods that exist, with their options (place {place}, {key}: {message}; {remedy})"
        return None
