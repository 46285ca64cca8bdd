"""Formulas: what is read, what is refused, and how the refusal helps."""

import pytest

from indexer.errors import UsageError
from indexer.gravity.formula import check_columns, parse


def test_parts_of_a_full_formula():
    p = parse("log(trade) ~ rta + log(dist):tariff + C(group) | exporter^year + importer ^ year + pair")
    assert p.lhs == "log(trade)"
    assert p.effect_names == ("exporter^year", "importer^year", "pair")
    assert p.numeric == ("trade", "rta", "dist", "tariff")
    assert p.categorical == ("group",)


def test_no_effects():
    assert parse("y ~ x").effects == ()
    assert parse("y ~ x | 0").effects == ()


def test_an_effect_given_twice_counts_once():
    assert parse("y ~ x | a + b + a").effect_names == ("a", "b")


def test_names_in_backticks():
    p = parse("`my y` ~ log(`my x`) + z | `my pair`^year")
    assert p.numeric == ("my y", "my x", "z")
    assert p.effects == (("my pair", "year"),)
    assert p.label("log(quoted_1_)") == "log(my x)"
    assert p.column("quoted_1_") == "my x"


def test_slopes_by_category_use_both_columns():
    p = parse("y ~ i(year, x, ref=2000)")
    assert (p.numeric, p.categorical) == (("y", "x"), ("year",))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("y", "not a formula"),
        ("y ~ ", "empty side"),
        ("~ x", "empty side"),
        ("y ~ x ~ z", "not offered"),
        ("y ~ x | a | e ~ z", "instruments"),
        ("y ~ x +", "cannot be read"),
        ("y ~ log(x", "cannot be read"),
        ("y ~ x^2", "outside a function"),
        ("y ~ x**2", "outside a function"),
        ("y ~ x / 100", "outside a function"),
        ("y ~ 2*x", "outside a function"),
        ("y ~ I(x^2)", "inside a function"),
        ("y ~ lag(x)", "not offered"),
        ("y ~ np.log(x)", "not offered"),
        ("y ~ I(x.values)", "cannot be used"),
        ("y ~ I([x][0])", "cannot be used"),
        ("y ~ i(group):x", "in a product"),
        ("y ~ C(log(x))", "needs a column"),
        ("y ~ x | year[z]", "fixed effect"),
        ("y + z ~ x", "not one variable"),
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
