"""The text of a fit: its lines, its order, nothing left out."""

import json

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.gravity.summary import summary


@pytest.fixture
def fit(flows):
    flows.loc[3, "dist"] = -1.0
    return gravity.ppml("trade ~ rta + log(dist) | exporter^year + importer", flows, {"CRV1": "exporter^importer"})


def test_names_everything_and_ends_with_what_was_identified(fit):
    text = summary(fit)
    assert text == fit.summary() == repr(fit)
    for part in ("PPML: trade ~", "ssc='G'", "clustered by exporter^importer", " z", "log(dist)", "pseudo R2",
                 "left out: 1 missing, log(dist): log of a non-positive number"):  # fmt: skip
        assert part in text
    last = text.splitlines()[-1]
    assert last.startswith("identified: rta, log(dist)")
    assert last.endswith(f"({fit.n_obs} rows, {fit.n_clusters['exporter^importer']} clusters by exporter^importer)")


@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_below_thirty_clusters_the_bootstrap_is_printed_without_being_asked(flows, estimator):
    run = getattr(gravity, estimator)
    few = run("trade ~ rta + dist | year", flows, {"CRV1": "exporter"})
    head = next(line for line in summary(few).splitlines() if line.startswith("term"))
    assert "p boot" in head
    p = few.bootstrap().set_index("hypothesis").p_value
    row = next(line for line in summary(few).splitlines() if line.startswith("dist"))
    assert f" {p['dist = 0']:.4f} " in row
    assert "restricted" in summary(few)
    many = run("trade ~ rta + dist | year", flows, {"CRV1": "exporter^importer"})
    assert "p boot" not in summary(many)


def test_a_share_of_no_draw_is_printed_as_less_than_one_draw():
    # a slope of the same size in every cluster, without noise worth the name
    g = np.random.default_rng(0)
    d = pd.DataFrame({"x": g.normal(size=500), "c": np.arange(500) % 25})
    fit = gravity.ols("y ~ x", d.assign(y=d.x + 0.1 * g.normal(size=500)), {"CRV1": "c"})
    assert fit.few_clusters.p_value.tolist() == [0.0]
    lines = summary(fit).splitlines()
    head, row = next(k for k in lines if k.startswith("term")), next(k for k in lines if k.startswith("x "))
    assert "  <0.0001  [" in row
    assert row.index("  [") == head.index("  interval")


def test_few_clusters_with_a_term_inside_another(flows):
    text = summary(gravity.ppml("trade ~ rta + log(dist) + I(log(dist)*rta) | year", flows, {"CRV1": "exporter"}))
    assert "p boot" in text


def test_instruments_are_judged():
    g = np.random.default_rng(0)
    z, v = g.normal(size=(2, 300))
    d = pd.DataFrame({"z": z, "x": z + v, "y": z + v + 0.5 * v + g.normal(size=300), "k": np.arange(300) % 40})
    text = summary(gravity.ols("y ~ 1 | k | x ~ z", d, {"CRV1": "k"}))
    assert text.startswith("2SLS: y ~ 1 | k | x ~ z")
    assert "first stage: effective F" in text
    assert "Anderson-Rubin interval 95 %: [" in text


def test_the_same_as_data(fit, flows):
    told = json.loads(json.dumps(fit.as_dict()))
    assert told["identified"] == fit.identified
    assert told["coefficients"][0]["estimate"] == fit.coef.iloc[0]
    assert told["dropped"][0] == {"kind": "missing", "item": "log(dist)", "count": 1,
                                  "reason": "log of a non-positive number"}  # fmt: skip
    assert told["dof"] is None
    linear = json.loads(json.dumps(gravity.ols("trade ~ rta | year", flows, {"CRV1": "exporter"}).as_dict()))
    assert linear["dof"] == linear["n_clusters"]["exporter"] - 1
    assert linear["bootstrap"][0]["hypothesis"] == "rta = 0"
