import numpy as np
import pytest

from indexer.errors import MethodError
from indexer.weight import principal_components


def test_tables_7_and_8_of_the_handbook(tai, table):
    pc = principal_components(tai.y, retain=8)
    published = table("tai_oecd", "published_table7_16_eigenvalues")
    np.testing.assert_allclose(100 * pc.eigenvalues / 8, published["pct"], atol=0.15)
    np.testing.assert_allclose(pc.eigenvalues, table("tai_oecd", "expected_eigenvalues")["eigenvalue"], rtol=1e-11)
    loadings = table("tai_oecd", "published_table8_component_loadings").to_numpy()
    signs = np.sign((pc.loadings * loadings).sum(axis=0))
    np.testing.assert_allclose(pc.loadings * signs, loadings, atol=0.02)


@pytest.mark.parametrize(("retain", "k"), [("kaiser", 2), ("parallel", 1), (4, 4), ("4", 4), (0.76, 3), (0.77, 4)])
def test_how_many_of_the_handbooks_are_retained(tai, retain, k):
    # Parallel analysis keeps one of them (kmo_bartlett/expected_parallel_analysis.csv); shares are of table 7.
    assert principal_components(tai.y, retain=retain).retained == k


def test_parallel_analysis_keeps_two_of_the_simulated(synthetic):
    assert principal_components(synthetic, retain="parallel").retained == 2


def test_an_eigenvalue_of_exactly_one_is_retained(correlated):
    # [[1,a,a],[a,1,0],[a,0,1]] has the eigenvalues 1 + a√2, 1 and 1 - a√2.
    assert principal_components(correlated([[1, 0.4, 0.4], [0.4, 1, 0], [0.4, 0, 1]])).retained == 2


def test_equally_strong_first_components_do_not_depend_on_luck(correlated):
    y = correlated([[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1]])
    pc = principal_components(y)
    np.testing.assert_allclose(pc.eigenvectors[:, 0], [0.5] * 4, atol=1e-9)
    np.testing.assert_allclose(pc.eigenvectors.T @ pc.eigenvectors, np.eye(4), atol=1e-12)
    with pytest.raises(MethodError, match=r"components 1 and 2 of .* are equally strong"):
        principal_components(y, retain=1)


@pytest.mark.parametrize("retain", [0, 9, "junk", 1.5, True, -0.5])
def test_what_cannot_be_retained(tai, retain):
    with pytest.raises(MethodError, match=f"cannot retain {retain} of 8"):
        principal_components(tai.y, retain=retain)


def test_eigenvalues_of_coinr(beside):
    data = beside("asem_coinr", "expected_minmax_0_100")
    structure = beside("asem_coinr", "input_structure")
    for pillar, expected in beside("asem_coinr", "expected_pca_eigenvalues_level1").groupby("group"):
        codes = structure.loc[structure["Parent"] == pillar, "iCode"]
        pc = principal_components(data[codes].to_numpy())
        np.testing.assert_allclose(pc.eigenvalues, expected["eigenvalue"], rtol=1e-9)
