"""Design: columns as computed by hand, missing rows counted under their reason, bad columns refused by name."""

import numpy as np
import pandas as pd
import pytest

from indexer.errors import EstimationError, UsageError
from indexer.gravity.design import Request, make
from indexer.gravity.formula import parse


def design(formula, data, clusters=(), **options):
    return make(parse(formula)[0], data, Request(tuple((c,) for c in clusters), **options))


def levels(d, effect):
    """Codes of an effect, numbered in the order of their first row."""
    codes = d.ids[d.effects[effect]].codes.tolist()
    order = list(dict.fromkeys(codes))
    return [order.index(c) for c in codes]


def frame(**columns):
    base = {"y": [1.0, 2.0, 3.0, 4.0], "x": [1.0, 2.0, 4.0, 8.0], "z": [0.0, 1.0, 0.0, 2.0], "g": list("abca")}
    return pd.DataFrame(base | columns)


def test_columns_by_hand():
    d = design("log(y) ~ log(x) + x:z + I(x**2) + exp(z) + sqrt(x) + abs(z)", frame())
    x, z = np.array([1.0, 2, 4, 8]), np.array([0.0, 1, 0, 2])
    by_hand = {
        "Intercept": np.ones(4), "log(x)": np.log(x), "x:z": x * z, "I(x ** 2)": x**2, "exp(z)": np.exp(z),
        "sqrt(x)": np.sqrt(x), "abs(z)": z,
    }  # fmt: skip
    assert set(d.names) == set(by_hand)
    for k, name in enumerate(d.names):
        np.testing.assert_allclose(d.x[k], by_hand[name])
    np.testing.assert_allclose(d.y, np.log([1, 2, 3, 4]))


def test_star_means_both_and_their_product():
    assert design("y ~ x*z", frame()).names == ("Intercept", "x", "z", "x:z")


def test_effects_take_the_place_of_the_intercept():
    d = design("y ~ x | g^z", frame(z=[0.0, 1.0, 0.0, 0.0]))
    assert d.names == ("x",)
    assert list(d.effects) == ["g^z"]
    assert levels(d, "g^z") == [0, 1, 2, 0]


def test_categories_leave_the_first_level_out():
    d = design("y ~ i(g) + x", frame())
    assert d.names == ("Intercept", "i(g)[b]", "i(g)[c]", "x")
    np.testing.assert_array_equal(d.x[1], [0, 1, 0, 0])
    assert design("y ~ C(g)", frame()).names == ("Intercept", "C(g)[T.b]", "C(g)[T.c]")


def test_slopes_by_category_keep_every_level_but_the_reference():
    d = design("y ~ i(g, x)", frame())
    assert d.names[1:] == ("i(g, x)[a]", "i(g, x)[b]", "i(g, x)[c]")
    np.testing.assert_array_equal(d.x[1], [1, 0, 0, 8])
    assert design("y ~ i(g, x, ref='b')", frame()).names[1:] == ("i(g, x, ref='b')[a]", "i(g, x, ref='b')[c]")
    with pytest.raises(UsageError, match="reference 'q' is no level"):
        design("y ~ i(g, ref='q')", frame())


def test_odd_names_come_back_in_the_labels():
    d = design("y ~ log(`my x`) + z", frame().rename(columns={"x": "my x"}))
    assert d.names == ("Intercept", "log(my x)", "z")


def test_a_column_may_be_called_like_a_function():
    assert design("y ~ exp", frame(exp=[1.0, 2.0, 3.0, 5.0])).names == ("Intercept", "exp")


def test_missing_rows_are_counted_under_their_first_reason():
    data = frame(x=[1.0, np.nan, 4.0, -8.0], y=[1.0, 2.0, 0.0, 4.0], g=["a", "b", "c", None])
    d = design("log(y) ~ x + log(x)", data, clusters=["g"])
    assert d.rows.tolist() == [0]
    got = [(p.kind, p.item, p.reason, p.rows.tolist()) for p in d.drops]
    assert got == [
        ("missing", "x", "missing value", [1]),
        ("missing", "g", "missing value", [3]),
        ("missing", "log(y)", "log of a non-positive number", [2]),
    ]


def test_a_result_that_is_not_finite_leaves_the_row_out():
    d = design("y ~ sqrt(x)", frame(x=[1.0, -2.0, 4.0, 8.0]))
    assert d.rows.tolist() == [0, 2, 3]
    assert d.drops[0].reason == "not a finite number"


def test_weights():
    d = design("y ~ x", frame(w=[1.0, 0.0, 2.0, 3.0]), weights="w")
    assert d.weights.tolist() == [1, 2, 3]
    assert d.drops[0].kind == "zero weight"
    with pytest.raises(UsageError, match="negative weights") as caught:
        design("y ~ x", frame(w=[1.0, -1.0, 2.0, 3.0]), weights="w")
    assert caught.value.rows == (1,)


@pytest.mark.parametrize(
    "column", [pd.array([1, 2, None, 4], dtype="Int64"), [1.0, 2, None, 4], [True, False, None, True]]
)
def test_nullable_and_object_numbers(column):
    data = frame()
    data["v"] = pd.Series(column, dtype=getattr(column, "dtype", object))
    assert design("y ~ v", data).rows.tolist() == [0, 1, 3]


def test_text_is_refused_where_a_number_is_needed():
    with pytest.raises(UsageError, match="'g' holds something that is not a number: 'a'"):
        design("y ~ g", frame())
    with pytest.raises(UsageError, match="not a number: '5'") as caught:
        design("y ~ v", frame(v=[1, 2, "5", 4]))
    assert caught.value.rows == (2,)
    with pytest.raises(UsageError, match=r"(?s)not a number: '1,200'.*first rows: \(2,\); mend these cells") as caught:
        design("y ~ v", frame(v=["1", "2", "1,200", "4"]))
    assert caught.value.rows == (2,)


def test_infinite_numbers_are_refused():
    with pytest.raises(UsageError, match="'x' holds infinite") as caught:
        design("y ~ x", frame(x=[1, 2, np.inf, 4]))
    assert caught.value.rows == (2,)


def test_unknown_column_in_each_place():
    for formula, options in (
        ("y ~ xx", {}),
        ("y ~ x | gg", {}),
        ("y ~ x", {"clusters": ["gg"]}),
        ("y ~ x", {"weights": "xx"}),
    ):
        with pytest.raises(UsageError, match="no column named"):
            design(formula, frame(), **options)


def test_empty_sample_says_why():
    with pytest.raises(EstimationError, match="no row is left of 4: 4 with missing value in 'x'"):
        design("y ~ x", frame(x=[np.nan] * 4))
    with pytest.raises(EstimationError, match="log of a non-positive number"):
        design("y ~ log(x)", frame(x=[-1.0] * 4))
    with pytest.raises(EstimationError, match="the data are empty"):
        design("y ~ x", frame().iloc[:0])


def test_wrong_tables():
    with pytest.raises(UsageError, match="not a DataFrame"):
        design("y ~ x", {"y": [1], "x": [2]})
    with pytest.raises(UsageError, match="2 columns named 'x'"):
        design("y ~ x", pd.concat([frame(), frame()[["x"]]], axis=1))
    with pytest.raises(UsageError, match="gives 3 columns"):
        design("C(g) ~ x", frame())


def test_powers_are_squares_as_in_fixest():
    d = design("y ~ x^2 + log(x)^2", frame())
    assert d.names == ("Intercept", "x^2", "log(x)^2")
    np.testing.assert_allclose(d.x[1], [1, 4, 16, 64])


def test_columns_without_missing_values_are_not_copied():
    data = frame(x=np.array([1.0, 2, 4, 8]))
    assert np.shares_memory(design("y ~ x | g", data).x[0], data["x"].to_numpy())
    assert design("y ~ x | g", data).rows is None


def test_instruments_and_endogenous_regressors():
    data = frame(v=[1.0, 0.0, 2.0, np.nan])
    d = design("y ~ x | g | z ~ v + log(x)", data)
    assert d.names == ("x", "z")
    assert d.n_endogenous == 1
    assert d.instrument_names == ("v", "log(x)")
    np.testing.assert_allclose(d.instruments[1], np.log([1, 2, 4]))
    assert d.rows.tolist() == [0, 1, 2]


def test_offset_is_a_column_or_a_function_of_one():
    d = design("y ~ z", frame(), offset="log(x)")
    np.testing.assert_allclose(d.offset, np.log([1, 2, 4, 8]))
    d = design("y ~ z", frame(x=[1.0, 0.0, 4, 8]), offset="log(x)")
    assert d.rows.tolist() == [0, 2, 3]
    assert d.drops[0].reason == "log of a non-positive number"
    with pytest.raises(UsageError, match="no column named 'xx'"):
        design("y ~ z", frame(), offset="xx")


def test_names_that_are_numbers():
    data = pd.DataFrame({0: [1.0, 2, 3], 1: [1.0, 0, 1], "g": list("aab")})
    d = design("`0` ~ `1` | g", data)
    assert d.names == ("1",)
    np.testing.assert_array_equal(d.y, [1, 2, 3])


def test_several_left_sides_have_rows_of_their_own():
    both = parse("y + log(z) ~ x | g")
    rows = [make(p, frame()).y.size for p in both]
    assert rows == [4, 2]
    assert [p.text for p in both] == ["y ~ x | g", "log(z) ~ x | g"]
