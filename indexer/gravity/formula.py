"""Formulas `y ~ x1 + log(x2) + x1:x3 | effect1 + effect2^effect3`: reading and checking, no data involved."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from indexer.errors import UsageError

FUNCTIONS = ("log", "log1p", "exp", "sqrt", "abs", "I", "C", "i")
SHAPE = "y ~ x1 + log(x2) + x1:x3 | effect1 + effect2^effect3"
_NODES = (
    ast.Expression, ast.Call, ast.Name, ast.Load, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.keyword,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip


@dataclass(frozen=True)
class Parsed:
    """A formula taken apart.

    Attributes
    ----------
    text : str
        The formula as given.
    lhs, rhs : str
        Left side and regressors, names in backticks replaced by plain ones (see `quoted`).
    effects : tuple of tuple of str
        Fixed effects, each the columns whose combinations are its levels; empty without `|`.
    numeric, categorical : tuple of str
        Columns used as numbers and as categories (inside `C()` and `i()`).
    quoted : tuple of (str, str)
        Plain name and column name of each name that stood in backticks.
    """

    text: str
    lhs: str
    rhs: str
    effects: tuple[tuple[str, ...], ...]
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    quoted: tuple[tuple[str, str], ...]

    @property
    def effect_names(self) -> tuple[str, ...]:
        """The effects as written, `a^b`."""
        return tuple("^".join(e) for e in self.effects)

    def column(self, name: str) -> str:
        """The user's column behind a plain name."""
        return dict(self.quoted).get(name, name)

    def label(self, text: str) -> str:
        """Put the user's own names back into the label of a term."""
        for plain, name in self.quoted:
            text = text.replace(plain, name)
        return text


def parse(text: str) -> Parsed:
    """Read a formula in the grammar of fixest: `y ~ regressors | fixed effects`.

    Parameters
    ----------
    text : str
        Regressors may use `+`, `:` (product), `*` (both and their product), the functions log, log1p, exp, sqrt, abs,
        `I()` for arithmetic, `C(a)` or `i(a)` for categories, `i(a, x, ref=...)` for one slope of x per level of a.
        Effects are separated by `+`; `a^b` is an effect for every combination of a and b. Odd names go in backticks.

    Raises
    ------
    UsageError
        With the part that could not be read, and how to write it.

    Examples
    --------
    >>> parse("trade ~ rta + log(dist) | exporter^year + importer^year").effect_names
    ('exporter^year', 'importer^year')
    """
    if not isinstance(text, str) or text.count("~") == 0:
        raise UsageError(f"not a formula: {text!r}", where="formula", remedy=f"write it as {SHAPE}")
    quoted: dict[str, str] = {}

    def plain(match: re.Match[str]) -> str:
        return quoted.setdefault(match.group(1), f"quoted_{len(quoted)}_")

    stripped = re.sub(r"`([^`]+)`", plain, text)
    names = {p: c for c, p in quoted.items()}
    parts = _split(stripped, "|")
    if len(parts) > 2 or parts[0].count("~") != 1 or any("~" in p for p in parts[1:]):
        raise UsageError(
            f"the formula {text!r} has a part that is not offered here (instruments after a second '|')",
            where="formula", remedy=f"write it as {SHAPE}",
        )  # fmt: skip
    lhs, rhs = (p.strip() for p in parts[0].split("~"))
    if not lhs or not rhs:
        raise UsageError(f"the formula {text!r} has an empty side", where="formula", remedy=f"write it as {SHAPE}")
    effects = _effects(parts[1], names) if len(parts) == 2 else ()
    numeric: dict[str, None] = {}
    categorical: dict[str, None] = {}
    if len(_factors(lhs, text)) != 1:
        raise UsageError(f"the left side {lhs!r} is not one variable", where="formula", remedy="use I() for arithmetic")
    for expr in [*_factors(lhs, text), *_factors(rhs, text)]:
        _names(expr, numeric, categorical)
    return Parsed(
        text, lhs, rhs, effects,
        tuple(names.get(n, n) for n in numeric), tuple(names.get(n, n) for n in categorical), tuple(names.items()),
    )  # fmt: skip


def check_columns(wanted: Iterable[str], present: Iterable[Any], where: str) -> None:
    """Refuse names that are no columns, offering those that look alike."""
    have = [str(c) for c in present]
    for name in wanted:
        if name in have:
            continue
        near = get_close_matches(name, have, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(repr(n) for n in near)}?" if near else f"the columns are {', '.join(have)}"
        raise UsageError(f"no column named {name!r} in the data", where=where, remedy=hint)


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark that stands outside brackets and quotes."""
    out, depth, quote = [""], 0, ""
    for c in text:
        if quote:
            quote = "" if c == quote else quote
        elif c in "'\"":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        if c == mark and depth == 0 and not quote:
            out.append("")
        else:
            out[-1] += c
    return out


def _effects(text: str, names: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    out: dict[tuple[str, ...], None] = {}
    for part in (p.strip() for p in text.split("+")):
        if part == "0":
            continue
        cols = tuple(c.strip() for c in part.split("^"))
        if not all(re.fullmatch(r"\w+(\.\w+)*", c) for c in cols):
            raise UsageError(
                f"the fixed effect {part!r} cannot be read", where="formula",
                remedy="write effects as names or combinations a^b, joined by '+'; names with blanks in backticks",
            )  # fmt: skip
        out[tuple(names.get(c, c) for c in cols)] = None
    return tuple(out)


def _factors(side: str, text: str) -> list[str]:
    """Expressions of the factors of one side, after refusing operators that a formula reads otherwise than arithmetic.

    In a formula `x^2` is x crossed with itself, which is x: a silent surprise, so it has to be written I(x**2).
    """
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    outside = _outside_brackets(side)
    if found := re.search(r"\^|\*\*|/|%|\||\[|\]|\{|\}|<|>|=|(?<![\w.])(?!(?:0|1)(?![\w.]))\d[\d.]*", outside):
        raise UsageError(
            f"{found.group()!r} stands outside a function in {side!r}", where="formula",
            remedy="put arithmetic inside I(), for example I(x**2) or I(x / 100)",
        )  # fmt: skip
    try:
        terms = list(Formula(f"0 + {side}"))
    except (FormulaicError, SyntaxError, ValueError, TypeError) as fault:
        why = re.sub(r"\s*\n.*", "", str(fault), flags=re.DOTALL)
        raise UsageError(f"{side!r} cannot be read: {why}", where="formula", remedy=f"write it as {SHAPE}") from None
    if any(len(t.factors) > 1 and any(re.match(r"i\s*\(", str(f.expr)) for f in t.factors) for t in terms):
        # i(a) leaves its base level out, so i(a):x would leave out that level's slope unasked
        raise UsageError(f"i() in a product in {side!r}", where="formula", remedy="write i(a, x), or C(a):x")
    return list(dict.fromkeys(str(f.expr) for t in terms for f in t.factors if str(f.expr) not in ("0", "1")))


def _outside_brackets(side: str) -> str:
    out, depth = "", 0
    for c in side:
        depth += (c == "(") - (c == ")")
        out += c if depth == 0 else " "
    return out


def _names(expr: str, numeric: dict[str, None], categorical: dict[str, None]) -> None:
    """Sort the columns of one factor into numbers and categories; refuse what is not offered."""
    try:
        tree = ast.parse(expr.strip(), mode="eval")
    except SyntaxError:
        raise UsageError(f"{expr!r} cannot be read", where="formula", remedy="put odd names in backticks") from None
    heads: set[int] = set()
    categories: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
            raise UsageError(f"{expr!r}: '^' inside a function", where="formula", remedy="write powers as x**2")
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
            if name not in FUNCTIONS:
                raise UsageError(
                    f"the function {name!r} in {expr!r} is not offered", where="formula",
                    remedy=f"use {', '.join(FUNCTIONS)}, or make the column beforehand",
                )  # fmt: skip
            heads.add(id(node.func))
            if name in ("C", "i"):
                if not node.args or not isinstance(node.args[0], ast.Name):
                    raise UsageError(f"{expr!r} needs a column first", where="formula", remedy=f"write {name}(column)")
                categories.add(id(node.args[0]))
        elif not isinstance(node, _NODES):
            raise UsageError(f"{expr!r} cannot be used in a formula", where="formula", remedy=f"write it as {SHAPE}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and id(node) not in heads:
            (categorical if id(node) in categories else numeric)[node.id] = None
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    if clash := called & {*numeric, *categorical}:
        raise UsageError(
            f"{sorted(clash)[0]!r} is used both as a function and as a column", where="formula",
            remedy="rename the column",
        )  # fmt: skip
