"""Terms by hand: functions, products, powers, logs of what has none, categories and their labels."""

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import UsageError
from indexer.gravity.formula import Term
from indexer.gravity.terms import categorical, nonpositive_logs, numeric

COLUMNS = {"x": np.array([1.0, 2.0, -4.0]), "z": np.array([0.0, 1.0, 3.0])}


def value(*factors):
    return numeric(Term("t", factors), COLUMNS, 3)


def test_by_hand():
    np.testing.assert_allclose(value("x", "z"), [0, 2, -12])
    np.testing.assert_allclose(value("exp(x)"), np.exp([1, 2, -4]))
    np.testing.assert_allclose(value("I(x ** 2 / 2 + z)"), [0.5, 3, 11])
    np.testing.assert_allclose(value("I(3)"), [3, 3, 3])
    np.testing.assert_allclose(value("I(z > 0)"), [0, 1, 1])
    np.testing.assert_array_equal(np.isnan(value("log(x)")), [False, False, True])


def test_a_column_is_itself():
    assert value("x") is COLUMNS["x"]


def test_logs_of_what_has_none():
    rows = np.arange(3)
    assert nonpositive_logs(Term("t", ("log(x)", "z")), COLUMNS, rows).tolist() == [False, False, True]
    assert nonpositive_logs(Term("t", ("I(log(x) + log(z))",)), COLUMNS, rows).tolist() == [True, False, True]
    assert not nonpositive_logs(Term("t", ("sqrt(x)",)), COLUMNS, rows).any()


@pytest.mark.parametrize("term", ["log(x, z)", "I('a')", f"I({10**400})", "I(x + 'a')"])
def test_what_cannot_be_computed_is_named(term):
    with pytest.raises(UsageError, match="cannot be computed") as caught:
        value(term)
    assert "'t'" in str(caught.value)


def test_functions_write_nowhere():
    before = COLUMNS["z"].copy()
    for name in ("exp", "sqrt", "abs", "log1p"):
        with pytest.raises(UsageError, match="cannot be computed"):
            value(f"{name}(x, z)")
    np.testing.assert_array_equal(COLUMNS["z"], before)


def coded(*terms, intercept=False, constant=False, quoted=(), **categories):
    """Label and values of terms, each with its label or given as its only factor."""
    made = [Term(t, (t,)) if isinstance(t, str) else t for t in terms]
    groups = {k: pd.Categorical(list(v)) for k, v in categories.items()}
    return dict(categorical(made, intercept, constant, COLUMNS, groups, quoted))


def test_categories():
    both = coded("i(g)", "x", intercept=True, constant=True, g="bab")
    assert list(both) == ["Intercept", "i(g)[b]", "x"]
    np.testing.assert_array_equal(both["i(g)[b]"], [1, 0, 1])
    assert list(coded("C(g)", constant=True, g="bab")) == ["C(g)[T.b]"]


def test_without_a_constant_the_first_categories_keep_all_levels():
    assert list(coded("i(g)", g="bab")) == ["i(g)[a]", "i(g)[b]"]
    assert list(coded("x", "i(g)", "i(h)", g="bab", h="uuv")) == ["x", "i(g)[a]", "i(g)[b]", "i(h)[v]"]
    assert list(coded("C(g)", "i(h)", g="bab", h="uuv")) == ["C(g)[a]", "C(g)[b]", "i(h)[v]"]
    assert list(coded("i(g, ref='b')", "i(h)", g="bab", h="uuv")) == ["i(g, ref='b')[a]", "i(h)[u]", "i(h)[v]"]
    assert list(coded("i(g, x)", "i(h)", g="bab", h="uuv"))[2:] == ["i(h)[u]", "i(h)[v]"]
    assert list(coded("i(g)", g="bbb")) == ["i(g)[b]"]
    assert list(coded("i(g)", "x", constant=True, g="bbb")) == ["x"]


@pytest.fixture
def table():
    g = np.random.default_rng(2)
    n = 60
    d = pd.DataFrame({
        "x": g.normal(size=n), "z": g.normal(size=n), "x x": g.normal(size=n), "c": g.choice(list("pqr"), n),
        "b": g.choice(list("uvw"), n), "a": g.integers(0, 4, n),
    })  # fmt: skip
    return d.assign(y=np.exp(0.3 * d.x) + g.uniform(size=n), **{"my c:": d.c})


def test_means_by_category_without_a_constant(table):
    means = table.groupby("c").y.mean()
    for term in ("i(c)", "C(c)"):
        fit = gravity.ppml(f"y ~ 0 + {term}", table)
        assert list(fit.coef.index) == [f"{term}[{k}]" for k in "pqr"]
        np.testing.assert_allclose(np.exp(fit.coef), means, rtol=1e-8)


def test_instruments_stand_beside_the_categories_of_the_equation(table):
    with_constant = gravity.ols("y ~ i(c) | x ~ z + i(b)", table)
    for term in ("i(c)", "C(c)"):
        fit = gravity.ols(f"y ~ 0 + {term} | x ~ z + i(b)", table)
        assert fit.design.instrument_names == ("z", "i(b)[v]", "i(b)[w]")
        assert fit.coef["x"] == pytest.approx(with_constant.coef["x"], rel=1e-9)
    assert gravity.ols("y ~ 0 + z | x ~ i(b)", table).design.instrument_names == ("i(b)[u]", "i(b)[v]", "i(b)[w]")


def test_labels_are_the_same_beside_categories(table):
    plain = "`x x` + x^2 + `x x`:z + z:`x x`^2 + I(z ** 3)"
    labels = list(gravity.ols(f"y ~ {plain} | a", table).coef.index)
    assert labels == ["x x", "x^2", "I(z ** 3)", "x x:z", "z:x x^2"]
    for term in ("i(c)", "C(c)"):
        beside = gravity.ols(f"y ~ {plain} + {term} | a", table).coef.index
        assert [k for k in beside if "[" not in k] == labels
    odd = gravity.ols("y ~ C(`my c:`) + C(`my c:`):`x x`^2 + i(b, `x x`)", table).coef.index
    assert [k for k in odd if k != "Intercept"] == [
        "C(my c:)[T.q]", "C(my c:)[T.r]", "i(b, x x)[u]", "i(b, x x)[v]", "i(b, x x)[w]",
        "C(my c:)[p]:x x^2", "C(my c:)[q]:x x^2", "C(my c:)[r]:x x^2",
    ]  # fmt: skip


def test_a_column_is_a_number_and_a_category(table):
    slopes = gravity.ols("y ~ i(c, a) + x", table).coef
    both = gravity.ols("y ~ i(c, a) + x + C(a)", table, on_absorbed="drop").coef
    assert list(slopes.index)[1:4] == ["i(c, a)[p]", "i(c, a)[q]", "i(c, a)[r]"]
    assert set(slopes.index) < set(both.index)
    assert "C(a)[T.1]" in both


@pytest.mark.parametrize("term", ["i(c, C(b))", "I(C(b))", "log(i(b))", "C(b)^2", "i(c, x * C(b))"])
def test_categories_inside_something_else_are_refused(table, term):
    with pytest.raises(UsageError, match="inside something else") as caught:
        gravity.ols(f"y ~ {term}", table)
    assert "C(a):C(b)" in str(caught.value)


@pytest.mark.parametrize("term", ["C(c, z)", "C(c, 'q')", "i(c, 'q')", "i(c, levels=3)"])
def test_wrong_arguments_of_categories(table, term):
    with pytest.raises(UsageError, match="cannot be computed"):
        gravity.ols(f"y ~ {term}", table)


def test_levels_that_do_not_occur_are_no_levels(table):
    unused = table.assign(c=pd.Categorical(table.c, categories=list("orqps")))
    assert list(gravity.ols("y ~ C(c)", unused).coef.index) == ["Intercept", "C(c)[T.q]", "C(c)[T.p]"]
    assert list(gravity.ols("y ~ i(c)", unused).coef.index) == ["Intercept", "i(c)[q]", "i(c)[r]"]


@pytest.mark.parametrize("term", ["C(c)", "i(c)", "i(c, x)"])
def test_values_that_are_no_categories(table, term):
    with pytest.raises(UsageError, match="'c' holds something that is no category"):
        gravity.ols(f"y ~ {term}", table.assign(c=[[1]] * len(table)))


@pytest.mark.parametrize("values", [[1, 2], list("pq")])
def test_a_category_is_no_number(table, values):
    k = table.assign(k=pd.Categorical(values * 30))
    for formula in ("y ~ k", "y ~ x:k", "y ~ i(c, k)", "k ~ x"):
        with pytest.raises(UsageError, match="'k' holds categories") as caught:
            gravity.ols(formula, k)
    assert "C(k) or i(k)" in str(caught.value)
    assert len(gravity.ols("y ~ i(k) | c", k).coef) == 1
