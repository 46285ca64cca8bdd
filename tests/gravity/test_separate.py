"""Separation: textbook shapes by hand, a linear program on thousands of random designs, published cases."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from indexer import gravity
from indexer.errors import EstimationError
from indexer.gravity import separate
from indexer.gravity.codes import Identifiers, Levels
from indexer.gravity.design import Design
from indexer.gravity.layout.free import Free
from indexer.gravity.layout.plain import Plain
from indexer.gravity.layout.rows import Rows
from indexer.gravity.sample import final_sample
from indexer.gravity.scaling import scale_columns
from indexer.gravity.separate import separated


def rows(y, x, codes=(), kind=Plain):
    """Separated rows, and columns of x that take part (an intercept first where there are no effects)."""
    y = np.asarray(y, dtype=float)
    columns = list(np.asarray(x, float).reshape(len(y), -1).T)
    names = [f"x{k}" for k in range(len(columns))]
    if not codes:
        columns, names = [np.ones(len(y)), *columns], ["Intercept", *names]
    layout = kind([np.asarray(c) for c in codes]) if codes else Free(len(y))
    verdict = separated(layout, layout.scatter(y), scale_columns(layout, columns, names, True))
    if verdict.cells is None:
        return [], []
    return np.flatnonzero(layout.gather(verdict.cells)).tolist(), verdict.regressors.tolist()


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


def test_no_zeros():
    assert rows([1, 2, 3], [[1], [2], [4]]) == ([], [])


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_units_do_not_matter(scale):
    assert rows([0, 0, 0, 1, 2, 3], scale * np.array([[1], [1], [0], [0], [0], [0]])) == ([0, 1], [1])


def oracle(y, x, codes):
    """The separated rows, by one dense linear program in the directions that vanish where y > 0."""
    design = np.column_stack([np.ones(len(y)), *x, *(np.eye(c.max() + 1)[c] for c in codes)])
    design = design / np.maximum(np.abs(design).max(axis=0), 1e-300)
    _, s, vt = np.linalg.svd(design[y > 0], full_matrices=True)
    null = vt[(s > 1e-10 * s.max()).sum() :].T
    zero = np.flatnonzero(y == 0)
    a = design[zero] @ null
    a[np.abs(a) < 1e-10] = 0
    m, k = a.shape
    if not a.any():
        return []
    result = linprog(
        np.r_[np.zeros(k), -np.ones(m)], A_ub=np.column_stack([-a, np.eye(m)]), b_ub=np.zeros(m),
        bounds=[(None, None)] * k + [(0, 1)] * m, method="highs",
    )  # fmt: skip
    return zero[result.x[k:] > 0.5].tolist()


def by_us(y, x, codes, kind, order=None):
    """The same by the sample's rules: all-zero levels and separated rows, whatever the singletons."""
    n = len(y)
    order = np.arange(n) if order is None else order
    columns, names = [v[order] for v in x], [f"x{k}" for k in range(len(x))]
    if not codes:
        columns, names = [np.ones(n), *columns], ["Intercept", *names]
    ids = {f"e{k}": Levels(c[order], int(c.max()) + 1, list) for k, c in enumerate(codes)}
    effects = {f"e{k}": (f"e{k}",) for k in range(len(codes))}
    design = Design(y=y[order], x=tuple(columns), names=tuple(names), ids=Identifiers(ids), effects=effects, n_data=n)
    layout = kind([c[order] for c in codes]) if codes else Free(n)
    try:
        drops = final_sample(design, layout, True).drops
    except EstimationError as nothing_left:
        if "no row is left" in str(nothing_left) or "zero in all" in str(nothing_left):
            return None
        raise
    return sorted(int(order[r]) for d in drops if d.kind != "singleton" for r in d.rows)


@st.composite
def designs(draw):
    """Small Poisson designs with many zeros: dummies, regressors that vary on the zeros only, continuous ones."""
    g = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, k, p = draw(st.integers(8, 60)), draw(st.integers(0, 3)), draw(st.integers(0, 3))
    y = np.where(g.uniform(size=n) < draw(st.floats(0.2, 0.8)), 0, g.integers(1, 4, n)).astype(float)
    y[0] = 1.0
    kinds = draw(st.lists(st.sampled_from(["dummy", "on zeros", "continuous"]), min_size=p, max_size=p))
    x = [
        g.integers(0, 2, n).astype(float) if kind == "dummy"
        else np.where(y > 0, 0.0, g.integers(-1, 4, n)) if kind == "on zeros" else g.normal(size=n)
        for kind in kinds
    ]  # fmt: skip
    levels = max(2, n // draw(st.integers(2, 6)))
    codes = [np.unique(g.integers(0, levels, n), return_inverse=True)[1] for _ in range(k)]
    return y, x, codes, g.permutation(n)


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(designs())
def test_random_designs_against_a_linear_program(case):
    y, x, codes, order = case
    expected = oracle(y, x, codes)
    got = by_us(y, x, codes, Plain)
    assert got is None or got == expected
    assert by_us(y, x, codes[::-1], Plain, order) == got


@settings(max_examples=300, deadline=None, derandomize=True)
@given(designs())
def test_compiled_layout_against_a_linear_program(case):
    y, x, codes, _ = case
    got = by_us(y, x, codes, Rows)
    assert got is None or got == oracle(y, x, codes)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(designs())
def test_one_large_program_against_a_small_one(case):
    y, x, codes, _ = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(separate, "MOST_DIRECTIONS", -1)
        got = by_us(y, x, codes, Plain)
    assert got is None or got == oracle(y, x, codes)


@pytest.mark.parametrize("seed", range(40))
def test_panels_in_a_tensor(grid, seed):
    g = grid(n=5, m=5, t=3, share=0.8, seed=seed)
    y = np.where(g.rng.uniform(size=g.n) < 0.6, 0.0, 1.0)
    x = [np.where(y > 0, 0.0, g.rng.integers(-1, 3, g.n)), g.rng.normal(size=g.n)]
    effects = {f"e{k}": c for k, c in enumerate(g.effects)}
    design = Design(y=y, x=tuple(x), names=("a", "b"), ids=g.ids, effects=effects, n_data=g.n)
    try:
        drops = final_sample(design, g.layout("dense"), True).drops
    except EstimationError:
        assert by_us(y, x, g.codes, Plain) is None
        return
    assert sorted(r for d in drops if d.kind != "singleton" for r in d.rows) == oracle(y, x, g.codes)


def test_the_weights_of_the_proof_prove(grid):
    # one on the zeros, completed on the positive rows: orthogonal to all effects
    g = grid(n=10, m=10, t=5, share=0.9)
    y = g.rng.gamma(1, 1, g.n) * (g.rng.uniform(size=g.n) < 0.9)
    y[[np.flatnonzero(c == k)[0] for c in g.codes for k in range(c.max() + 1)]] = 1.0
    layout = g.layout("dense")
    verdict = separated(layout, layout.scatter(y), scale_columns(layout, [g.rng.normal(size=g.n)], ["x"], True))
    assert verdict.cells is None
    assert verdict.identified is not None
    assert oracle(y, [], g.codes) == []


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
