"""Cronbach's alpha, against pingouin, R psych, COINr and the Handbook's table 11."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.analyse import alpha_if_deleted, cronbach_alpha
from indexer.errors import MethodError

ASEM = Path(__file__).parents[3] / "shared/reference/composite/asem_coinr"
HANDBOOK = Path(__file__).parents[1] / "reference/tai_oecd/published_table11_cronbach.csv"


@pytest.mark.parametrize("package", ["", "psych_"])
@pytest.mark.parametrize("name", ["synthetic_120x8", "tai_23x8"])
def test_alpha_of_pingouin_and_psych(adequacy_case, adequacy_data, package, name):
    row = pd.read_csv(adequacy_case / f"expected_{package}kmo_bartlett_alpha.csv").set_index("data").loc[name]
    y = adequacy_data[name]
    assert cronbach_alpha(y) == pytest.approx(row["cronbach_standardised"], abs=1e-9)
    assert cronbach_alpha(y, standardised=False) == pytest.approx(row["cronbach_raw"], abs=1e-9)


@pytest.mark.skipif(not ASEM.is_dir(), reason="the reference cases beside the checkout are absent")
def test_raw_alpha_of_the_pillars_of_coinr():
    data = pd.read_csv(ASEM / "input_idata.csv", keep_default_na=False, na_values=[""])
    structure = pd.read_csv(ASEM / "input_structure.csv").query("Level == 1")
    expected = pd.read_csv(ASEM / "expected_cronbach_raw_by_pillar.csv").set_index("pillar")["cronbach_alpha"]
    for pillar, members in structure.groupby("Parent")["iCode"]:
        y = data[list(members)].to_numpy(dtype=float)
        # COINr takes covariances over the pairs that are there.
        got = cronbach_alpha(y, tuple(members), standardised=False, pairwise=True)
        assert got == pytest.approx(expected[pillar], abs=1e-9), pillar


def test_table_11_of_the_handbook(adequacy_data):
    table = pd.read_csv(HANDBOOK)
    y = adequacy_data["tai_23x8"]
    assert cronbach_alpha(y) == pytest.approx(0.70, abs=0.005)
    deleted = alpha_if_deleted(y)
    np.testing.assert_allclose(deleted, table["alpha_if_deleted_published"][1:], rtol=0, atol=0.0021)
    np.testing.assert_allclose(deleted, table["alpha_if_deleted_expected"][1:], rtol=0, atol=1e-9)


def test_alpha_does_not_need_more_cases_than_indicators():
    # Two cases that all indicators order alike: every correlation is 1.
    assert cronbach_alpha(np.array([[1.0, 2.0, 5.0], [2.0, 4.0, 6.0]])) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (np.ones((5, 1)), "two indicators"),
        (np.array([[1.0, 2.0], [np.nan, 3.0]]), "two complete cases"),
        (np.array([[1.0, 2.0], [1.0, 3.0]]), "constant: 'a'"),
        (np.array([[1.0, 3.0], [3.0, 1.0], [2.0, 2.0]]), "sum of the indicators is constant"),
    ],
)
def test_no_alpha(y, said):
    with pytest.raises(MethodError, match=said):
        cronbach_alpha(y, names=("a", "b"))


def test_of_two_indicators_none_can_be_deleted():
    with pytest.raises(MethodError, match="at least three"):
        alpha_if_deleted(np.array([[1.0, 3.0], [3.0, 2.0], [2.0, 2.0]]))
