"""Tables in LaTeX."""

import re
import shutil
import subprocess

import pytest

from indexer.gravity.etable.latex import escape

TEX = (
    r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{booktabs}"
    r"\begin{document}\input{table.tex}\end{document}"
)


@pytest.fixture
def text(table):
    return str(table.render("tex"))


def test_rules_are_those_of_booktabs(text):
    assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 3, 1]


def test_every_line_has_as_many_cells_as_columns(text):
    body = text[text.index(r"\toprule") : text.index(r"\bottomrule")]
    lines = re.findall(r"^(.*) \\\\(?:$)", body, re.M)
    for line in lines:
        wide = sum(int(n) - 1 for n in re.findall(r"\\multicolumn\{(\d+)\}", line))
        assert len(re.findall(r"(?<!\\)&", line)) + wide == 6, line
    assert len(lines) > 15


def test_braces_are_balanced(text):
    plain = text.replace(r"\{", "").replace(r"\}", "").replace(r"\%", "")
    assert plain.count("{") == plain.count("}")


def test_nothing_but_ascii_is_left_where_pdflatex_may_not_know_it(text):
    assert {c for c in text if ord(c) > 0xFF} == set()


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("a_b&c", r"a\_b\&c"),
        ("x\\y", r"x\textbackslash{}y"),
        ("{1}", r"\{1\}"),
        ("γ Δ Α", r"$\gamma$ $\Delta$ "),
        ("R²", r"R$^{2}$"),
        ("1–2", "1--2"),
    ],
)
def test_signs_are_written_out(given, made):
    assert escape(given).startswith(made)


def test_a_bracket_after_a_line_is_no_argument(results):
    from indexer import gravity

    text = str(gravity.etable(results["ols"], statistic="ci").render("tex"))
    assert re.search(r"& \{\[", text)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_it_compiles(table, tmp_path):
    (tmp_path / "doc.tex").write_text(TEX)
    table.save(tmp_path / "table.tex")
    call = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-draftmode", "doc.tex"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-800:]
