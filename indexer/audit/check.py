"""Growth rates recomputed from the amounts beside them, in exact arithmetic, within the rounding of the print."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from indexer.audit.printed import Printed, rounded
from indexer.audit.series import Series
from indexer.audit.slips import slips

AGREES, WRONG, UNCHECKED = "agrees", "cannot both be right", "cannot be checked"


def bounds(now: Printed, before: Printed) -> tuple[Fraction, Fraction] | None:
    """Return the least and greatest growth, in per cent, that unrounded amounts printed so can have.

    None where the amount before may be zero or negative: growth has no meaning then.

    Examples
    --------
    >>> low, high = bounds(Printed("12"), Printed("10"))
    >>> round(float(low), 2), round(float(high), 2)
    (9.52, 31.58)
    """
    if before.low <= 0:
        return None
    corners = [a / b for a in (now.low, now.high) for b in (before.low, before.high)]
    return 100 * (min(corners) - 1), 100 * (max(corners) - 1)


def growth(now: Printed, before: Printed) -> Fraction:
    """Return the growth of two printed amounts, in per cent."""
    return 100 * (now.value / before.value - 1)


def agrees(now: Printed, before: Printed, printed: Printed) -> bool | None:
    """Tell whether a printed growth rate can belong to two printed amounts; None where growth has no meaning.

    It can where the growth rates that round to the printed one and those that the unrounded amounts allow meet.
    """
    if before.number > 0 and _surely_apart(now, before, printed):
        return False
    reach = bounds(now, before)
    return None if reach is None else reach[0] <= printed.high and printed.low <= reach[1]


def _surely_apart(now: Printed, before: Printed, printed: Printed) -> bool:
    """Tell in floats, quickly and on the safe side, that a rate is several times as far off as rounding allows."""
    ratio, base = now.number / before.number, before.number
    reach = 100 * (0.5 * 10.0**-now.decimals + 0.5 * 10.0**-before.decimals * (1 + abs(ratio))) / base
    if 10.0**-before.decimals > 0.1 * base:
        return False
    return abs(100 * (ratio - 1) - printed.number) > 4 * (reach + 0.5 * 10.0**-printed.decimals)


def holds(series: Series, row: int) -> bool | None:
    """Tell whether the growth of a row agrees with its amount and the amount of the year before.

    None where it cannot be checked: no such year, nothing printed, or an amount before that is not positive.
    """
    return holds_among(series.years, series.amounts, series.growth, row)


def holds_among(
    years: Sequence[int], amounts: Sequence[Printed | None], rates: Sequence[Printed | None], row: int
) -> bool | None:
    """Tell the same of years, amounts and growth rates that are no series (yet)."""
    if row < 1 or row >= len(years) or years[row] - years[row - 1] != 1:
        return None
    now, before, printed = amounts[row], amounts[row - 1], rates[row]
    if now is None or before is None or printed is None:
        return None
    return agrees(now, before, printed)


def residual(series: Series, row: int) -> float:
    """Return recomputed less printed growth in units of the last printed digit of the growth rate."""
    now, before, printed = series.amounts[row], series.amounts[row - 1], series.growth[row]
    if now is None or before is None or printed is None:
        return float("nan")
    return float((growth(now, before) - printed.value) * 10**printed.decimals)


def check(table: Sequence[Series]) -> pd.DataFrame:
    """Recompute every growth rate of a table.

    Parameters
    ----------
    table : sequence of Series

    Returns
    -------
    DataFrame
        One row a series and year: series, year, amount, growth (as printed), recomputed (text, to the decimals that
        the column mostly has), low and high (per cent; what the rounding of the amounts allows), residual_units
        (recomputed less printed, in units of the last printed digit), verdict, note. A rate printed with other
        decimals than its column mostly has is noted: a lost decimal point shows so, even where nothing can be
        recomputed.
    """
    rows = []
    for series in table:
        for row, year in enumerate(series.years):
            amount, printed = series.amounts[row], series.growth[row]
            verdict = holds(series, row)
            said = {True: AGREES, False: WRONG, None: UNCHECKED}[verdict]
            record: dict[str, object] = {
                "series": series.name,
                "year": year,
                "amount": None if amount is None else amount.text,
                "growth": None if printed is None else printed.text,
                "recomputed": None,
                "low": float("nan"),
                "high": float("nan"),
                "residual_units": float("nan"),
                "verdict": said,
                "note": _note(series, row, verdict),
            }
            before = series.amounts[row - 1] if row and year - series.years[row - 1] == 1 else None
            if amount is not None and before is not None and (reach := bounds(amount, before)) is not None:
                decimals = series.usual_decimals("growth", row)
                record |= {"recomputed": rounded(growth(amount, before), decimals)}
                record |= {"low": float(reach[0]), "high": float(reach[1]), "residual_units": residual(series, row)}
            rows.append(record)
    return pd.DataFrame(rows)


def _note(series: Series, row: int, verdict: bool | None) -> str:
    printed, parts = series.growth[row], []
    if printed is not None and printed.decimals != (usual := series.usual_decimals("growth", row)):
        lost = slips(printed, usual).get("lost decimal point", ())
        said = f": {lost[0]} if the point was lost" if lost else ""
        parts.append(f"{printed.decimals} decimals where its column has {usual}{said}")
    if verdict is None:
        parts.append(_why_not(series, row))
    return "; ".join(parts)


def _why_not(series: Series, row: int) -> str:
    if series.growth[row] is None:
        return "no growth rate printed"
    if series.amounts[row] is None:
        return "no amount printed"
    if row == 0 or series.years[row] - series.years[row - 1] != 1 or series.amounts[row - 1] is None:
        return "no amount of the year before"
    return "the amount of the year before is not positive"
