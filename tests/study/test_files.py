import json

import pandas as pd
import pytest

import indexer
from indexer.errors import UsageError
from indexer.study.estimate import Equation
from indexer.study.files import write
from indexer.study.frames import Facts, partners, within
from indexer.study.report import Figure, Study, Table

FRAME = pd.DataFrame({"x": [1.0, 2.0], "y": [2.0, 1.0]})


def chart():
    import altair as alt

    return alt.Chart(FRAME).mark_point().encode(x="x:Q", y="y:Q")


def test_everything_is_written(tmp_path):
    data = within(partners(Facts.shipped(), indexer.build().without("trade_outcome")), 2020, 2024)
    one = Equation("x", "ols", "log(trade) ~ ai_partner + log(gdp_partner) | partner + year", "ai_partner")
    fit = one.estimate(data[data["flow"] == "total"]).fit
    study = Study(
        "small", "A question?", (Table("numbers", "Numbers", FRAME),), "It shows.", ("weak",),
        (Figure("dots", "Dots", chart),), {"rung": fit},
    )  # fmt: skip
    made = {path.name for path in write(study, tmp_path)}
    assert {"small.txt", "small.json", "small.md", "numbers.csv", "dots.png", "dots.html"} <= made
    assert {"models.tex", "models.html", "models.md"} <= made
    assert "AI of the partner" in (tmp_path / "models.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "small.json").read_text(encoding="utf-8"))["models"]["rung"]["estimator"] == "OLS"


@pytest.mark.parametrize("name", ["../out", "con", "a/b"])
def test_names_that_lead_elsewhere_are_refused_before_anything_is_written(tmp_path, name):
    study = Study("small", "A question?", (Table(name, "Numbers", FRAME),), "It shows.", ())
    with pytest.raises(UsageError):
        write(study, tmp_path / "out")
    assert not (tmp_path / "out").exists()
