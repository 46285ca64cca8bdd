"""Separation: textbook shapes by hand, a row-by-row linear program on random cases, published cases where present."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from indexer import gravity
from indexer.errors import EstimationError
from indexer.gravity import separate
from indexer.gravity.demean import Effects
from indexer.gravity.sample import all_zero_levels
from indexer.gravity.separate import separated


def rows(y, x, codes=()):
    x = np.column_stack([np.ones(len(y)), x]) if not codes else np.asarray(x, float).reshape(len(y), -1)
    found, using = separated(np.asarray(y, float), x, Effects([np.asarray(c) for c in codes]))
    return found.tolist(), using.tolist()


def test_a_dummy_that_is_one_only_where_y_is_zero():
    assert rows([0, 0, 0, 1, 2, 3], [[1], [1], [0], [0], [0], [0]]) == ([0, 1], [1])


def test_of_both_signs_on_the_zeros_nothing_is_separated():
    assert rows([0, 0, 1, 2], [[1], [-1], [0], [0]]) == ([], [])


def test_overlap_is_no_separation():
    assert rows([0, 0, 1, 2], [[1], [2], [1.5], [0.5]]) == ([], [])


def test_a_constant_on_the_positives():
    # x - 2 is zero on the positives and positive in the zeros above 2: separation needs the intercept
    assert rows([0, 0, 1, 5], [[3], [4], [2], [2]]) == ([0, 1], [0, 1])


def test_two_regressors_together():
    # x1 - x2 is zero on the positives, and on the zeros it is 1 or 0
    assert rows([0, 0, 1, 1, 1], [[2, 1], [1, 1], [1, 1], [2, 2], [4, 4]])[0] == [0]


def test_effects_alone_beyond_zero_levels():
    # a0-b0 and a1-b1 are two blocks of positives; a1-b0 joins them, a0-b1 does not occur: a1 can go to minus infinity
    y, a, b = [1, 2, 3, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0]
    assert rows(y, np.zeros((5, 0)), [a, b])[0] == [4]
    # with a zero on the other diagonal too the two pull in opposite directions
    assert rows([*y, 0], np.zeros((6, 0)), [[*a, 0], [*b, 1]])[0] == []


def test_no_zeros_or_no_positives():
    assert rows([1, 2, 3], [[1], [2], [4]]) == ([], [])
    assert rows([0, 0], [[1], [2]]) == ([], [])


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_units_do_not_matter(scale):
    assert rows([0, 0, 0, 1, 2, 3], scale * np.array([[1], [1], [0], [0], [0], [0]])) == ([0, 1], [1])


def by_single_programs(y, design):
    """Ask of every zero row, in a program of its own, whether z can be positive there."""
    design = design / np.maximum(np.abs(design).max(axis=0), 1e-300)
    _, s, vt = np.linalg.svd(design[y > 0], full_matrices=True)
    null = vt[(s > 1e-10 * s.max()).sum() :].T
    zero = np.flatnonzero(y == 0)
    a = design[zero] @ null
    a[np.abs(a) < 1e-10] = 0
    out = []
    for k, row in enumerate(zero):
        if a.shape[1] == 0:
            break
        best = linprog(-a[k], A_ub=-a, b_ub=np.zeros(len(zero)), bounds=[(-1, 1)] * a.shape[1], method="highs")
        if -best.fun > 1e-7:
            out.append(int(row))
    return out


@pytest.mark.parametrize("dense", [separate.DENSE_LEVELS, -1], ids=["null space", "one large program"])
@pytest.mark.parametrize("seed", range(12))
def test_random_cases_against_single_programs(seed, dense, monkeypatch):
    monkeypatch.setattr(separate, "DENSE_LEVELS", dense)
    g = np.random.default_rng(seed)
    for _ in range(4):
        n, k = int(g.integers(8, 50)), int(g.integers(1, 4))
        y = np.where(g.uniform(size=n) < 0.65, 0, g.integers(1, 4, n)).astype(float)
        y[0] = 1.0
        x = np.column_stack([g.integers(0, 2, n), np.where(y > 0, 0, g.integers(-1, 4, n))]).astype(float)
        codes = [np.unique(g.integers(0, max(2, n // 4), n), return_inverse=True)[1] for _ in range(k)]
        empty = all_zero_levels(y, codes, np.ones(n, bool)).any(axis=0)
        dummies = np.hstack([np.eye(c.max() + 1)[c] for c in codes])
        keep = np.flatnonzero(~empty)
        sub = [np.unique(c[keep], return_inverse=True)[1] for c in codes]
        found, _ = separated(y[keep], x[keep], Effects(sub))
        got = sorted([*np.flatnonzero(empty).tolist(), *keep[found].tolist()])
        assert got == by_single_programs(y, np.hstack([x, dummies]))


def test_a_verdict_without_its_certificate_is_not_passed_on(monkeypatch):
    import scipy.optimize

    def wrong(*args, **kwargs):
        result = linprog(*args, **kwargs)
        result.x = np.zeros_like(result.x)  # claims that no row is separated
        return result

    monkeypatch.setattr(scipy.optimize, "linprog", wrong)
    with pytest.raises(EstimationError, match="could not be decided"):
        rows([0, 0, 0, 1, 2, 3], [[1], [1], [0], [0], [0], [0]])


def test_published_and_exact_cases(shared):
    expected = pd.read_csv(shared / "separation" / "expected.csv", keep_default_na=False)
    assert len(expected) == 26
    for case in expected.itertuples():
        data = pd.read_csv(shared / "separation" / f"{case.case}.csv")
        effects = case.fixed_effects.replace("+", " + ")
        formula = f"y ~ {case.regressors or '1'}" + (f" | {effects}" if effects else "")
        if case.n_separated == case.n:
            with pytest.raises(EstimationError, match="zero in all"):
                gravity.ppml(formula, data)
            continue
        fit = gravity.ppml(formula, data, on_absorbed="drop")
        gone = np.flatnonzero(fit.row_status.isin(["separated", "all-zero level"]))
        assert " ".join(map(str, gone)) == case.separated_rows, case.case
        assert "+".join(fit.identified_terms) == case.identified, case.case
        coef = [float(v) for v in case.coef.split()]
        np.testing.assert_allclose(fit.coef[list(fit.identified_terms)], coef, atol=1e-9, err_msg=case.case)
        singletons = data["y"][fit.row_status == "singleton"].sum()  # fitted exactly
        assert fit.fitted.sum() + singletons == pytest.approx(float(case.sum_mu), rel=1e-9)
