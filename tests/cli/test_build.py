import json

import pytest
from typer.testing import CliRunner

from indexer.cli.build import parse_years
from indexer.cli.main import app
from indexer.errors import UsageError


def run(*arguments):
    return CliRunner().invoke(app, ["build", *arguments], catch_exceptions=False)


def test_report_of_the_shipped_edition(tmp_path):
    done = run("--out", str(tmp_path))
    assert done.exit_code == 0
    for said in (
        "Adequacy",
        "Observed share",
        "League table 2024",
        "economy-years: KMO 0.58 below 0.6",
        "Size and income: correlation",
        "Singapore",
        "over 11 variants",
    ):
        assert said in done.output
    assert str(tmp_path / "2024.1") in done.output
    assert (tmp_path / "2024.1" / "index_2024.csv").is_file()


def test_json(small_folder, tmp_path):
    done = run("--indicators", str(small_folder), "--out", str(tmp_path / "o"), "--json")
    answer = json.loads(done.output)
    assert answer["edition"] == "mine"
    assert "index_2022.csv" in answer["files"]


def test_other_economies_do_not_overwrite_the_edition(small_folder, tmp_path):
    done = run(
        "--indicators",
        str(small_folder),
        "--out",
        str(tmp_path / "o"),
        "--economies",
        "CHN,SGP,THA,VNM",
        "--years",
        "2021:2022",
    )
    assert done.exit_code == 0
    assert sorted(p.name for p in (tmp_path / "o").iterdir()) == ["latest.json", "mine-CHN-SGP-THA-VNM-2021-2022"]
    methodology = (tmp_path / "o/mine-CHN-SGP-THA-VNM-2021-2022/methodology.yaml").read_text()
    assert "edition: mine-CHN-SGP-THA-VNM-2021-2022" in methodology
    assert "fitted anew" in done.output
    assert "- 2021\n- 2022" in methodology


@pytest.mark.parametrize(("text", "years"), [("2020:2023", (2020, 2023)), ("2023", (2023, 2023))])
def test_spans_of_years(text, years):
    assert parse_years(text) == years


@pytest.mark.parametrize("text", ["20", "2020:", "2020:2021:2022", "2020-2021", "２０２０"])
def test_what_is_no_span_of_years(text):
    with pytest.raises(UsageError, match="no span of years"):
        parse_years(text)


def test_frozen_parameters_fit_nothing(small_folder, tmp_path):
    where = ("--indicators", str(small_folder), "--out", str(tmp_path / "o"))
    assert run(*where).exit_code == 0
    frozen = str(tmp_path / "o/mine/parameters.json")
    done = run(*where, "--edition", "next", "--freeze-from", frozen)
    assert "Nothing was fitted: bounds and weights are those of edition mine" in done.output
    assert (tmp_path / "o/next/index_2022.csv").read_text() == (tmp_path / "o/mine/index_2022.csv").read_text()


def test_treatment_is_reported(small_folder, tmp_path, edit):
    treat = "min_share: 0.5\ntreat: {method: winsorise, skew: 0.5, kurtosis: 0.1, winmax: 0, why: x}\n"
    edit(small_folder / "editions/mine.yaml", "min_share: 0.5\n", treat)
    output = run("--indicators", str(small_folder), "--out", str(tmp_path / "o")).output
    assert "Treatment: which indicators were outside" in output
    assert "Warning: engineers_per_100 stays outside after treatment" in output


def test_a_long_table_is_cut_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("indexer.cli.report.LONGEST", 3)
    done = CliRunner().invoke(app, ["build", "--out", str(tmp_path)], catch_exceptions=False)
    assert "and 8 more in index_2024.csv" in done.output
    assert "and 8 more in variants.csv" in done.output


def test_formats(small_folder, tmp_path):
    where = ("--indicators", str(small_folder), "--out", str(tmp_path / "o"))
    done = run(*where, "--format", "json, xlsx", "--json")
    assert {"index.json", "index.xlsx", "index.csv"} <= set(json.loads(done.output)["files"])
    assert "index.dta" not in json.loads(done.output)["files"]


def test_an_unknown_format_is_refused_before_anything_is_computed(tmp_path, monkeypatch):
    monkeypatch.setattr("indexer.pipeline.build", lambda *arguments, **options: pytest.fail("computed"))
    with pytest.raises(UsageError, match=r"unknown format 'xls'\n.*one of: parquet, xlsx, dta, json, html"):
        run("--out", str(tmp_path), "--format", "xls")
