"""`indexer gravity`: the table of the library, from files of three kinds; wrong use is said in one line."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from indexer import gravity
from indexer.cli.main import app
from indexer.errors import AbsorbedRegressorError, UsageError

FORMULA = "trade ~ rta + dist | exporter^year + importer^year"


@pytest.fixture
def flows():
    g = np.random.default_rng(5)
    e, i, t = (v.ravel() for v in np.meshgrid(range(9), range(9), range(2), indexing="ij"))
    d = pd.DataFrame({"exporter": e, "importer": i, "year": 2020 + t})[e != i]
    d["rta"], d["dist"] = g.integers(0, 2, len(d)).astype(float), g.normal(size=len(d))
    d["trade"] = np.exp(0.3 * d.rta - d.dist + g.normal(size=len(d)))
    return d


def run(*arguments):
    return CliRunner().invoke(app, ["gravity", *map(str, arguments)], catch_exceptions=False)


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "dta"])
def test_prints_the_summary(flows, tmp_path, kind):
    path = tmp_path / f"flows.{kind}"
    flows.to_stata(path, write_index=False) if kind == "dta" else flows.to_csv(path, index=False)
    done = run(FORMULA, "--data", path, "--vcov", "exporter^importer")
    assert done.exit_code == 0
    assert done.output.strip() == gravity.ppml(FORMULA, flows, {"CRV1": "exporter^importer"}).summary()


def test_na_is_a_country_and_an_empty_cell_is_missing(flows, tmp_path):
    names = ["NA", "AO", "BW", "ZA", "ZM", "ZW", "MZ", "LS", "SZ"]
    d = flows.assign(exporter=[names[k] for k in flows.exporter], importer=[names[k] for k in flows.importer])
    d.iloc[3, d.columns.get_loc("dist")] = np.nan
    path = tmp_path / "flows.csv"
    d.to_csv(path, index=False)
    told = json.loads(run(FORMULA, "--data", path, "--json").output)
    assert told["dropped"] == [{"kind": "missing", "item": "dist", "count": 1, "reason": "missing value"}]


def test_json_of_several_left_sides(flows, tmp_path):
    path = tmp_path / "flows.csv"
    flows.assign(other=flows.trade * 2).to_csv(path, index=False)
    done = run(FORMULA.replace("trade", "trade + other"), "--data", path, "--estimator", "ols", "--json")
    one, two = json.loads(done.output)
    assert one["estimator"] == "OLS"
    for a, b in zip(one["coefficients"], two["coefficients"], strict=True):
        assert b["estimate"] == pytest.approx(2 * a["estimate"])
    assert one["identified"].startswith("rta, dist")


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (["--estimator", "gmm"], UsageError, "no estimator 'gmm'"),
        (["--vcov", "nobody"], UsageError, "'nobody'"),
        (["--ssc", "other"], UsageError, "other"),
        (["--weights", "population"], UsageError, "'population'"),
    ],
)
def test_wrong_use(flows, tmp_path, arguments, kind, said):
    path = tmp_path / "flows.csv"
    flows.to_csv(path, index=False)
    with pytest.raises(kind, match=said):
        run(FORMULA, "--data", path, *arguments)


def test_files_that_are_no_tables(tmp_path):
    with pytest.raises(UsageError, match="no table that can be read"):
        run(FORMULA, "--data", tmp_path / "flows.xyz")
    (tmp_path / "flows.csv").write_text("")
    with pytest.raises(UsageError, match="cannot be read"):
        run(FORMULA, "--data", tmp_path / "flows.csv")
    (tmp_path / "flows.dta").write_text("nothing of the kind")
    with pytest.raises(UsageError, match="cannot be read"):
        run(FORMULA, "--data", tmp_path / "flows.dta")


def test_the_index_attached(flows, tmp_path):
    names = ["CHN", "VNM", "THA", "MYS", "SGP", "IDN", "PHL", "KHM", "LAO"]
    d = flows.assign(exporter=[names[k] for k in flows.exporter], importer=[names[k] for k in flows.importer])
    path = tmp_path / "flows.csv"
    d.to_csv(path, index=False)
    done = run("trade ~ dist + ai_gap | exporter^year + importer^year", "--data", path, "--attach")
    assert "ai_gap" in done.output.splitlines()[-1]
    with pytest.raises(AbsorbedRegressorError, match="ai_exporter"):
        run("trade ~ ai_exporter | exporter^year + importer^year", "--data", path, "--attach")


def test_warnings_are_lines(flows, tmp_path):
    names = ["CHN", "VNM", "THA", "MYS", "SGP", "IDN", "PHL", "KHM", "XYZ"]
    d = flows.assign(exporter=[names[k] for k in flows.exporter], importer=[names[k] for k in flows.importer])
    path = tmp_path / "flows.csv"
    d.to_csv(path, index=False)
    done = run("trade ~ dist + ai_gap | exporter^year + importer^year", "--data", path, "--attach")
    lines = [line for line in done.stderr.splitlines() if line]
    assert lines
    assert all(line.startswith("warning: ") for line in lines)
    assert "XYZ" in lines[0]
