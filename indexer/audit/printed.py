"""Numbers as they are printed: sign, digits and decimal point, so that their precision is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from indexer.errors import UsageError

MISSING = frozenset({"", ".", "..", "...", "…", "-", "–", "—", "na", "n/a", "n.a."})
"""What publishers print where they have no number."""
LONGEST = 60
"""Characters of a number; what is longer was never printed in a table."""
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(?:[,   ']\d{3})+(?:\.\d+)?")
_SIGNS = str.maketrans({"−": "-", "–": "-", "‒": "-"})


@dataclass(frozen=True)
class Printed:
    """A printed number; `text` is what stands there, without signs of thousands and per cent."""

    text: str

    @cached_property
    def decimals(self) -> int:
        """Digits after the point."""
        return len(self.text.partition(".")[2])

    @cached_property
    def value(self) -> Fraction:
        """The number, exactly."""
        return Fraction(self.text)

    @cached_property
    def half(self) -> Fraction:
        """Half a unit of the last printed digit: how far the unrounded number may lie away."""
        return Fraction(1, 2 * 10**self.decimals)

    @cached_property
    def number(self) -> float:
        """The number, as nearly as a float can hold it."""
        return float(self.text)

    @property
    def low(self) -> Fraction:
        """The least unrounded number that prints so."""
        return self.value - self.half

    @property
    def high(self) -> Fraction:
        """The greatest unrounded number that prints so."""
        return self.value + self.half


def parse(text: str | None) -> Printed | None:
    """Read a printed number.

    Parameters
    ----------
    text : str or None
        "62372", "62,372", "-2.7", "−2.7", "+5.0", "5.0%". Nothing is rounded and no digit is dropped.

    Returns
    -------
    Printed or None
        None where nothing is printed, or a mark that stands for nothing ("..", "n/a", a dash).

    Raises
    ------
    UsageError
        Where it is not a number, or one of more than 60 characters.

    Examples
    --------
    >>> parse("62,372").value, parse("-2.70").decimals, parse("..")
    (Fraction(62372, 1), 2, None)
    """
    word = (text or "").strip()
    if word.lower() in MISSING:
        return None
    plain = word.translate(_SIGNS).removesuffix("%").rstrip().removeprefix("+")
    if _GROUPED.fullmatch(plain):
        plain = re.sub("[,   ']", "", plain)
    if not _PLAIN.fullmatch(plain) or not plain.isascii() or len(plain) > LONGEST:
        remedy = "write digits with a decimal point, as printed; leave the cell empty where nothing is printed"
        raise UsageError(f"{word[:LONGEST]!r} is no number", remedy=remedy)
    return Printed(plain)


def rounded(value: Fraction, decimals: int) -> str:
    """Print a number to that many decimals; halves go to the even digit.

    Examples
    --------
    >>> rounded(Fraction(-1, 30), 1), rounded(Fraction(5, 2), 0)
    ('0.0', '2')
    """
    units = round(value * 10**decimals)
    digits = f"{abs(units):0{decimals + 1}d}"
    whole = digits if decimals == 0 else f"{digits[:-decimals]}.{digits[-decimals:]}"
    return f"-{whole}" if units < 0 else whole
