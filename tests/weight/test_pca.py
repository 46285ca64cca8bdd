"""Rules against closed forms, and against COINr's first-component weights of the ASEM example."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer.errors import MethodError
from indexer.weight import pca_weights, principal_components

ASEM = Path(__file__).parents[3] / "shared/reference/composite/asem_coinr"


def correlated(r, n=4000):
    """Columns whose sample correlation matrix is exactly r."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=(n, len(r)))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z, rowvar=False))).T
    return z @ np.linalg.cholesky(np.asarray(r)).T


def test_two_indicators_share_equally():
    y = correlated([[1, 0.6], [0.6, 1]])
    for rule in ("communality", "first"):
        np.testing.assert_allclose(pca_weights(y, rule), [0.5, 0.5], atol=1e-12)


def test_one_block_closed_form():
    # R = [[1,a,a],[a,1,0],[a,0,1]]: first eigenvector (sqrt 2, 1, 1)/2 with eigenvalue 1 + a sqrt 2, second value 1.
    a = 0.4
    y = correlated([[1, a, a], [a, 1, 0], [a, 0, 1]])
    first = np.array([np.sqrt(2), 1, 1])
    np.testing.assert_allclose(pca_weights(y, "first"), first / first.sum(), atol=1e-10)
    h = first**2
    np.testing.assert_allclose(pca_weights(y, "communality", retain="1"), h / h.sum(), atol=1e-10)


def test_kaiser_retains_at_least_one_and_counts_from_one():
    y = correlated([[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1.0]])
    assert principal_components(y).retained == 2


def test_the_number_retained_can_be_given():
    y = correlated([[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.4], [0, 0, 0.4, 1.0]])
    assert principal_components(y, retain="1").retained == 1
    np.testing.assert_allclose(pca_weights(y, retain="2"), pca_weights(y), rtol=1e-12)
    np.testing.assert_allclose(pca_weights(y, "first"), [0.5, 0.5, 0, 0], atol=1e-9)
    for wrong in ("0", "5", "junk", "1.5"):
        with pytest.raises(MethodError, match=f"cannot retain {wrong} of 4"):
            principal_components(y, retain=wrong)


def test_communalities_do_not_depend_on_units_or_order():
    y = correlated([[1, 0.7, 0.3], [0.7, 1, 0.2], [0.3, 0.2, 1]])
    w = pca_weights(y)
    np.testing.assert_allclose(pca_weights(y * [1e-9, 1.0, 1e9] + [0, 5, 5]), w, rtol=1e-8)
    np.testing.assert_allclose(pca_weights(y[:, [2, 0, 1]]), w[[2, 0, 1]], rtol=1e-10)


def test_incomplete_cases_are_left_out():
    y = correlated([[1, 0.6, 0.5], [0.6, 1, 0.4], [0.5, 0.4, 1]], n=50)
    holed = np.vstack([y, [[9.0, np.nan, -9.0]]])
    np.testing.assert_allclose(pca_weights(holed), pca_weights(y), rtol=1e-12)
    assert principal_components(holed).n_cases == 50


def test_an_indicator_against_the_rest_is_named():
    y = correlated([[1, 0.6, -0.5], [0.6, 1, -0.4], [-0.5, -0.4, 1]])
    for rule in ("communality", "first"):
        with pytest.raises(MethodError, match="'restrictions'"):
            pca_weights(y, rule, ("a", "b", "restrictions"))


def test_singular_matrices_are_found_by_name():
    y = correlated([[1, 0.5], [0.5, 1]])
    with pytest.raises(MethodError, match="copy and a"):
        pca_weights(np.column_stack([y, 3 * y[:, 0] - 1]), names=("a", "b", "copy"))
    with pytest.raises(MethodError, match="a sum of others"):
        pca_weights(np.column_stack([y, y.sum(axis=1)]), names=("a", "b", "c"))


def test_too_few_cases_and_constants_are_refused():
    with pytest.raises(MethodError, match="too few"):
        pca_weights(np.eye(3))
    y = correlated([[1, 0.5], [0.5, 1]])
    with pytest.raises(MethodError, match="constant over the complete cases: b"):
        pca_weights(np.column_stack([y[:, 0], np.ones(len(y))]), names=("a", "b"))


@pytest.mark.skipif(not ASEM.is_dir(), reason="the reference cases beside the checkout are absent")
def test_first_rule_is_coinrs_before_scaling():
    data = pd.read_csv(ASEM / "expected_minmax_0_100.csv")
    structure = pd.read_csv(ASEM / "input_structure.csv").set_index("iCode")
    expected = pd.read_csv(ASEM / "expected_pca_weights_level1_by_pillar.csv").set_index("iCode")["Weight"]
    compared = 0
    for _, codes in expected.groupby(structure["Parent"].reindex(expected.index)):
        w = codes.to_numpy() * np.sign(codes.sum())
        if (w <= 0).any():
            continue
        got = pca_weights(data[codes.index].to_numpy(), "first")
        np.testing.assert_allclose(got, w / w.sum(), atol=1e-9)
        compared += len(codes)
    assert compared > 10
