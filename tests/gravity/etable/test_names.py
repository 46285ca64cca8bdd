"""Terms as readers write them."""

import pytest

from indexer.gravity.etable.names import effect_name, split, term_name


@pytest.mark.parametrize(
    ("term", "name"),
    [
        ("Intercept", "Constant"),
        ("rta", "rta"),
        ("log(trade_usd)", "ln trade usd"),
        ("log(x / 100)", "ln(x / 100)"),
        ("log(a):log(b)", "ln a × ln b"),
        ("I(ai_min / 10)", "ai min / 10"),
        ("x^2", "x²"),
        ("C(grp)[T.b]", "grp b"),
        ("C(grp)[a]:z", "grp a × z"),
        ("i(year, x, ref=2018)[2019]", "x × year 2019"),
        ("i(year, ref=2018)[2019]", "year 2019"),
        ("sqrt(abs(z))", "sqrt(abs(z))"),
        ("tariff rate:z", "tariff rate × z"),
    ],
)
def test_default_names_are_short(term, name):
    assert term_name(term, {}) == name


@pytest.mark.parametrize(
    ("term", "name"),
    [
        ("ai:log(d)", "AI × ln distance"),
        ("log(d)", "ln distance"),
        ("i(year, ai)[2021]", "AI × Year 2021"),
        ("I(ai / 10)", "AI / 10"),
        ("ai^2", "AI²"),
    ],
)
def test_labels_reach_into_terms(term, name):
    assert term_name(term, {"ai": "AI", "d": "distance", "year": "Year"}) == name


def test_the_label_of_a_term_goes_before_those_of_its_columns():
    assert term_name("ai:log(d)", {"ai": "AI", "ai:log(d)": "with distance", "log(d)": "no"}) == "with distance"


def test_labels_of_functions_are_not_taken_for_columns():
    assert term_name("log(log)", {"log": "L"}) == "ln L"


def test_effects_are_products():
    assert effect_name("exporter^year", {"year": "period"}) == "exporter × period"


def test_marks_inside_brackets_do_not_split():
    assert split("i(a, b:c)[x:y]:z", ":") == ["i(a, b:c)[x:y]", "z"]
