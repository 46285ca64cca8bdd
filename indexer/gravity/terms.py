"""Values of the terms of a formula on columns of a table."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.gravity.formula import Term

INTERCEPT = "Intercept"


def _log(x: Any) -> np.ndarray:
    """Logarithm, NaN where there is none."""
    x = np.asarray(x, dtype=float)
    return np.log(x, out=np.full(x.shape, np.nan), where=x > 0)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "log": _log, "log1p": np.log1p, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs, "I": lambda x: x,
}  # fmt: skip


@lru_cache(maxsize=1024)
def _compiled(factor: str) -> tuple[Any, tuple[str, ...], tuple[str, ...]]:
    """Code of a factor, the names it uses, and those of them that are arguments of a logarithm at its top."""
    tree = ast.parse(factor, mode="eval")
    calls = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    used = tuple({n.id: None for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in calls})
    logs = tuple(
        ast.unparse(n.args[0])
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "log" and n.args
    )
    return compile(tree, "<formula>", "eval"), used, logs


def _evaluate(factor: str, columns: Mapping[str, np.ndarray], n: int) -> np.ndarray:
    code, used, _ = _compiled(factor)
    try:
        with np.errstate(all="ignore"):
            value = eval(code, {"__builtins__": {}, **FUNCTIONS}, {u: columns[u] for u in used})
    except (TypeError, ValueError, ArithmeticError) as fault:
        raise UsageError(
            f"{factor!r} cannot be computed: {fault}", where="formula", remedy="check the arguments of its functions"
        ) from None
    value = np.asarray(value, dtype=np.float64)
    return value if value.ndim else np.full(n, float(value))


def numeric(term: Term, columns: Mapping[str, np.ndarray], n: int) -> np.ndarray:
    """Return the product of the factors of a term; a term that is a column is that column itself, not a copy.

    Parameters
    ----------
    columns : mapping of str to ndarray of float, shape (n,)
        By the plain names of the formula.
    """
    out = _evaluate(term.factors[0], columns, n)
    for factor in term.factors[1:]:
        out = out * _evaluate(factor, columns, n)
    return out


def nonpositive_logs(term: Term, columns: Mapping[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
    """Return for some rows whether a logarithm in the term met a number that is not positive."""
    part = {name: values[rows] for name, values in columns.items()}
    out = np.zeros(rows.size, dtype=bool)
    for factor in term.factors:
        for argument in _compiled(factor)[2]:
            out |= ~(_evaluate(argument, part, rows.size) > 0)
    return out


def categorical(
    terms: Sequence[Term], intercept: bool, constant: bool, numbers: Mapping[str, np.ndarray],
    categories: Mapping[str, pd.Series],
) -> list[tuple[str, np.ndarray]]:  # fmt: skip
    """Return label and values of the columns of terms with categories, coded by the formula library.

    Parameters
    ----------
    intercept, constant : bool
        Whether an intercept is wanted; whether the model has a constant (an intercept or effects), in which case one
        level of each category is the base.
    """
    from formulaic import Formula
    from formulaic.errors import FactorEvaluationError

    def levels(variable: pd.Series, x: Any = None, ref: Any = None) -> dict[str, np.ndarray]:
        values = np.asarray(variable)
        found = sorted(pd.unique(values).tolist())
        if ref is not None and ref not in found:
            raise UsageError(f"i(): the reference {ref!r} is no level", where="formula", remedy=f"levels: {found[:8]}")
        # alone, one level is the base; as slopes of x every level stands for itself
        base = found[0] if ref is None and x is None else ref
        slope = 1.0 if x is None else np.asarray(x, dtype=float)
        return {str(v): (values == v).astype(float) * slope for v in found if v != base}

    frame = pd.DataFrame({**numbers, **{k: v.array for k, v in categories.items()}})
    expression = " + ".join(["1" if constant else "0", *(":".join(t.factors) for t in terms)])
    try:
        with np.errstate(all="ignore"):
            matrix = Formula(expression).get_model_matrix(
                frame, context={**FUNCTIONS, "i": levels}, na_action="ignore", output="pandas"
            )
    except FactorEvaluationError as fault:
        if isinstance(fault.__cause__, UsageError):
            raise fault.__cause__ from None
        raise UsageError(
            f"{expression!r} cannot be computed: {fault.__cause__ or fault}", where="formula",
            remedy="check the arguments of its functions",
        ) from None  # fmt: skip
    values = np.asarray(matrix, dtype=np.float64)
    labels = [str(c) for c in matrix.columns]
    return [
        (label, np.ascontiguousarray(values[:, k])) for k, label in enumerate(labels) if label != INTERCEPT or intercept
    ]
