"""Coefficients with their intervals."""

import pandas as pd
import pytest

from indexer import figures, gravity


def test_every_coefficient_is_drawn_with_its_interval(tidy, rows):
    drawn = rows(figures.coefficients(tidy, "What?", group="model"), "term", "conf_low")
    assert drawn[["estimate", "conf_low", "conf_high"]].to_numpy().tolist() == tidy.iloc[:, 1:4].to_numpy().tolist()


def test_terms_stand_in_the_order_of_the_frame(tidy, document):
    spec = document(figures.coefficients(tidy.iloc[::-1], "What?", group="model"))
    layer = next(one for one in spec["vconcat"][0]["layer"] if "y" in one["encoding"])
    assert layer["encoding"]["y"]["sort"] == ["b", "a"]


def test_the_unit_stands_on_the_axis(tidy, said):
    assert "estimate (per cent)" in said(figures.coefficients(tidy, "What?", group="model", unit="per cent"))


def test_zero_is_marked_unless_it_means_nothing(tidy, marks):
    with_line, without = (marks(figures.coefficients(tidy, "What?", group="model", zero=z)) for z in (0.0, None))
    assert with_line.count("rule") == without.count("rule") + 1


def test_panels_stand_side_by_side(tidy, document):
    spec = document(figures.coefficients(tidy, "What?", panel="model"))
    assert spec["vconcat"][0]["facet"]["column"]["sort"] == ["OLS", "PPML"]


def test_panels_part_the_rows(tidy, document):
    spec = document(figures.coefficients(tidy, "What?", panel="model", source="S"))["vconcat"][0]
    assert len(spec["data"]["values"]) == len(tidy)
    # a layer with data of its own would show them in every panel
    own = [layer["data"]["values"] for layer in spec["spec"]["layer"] if "data" in layer]
    assert own == [[{}]]


def test_the_table_of_a_fit_is_such_a_frame(rows):
    frame = pd.DataFrame({"y": [1.0, 3.0, 4.0, 8.0, 2.0], "x": [0, 0, 1, 1, 0]})
    fit = gravity.ppml("y ~ x", frame)
    drawn = rows(figures.coefficients(fit.tidy(), "What?"), "term")
    assert drawn["estimate"].tolist() == pytest.approx(fit.coef.tolist())
