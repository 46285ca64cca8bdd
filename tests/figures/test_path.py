"""An estimate over the years."""

import pandas as pd
import pytest

from indexer import figures
from indexer.errors import UsageError


@pytest.fixture
def years():
    return pd.DataFrame({"year": [2020, 2021, 2023], "estimate": [1.0, 2, 3], "conf_low": [0.0, 1, 2],
                         "conf_high": [2.0, 3, 4]})  # fmt: skip


def test_years_are_drawn_with_their_interval(years, rows, marks):
    chart = figures.path(years, "Does it grow?")
    assert rows(chart, "year", "estimate")["year"].tolist() == [2020, 2021, 2023]
    assert {"area", "line", "point"} <= set(marks(chart))


def test_years_that_matter_are_marked_with_words(years, rows):
    drawn = rows(figures.path(years, "Does it grow?", marks={2021: "RCEP", 1999: "before"}), "text")
    assert drawn.to_dict("records") == [{"year": 2021, "text": "RCEP"}]


def test_groups_overlap_and_do_not_stack(years, document):
    frame = pd.concat([years.assign(of="exports"), years.assign(of="imports")])
    spec = document(figures.path(frame, "Does it grow?", group="of"))
    [area] = [one for one in spec["vconcat"][0]["layer"] if one["mark"].get("type") == "area"]
    assert area["encoding"]["y"]["stack"] is None


def test_a_year_that_stands_twice_is_refused(years):
    with pytest.raises(UsageError, match="stands twice"):
        figures.path(pd.concat([years, years]), "Does it grow?")


def test_half_a_year_is_refused(years):
    with pytest.raises(UsageError, match="no whole number"):
        figures.path(years.assign(year=years["year"] + 0.5), "Does it grow?")


def test_of_many_years_few_are_written(document):
    n = 60
    frame = pd.DataFrame({"year": range(1960, 1960 + n), "estimate": 0.0, "conf_low": -1.0, "conf_high": 1.0})
    spec = document(figures.path(frame, "Does it grow?"))
    [area] = [one for one in spec["vconcat"][0]["layer"] if one["mark"].get("type") == "area"]
    assert len(area["encoding"]["x"]["axis"]["values"]) <= 15
