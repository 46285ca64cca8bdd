"""KMO, Bartlett and alpha against R psych's printed values, verdicts against the thresholds."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.analyse.adequacy import assess, bartlett, cronbach_alpha, kmo, outstanding_pairs
from indexer.errors import MethodError

CASE = Path(__file__).parents[3] / "shared/reference/composite/kmo_bartlett"


def block(r, n=60, m=3, seed=0):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, m))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z, rowvar=False))).T
    return z @ np.linalg.cholesky(np.full((m, m), r) + (1 - r) * np.eye(m)).T


def test_kmo_of_three_equal_correlations():
    # All r = .5: partial correlations are 1/3, so KMO = .25 / (.25 + 1/9).
    assert kmo(block(0.5))[0] == pytest.approx(0.25 / (0.25 + 1 / 9), abs=1e-10)


def test_bartlett_closed_form():
    n, r = 60, 0.5
    determinant = (1 - r) ** 2 * (1 + 2 * r)
    assert bartlett(block(r, n))[0] == pytest.approx(-(n - 1 - (2 * 3 + 5) / 6) * np.log(determinant), rel=1e-10)


def test_alpha_closed_form():
    assert cronbach_alpha(block(0.5)) == pytest.approx(3 * 0.5 / 2, rel=1e-10)


def test_cases_with_gaps_are_left_out():
    y = block(0.5)
    assert kmo(np.vstack([y, [[np.nan, 9, -9]]]))[0] == pytest.approx(kmo(y)[0], rel=1e-12)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (np.ones((9, 1)), "at least two"),
        (np.eye(3), "too few"),
        (np.column_stack([block(0.5)[:, :2], np.ones(60)]), "constant columns: 2"),
        (block(0.5)[:, [0, 1, 0]], "singular"),
    ],
)
def test_refusals_come_before_the_eigen_solver(y, said):
    with pytest.raises(MethodError, match=said):
        kmo(y)


@pytest.mark.skipif(not CASE.is_dir(), reason="the reference cases beside the checkout are absent")
def test_published_reference():
    data = pd.read_csv(CASE / "input_synthetic_120x8.csv").select_dtypes("number").to_numpy()
    row = pd.read_csv(CASE / "expected_kmo_bartlett_alpha.csv").set_index("data").loc["synthetic_120x8"]
    assert kmo(data)[0] == pytest.approx(row["kmo_overall"], abs=1e-12)
    assert bartlett(data)[0] == pytest.approx(row["bartlett_chi2"], rel=1e-12)
    assert cronbach_alpha(data) == pytest.approx(row["cronbach_standardised"], rel=1e-12)


def test_verdicts():
    assert assess(block(0.6), "s", "economies", "pca (communality)").verdict == "adequate"
    weak = assess(block(0.1, n=400), "s", "economies", "pca (communality)").verdict
    assert "alpha" in weak
    assert weak.endswith("weigh this level equally or by experts")
    assert "do not rest on it" in assess(block(0.1, n=400), "s", "economies", "equal").verdict
    assert "not judged" in assess(np.ones((5, 1)), "s", "economies", "equal").verdict
    two = assess(block(0.6, m=2), "s", "economies", "pca (communality)")
    assert two.verdict == "adequate, but KMO is not judged for two indicators"
    few = assess(block(0.6, n=8), "s", "economies", "entropy").verdict
    assert "2.7 cases per indicator below 3" in few
    flat = assess(block(0.0, n=30), "s", "economies", "entropy").verdict
    assert "Bartlett p" in flat
    assert assess(np.eye(3), "s", "economies", "pca").verdict.startswith("not adequate")


def test_pairs_that_stand_out():
    rng = np.random.default_rng(1)
    a = rng.normal(size=80)
    y = np.column_stack([a, a + 0.01 * rng.normal(size=80), -a + rng.normal(size=80), rng.normal(size=80)])
    found = outstanding_pairs(y, list("abcd"), ["s", "t", "s", "t"])
    assert [(p.left, p.right, p.level, p.finding.split(":")[0]) for p in found] == [
        ("a", "b", "across", "double counting"),
        ("a", "c", "within", "contradiction"),
        ("b", "c", "across", "contradiction"),
    ]


def test_a_mirror_image_counts_twice_too():
    a = np.random.default_rng(2).normal(size=50)
    [pair] = outstanding_pairs(np.column_stack([a, -a]), ["a", "b"], ["s", "s"])
    assert pair.finding.startswith("double counting")
