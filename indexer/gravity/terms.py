"""Values of the terms of a formula on columns of a table."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product
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


# with one argument: a second one would be to numpy the array to write to
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "log": _log, "log1p": lambda x: np.log1p(x), "exp": lambda x: np.exp(x), "sqrt": lambda x: np.sqrt(x),
    "abs": lambda x: np.abs(x), "I": lambda x: x,
}  # fmt: skip


@dataclass(frozen=True)
class _Code:
    """A factor, compiled.

    Attributes
    ----------
    code : code
        Of `C()` and `i()` without the first argument, which is no number.
    used : tuple of str
        Names of the numbers in it.
    logs : tuple of str
        Arguments of its logarithms.
    category : str or None
        The column of a `C()` or `i()`.
    bare : bool
        Whether that is all there is in its brackets.
    nested : bool
        Whether a `C()` or `i()` stands inside something else.
    """

    code: Any
    used: tuple[str, ...]
    logs: tuple[str, ...]
    category: str | None
    bare: bool
    nested: bool


@lru_cache(maxsize=1024)
def _compiled(factor: str) -> _Code:
    tree = ast.parse(factor, mode="eval")
    calls = [(n, n.func.id) for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    of_categories = [n for n, name in calls if name in ("C", "i")]
    logs = tuple(ast.unparse(n.args[0]) for n, name in calls if name == "log" and n.args)
    category, bare, top = None, False, tree.body
    if isinstance(top, ast.Call) and top in of_categories:
        category = ast.unparse(top.args.pop(0))
        bare = not top.args and not top.keywords
    heads = {id(n.func) for n, _ in calls}
    used = tuple({n.id: None for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in heads})
    return _Code(
        compile(tree, "<formula>", "eval"), used, logs, category, bare, any(n is not top for n in of_categories)
    )


@contextmanager
def _computing(label: str) -> Iterator[None]:
    """Refuse a term in whose computation something fails."""
    try:
        with np.errstate(all="ignore"):
            yield
    except UsageError:
        raise
    except (TypeError, ValueError, ArithmeticError) as fault:
        raise UsageError(
            f"{label!r} cannot be computed: {fault}", where="formula", remedy="check the arguments of its functions"
        ) from None


def _run(factor: str, numbers: Mapping[str, np.ndarray], functions: Mapping[str, Any], label: str) -> Any:
    found = _compiled(factor)
    if found.nested:
        raise UsageError(
            f"C() or i() stands inside something else in {label!r}", where="formula",
            remedy="write C(a):C(b), or make a column of the combinations beforehand",
        )  # fmt: skip
    return eval(found.code, {"__builtins__": {}, **functions}, {u: numbers[u] for u in found.used})


def _evaluate(factor: str, columns: Mapping[str, np.ndarray], n: int, label: str) -> np.ndarray:
    with _computing(label):
        value = np.asarray(_run(factor, columns, FUNCTIONS, label), dtype=np.float64)
    return value if value.ndim else np.full(n, float(value))


def numeric(term: Term, columns: Mapping[str, np.ndarray], n: int) -> np.ndarray:
    """Return the product of the factors of a term; a term that is a column is that column itself, not a copy.

    Parameters
    ----------
    columns : mapping of str to ndarray of float, shape (n,)
        By the plain names of the formula.

    Raises
    ------
    UsageError
        For a term that cannot be computed.
    """
    out = _evaluate(term.factors[0], columns, n, term.label)
    for factor in term.factors[1:]:
        out = out * _evaluate(factor, columns, n, term.label)
    return out


def nonpositive_logs(term: Term, columns: Mapping[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
    """Return for some rows whether a logarithm in the term met a number that is not positive."""
    part = {name: values[rows] for name, values in columns.items()}
    out = np.zeros(rows.size, dtype=bool)
    for factor in term.factors:
        for argument in _compiled(factor).logs:
            out |= ~(_evaluate(argument, part, rows.size, term.label) > 0)
    return out


def category_columns(term: Term) -> tuple[str, ...]:
    """Return the columns that a term uses as categories, by their plain names."""
    return tuple(c for f in term.factors if (c := _compiled(f).category) is not None)


def spans_constant(term: Term) -> bool:
    """Whether the columns of a term sum to one in a model without a constant: `C(a)`, `i(a)`, `C(a):C(b)`."""
    return all(_compiled(f).category is not None and _compiled(f).bare for f in term.factors)


def read_categories(column: pd.Series, levels: pd.Index | None = None) -> pd.Categorical:
    """Read a column of categories.

    Parameters
    ----------
    levels : Index, optional
        The categories, in their order; anything else is missing. By default those of the column.

    Raises
    ------
    UsageError
        For values that cannot be told apart, such as lists.
    """
    try:
        if levels is None:
            return pd.Categorical(column)
        return pd.Categorical.from_codes(levels.get_indexer(pd.Index(column)), categories=levels)
    except TypeError as fault:
        raise UsageError(
            f"column {str(column.name)!r} holds something that is no category: {fault}", where="data",
            remedy="give text, numbers or dates",
        ) from None  # fmt: skip


def categorical(
    terms: Sequence[Term], intercept: bool, constant: bool, numbers: Mapping[str, np.ndarray],
    categories: Mapping[str, pd.Categorical], quoted: Sequence[tuple[str, str]] = (),
) -> list[tuple[str, np.ndarray]]:  # fmt: skip
    """Return label and values of the columns of terms with categories, coded to full rank by the formula library.

    Parameters
    ----------
    intercept, constant : bool
        Whether an intercept is wanted; whether the model has a constant (an intercept or effects), in which case one
        level of each category is the base. Without a constant the first category keeps all its levels.
    numbers, categories : mapping of str to ndarray or Categorical
        By the plain names of the formula.
    quoted : sequence of (str, str)
        Plain name and column name of each name that stood in backticks.
    """
    from formulaic import Formula
    from formulaic.parser.types import Factor
    from formulaic.parser.types import Term as Product

    n = len(next(iter(categories.values())))
    values: dict[str, Any] = {}
    products = [Product([Factor("1", eval_method="literal")])] if constant else []
    for term in terms:
        labels = _labels(term, quoted)
        for factor, label in zip(term.factors, labels, strict=True):
            column = _compiled(factor).category
            if column is None:
                values[label] = _evaluate(factor, numbers, n, term.label)
                continue
            group = categories[column]
            functions = {**FUNCTIONS, "C": partial(_categories, group), "i": partial(_dummies, group)}
            with _computing(term.label):
                values[label] = _run(factor, numbers, functions, term.label)
        # under its label, so that the library labels the columns in the user's words
        products.append(Product([Factor(label, eval_method="lookup") for label in labels]))
    with _computing(" + ".join(t.label for t in terms)):
        matrix = Formula(products, _ordering="none").get_model_matrix(
            pd.DataFrame(index=range(n)), context=values, na_action="ignore", output="pandas"
        )
    first = 1 if constant and not intercept else 0
    array = np.asarray(matrix, dtype=np.float64)
    return [(str(c), np.ascontiguousarray(array[:, k])) for k, c in enumerate(matrix.columns)][first:]


def _categories(group: pd.Categorical, *, spans_intercept: bool = True) -> Any:
    """The factor of `C()`, which the library codes."""
    from formulaic.transforms.contrasts import C

    return C(pd.Series(group), spans_intercept=spans_intercept)


def _dummies(group: pd.Categorical, x: Any = None, ref: Any = None) -> Any:
    """The columns of `i()`, by level."""
    from formulaic.materializers.types import FactorValues

    codes = {v: k for k, v in enumerate(group.categories.tolist())}
    found = sorted(codes)
    if ref is not None and ref not in found:
        raise UsageError(f"i(): the reference {ref!r} is no level", where="formula", remedy=f"levels: {found[:8]}")
    slope = 1.0 if x is None else np.asarray(x, dtype=float)
    out = {str(v): (group.codes == codes[v]) * slope for v in found if ref is None or v != ref}
    if x is not None or ref is not None:
        return out  # as slopes of x every level stands for itself
    return FactorValues(out, kind="numerical", spans_intercept=True, drop_field=str(found[0]))


def _labels(term: Term, quoted: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The label of each factor of a term, which together are that of the term."""
    forms = []
    for factor in term.factors:
        for plain, name in quoted:
            factor = factor.replace(plain, name)
        # a power that was written outside brackets
        forms.append((factor, re.sub(r"^I\((.*) \*\* ([\d.]+)\)$", r"\1^\2", factor)))
    return next((c for c in product(*forms) if ":".join(c) == term.label), tuple(f[0] for f in forms))
