"""Formulas: what is read, what is refused, and how the refusal helps."""

import pytest

from indexer.errors import UsageError
from indexer.gravity.formula import check_columns, parse, parse_term


def test_parts_of_a_full_formula():
    (p,) = parse("log(trade) ~ rta + log(dist):tariff + C(group) | exporter^year + importer ^ year + pair")
    assert p.lhs.label == "log(trade)"
    assert [t.label for t in p.rhs] == ["rta", "C(group)", "log(dist):tariff"]
    assert not p.intercept
    assert p.effect_names == ("exporter^year", "importer^year", "pair")
    assert p.numeric == ("trade", "rta", "dist", "tariff")
    assert p.categorical == ("group",)


def test_no_effects():
    for text in ("y ~ x", "y ~ x | 0"):
        assert parse(text)[0].effects == ()
        assert parse(text)[0].intercept
    assert not parse("y ~ x - 1")[0].intercept
    assert not parse("y ~ 0 + x")[0].intercept


def test_an_effect_given_twice_counts_once():
    assert parse("y ~ x | a + b + a")[0].effect_names == ("a", "b")


def test_names_in_backticks():
    (p,) = parse("`my y` ~ log(`my x`) + z | `my pair`^year")
    assert p.numeric == ("my y", "my x", "z")
    assert p.effects == (("my pair", "year"),)
    assert p.rhs[0].label == "log(my x)"
    assert p.column("quoted_1_") == "my x"
    assert [q.text for q in parse("`my y` + z ~ x")] == ["`my y` ~ x", "z ~ x"]


def test_slopes_by_category_use_both_columns():
    (p,) = parse("y ~ i(year, x, ref=2000)")
    assert (p.numeric, p.categorical) == (("y", "x"), ("year",))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("y", "not a formula"),
        ("y ~ ", "empty side"),
        ("~ x", "empty side"),
        ("y ~ x ~ z", "too many parts"),
        ("y ~ x | a | b", "too many parts"),
        ("y ~ x | a | b | e ~ z", "too many parts"),
        ("y ~ x | a | e ~ ", "empty side"),
        ("y ~ x | a | x ~ z", "among the endogenous"),
        ("y ~ x +", "cannot be read"),
        ("y ~ log(x", "cannot be read"),
        ("y ~ x^z", "power"),
        ("y ~ 2^x", "power"),
        ("y ~ x / 100", "outside a function"),
        ("y ~ 2*x", "outside a function"),
        ("y ~ lag(x)", "not offered"),
        ("y ~ np.log(x)", "not offered"),
        ("y ~ I(x.values)", "cannot be used"),
        ("y ~ I([x][0])", "cannot be used"),
        ("y ~ i(group):x", "in a product"),
        ("y ~ C(log(x))", "needs a column"),
        ("y ~ x | year[z]", "fixed effect"),
        ("y:z ~ x", "not a variable"),
        ("y ~ exp + exp(x)", "both as a function and as a column"),
        ("y ~ my x", "cannot be read"),
    ],
)
def test_refused(text, why):
    with pytest.raises(UsageError, match=why) as caught:
        parse(text)
    assert "to mend it" in str(caught.value)


def test_not_a_string():
    with pytest.raises(UsageError, match="not a formula"):
        parse(3)


def test_unknown_names_offer_close_ones():
    with pytest.raises(UsageError, match="'distance'") as caught:
        check_columns(["distanc"], ["distance", "trade"], "formula")
    assert "did you mean 'distance'" in str(caught.value)
    with pytest.raises(UsageError, match="the columns are a, b"):
        check_columns(["zzzzzz"], ["a", "b"], "formula")


def test_powers():
    (p,) = parse("y ~ x^2 + log(z)**2 + I(a^2) + exp(b^2)")
    assert [t.label for t in p.rhs] == ["x^2", "log(z)^2", "I(a ** 2)", "exp(b ** 2)"]
    assert p.rhs[1].factors == ("I(log(z) ** 2)",)


def test_instruments_with_and_without_effects():
    (p,) = parse("y ~ x | a^b | e ~ z1 + log(z2)")
    assert p.effect_names == ("a^b",)
    assert [t.label for t in (*p.endogenous, *p.instruments)] == ["e", "z1", "log(z2)"]
    assert p.numeric == ("y", "x", "e", "z1", "z2")
    (q,) = parse("y ~ x | e ~ z")
    assert q.effects == ()
    assert q.intercept
    assert parse("y ~ 1 | a | e ~ z")[0].rhs == ()


def test_one_term():
    term, columns, _ = parse_term("log(pop)", "offset")
    assert (term.factors, columns) == (("log(pop)",), ("pop",))
    with pytest.raises(UsageError, match="not one numeric term"):
        parse_term("a + b", "offset")
