"""From columns to the lines of a table: headings, estimates with their errors, effects, measures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import groupby

import pandas as pd

from indexer.errors import UsageError
from indexer.gravity.etable.column import Column
from indexer.gravity.etable.digits import DASH, decimals, number, pattern, probability
from indexer.gravity.etable.names import effect_name, term_name
from indexer.gravity.terms import INTERCEPT

LEAST_DIGITS = 3
"""Decimals of p-values and R², which say little with fewer."""


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and for a spreadsheet the number behind it with a format."""

    text: str = ""
    value: float | None = None
    pattern: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a table; `kind` is estimate, beneath, effect or measure."""

    label: str
    cells: tuple[Cell, ...]
    kind: str


@dataclass(frozen=True)
class Head:
    """A line of headings, each over some columns."""

    label: str
    spans: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Grid:
    """A table before it is written in some format.

    Attributes
    ----------
    title : str
    heads : tuple of Head
    sections : tuple of tuple of Row
        Estimates, fixed effects, measures; a line stands between them.
    notes : tuple of str
    n_columns : int
    """

    title: str
    heads: tuple[Head, ...]
    sections: tuple[tuple[Row, ...], ...]
    notes: tuple[str, ...]
    n_columns: int


def plain(grid: Grid) -> Grid:
    """Return the table with a space for every line break and for what no file can hold, such as control characters."""

    def text(one: str) -> str:
        return re.sub("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+", " ", one)

    def row(one: Row) -> Row:
        cells = tuple(replace(cell, text=text(cell.text)) for cell in one.cells)
        return replace(one, label=text(one.label), cells=cells)

    return replace(
        grid,
        title=text(grid.title),
        heads=tuple(Head(text(h.label), tuple((text(over), n) for over, n in h.spans)) for h in grid.heads),
        sections=tuple(tuple(row(one) for one in section) for section in grid.sections),
        notes=tuple(text(note) for note in grid.notes),
    )


@dataclass(frozen=True)
class Style:
    """How numbers are written: the statistic beneath an estimate, marks by p-value, decimals."""

    statistic: str
    stars: Mapping[float, str]
    digits: int


def heads(columns: Sequence[Column], headings: Sequence[str] | None, labels: Mapping[str, str]) -> tuple[Head, ...]:
    """Return the lines of headings: the user's, left sides, estimators, numbers; equal neighbours share one."""
    lines = [] if headings is None else [Head("", _merged(headings))]
    left = [term_name(c.left, labels) if c.left else "" for c in columns]
    if any(left):
        lines.append(Head("Dependent variable", _merged(left)))
    lines.append(Head("Estimator", tuple((c.estimator or DASH, 1) for c in columns)))
    return (*lines, Head("", tuple((f"({k})", 1) for k in range(1, len(columns) + 1))))


def _merged(texts: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple((text, len(list(same))) for text, same in groupby(texts))


def estimates(
    columns: Sequence[Column], style: Style, labels: Mapping[str, str], keep: Sequence[str] | None, drop: Sequence[str]
) -> tuple[Row, ...]:
    """Return the lines of the estimates: of each term its estimates, what stands beneath, and bootstrap p-values.

    Terms that have one label and meet in no column share a line.
    """
    out: list[Row] = []
    for name, terms in _lines(columns, labels, keep, drop):
        found = [next((t for t in terms if t in c.terms.index), None) for c in columns]
        above, beneath = [], []
        for column, term in zip(columns, found, strict=True):
            one, other = (Cell(DASH), Cell()) if column.reason else (Cell(), Cell())
            if term is not None:
                one, other = _pair(column.terms.loc[[term]].iloc[0], style)
            above.append(one)
            beneath.append(other)
        out += [Row(name, tuple(above), "estimate"), Row("", tuple(beneath), "beneath")]
        drawn = [
            _drawn(column.bootstrap.get(str(term)), _fine(style)) for column, term in zip(columns, found, strict=True)
        ]
        if any(cell.text for cell in drawn):
            out.append(Row("Bootstrap p", tuple(drawn), "beneath"))
    if not out:
        out.append(Row("", tuple(Cell(DASH) for _ in columns), "estimate"))
    return tuple(out)


def _lines(
    columns: Sequence[Column], labels: Mapping[str, str], keep: Sequence[str] | None, drop: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """Labels of the lines with the terms that stand in each, the constant last."""
    terms = list(dict.fromkeys(str(t) for c in columns for t in c.terms.index))
    chosen = terms if keep is None else [t for one in keep for t in _matching(one, terms, labels, "keep")]
    gone = {t for one in drop for t in _matching(one, terms, labels, "drop")}
    chosen = [t for t in dict.fromkeys(chosen) if t not in gone]
    if keep is None:
        chosen.sort(key=lambda t: t == INTERCEPT)
    named: dict[str, list[str]] = {}
    for t in chosen:
        named.setdefault(term_name(t, labels), []).append(t)
    out = []
    for name, same in named.items():
        apart = all(sum(t in c.terms.index for t in same) < 2 for c in columns)
        out += [(name, same)] if apart else [(t, [t]) for t in same]
    return out


def _matching(wanted: str, terms: Sequence[str], labels: Mapping[str, str], argument: str) -> list[str]:
    """Terms of that name or label, or of a form with * in it."""
    form = re.compile(re.escape(wanted).replace(r"\*", ".*"), re.DOTALL)
    exact = [t for t in terms if wanted in (t, term_name(t, labels))]
    found = exact or [t for t in terms if "*" in wanted and form.fullmatch(t)]
    if not found:
        near = get_close_matches(wanted, terms, n=3, cutoff=0.5) or list(terms)
        raise UsageError(f"{argument}={wanted!r} is no term of these results", where="etable",
                         remedy=f"choose among {', '.join(near)}; * stands for anything")  # fmt: skip
    return found


def _pair(line: pd.Series, style: Style) -> tuple[Cell, Cell]:
    """The estimate and what stands beneath it."""
    how = decimals(line["estimate"], line["std_error"], style.digits)
    mark = next((m for p, m in sorted(style.stars.items()) if line["p_value"] < p), "")
    plain = pattern(how)
    above = Cell(number(line["estimate"], how) + mark, float(line["estimate"]), plain + (f'"{mark}"' if mark else ""))
    if style.statistic == "ci":
        return above, Cell(f"[{number(line['conf_low'], how)}, {number(line['conf_high'], how)}]")
    column = {"se": "std_error", "t": "statistic", "p": "p_value"}[style.statistic]
    value = float(line[column])
    how = {"se": how, "t": ",.2f", "p": f",.{_fine(style)}f"}[style.statistic]
    text = probability(value, _fine(style)) if style.statistic == "p" else number(value, how)
    plain = pattern(how)
    return above, Cell(f"({text})", value, f'"("{plain}")";"("-{plain}")"')


def _fine(style: Style) -> int:
    return max(style.digits, LEAST_DIGITS)


def _drawn(found: tuple[float, int] | None, digits: int) -> Cell:
    if found is None:
        return Cell()
    p, draws = found
    return Cell(probability(p, digits, draws), p if p > 0 else None, pattern(f",.{digits}f"))


def effects(columns: Sequence[Column], labels: Mapping[str, str]) -> tuple[Row, ...]:
    """Return a line for each fixed effect, with the columns that have it."""
    return tuple(
        Row(
            _capital(f"{effect_name(e, labels)} effects"),
            tuple(Cell("" if c.reason else "Yes" if e in c.effects else "No") for c in columns),
            "effect",
        )
        for e in dict.fromkeys(e for c in columns for e in c.effects)
    )


def measures(columns: Sequence[Column], style: Style, labels: Mapping[str, str]) -> tuple[Row, ...]:
    """Return the lines of N, clusters, and measures of fit."""
    out = [Row("Observations", tuple(Cell(DASH) if c.reason else _count(c.n_obs) for c in columns), "measure")]
    for by in dict.fromkeys(k for c in columns for k in c.clusters):
        cells = tuple(_count(c.clusters.get(by)) for c in columns)
        out.append(Row(f"Clusters ({effect_name(by, labels)})", cells, "measure"))
    for name in dict.fromkeys(k for c in columns for k in c.measures):
        how = f",.{_fine(style)}f" if "R²" in name else ",.1f"
        found = [c.measures.get(name) for c in columns]
        cells = tuple(Cell() if v is None else Cell(number(v, how), v, pattern(how)) for v in found)
        out.append(Row(name, cells, "measure"))
    return tuple(out)


def _count(n: int | None) -> Cell:
    return Cell() if n is None else Cell(f"{n:,}", float(n), pattern(",d"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
