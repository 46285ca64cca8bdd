"""Pairs that stand out."""

import numpy as np

from indexer.analyse.pairs import outstanding_pairs


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
