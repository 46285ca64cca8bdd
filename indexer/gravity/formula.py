"""Formulas `y ~ x1 + log(x2) + x1:x3 | effect1 + effect2^effect3`: reading and checking, no data involved."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from indexer.errors import UsageError

FUNCTIONS = ("log", "log1p", "exp", "sqrt", "abs", "I", "C", "i")
SHAPE = "y ~ x1 + log(x2) + x1:x3 | effect1 + effect2^effect3"
IV_SHAPE = "y ~ x1 + x2 | effect1 + effect2^effect3 | endogenous ~ instrument1 + instrument2"
_NODES = (
    ast.Expression, ast.Call, ast.Name, ast.Load, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.keyword,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip


@dataclass(frozen=True)
class Term:
    """A product of factors: its label with the user's names, and each factor as an expression on plain names."""

    label: str
    factors: tuple[str, ...]


@dataclass(frozen=True)
class Parsed:
    """A formula taken apart.

    Attributes
    ----------
    text : str
        The formula as given, with one left side.
    lhs : Term
        The left side.
    rhs : tuple of Term
        Regressors, without the intercept.
    intercept : bool
        Whether there is an intercept: no fixed effects, and not taken out by `0 +` or `- 1`.
    effects : tuple of tuple of str
        Fixed effects, each the columns whose combinations are its levels; empty without `|`.
    endogenous, instruments : tuple of Term
        Regressors that are instrumented and the instruments left out of the equation; empty without a third part.
    numeric, categorical : tuple of str
        Columns used as numbers and as categories (inside `C()` and `i()`).
    quoted : tuple of (str, str)
        Plain name and column name of each name that stood in backticks.
    """

    text: str
    lhs: Term
    rhs: tuple[Term, ...]
    intercept: bool
    effects: tuple[tuple[str, ...], ...]
    endogenous: tuple[Term, ...]
    instruments: tuple[Term, ...]
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


def parse(text: str) -> tuple[Parsed, ...]:
    """Read a formula in the grammar of fixest, one equation for each left side.

    Parameters
    ----------
    text : str
        `y ~ regressors | fixed effects | endogenous ~ instruments`, the last two parts optional, each in the other's
        place where it stands alone. Several left sides are joined by `+`. Regressors may use `+`, `:` (product), `*`
        (both and their product), powers `x^2`, the functions log, log1p, exp, sqrt, abs, `I()` for arithmetic, `C(a)`
        or `i(a)` for categories, `i(a, x, ref=...)` for one slope of x per level of a. Effects are separated by `+`;
        `a^b` is an effect for every combination of a and b. Odd names go in backticks.

    Raises
    ------
    UsageError
        With the part that could not be read, and how to write it.

    Examples
    --------
    >>> parse("trade ~ rta + log(dist) | exporter^year + importer^year")[0].effect_names
    ('exporter^year', 'importer^year')
    """
    if not isinstance(text, str) or text.count("~") == 0:
        raise UsageError(f"not a formula: {text!r}", where="formula", remedy=f"write it as {SHAPE}")
    return _parse(text)


@lru_cache(maxsize=512)
def _parse(text: str) -> tuple[Parsed, ...]:
    quoted: dict[str, str] = {}

    def plain(match: re.Match[str]) -> str:
        return quoted.setdefault(match.group(1), f"quoted_{len(quoted)}_")

    stripped = re.sub(r"`([^`]+)`", plain, text)
    names = {p: c for c, p in quoted.items()}
    parts = [p.strip() for p in _split(stripped, "|")]
    equation, *further = parts
    instrumented = further.pop() if further and "~" in further[-1] else ""
    if len(further) > 1 or equation.count("~") != 1 or instrumented.count("~") > 1 or any("~" in p for p in further):
        raise UsageError(f"the formula {text!r} has too many parts", where="formula", remedy=f"write it as {IV_SHAPE}")
    left, right = (p.strip() for p in equation.split("~"))
    endogenous, _, excluded = (p.strip() for p in instrumented.partition("~"))
    if not left or not right or (instrumented and not (endogenous and excluded)):
        raise UsageError(f"the formula {text!r} has an empty side", where="formula", remedy=f"write it as {SHAPE}")
    effects = _effects(further[0], names) if further else ()
    columns = _Columns(names)
    lefts = [columns.terms(side, False)[0] for side in _split(left, "+")]
    if any(len(terms) != 1 or len(terms[0].factors) != 1 for terms in lefts):
        raise UsageError(f"the left side {left!r} is not a variable", where="formula",
                         remedy="use I() for arithmetic; '+' between left sides gives one equation each")  # fmt: skip
    of_left = [columns.used(terms) for terms in lefts]
    rhs, intercept = columns.terms(right, True)
    endo = columns.terms(endogenous, False)[0] if instrumented else ()
    instruments = columns.terms(excluded, False)[0] if instrumented else ()
    if both := {t.label for t in endo} & {t.label for t in rhs}:
        raise UsageError(f"{sorted(both)[0]!r} stands among the regressors and among the endogenous ones",
                         where="formula", remedy="name it once, in the part with its instruments")  # fmt: skip
    shared = columns.used((*rhs, *endo, *instruments))
    out = []
    for side, terms, used in zip(_split(left, "+"), lefts, of_left, strict=True):
        numeric, categorical = (tuple(dict.fromkeys([*u, *v])) for u, v in zip(used, shared, strict=True))
        quotes = {k: f"`{v}`" for k, v in names.items()}
        one = text if len(lefts) == 1 else f"{_named(side.strip(), quotes)} ~{text.split('~', 1)[1]}"
        out.append(Parsed(
            one, terms[0], rhs, intercept and not effects, effects, endo, instruments, numeric, categorical,
            tuple(names.items()),
        ))  # fmt: skip
    return tuple(out)


def parse_term(text: str, where: str) -> tuple[Term, tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Read a single numeric term, such as the offset `log(population)`; return it, its columns and quoted names."""
    only = parse(f"{text} ~ 1")
    if len(only) != 1 or only[0].categorical:
        raise UsageError(f"{text!r} is not one numeric term", where=where, remedy="give a column or a function of one")
    return only[0].lhs, only[0].numeric, only[0].quoted


def check_columns(wanted: Iterable[str], present: Iterable[Any], where: str) -> None:
    """Refuse names that are no columns, offering those that look alike."""
    have = [str(c) for c in present]
    for name in wanted:
        if name in have:
            continue
        near = get_close_matches(name, have, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(repr(n) for n in near)}?" if near else f"the columns are {', '.join(have)}"
        raise UsageError(f"no column named {name!r} in the data", where=where, remedy=hint)


def term_columns(term: Term, parsed: Parsed) -> dict[str, str]:
    """Return the columns that a term uses, by their plain names."""
    numeric: dict[str, None] = {}
    categorical: dict[str, None] = {}
    for factor in term.factors:
        numbers, categories, _ = _names(factor)
        numeric |= dict.fromkeys(numbers)
        categorical |= dict.fromkeys(categories)
    return {n: parsed.column(n) for n in (*numeric, *categorical)}


def uses_categories(term: Term) -> bool:
    """Whether a factor of the term is `C()` or `i()`."""
    return any(re.match(r"(C|i)\s*\(", f) for f in term.factors)


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


class _Columns:
    """Reads the terms of the sides of a formula, and sorts the columns that they use into numbers and categories."""

    def __init__(self, names: dict[str, str]):
        self.names = names

    def terms(self, side: str, with_intercept: bool) -> tuple[tuple[Term, ...], bool]:
        """Terms of one side and whether it has an intercept, after refusing operators that formulas read otherwise."""
        from formulaic import Formula
        from formulaic.errors import FormulaicError

        text, labels = _powers(side)
        outside = _outside_brackets(text)
        if found := re.search(r"/|%|\||\[|\]|\{|\}|<|>|=|\^|\*\*|(?<![\w.])(?!(?:0|1)(?![\w.]))\d[\d.]*", outside):
            raise UsageError(
                f"{found.group()!r} stands outside a function in {side!r}", where="formula",
                remedy="put arithmetic inside I(), for example I(x / 100) or I(2 * x)",
            )  # fmt: skip
        try:
            parsed = list(Formula(text if with_intercept else f"0 + {text}"))
        except (FormulaicError, SyntaxError, ValueError, TypeError) as fault:
            why = re.sub(r"\s*\n.*", "", str(fault), flags=re.DOTALL)
            raise UsageError(
                f"{side!r} cannot be read: {why}", where="formula", remedy=f"write it as {SHAPE}"
            ) from None
        out, intercept = [], False
        for term in parsed:
            factors = tuple(str(f.expr).strip() for f in term.factors)
            if factors == ("1",):
                intercept = True
                continue
            if len(factors) > 1 and any(re.match(r"i\s*\(", f) for f in factors):
                # i(a) leaves its base level out, so i(a):x would leave out that level's slope unasked
                raise UsageError(f"i() in a product in {side!r}", where="formula", remedy="write i(a, x), or C(a):x")
            label = ":".join(labels.get(f, f) for f in factors)
            out.append(Term(_named(label, self.names), factors))
        self.used(out)
        return tuple(out), intercept

    def used(self, terms: Iterable[Term]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Columns used as numbers and as categories, under the user's names."""
        numeric: dict[str, None] = {}
        categorical: dict[str, None] = {}
        for factor in (f for t in terms for f in t.factors):
            numbers, categories, called = _names(factor)
            numeric |= dict.fromkeys(numbers)
            categorical |= dict.fromkeys(categories)
            if clash := called & {*numeric, *categorical}:
                raise UsageError(
                    f"{sorted(clash)[0]!r} is used both as a function and as a column", where="formula",
                    remedy="rename the column",
                )  # fmt: skip
        return (
            tuple(self.names.get(n, n) for n in numeric),
            tuple(self.names.get(n, n) for n in categorical),
        )


def _powers(side: str) -> tuple[str, dict[str, str]]:
    """Write powers as Python does, and put those that stand outside brackets into I(); return their labels too.

    In a formula x^2 is x crossed with itself, which is x; here, as in fixest, it is a square.
    """
    text = re.sub(r"\s*(\^|\*\*)\s*", "**", side)
    labels: dict[str, str] = {}
    while "**" in _outside_brackets(text):
        at = _outside_brackets(text).index("**")
        exponent = re.match(r"\*\*(\d+(?:\.\d+)?)", text[at:])
        base = _operand(text[:at])
        if not exponent or not base:
            raise UsageError(
                f"the power in {side!r} cannot be read", where="formula",
                remedy="write x^2 with a number, or I() for anything else",
            )  # fmt: skip
        inner = f"I({base} ** {exponent.group(1)})"
        labels[inner] = f"{base}^{exponent.group(1)}"
        text = text[: at - len(base)] + inner + text[at + exponent.end() :]
    return text, labels


def _operand(text: str) -> str:
    """The name or function call at the end of a text."""
    if text.endswith(")"):
        depth = 0
        for k in range(len(text) - 1, -1, -1):
            depth += (text[k] == ")") - (text[k] == "(")
            if depth == 0:
                return _operand(text[:k]) + text[k:]
    found = re.search(r"[A-Za-z_][\w.]*$", text)
    return found.group() if found else ""


def _named(label: str, names: dict[str, str]) -> str:
    for plain, name in names.items():
        label = label.replace(plain, name)
    return label


def _outside_brackets(side: str) -> str:
    out, depth = "", 0
    for c in side:
        depth += (c == "(") - (c == ")")
        out += c if depth == 0 else " "
    return out


@lru_cache(maxsize=1024)
def _names(expr: str) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Return numbers, categories and functions of one factor by name; refuse what is not offered."""
    try:
        tree = ast.parse(expr.strip(), mode="eval")
    except SyntaxError:
        raise UsageError(f"{expr!r} cannot be read", where="formula", remedy="put odd names in backticks") from None
    heads: set[int] = set()
    categories: set[int] = set()
    for node in ast.walk(tree):
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
    numeric: dict[str, None] = {}
    categorical: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and id(node) not in heads:
            (categorical if id(node) in categories else numeric)[node.id] = None
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    return tuple(numeric), tuple(categorical), frozenset(called)
