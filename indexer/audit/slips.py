"""Slips of pen and press: what a printed number may have been before one of them."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.audit.printed import Printed

KINDS = (
    "transposed digits",
    "lost sign",
    "added sign",
    "lost decimal point",
    "moved decimal point",
    "digit misread",
    "dropped digit",
    "added digit",
)
"""Slips inside one number; `repairs` adds those that take a rate from elsewhere in the table."""


def slips(cell: Printed, usual_decimals: int) -> dict[str, tuple[str, ...]]:
    """Return every number that one slip could have turned into the printed one.

    Parameters
    ----------
    cell : Printed
    usual_decimals : int
        Decimals that the column mostly has: where a lost point has stood.

    Returns
    -------
    dict
        Kind of slip to the numbers, as text; kinds without one are left out. A number that two kinds give stands
        under the first of `KINDS` only.

    Examples
    --------
    >>> slips(Printed("24"), 1)["lost decimal point"], slips(Printed("4.6"), 1)["lost sign"]
    (('2.4',), ('-4.6',))
    """
    sign, body = ("-", cell.text[1:]) if cell.text.startswith("-") else ("", cell.text)
    whole, _, after = body.partition(".")
    digits, point = whole + after, len(whole)
    made = {
        "transposed digits": _pointed(_swapped(digits), point),
        "lost sign": iter(() if sign else (body,)),
        "added sign": iter((body,) if sign else ()),
        "lost decimal point": _lost_point(digits, cell.decimals, usual_decimals),
        "moved decimal point": (_with_point(digits, at) for at in range(1, len(digits) + 1) if at != point),
        "digit misread": _pointed(_replaced(digits), point),
        "dropped digit": _inserted(digits, point),
        "added digit": _removed(digits, point),
    }
    seen, found = {cell.text}, {}
    for kind, bodies in made.items():
        before = {"lost sign": "-", "added sign": ""}.get(kind, sign)
        texts = dict.fromkeys(before + one for one in bodies if _is_number(one))
        kept = tuple(one for one in texts if one not in seen)
        seen.update(kept)
        if kept:
            found[kind] = kept
    return found


def _with_point(digits: str, at: int) -> str:
    return digits if at >= len(digits) else f"{digits[:at]}.{digits[at:]}"


def _is_number(body: str) -> bool:
    whole = body.partition(".")[0]
    return bool(whole) and (len(whole) == 1 or whole[0] != "0")


def _pointed(many: Iterator[str], point: int) -> Iterator[str]:
    return (_with_point(digits, point) for digits in many)


def _swapped(digits: str) -> Iterator[str]:
    for k in range(len(digits) - 1):
        if digits[k] != digits[k + 1]:
            yield digits[:k] + digits[k + 1] + digits[k] + digits[k + 2 :]


def _replaced(digits: str) -> Iterator[str]:
    for k, old in enumerate(digits):
        yield from (digits[:k] + new + digits[k + 1 :] for new in "0123456789" if new != old)


def _lost_point(digits: str, decimals: int, usual: int) -> Iterator[str]:
    if decimals == 0 and usual > 0:
        padded = digits.rjust(usual + 1, "0")
        yield f"{padded[:-usual]}.{padded[-usual:]}"


def _inserted(digits: str, point: int) -> Iterator[str]:
    for k in range(len(digits) + 1):
        for new in "0123456789":
            # where the point stood, the digit may have stood before it or after it
            for at in {point + (k < point), point + (k <= point)} if point < len(digits) else {len(digits) + 1}:
                yield _with_point(digits[:k] + new + digits[k:], at)


def _removed(digits: str, point: int) -> Iterator[str]:
    for k in range(len(digits)):
        yield _with_point(digits[:k] + digits[k + 1 :], point - (k < point))
