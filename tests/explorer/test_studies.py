import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.explorer.studies import study_of
from indexer.study.report import Study, Table

ROW = {"flow": "exports", "estimator": "ppml", "estimate": 0.2, "low": 0.1, "high": 0.3, "note": ""}


def document(rows, **more):
    return {"title": "A question", "tables": [{"name": "main", "caption": "C", "rows": rows, "notes": ["n"]}], **more}


def test_rows_become_columns_with_missing_cells():
    [table] = study_of(document([ROW, {"flow": "imports", "more": 1}]))["tables"]
    assert table["columns"] == [*ROW, "more"]
    assert table["rows"][1] == ["imports", None, None, None, None, None, 1]
    assert table["notes"] == ["n"]


def test_coefficients_of_the_first_table_that_has_some():
    lacking = {**ROW, "estimate": None}
    found = study_of(document([ROW, lacking]))["coefficients"]
    assert found == [{"parts": {"flow": "exports"}, "estimate": 0.2, "low": 0.1, "high": 0.3}]


def test_a_prefix_is_a_design():
    row = {"flow": "total", "within_estimate": 1, "within_low": 0, "within_high": 2}
    assert study_of(document([row]))["coefficients"][0]["parts"] == {"flow": "total", "design": "within"}


def test_without_such_a_table_those_of_the_models():
    terms = [{"term": name, "estimate": 1.0, "conf_low": 0.0, "conf_high": 2.0} for name in ("Intercept", "ai")]
    found = study_of(document([{"a": 1}], models={"OLS": {"coefficients": terms}}))["coefficients"]
    assert [one["parts"] for one in found] == [{"model": "OLS", "term": "ai"}]


def test_limits_are_a_table_at_the_end():
    tables = study_of(document([ROW], limits=[{"detectable": 0.4}]))["tables"]
    assert tables[-1]["rows"] == [[0.4]]


def test_a_result_has_the_digits_of_its_formats():
    table = Table("main", "C", pd.DataFrame([ROW]), {"estimate": ".3f", "n": ",.0f", "p": "%"}, ("n",))
    found = study_of(Study("small", "A question", (table,), "It may.", ("Ten partners.",)))
    assert found["tables"][0]["digits"] == {"estimate": 3, "n": 0, "p": None}
    assert found["tables"][0]["rows"] == [list(ROW.values())]
    assert (found["sentence"], found["caveats"]) == ("It may.", ["Ten partners."])


@pytest.mark.parametrize(
    "given", [{}, {"title": "x"}, {"title": "x", "tables": [{"rows": 1}]}, {"title": "x", "tables": [1]}]
)
def test_what_is_no_study_is_refused(given):
    with pytest.raises(UsageError, match="stud"):
        study_of(given)
