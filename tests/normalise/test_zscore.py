"""Standard scores, against COINr, the Handbook's table 15 and parameters frozen by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer import normalise
from indexer.errors import MethodError
from indexer.normalise.zscore import means

REFERENCE = Path(__file__).parents[1] / "reference"
INDICATORS = ["le", "eys", "mys", "log_gnipc"]
METHOD = normalise.METHODS["z_score"]


def test_z_scores_of_coinr(treated, asem):
    x, lower_better, names = treated
    y = METHOD.apply(x, METHOD.fit(x, lower_better=lower_better), lower_better=lower_better)
    np.testing.assert_allclose(y, asem("expected_zscore_0_1")[names].to_numpy(), rtol=1e-9, atol=1e-9)


def test_moments_of_2000_frozen_for_later_years():
    case = REFERENCE / "panel_goalposts"
    data = pd.read_csv(case / "input.csv")
    x = data[INDICATORS].to_numpy()
    parameters = json.loads(json.dumps(METHOD.fit(x[data["year"] == 2000], lower_better=False)))
    fitted = pd.read_csv(case / "expected_parameters_fitted_2000.csv").set_index("indicator").loc[INDICATORS]
    np.testing.assert_allclose([p["sd"] for p in parameters], fitted["sd_ddof1"], rtol=1e-13)
    y = METHOD.apply(x, parameters, lower_better=False)
    expected = pd.read_csv(case / "expected_zscore_frozen_2000.csv")[INDICATORS].to_numpy()
    np.testing.assert_allclose(y, expected, rtol=0, atol=1e-12)


def test_schooling_in_the_handbook():
    table = pd.read_csv(REFERENCE / "tai_oecd/published_table15_normalisation_schooling.csv")
    z = normalise.z_score(table["schooling"].to_numpy())
    np.testing.assert_allclose(z, table["zscore"], rtol=0, atol=0.0051)


def test_mean_and_sd_asked_for():
    x = np.array([[1.0], [2.0], [6.0]])
    y = METHOD.apply(x, METHOD.fit(x, lower_better=True), lower_better=True, mean=100.0, sd=10.0)
    assert y.mean() == pytest.approx(100.0, abs=1e-12)
    assert y.std(ddof=1) == pytest.approx(10.0, abs=1e-12)
    assert y[0] > y[1] > y[2]


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_no_scale_is_too_large_or_too_small(scale):
    z = normalise.z_score(np.array([1.0, 2.0, 3.0]) * scale)
    np.testing.assert_allclose(z, [-1.0, 0.0, 1.0], atol=1e-15)


def test_the_mean_is_rounded_once():
    # 1e16 + 1 + 1 - 1e16 summed from left to right loses both ones.
    assert means(np.array([[1e16], [1.0], [1.0], [-1e16], [np.nan]])).tolist() == [0.5]


def test_given_moments_are_used():
    np.testing.assert_array_equal(normalise.z_score(np.array([4.0, np.nan]), 2.0, 4.0), [0.5, np.nan])


def test_an_sd_of_nothing_is_refused():
    with pytest.raises(MethodError, match="above 0"):
        normalise.z_score(np.array([4.0, 5.0]), 2.0, 0.0)
