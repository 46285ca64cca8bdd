"""From a formula and a table to arrays: left side, regressors, effect codes, clusters, weights."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import EstimationError, UsageError
from indexer.gravity.formula import Parsed, check_columns

INTERCEPT = "Intercept"
LOG_REASON = "log of a non-positive number"


@dataclass(frozen=True)
class Drop:
    """Rows (positions in the caller's table) or one regressor left out, and why."""

    kind: str
    item: str
    reason: str
    rows: np.ndarray


@dataclass(frozen=True)
class Design:
    """Arrays of the rows without missing values.

    Attributes
    ----------
    y : ndarray, shape (n,)
    x : ndarray, shape (n, p)
        Regressors in the order of `names`; the intercept first where there is one.
    effects, clusters : dict of str to ndarray of int
        Codes from 0 on, one per row, of each fixed effect and cluster variable.
    weights : ndarray or None
    rows : ndarray of int
        Position of each row in the caller's table.
    drops : tuple of Drop
        Rows left out so far.
    """

    y: np.ndarray
    x: np.ndarray
    names: tuple[str, ...]
    effects: dict[str, np.ndarray]
    clusters: dict[str, np.ndarray]
    weights: np.ndarray | None
    rows: np.ndarray
    drops: tuple[Drop, ...]

    def take(self, keep: np.ndarray, drops: Sequence[Drop] = ()) -> Design:
        """Keep the rows where `keep` is true; codes are renumbered without gaps."""
        return Design(
            self.y[keep], self.x[keep], self.names,
            {k: recode(v[keep]) for k, v in self.effects.items()},
            {k: recode(v[keep]) for k, v in self.clusters.items()},
            None if self.weights is None else self.weights[keep],
            self.rows[keep], (*self.drops, *drops),
        )  # fmt: skip


def recode(codes: np.ndarray) -> np.ndarray:
    """Renumber codes to 0, 1, … in their own order."""
    return np.unique(codes, return_inverse=True)[1].ravel()


def combine(codes: Sequence[np.ndarray]) -> np.ndarray:
    """Codes of the combinations that occur of several codes."""
    out = codes[0]
    for c in codes[1:]:
        out = recode(out.astype(np.int64) * (int(c.max(initial=0)) + 1) + c)
    return recode(out)


def make(parsed: Parsed, data: pd.DataFrame, clusters: Sequence[str] = (), weights: str | None = None) -> Design:
    """Evaluate a formula on a table.

    Rows with a missing value in a column that is used are left out, each counted under the first such column;
    then rows in which a logarithm meets a number that is not positive.

    Parameters
    ----------
    clusters : sequence of str
        Cluster variables, each a column or a combination `a^b`.
    weights : str, optional
        Column of weights, not negative; rows of weight zero are left out.

    Raises
    ------
    UsageError
        For unknown columns, text where a number is needed, infinite numbers, negative weights.
    EstimationError
        If no row is left.
    """
    if not isinstance(data, pd.DataFrame):
        raise UsageError(f"the data are a {type(data).__name__}, not a DataFrame", where="data", remedy="pass a frame")
    sets = {name: tuple(c.strip() for c in name.split("^")) for name in clusters}
    effects = dict(zip(parsed.effect_names, parsed.effects, strict=True))
    check_columns([*parsed.numeric, *parsed.categorical, *(c for e in parsed.effects for c in e)], data, "formula")
    check_columns([c for cols in sets.values() for c in cols], data, "vcov")
    check_columns([] if weights is None else [weights], data, "weights")
    numbers_of = {c: _numbers(data, c) for c in dict.fromkeys([*parsed.numeric, *([weights] if weights else [])])}
    keys = [*parsed.categorical, *(c for e in [*effects.values(), *sets.values()] for c in e)]
    codes_of = {c: pd.factorize(_column(data, c), sort=False)[0] for c in dict.fromkeys(keys)}

    keep = np.ones(len(data), dtype=bool)
    drops: list[Drop] = []

    def leave_out(kind: str, item: str, reason: str, bad: np.ndarray) -> None:
        bad = bad & keep
        if bad.any():
            drops.append(Drop(kind, item, reason, np.flatnonzero(bad)))
            keep[bad] = False

    for c, v in numbers_of.items():
        leave_out("missing", c, "missing value", np.isnan(v))
    for c, k in codes_of.items():
        leave_out("missing", c, "missing value", k < 0)
    w = None
    if weights is not None:
        w = numbers_of[weights]
        if (bad := np.flatnonzero(keep & (w < 0))).size:
            raise UsageError(f"negative weights in {weights!r}", where="weights", rows=_labels(data, bad),
                             remedy=f"first rows: {_labels(data, bad)}")  # fmt: skip
        leave_out("zero weight", weights, "weight of zero", w == 0)
    _need_rows(keep, len(data), drops)

    rows = np.flatnonzero(keep)
    frame = pd.DataFrame({c: v[rows] for c, v in numbers_of.items() if c in parsed.numeric})
    for c in parsed.categorical:
        frame[c] = _column(data, c).to_numpy()[rows]
    if parsed.quoted:
        frame = frame.rename(columns={c: p for p, c in parsed.quoted})
    nonpositive = np.zeros(len(rows), dtype=bool)
    y_frame = _evaluate(f"0 + {parsed.lhs}", frame, nonpositive)
    x_frame = _evaluate(parsed.rhs, frame, nonpositive)
    if parsed.effects:
        x_frame = x_frame.drop(columns=INTERCEPT, errors="ignore")
    for values in (y_frame, x_frame):
        for name in values.columns:
            off = np.zeros(len(data), dtype=bool)
            off[rows] = ~np.isfinite(values[name].to_numpy(float))
            log = np.zeros(len(data), dtype=bool)
            log[rows] = nonpositive
            leave_out("missing", parsed.label(name), LOG_REASON, off & log)
            leave_out("missing", parsed.label(name), "not a finite number", off)
    _need_rows(keep, len(data), drops)

    final = np.flatnonzero(keep)
    inner = keep[rows]
    y = y_frame.to_numpy(float)[inner]
    if y.shape[1] != 1:
        raise UsageError(f"the left side {parsed.lhs!r} gives {y.shape[1]} columns", where="formula", remedy="use one")
    return Design(
        y[:, 0].copy(), np.ascontiguousarray(x_frame.to_numpy(float)[inner]),
        tuple(parsed.label(str(c)) for c in x_frame.columns),
        {name: combine([codes_of[c][final] for c in cols]) for name, cols in effects.items()},
        {name: combine([codes_of[c][final] for c in cols]) for name, cols in sets.items()},
        None if w is None else w[final].copy(), final, tuple(drops),
    )  # fmt: skip


def _column(data: pd.DataFrame, name: str) -> pd.Series:
    column = data[name]
    if isinstance(column, pd.DataFrame):
        raise UsageError(f"the data have {column.shape[1]} columns named {name!r}", where="data", remedy="rename them")
    return column


def _labels(data: pd.DataFrame, rows: np.ndarray) -> tuple[object, ...]:
    return tuple(data.index[rows[:5]].tolist())


def _numbers(data: pd.DataFrame, name: str) -> np.ndarray:
    """A column as floats (missing = NaN); text and infinite numbers are refused."""
    column = _column(data, name)
    if pd.api.types.is_numeric_dtype(column.dtype) and column.dtype.kind != "c":
        values = column.to_numpy(dtype=float, na_value=np.nan)
    else:
        present = column.notna().to_numpy()
        wrong = np.array([p and not isinstance(v, numbers.Real) for v, p in zip(column, present, strict=True)], bool)
        if wrong.any():
            at = np.flatnonzero(wrong)
            raise UsageError(
                f"column {name!r} holds something that is not a number: {column.iloc[int(at[0])]!r}", where="data",
                rows=_labels(data, at), remedy=f"first rows: {_labels(data, at)}; use C({name}) for categories",
            )  # fmt: skip
        values = np.array([float(v) if p else np.nan for v, p in zip(column, present, strict=True)], dtype=float)
    if (at := np.flatnonzero(np.isinf(values))).size:
        raise UsageError(
            f"column {name!r} holds infinite numbers", where="data", rows=_labels(data, at),
            remedy=f"first rows: {_labels(data, at)}; mend them or make them missing",
        )  # fmt: skip
    return values


def _need_rows(keep: np.ndarray, n: int, drops: list[Drop]) -> None:
    if keep.any():
        return
    why = "; ".join(f"{d.rows.size} with {d.reason} in {d.item!r}" for d in drops) or "the data are empty"
    raise EstimationError(f"no row is left of {n}: {why}", where="sample", remedy="check the columns that are missing")


def _evaluate(expression: str, frame: pd.DataFrame, nonpositive: np.ndarray) -> pd.DataFrame:
    """Columns of one side of the formula; rows in which log() met a non-positive number are marked in `nonpositive`."""
    from formulaic import Formula
    from formulaic.errors import FactorEvaluationError

    def guarded_log(x: Any) -> np.ndarray:
        x = np.asarray(x, dtype=float)
        bad = ~(x > 0)
        if x.shape == nonpositive.shape:
            np.logical_or(nonpositive, bad, out=nonpositive)
        return np.asarray(np.log(np.where(bad, np.nan, x)))

    def levels(variable: pd.Series, x: Any = None, ref: Any = None) -> dict[str, np.ndarray]:
        values = np.asarray(variable)
        found = sorted(pd.unique(values).tolist())
        if ref is not None and ref not in found:
            raise UsageError(f"i(): the reference {ref!r} is no level", where="formula", remedy=f"levels: {found[:8]}")
        # alone, one level is the base; as slopes of x every level stands for itself
        base = found[0] if ref is None and x is None else ref
        slope = 1.0 if x is None else np.asarray(x, dtype=float)
        return {str(v): (values == v).astype(float) * slope for v in found if v != base}

    functions: dict[str, Callable[..., Any]] = {
        "log": guarded_log, "log1p": np.log1p, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs,
        "I": lambda x: x, "i": levels,
    }  # fmt: skip
    try:
        with np.errstate(all="ignore"):
            matrix = Formula(expression).get_model_matrix(frame, context=functions, na_action="ignore", output="pandas")
    except FactorEvaluationError as fault:
        if isinstance(fault.__cause__, UsageError):
            raise fault.__cause__ from None
        raise UsageError(
            f"{expression!r} cannot be computed: {fault.__cause__ or fault}", where="formula",
            remedy="check the arguments of its functions",
        ) from None  # fmt: skip
    return pd.DataFrame(np.asarray(matrix, dtype=float), columns=[str(c) for c in matrix.columns])
