"""The result of a control function: tables against its draws, text and JSON against the tables."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from indexer.errors import UsageError
from indexer.gravity.control_function import control_function


@pytest.fixture(scope="module")
def found():
    g = np.random.default_rng(1)
    z, v, w = g.normal(size=(3, 300))
    d = pd.DataFrame({"c": np.arange(300) // 12, "t": np.arange(300) % 12, "x": z + v, "w": w, "z": z})
    d["y"] = np.exp(0.3 * d["x"] + 0.4 * v) * g.gamma(4, 0.25, 300)
    return control_function("y ~ w | c + t | x ~ z", d, {"CRV1": "c"}, draws=60)


def test_errors_are_those_of_the_draws(found):
    table = found.tidy(0.9).set_index("term")
    spread = np.std(found.draws, axis=0, ddof=1)
    np.testing.assert_allclose(table["std_error"], spread)
    np.testing.assert_allclose(found.vcov_matrix, np.cov(found.draws.to_numpy().T))
    np.testing.assert_allclose(table["conf_high"], found.coef + stats.norm.ppf(0.95) * spread)
    np.testing.assert_allclose(table["p_value"], 2 * stats.norm.sf(np.abs(found.coef / spread)))
    low, high = np.quantile(found.draws, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(found.percentile()[["conf_low", "conf_high"]], np.column_stack([low, high]))


def test_exogeneity_is_a_wald_test_on_the_residual(found):
    b = found.coef["residual of x"]
    clustered, drawn = found.exogeneity["statistic"]
    assert clustered == pytest.approx((b / found.fit.se["residual of x"]) ** 2)
    assert drawn == pytest.approx((b / found.se["residual of x"]) ** 2)
    np.testing.assert_allclose(found.exogeneity["p_value"], stats.chi2(1).sf([clustered, drawn]))


def test_text_and_json_say_what_the_tables_say(found):
    plain = json.loads(json.dumps(found.as_dict()))
    assert plain["coefficients"][1]["estimate"] == pytest.approx(found.coef["x"])
    assert plain["effective_F"] == pytest.approx(found.first_stage()["effective_F"].iloc[0])
    assert plain["draws"] == 60
    text = found.summary()
    for part in (f"{found.coef['x']:.6g}", "60 draws", "exogeneity, bootstrap", f"F {found.effective_f():.4g}"):
        assert part in text
    assert "only 25 clusters by c" in text
    assert text.splitlines()[-1].startswith("identified: w, x, residual of x")
    assert repr(found) == text


@pytest.mark.parametrize("level", [0, 1, "a"])
def test_a_level_that_is_no_coverage_is_refused(found, level):
    for table in (found.tidy, found.percentile):
        with pytest.raises(UsageError, match="no coverage"):
            table(level)
