"""A table of results in LaTeX, for the package booktabs."""

from __future__ import annotations

import textwrap
import unicodedata

from indexer.gravity.etable.rows import Grid, Head, Row

SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "×": r"$\times$", "−": "$-$", "·": r"$\cdot$", "–": "--", "—": "---",
    "≤": r"$\leq$", "≥": r"$\geq$", "∞": r"$\infty$", "…": r"\ldots{}", "±": r"$\pm$", "→": r"$\to$",
    "€": r"\texteuro{}",
    "\n": " ",
}  # fmt: skip
WIDEST_LABEL, WIDEST_HEADING, MANY = 44, 18, 4
LATIN_CAPITALS = ("ALPHA", "BETA", "EPSILON", "ZETA", "ETA", "IOTA", "KAPPA", "MU", "NU", "RHO", "TAU", "CHI")
SPECIAL |= {digit: f"$^{{{k}}}$" for k, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}


def render(grid: Grid) -> str:
    r"""Return a floating table; the document needs \usepackage[T1]{fontenc} and \usepackage{booktabs}."""
    lines = [r"% needs \usepackage[T1]{fontenc} and \usepackage{booktabs}", r"\begin{table}[htbp]", r"\centering"]
    if grid.title:
        lines.append(rf"\caption{{{escape(grid.title)}}}")
    if grid.n_columns > MANY:
        lines.append(r"\small\setlength{\tabcolsep}{3pt}")
    lines += [rf"\begin{{tabular}}{{@{{}}l{'c' * grid.n_columns}@{{}}}}", r"\toprule"]
    for head in grid.heads:
        lines += _head(head)
    for section in grid.sections:
        lines.append(r"\midrule")
        lines += [_row(row) for row in section]
    lines += [r"\bottomrule", r"\end{tabular}", "", r"\medskip", r"\begin{minipage}{\linewidth}", r"\footnotesize"]
    lines += [rf"{escape(note)}\par" for note in grid.notes]
    return "\n".join([*lines, r"\end{minipage}", r"\end{table}", ""])


def escape(text: str) -> str:
    r"""Return text with what means something to LaTeX, and signs that pdflatex may not know, written out.

    Examples
    --------
    >>> print(escape("50 % of a_b × β"))
    50 \% of a\_b $\times$ $\beta$
    """
    return "".join(SPECIAL.get(c) or _greek(c) or c for c in text)


def _greek(c: str) -> str:
    words = unicodedata.name(c, "").split()
    if words[:1] != ["GREEK"] or words[2:3] != ["LETTER"] or len(words) != 4 or words[3] == "OMICRON":
        return ""
    name = {"LAMDA": "lambda"}.get(words[3], words[3].lower())
    if words[1] == "SMALL":
        return rf"$\{name}$"
    return "" if words[3] in LATIN_CAPITALS else rf"$\{name.capitalize()}$"


def _head(head: Head) -> list[str]:
    parts, rules, at = [escape(head.label)], [], 2
    for text, n in head.spans:
        set_ = _stacked(text, n * WIDEST_HEADING, "c")
        parts.append(set_ if n == 1 else rf"\multicolumn{{{n}}}{{c}}{{{set_}}}")
        if n > 1 and text:
            rules.append(rf"\cmidrule(lr){{{at}-{at + n - 1}}}")
        at += n
    return [" & ".join(parts) + r" \\", *([" ".join(rules)] if rules else [])]


def _row(row: Row) -> str:
    label = _stacked(row.label, WIDEST_LABEL, "l")
    label = rf"\quad {label}" if row.kind == "beneath" and row.label else label
    return " & ".join([label, *(_cell(c.text) for c in row.cells)]) + r" \\"


def _stacked(text: str, width: int, side: str) -> str:
    """Text that is too long for one line, in several."""
    lines = [escape(line) for line in textwrap.wrap(text, width)]
    return rf"\shortstack[{side}]{{{(chr(92) * 2).join(lines)}}}" if len(lines) > 1 else "".join(lines)


def _cell(text: str) -> str:
    """A cell; a minus is one, and a bracket that begins it no argument of what stands before."""
    marks = text[len(text.rstrip("*")) :]
    body = escape(text.rstrip("*"))
    body = body.replace("-", "$-$") if any(c.isdigit() for c in body) and "--" not in body else body
    return f"{{{body}}}" if body.startswith("[") else body + (rf"$^{{{marks}}}$" if marks else "")
