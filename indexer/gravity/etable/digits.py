"""Numbers as text: so many decimals that an estimate and its error can be read together."""

from __future__ import annotations

import math

DASH = "—"
MOST_DECIMALS = 8
LARGE = 1e9


def decimals(estimate: float, error: float, digits: int) -> str:
    """Return the format of an estimate and its error.

    `digits` decimals; more where the error (the estimate, where it has none) would have fewer than two figures left;
    powers of ten for what is smaller or larger than can be read.

    Examples
    --------
    >>> decimals(0.72, 0.56, 3), decimals(-0.0051597, 0.0029088, 3), decimals(1e-12, 1e-12, 3)
    (',.3f', ',.4f', '.2e')
    """
    size = error if math.isfinite(error) and error > 0 else abs(estimate)
    if max(abs(estimate), size) >= LARGE:
        return f".{max(digits - 1, 0)}e"
    needed = 1 - math.floor(math.log10(size)) if math.isfinite(size) and size > 0 else 0
    if needed > MOST_DECIMALS:
        return f".{max(digits - 1, 0)}e"
    return f",.{max(digits, needed if size < 10.0 ** (1 - digits) else 0)}f"


def number(value: float, how: str) -> str:
    """Return a number in a format, a dash where there is none; a rounded zero has no sign.

    Examples
    --------
    >>> number(-0.0004, ".3f"), number(float("nan"), ".3f")
    ('0.000', '—')
    """
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "-∞"}.get(value, DASH)
    text = format(value, how)
    return text.lstrip("-") if "e" not in text and not any(c in "123456789" for c in text) else text


def probability(value: float, digits: int, draws: int | None = None) -> str:
    """Return a p-value; what rounds to zero, or happened in none of so many draws, is less than something.

    Examples
    --------
    >>> probability(0.03412, 3), probability(1e-9, 3), probability(0.0, 3, 99)
    ('0.034', '<0.001', '<0.02')
    """
    if not math.isfinite(value):
        return DASH
    least = 10.0**-digits
    if draws is not None and value == 0:
        places = min(digits, math.ceil(math.log10(draws)))
        return f"<{math.ceil(round(10**places / draws, 9)) / 10**places:.{places}f}"
    return f"<{least:.{digits}f}" if value < least / 2 else f"{value:.{digits}f}"


def pattern(how: str) -> str:
    """Return a format as a spreadsheet writes it.

    Examples
    --------
    >>> pattern(",.3f"), pattern(".2e"), pattern(",d")
    ('#,##0.000', '0.00E+00', '#,##0')
    """
    if how.endswith("d"):
        return "#,##0"
    places = int(how[how.index(".") + 1 : -1])
    zeros = "." + "0" * places if places else ""
    return f"0{zeros}E+00" if how.endswith("e") else f"#,##0{zeros}"
