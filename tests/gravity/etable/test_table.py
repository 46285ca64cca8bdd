"""The table as users make it."""

import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import UsageError

PAGE = Path(__file__).parents[3] / "docs/tables.md"


def test_against_committed_figures_of_fixest(panel, figures):
    formula = "trade ~ x1 + x2 | exporter^year + importer^year + exporter^importer"
    fit = gravity.ppml(formula, panel, {"CRV1": "exporter^importer"})
    chosen = figures.query("formula == @formula and vcov == 'exporter^importer' and ssc == 'G'").set_index("variable")
    shown = gravity.etable(fit, digits=5).frame
    for term in ("x1", "x2"):
        at = shown.index[shown["label"] == term][0]
        assert shown.loc[at, "(1)"] == f"{chosen.loc[term, 'coef']:.5f}"
        assert shown.loc[at + 1, "(1)"] == f"({chosen.loc[term, 'se']:.5f})"
    assert shown.set_index("label").loc["Observations", "(1)"] == str(chosen["n_obs"].iloc[0])


@pytest.mark.parametrize("ending", ["tex", "html", "md", "txt", "docx", "xlsx"])
def test_a_path_gets_the_format_of_its_ending(results, tmp_path, ending):
    for library in {"docx": ["docx"], "xlsx": ["xlsxwriter"]}.get(ending, []):
        pytest.importorskip(library)
    path = tmp_path / f"table.{ending}"
    table = gravity.etable([results["ols"], results["ppml"]], path)
    start = {"tex": b"% needs", "html": b"<!DOCTYPE html>", "md": b"| Dep", "txt": b"===", "docx": b"PK", "xlsx": b"PK"}
    assert path.read_bytes().startswith(start[ending])
    assert "Observations" in str(table)


def test_a_mapping_gives_headings(results):
    table = gravity.etable({"logs": results["ols"], "levels": results["ppml"]})
    assert table.grid.heads[0].spans == (("logs", 1), ("levels", 1))


def test_headings_given_go_before_those_of_a_mapping(results):
    table = gravity.etable({"a": results["ols"], "b": results["ppml"]}, headings=["one", "two"])
    assert table.grid.heads[0].spans == (("one", 1), ("two", 1))


def test_it_prints_and_shows_in_a_notebook(results):
    table = gravity.etable(results["ols"])
    assert str(table) == repr(table)
    assert table._repr_html_().startswith("<style>")


def test_the_frame_says_what_each_line_is(results):
    frame = gravity.etable([results["ols"], results["few"]]).frame
    assert list(frame.columns) == ["part", "label", "(1)", "(2)"]
    assert set(frame["part"]) == {"estimate", "beneath", "effect", "measure"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"statistic": "z"}, "statistic='z'"),
        ({"digits": 9}, "digits=9"),
        ({"digits": True}, "digits=True"),
        ({"level": 1}, "level=1"),
        ({"headings": ["a", "b"]}, "for 1 results"),
        ({"headings": "a"}, "headings='a'"),
        ({"title": 3}, "title: 3"),
        ({"stars": {2: "*"}}, "no marks by p-value"),
        ({"path": "table.pdf"}, "table.pdf"),
        ({"path": "table"}, "'table'"),
        ({"path": 5}, "path=5"),
        ({"labels": ["a"]}, "labels=['a']"),
        ({"keep": 5}, "keep=5"),
        ({"notes": 5}, "notes=5"),
        ({"stars": [0.1]}, "no marks by p-value"),
        ({"headings": 5}, "headings=5"),
        ({"statistic": ["se"]}, "statistic=['se']"),
    ],
)
def test_wrong_options_are_refused(results, options, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        gravity.etable(results["ols"], **options)


@pytest.mark.parametrize("ending", ["tex", "html", "md", "txt", "docx", "xlsx"])
def test_what_no_file_can_hold_becomes_a_space(results, tmp_path, ending):
    for library in {"docx": ["docx"], "xlsx": ["xlsxwriter"]}.get(ending, []):
        pytest.importorskip(library)
    odd = "a\x00b\x1b\n\ud800c"
    table = gravity.etable(
        results["ols"], tmp_path / f"t.{ending}", title=odd, headings=[odd], labels={"x1": odd}, notes=odd
    )
    assert {table.grid.title, table.grid.heads[0].spans[0][0], table.grid.notes[-1]} == {"a b c"}
    assert "a b c" in table.frame["label"].tolist()


def test_no_results_are_refused():
    with pytest.raises(UsageError, match="no results"):
        gravity.etable([])


def test_an_unknown_format_is_refused_with_those_offered(results):
    with pytest.raises(UsageError, match="pdf") as refused:
        gravity.etable(results["ols"]).render("pdf")
    assert ".tex" in refused.value.remedy


@pytest.mark.parametrize(("ending", "library"), [("docx", "docx"), ("xlsx", "xlsxwriter")])
def test_a_missing_library_is_named_with_its_extra(results, monkeypatch, ending, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=r"need") as refused:
        gravity.etable(results["ols"]).render(ending)
    assert "pip install 'ai-trade-indexer[" in refused.value.remedy


def test_every_format_holds_every_number(table):
    pytest.importorskip("openpyxl")
    numbers = {
        c for c in table.frame[["(1)", "(2)", "(4)", "(5)"]].to_numpy().ravel() if re.fullmatch(r"-?0\.\d+\**", c)
    }
    assert len(numbers) > 8
    for ending in ("tex", "html", "md", "txt"):
        text = str(table.render(ending)).replace("$-$", "-").replace("−", "-").replace("\\*", "*")
        text = re.sub(r"\$\^\{(\*+)\}\$|<sup>(\*+)</sup>", r"\1\2", text)
        assert {n for n in numbers if n not in text} == set(), ending


def test_the_table_of_the_page_is_what_its_example_gives(tmp_path, monkeypatch):
    text = PAGE.read_text(encoding="utf-8")
    code = re.search(r"^```python\n(.*?)^```", text, re.M | re.S).group(1)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, str(PAGE), "exec"), {})  # the example of the page
    shown = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert shown.strip() in text


def test_intervals_have_the_coverage_asked_for(results):
    shown = gravity.etable(results["ols"], statistic="ci", level=0.9, digits=4, keep="x1").frame["(1)"].iloc[1]
    line = results["ols"].tidy(0.9).iloc[0]
    assert shown == f"[{line['conf_low']:.4f}, {line['conf_high']:.4f}]"


def test_a_table_can_be_read_as_numbers_again(results):
    shown = gravity.etable(results["ppml"], digits=6).frame
    values = pd.to_numeric(shown.loc[shown["part"] == "estimate", "(1)"])
    assert values.tolist() == pytest.approx(results["ppml"].coef.tolist(), abs=5e-7)
