"""Fits on one table with text, odd names, missing values and weights, and what is written of them."""

from types import SimpleNamespace

import numpy as np
import pytest

from indexer import gravity

PAIR = {"CRV1": "exporter^importer"}


@pytest.fixture
def data(flows):
    d = flows.copy()
    d["off"] = np.log(d["dist"]) / 3
    d["shifted"] = d["tariff rate"] + np.random.default_rng(1).normal(size=len(d))
    d["z"] = d["shifted"] + np.random.default_rng(2).normal(size=len(d))
    d.loc[d.index[::37], "dist"] = np.nan
    return d


@pytest.fixture
def fits(data):
    ols, ppml = gravity.ols, gravity.ppml
    return {
        "log-linear": ols("log(trade) ~ rta + log(dist) + C(group) | exporter + year", data, PAIR),
        "robust": ols("log(trade) ~ rta + log(dist) | exporter", data, "hetero"),
        "two ways": ols("log(trade) ~ rta + log(dist) | year", data, {"CRV1": "exporter + importer"}, weights="w"),
        "constant": ols("log(trade) ~ rta + `tariff rate`:log(dist)", data, "iid"),
        "PPML": ppml("trade ~ rta + log(dist) | exporter^year + importer", data, PAIR),
        "years": ppml("trade ~ rta + i(year, rta, ref=2000) + I(dist / 10) | exporter + importer", data, PAIR),
        "weighted": ppml("trade ~ rta | exporter", data, {"CRV1": "importer"}, weights="w", offset="off"),
        "instruments": ols("log(trade) ~ rta | exporter + year | `tariff rate` ~ shifted + z", data, PAIR),
    }  # fmt: skip


@pytest.fixture
def written(fits, tmp_path):
    paths = gravity.to_stata(fits, tmp_path, labels={"rta": "Agreement in force"})
    return SimpleNamespace(paths=paths, data=paths[0], text=paths[-1].read_text(encoding="utf-8"))
