"""From a formula and a table to arrays: left side, regressors, instruments, identifiers, weights, offset."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import EstimationError, UsageError
from indexer.gravity.codes import Identifiers, Levels, read
from indexer.gravity.formula import Parsed, Term, check_columns, parse_term, term_columns
from indexer.gravity.terms import INTERCEPT, categorical, nonpositive_logs, numeric, read_categories, spans_constant

LOG_REASON = "log of a non-positive number"


@dataclass(frozen=True)
class Drop:
    """Rows (positions in the caller's table) or one regressor left out, and why."""

    kind: str
    item: str
    reason: str
    rows: np.ndarray


@dataclass(frozen=True)
class Request:
    """What an estimation needs of a table beside the formula: cluster variables, weights, offset."""

    clusters: tuple[tuple[str, ...], ...] = ()
    weights: str | None = None
    offset: str | None = None


@dataclass(frozen=True, eq=False)
class Design:
    """Arrays of the rows without missing values.

    Attributes
    ----------
    y : ndarray, shape (n,)
    x : tuple of ndarray, each shape (n,)
        Regressors in the order of `names`; the intercept first where there is one, the endogenous ones last.
    instruments : tuple of ndarray
        Instruments left out of the equation, in the order of `instrument_names`.
    n_endogenous : int
    ids : Identifiers
        Columns behind effects and clusters.
    effects : dict of str to tuple of str
        Columns of each fixed effect, by its name.
    weights, offset : ndarray or None
    rows : ndarray of int, or None
        Position of each row in the caller's table; None where no row was left out.
    n_data : int
        Rows of the caller's table.
    drops : tuple of Drop
        Rows left out so far.
    categories : dict of str to Categorical
        Columns used as categories; their categories are the levels of the coding.
    """

    y: np.ndarray
    x: tuple[np.ndarray, ...]
    names: tuple[str, ...]
    ids: Identifiers
    effects: dict[str, tuple[str, ...]]
    n_data: int
    rows: np.ndarray | None = None
    instruments: tuple[np.ndarray, ...] = ()
    instrument_names: tuple[str, ...] = ()
    n_endogenous: int = 0
    weights: np.ndarray | None = None
    offset: np.ndarray | None = None
    drops: tuple[Drop, ...] = field(default=())
    categories: dict[str, pd.Categorical] = field(default_factory=dict)

    @property
    def has_constant(self) -> bool:
        """Whether a constant lies in the span of the model."""
        return bool(self.effects) or INTERCEPT in self.names

    def positions(self, rows: np.ndarray) -> np.ndarray:
        """Positions in the caller's table of some rows of the design."""
        return rows if self.rows is None else self.rows[rows]


class _Rows:
    """Which rows of a table are still in, and why others are not."""

    def __init__(self, n: int):
        self.n = n
        self.keep: np.ndarray | None = None
        self.drops: list[Drop] = []

    def leave_out(self, kind: str, item: str, reason: str, bad: np.ndarray) -> None:
        """Leave rows out, `bad` a mask over the table."""
        if self.keep is not None:
            bad = bad & self.keep
        if not bad.any():
            return
        self.drops.append(Drop(kind, item, reason, np.flatnonzero(bad)))
        self.keep = ~bad if self.keep is None else self.keep & ~bad

    def need_some(self) -> None:
        if self.n and (self.keep is None or self.keep.any()):
            return
        why = "; ".join(f"{d.rows.size} with {d.reason} in {d.item!r}" for d in self.drops) or "the data are empty"
        raise EstimationError(
            f"no row is left of {self.n}: {why}", where="sample", remedy="check the columns that are missing"
        )

    def of(self, values: Any) -> Any:
        return values if self.keep is None else values[self.keep]


def make(
    parsed: Parsed, data: pd.DataFrame, request: Request = Request(), coding: Mapping[str, pd.Index] | None = None
) -> Design:
    """Evaluate a formula on a table.

    Rows with a missing value in a column that is used are left out, each counted under the first such column;
    then rows in which a logarithm meets a number that is not positive.

    Parameters
    ----------
    request : Request
        Cluster variables, each a combination of columns; the column of weights, not negative (rows of weight zero are
        left out); the offset, a column or a function of one.
    coding : mapping of str to Index, optional
        Levels of each column used as categories; a row with another one is left out. By default the levels that occur.

    Raises
    ------
    UsageError
        For unknown columns, text where a number is needed, infinite numbers, negative weights.
    EstimationError
        If no row is left.
    """
    if not isinstance(data, pd.DataFrame):
        raise UsageError(f"the data are a {type(data).__name__}, not a DataFrame", where="data", remedy="pass a frame")
    offset = parse_term(request.offset, "offset") if request.offset is not None else None
    table = _Table(data)
    keys = [c for e in parsed.effects for c in e]
    check_columns([*parsed.numeric, *parsed.categorical, *keys], data.columns, "formula")
    check_columns([c for cols in request.clusters for c in cols], data.columns, "vcov")
    check_columns([] if request.weights is None else [request.weights], data.columns, "weights")
    check_columns([] if offset is None else offset[1], data.columns, "offset")

    used = [*parsed.numeric, *(offset[1] if offset else ()), *([request.weights] if request.weights else [])]
    values = {c: table.numbers(c) for c in dict.fromkeys(used)}
    identifiers = [*keys, *(c for cols in request.clusters for c in cols)]
    levels = {c: table.levels(c) for c in dict.fromkeys(identifiers)}
    rows = _Rows(len(data))
    rows.need_some()
    for c, v in values.items():
        if c not in table.finite:
            rows.leave_out("missing", c, "missing value", np.isnan(v))
    groups = {c: read_categories(table.column(c), coding[c] if coding else None) for c in parsed.categorical}
    for c, group in groups.items():
        rows.leave_out("missing", c, "missing value", group.codes < 0)
    for c, found in levels.items():
        if found.missing and found.codes.min() < 0:
            rows.leave_out("missing", c, "missing value", found.codes < 0)
    if request.weights is not None:
        w = values[request.weights]
        bad = np.flatnonzero(w < 0 if rows.keep is None else rows.keep & (w < 0))
        if bad.size:
            raise UsageError(f"negative weights in {request.weights!r}", where="weights", rows=table.labels(bad),
                             remedy=f"first rows: {table.labels(bad)}")  # fmt: skip
        rows.leave_out("zero weight", request.weights, "weight of zero", w == 0)
    rows.need_some()

    numbers_ = {p: rows.of(values[c]) for p, c in _plain(parsed.numeric, parsed.quoted).items()}
    groups = {c: rows.of(group) for c, group in groups.items()}
    if coding is None:
        groups = {c: group.remove_unused_categories() for c, group in groups.items()}
    kept = {p: groups[c] for p, c in _plain(parsed.categorical, parsed.quoted).items()}
    n = len(data) if rows.keep is None else int(rows.keep.sum())
    constant = parsed.intercept or bool(parsed.effects)
    y = _columns((parsed.lhs,), False, False, numbers_, kept, parsed.quoted, n)
    if len(y) != 1:
        raise UsageError(f"the left side {parsed.lhs.label!r} gives {len(y)} columns", where="formula",
                         remedy="use one")  # fmt: skip
    x = _columns(parsed.rhs, parsed.intercept, constant, numbers_, kept, parsed.quoted, n)
    constant = constant or any(spans_constant(t) for t in parsed.rhs)  # both further parts stand beside the first
    endogenous = _columns(parsed.endogenous, False, constant, numbers_, kept, parsed.quoted, n)
    instruments = _columns(parsed.instruments, False, constant, numbers_, kept, parsed.quoted, n)
    shift = None
    if offset is not None:
        term, names, quoted = offset
        shift = numeric(term, {p: rows.of(values[c]) for p, c in _plain(names, quoted).items()}, n)
    of_term = {t.label: t for t in (parsed.lhs, *parsed.rhs, *parsed.endogenous, *parsed.instruments)}

    before = rows.keep
    known = {id(values[c]) for c in table.finite if c in values}
    for label, v in [*y, *x, *endogenous, *instruments, *([(request.offset, shift)] if shift is not None else [])]:
        if id(v) in known or np.isfinite(v.sum()):
            continue
        off = np.flatnonzero(~np.isfinite(v))
        made = of_term.get(str(label))
        log = nonpositive_logs(made, numbers_, off) if made is not None else np.ones(off.size, dtype=bool)
        for reason, part in ((LOG_REASON, off[log]), ("not a finite number", off[~log])):
            mask = np.zeros(n, dtype=bool)
            mask[part] = True
            rows.leave_out("missing", str(label), reason, mask if before is None else _within(before, mask))
    rows.need_some()

    inner = None
    if rows.keep is not before:
        inner = rows.keep if before is None else rows.keep[before]  # type: ignore[index]
    final = None if rows.keep is None else np.flatnonzero(rows.keep)

    def cut(v: np.ndarray) -> np.ndarray:
        return v if inner is None else v[inner]

    weights = None if request.weights is None else rows.of(values[request.weights])
    return Design(
        y=cut(y[0][1]), x=tuple(cut(v) for _, v in [*x, *endogenous]),
        names=tuple(label for label, _ in [*x, *endogenous]),
        ids=Identifiers(levels if final is None else {c: v.take(final) for c, v in levels.items()}),
        effects=dict(zip(parsed.effect_names, parsed.effects, strict=True)), n_data=len(data), rows=final,
        instruments=tuple(cut(v) for _, v in instruments), instrument_names=tuple(k for k, _ in instruments),
        n_endogenous=len(endogenous), weights=weights, offset=None if shift is None else cut(shift),
        drops=tuple(rows.drops), categories=groups if inner is None else {c: g[inner] for c, g in groups.items()},
    )  # fmt: skip


def evaluate(term: Term, parsed: Parsed, data: pd.DataFrame, rows: np.ndarray | None) -> np.ndarray:
    """Return the values of a numeric term on some rows of a table."""
    table, used = _Table(data), term_columns(term, parsed)
    check_columns(used.values(), data.columns, "formula")
    values = {plain: table.numbers(column) for plain, column in used.items()}
    part = values if rows is None else {plain: v[rows] for plain, v in values.items()}
    return numeric(term, part, len(data) if rows is None else rows.size)


def _plain(columns: Sequence[str], quoted: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The column behind each plain name of a formula."""
    back = {column: plain for plain, column in quoted}
    return {back.get(c, c): c for c in columns}


def _within(before: np.ndarray, mask: np.ndarray) -> np.ndarray:
    out = np.zeros(before.size, dtype=bool)
    out[before] = mask
    return out


def _columns(
    terms: Sequence[Term], intercept: bool, constant: bool, numbers_: Mapping[str, np.ndarray],
    categories: Mapping[str, pd.Categorical], quoted: Sequence[tuple[str, str]], n: int,
) -> list[tuple[str, np.ndarray]]:  # fmt: skip
    """Label and values of the columns of some terms, the intercept first."""
    from indexer.gravity.formula import uses_categories

    if any(uses_categories(t) for t in terms):
        return categorical(terms, intercept, constant, numbers_, categories, quoted)
    first = [(INTERCEPT, np.ones(n))] if intercept else []
    return [*first, *((t.label, numeric(t, numbers_, n)) for t in terms)]


class _Table:
    """Columns of the caller's table by name, typed and checked."""

    def __init__(self, data: pd.DataFrame):
        self.data = data
        # names that are not text are found by how they are written
        self._names = {str(c): c for c in data.columns}
        self.finite: set[str] = set()

    def column(self, name: str) -> pd.Series:
        column = self.data[name if name in self.data.columns else self._names[name]]
        if isinstance(column, pd.DataFrame):
            raise UsageError(
                f"the data have {column.shape[1]} columns named {name!r}", where="data", remedy="rename them"
            )
        return column

    def labels(self, rows: np.ndarray) -> tuple[object, ...]:
        return tuple(self.data.index[rows[:5]].tolist())

    def levels(self, name: str) -> Levels:
        return read(self.column(name))

    def numbers(self, name: str) -> np.ndarray:
        """A column as floats (missing = NaN); text, categories and infinite numbers are refused."""
        column = self.column(name)
        if isinstance(column.dtype, pd.CategoricalDtype):
            raise UsageError(
                f"column {name!r} holds categories, which are no numbers even where they look like some", where="data",
                remedy=f"write C({name}) or i({name}) for dummies, or make it numeric with astype(float)",
            )  # fmt: skip
        if pd.api.types.is_numeric_dtype(column.dtype) and column.dtype.kind != "c":
            values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        else:
            present = column.notna().to_numpy()
            wrong = np.array(
                [p and not isinstance(v, numbers.Real) for v, p in zip(column, present, strict=True)], dtype=bool
            )
            if wrong.any():
                # in a column of text the cells that do not even read as numbers are the ones to look at
                unread = wrong & pd.to_numeric(column.astype(str), errors="coerce").isna().to_numpy()
                at = np.flatnonzero(unread if unread.any() else wrong)
                few = 0 < unread.sum() < 0.5 * present.sum()
                remedy = "mend these cells" if few else f"make it numeric; categories enter a formula as C({name})"
                raise UsageError(
                    f"column {name!r} holds something that is not a number: {column.iloc[int(at[0])]!r}",
                    where="data", rows=self.labels(at), remedy=f"first rows: {self.labels(at)}; {remedy}",
                )  # fmt: skip
            values = np.array([float(v) if p else np.nan for v, p in zip(column, present, strict=True)], dtype=float)
        if np.isfinite(values.sum()):  # a sum is not finite where a term is not
            self.finite.add(name)
        elif (at := np.flatnonzero(np.isinf(values))).size:
            raise UsageError(
                f"column {name!r} holds infinite numbers", where="data", rows=self.labels(at),
                remedy=f"first rows: {self.labels(at)}; mend them or make them missing",
            )  # fmt: skip
        return values
