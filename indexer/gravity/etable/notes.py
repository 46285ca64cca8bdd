"""The notes under a table: what holds for which columns, said once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from indexer.gravity.etable.column import Column
from indexer.gravity.etable.names import effect_name, term_name

IN_BRACKETS = {
    "se": "In brackets: standard errors",
    "t": "In brackets: t or z statistics",
    "p": "In brackets: p-values",
    "ci": "In square brackets: {level} intervals",
}


def write(
    columns: Sequence[Column], statistic: str, level: float, stars: Mapping[float, str], labels: Mapping[str, str],
    extra: Sequence[str] = (),
) -> tuple[str, ...]:  # fmt: skip
    """Return the notes of a table.

    Parameters
    ----------
    stars : mapping of float to str
        Marks by the p-value below which they stand; empty for none.
    labels : mapping of str to str
        Names for a reader, which take the place of terms and effects in what results say of themselves.
    extra : sequence of str
        Notes of the user's own, the last ones.
    """

    def where(*numbers: int) -> str:
        return "" if len(numbers) == len(columns) else f"{span(numbers)}: "

    # without a coverage of round per cents the decimals are kept
    named = _names(columns, labels)
    out = [f"{IN_BRACKETS[statistic].format(level=f'{100 * level:g} %')}."]
    out += _each(columns, where, lambda c: (f"Standard errors {c.errors}.",) if c.errors else ())
    out += _each(columns, where, lambda c: (f"Bootstrap p: {c.about_bootstrap}.",) if c.about_bootstrap else ())
    if stars:
        marks = ", ".join(f"{mark} p < {p:g}" for p, mark in sorted(stars.items(), reverse=True))
        out.append(f"{marks}{' by the laws named, not the bootstrap' if any(c.bootstrap for c in columns) else ''}.")
    out += _each(columns, where, lambda c: tuple(f"{n}." for n in c.identified))
    out += _each(columns, where, lambda c: tuple(f"Note: {n}." for n in c.notes))
    out += _each(columns, where, lambda c: (f"Left out: {c.left_out}.",) if c.left_out else ())
    out += [f"{span([k])}: not estimated: {c.reason}." for k, c in enumerate(columns, 1) if c.reason]
    return (*(named(text) for text in out), *extra)


def span(numbers: Sequence[int]) -> str:
    """Return numbers of columns in short.

    Examples
    --------
    >>> span([1, 2, 3, 5]), span([1, 2])
    ('(1)–(3), (5)', '(1), (2)')
    """
    runs: list[list[int]] = []
    for n in sorted(numbers):
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    parts = [f"({r[0]})–({r[-1]})" if len(r) > 2 else ", ".join(f"({n})" for n in r) for r in runs]
    return ", ".join(parts)


def _names(columns: Sequence[Column], labels: Mapping[str, str]) -> Callable[[str], str]:
    """A function that puts names for a reader in the place of terms, left sides, effects and cluster variables."""
    known: dict[str, str] = {}
    for c in columns:
        known |= {str(t): term_name(str(t), labels) for t in (*c.terms.index, *([c.left] if c.left else []))}
        known |= {e: effect_name(e, labels) for e in (*c.effects, *c.clusters)}
    # of one or two letters a name may be a word of the sentence
    odd = sorted((raw for raw, name in known.items() if raw != name and len(raw) > 2), key=len, reverse=True)
    if not odd:
        return lambda text: text
    form = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, odd)) + r")(?!\w)")
    return lambda text: form.sub(lambda m: known[m[0]], text)


def _each(columns: Sequence[Column], where: Callable[..., str], said: Callable[[Column], tuple[str, ...]]) -> list[str]:
    """What is said of columns, each thing once, with the numbers of the columns it is said of."""
    found: dict[str, list[int]] = {}
    for k, column in enumerate(columns, 1):
        for text in dict.fromkeys(said(column)):
            found.setdefault(text, []).append(k)
    return [f"{where(*numbers)}{text}" for text, numbers in found.items()]
