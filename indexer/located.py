"""Errors and warnings of methods, told with the place where they arose: the level, or the economy and year."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from numbers import Integral

from indexer.errors import MethodError


@contextmanager
def located(where: str) -> Iterator[None]:
    """Name the place of a method's refusal.

    Parameters
    ----------
    where : str
        A node, such as the set that is weighted. What the error says of its own place stands behind it.
    """
    try:
        yield
    except MethodError as error:
        place = ", ".join(dict.fromkeys(part for part in (where, error.where) if part))
        raise MethodError(error.message, where=place, rows=error.rows, remedy=error.remedy) from None


@contextmanager
def warned(where: str) -> Iterator[None]:
    """Name the place of a method's warnings."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield
    for one in said:
        warnings.warn(f"{where}: {one.message}", one.category, stacklevel=3)


@contextmanager
def of_cases(labels: Sequence[tuple[str, int]]) -> Iterator[None]:
    """Write economy and year for the numbers of cases in a method's refusal.

    Parameters
    ----------
    labels : sequence of (economy, year)
        Of each case, in their order.
    """
    try:
        yield
    except MethodError as error:
        cases = [_case(row) for row in error.rows]
        if not cases or not all(case is not None and 0 <= case < len(labels) for case in cases):
            raise
        names = [" ".join(map(str, labels[case])) for case in cases if case is not None]
        message = re.sub(rf"\bcase {cases[0]}\b", names[0], error.message)
        if message == error.message:
            message += f" (first: {names[0]})"
        raise MethodError(message, where=error.where, rows=names, remedy=error.remedy) from None


def _case(row: object) -> int | None:
    """Return the number of a case: alone, or with that of a column behind it."""
    first = row[0] if isinstance(row, tuple) and row else row
    return int(first) if isinstance(first, Integral) and not isinstance(first, bool) else None
