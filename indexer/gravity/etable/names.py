"""Names of terms for a reader: labels where they are given, else short forms of what stands in the formula."""

from __future__ import annotations

import re
from collections.abc import Mapping

from indexer.gravity.terms import INTERCEPT

TIMES = " × "
_POWERS = str.maketrans("0123456789.", "⁰¹²³⁴⁵⁶⁷⁸⁹·")


def term_name(term: str, labels: Mapping[str, str]) -> str:
    """Return the name of a term.

    Parameters
    ----------
    term : str
        As in `fit.coef.index`.
    labels : mapping of str to str
        By term, factor of a term, or column.

    Examples
    --------
    >>> term_name("ai_exporter:log(distance_km)", {"ai_exporter": "AI of the exporter"})
    'AI of the exporter × ln distance km'
    >>> term_name("i(year, ai, ref=2020)[2021]", {})
    'ai × year 2021'
    """
    if term in labels:
        return labels[term]
    if term == INTERCEPT:
        return "Constant"
    return TIMES.join(_factor(f, labels) for f in split(term, ":"))


def effect_name(effect: str, labels: Mapping[str, str]) -> str:
    """Return the name of an effect or a cluster variable, "exporter × year" for `exporter^year`."""
    if effect in labels:
        return labels[effect]
    return TIMES.join(_plain(part, labels) for part in effect.split("^"))


def split(text: str, mark: str) -> list[str]:
    """Split at a mark outside brackets."""
    out, depth = [""], 0
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c == mark and depth == 0:
            out.append("")
        else:
            out[-1] += c
    return out


def _plain(name: str, labels: Mapping[str, str]) -> str:
    return labels.get(name, name.replace("_", " "))


def _factor(factor: str, labels: Mapping[str, str]) -> str:
    if factor in labels:
        return labels[factor]
    if level := re.fullmatch(r"([Ci])\((.*)\)\[(?:T\.)?(.*)\]", factor, re.DOTALL):
        kind, inside, value = level.groups()
        column, *others = [part.strip() for part in split(inside, ",")]
        slope = [part for part in others if not re.match(r"\w+\s*=[^=]", part)] if kind == "i" else []
        of = f"{_expression(column, labels)} {value}"
        return f"{_expression(slope[0], labels)}{TIMES}{of}" if slope else of
    if power := re.fullmatch(r"(.+)\^([\d.]+)", factor):
        base = _factor(power[1], labels)
        base = f"({base})" if " " in base else base
        return base + power[2].translate(_POWERS)
    return _expression(factor, labels)


def _expression(text: str, labels: Mapping[str, str]) -> str:
    """A factor without categories: I() falls away, log() becomes ln, columns get their labels."""
    text = text.strip()
    if text in labels:
        return labels[text]
    if (inside := _inside(text, "I")) is not None:
        return _expression(inside, labels)
    if (inside := _inside(text, "log")) is not None:
        inner = _expression(inside, labels)
        return f"ln({inner})" if re.search(r"[-+/*]", inside) else f"ln {inner}"
    if not re.search(r"[()+*/<>=-]", text):
        return _plain(text, labels)
    return re.sub(r"[^\W\d]\w*(?!\w*\()", lambda m: _plain(m[0], labels), text)


def _inside(text: str, function: str) -> str | None:
    """What stands in the brackets of a function, where the text is that function of something and nothing else."""
    if not text.startswith(f"{function}(") or not text.endswith(")"):
        return None
    depth = 0
    for k, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0 and c == ")":
            return text[len(function) + 1 : -1] if k == len(text) - 1 else None
    return None
