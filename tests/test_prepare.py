import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from indexer.errors import MethodError
from indexer.folder import read
from indexer.methodology import Edition, Entry
from indexer.methods import Choice
from indexer.panel import Status
from indexer.prepare import Input, goalposts, inputs_of, prepare, present


def long(*cells):
    return pd.DataFrame(cells, columns=["economy", "year", "value", "indicator"])


def plain(name="x", enters="as_published", transform="none", carry=2, basis="total", repeated=()):
    return Input(name, basis, 1.0, 1.0, enters, transform, carry, tuple(repeated))


def test_status_and_source_year_of_every_kind_of_cell():
    facts = long(("AAA", 2019, 1.0, "x"), ("AAA", 2021, 3.0, "x"))
    panel = prepare([plain(carry=1)], facts, ("AAA",), (2019, 2020, 2021, 2022, 2023)).imputed
    assert [Status(v).label for v in panel.status[0, :, 0]] == [
        "observed",
        "interpolated",
        "observed",
        "carried",
        "missing",
    ]
    np.testing.assert_array_equal(panel.values[0, :, 0], [1, 2, 3, 3, np.nan])
    assert panel.source_year[0, 3, 0] == 2021


def test_earlier_years_are_read_and_later_ones_never():
    facts = long(("AAA", 2018, 1.0, "x"), ("AAA", 2022, 5.0, "x"))
    panel = prepare([plain(carry=4)], facts, ("AAA",), (2020, 2021)).imputed
    np.testing.assert_array_equal(panel.values[0, :, 0], [1.0, 1.0])
    assert set(panel.status.ravel()) == {Status.CARRIED}


def test_what_a_publisher_repeated_counts_as_carried():
    facts = long(("AAA", 2020, 7.0, "x"), ("AAA", 2021, 7.0, "x"), ("BBB", 2020, 7.0, "x"), ("BBB", 2021, 8.0, "x"))
    panel = prepare([plain(repeated=[2021], carry=1)], facts, ("AAA", "BBB"), (2020, 2021, 2022)).imputed
    assert [Status(v).label for v in panel.status[0, :, 0]] == ["observed", "carried", "missing"]
    assert [Status(v).label for v in panel.status[1, :, 0]] == ["observed", "observed", "carried"]
    assert panel.source_year[0, 1, 0] == 2020


def test_interpolation_is_on_the_treated_scale():
    facts = long(("AAA", 2020, 1.0, "x"), ("AAA", 2022, 100.0, "x"))
    prepared = prepare([plain(transform="log")], facts, ("AAA",), (2020, 2021, 2022))
    assert np.exp(prepared.imputed.values[0, 1, 0]) == pytest.approx(10.0)
    assert np.isnan(prepared.treated.values[0, 1, 0])
    assert prepared.raw.values[0, 2, 0] == 100.0


def test_a_missing_denominator_is_named():
    facts = long(("AAA", 2020, 1.0, "x"), ("BBB", 2020, 1.0, "x"), ("AAA", 2020, 1e6, "population_total"))
    with pytest.raises(MethodError, match=r"'x'.*BBB 2020") as caught:
        prepare([plain(enters="per_head")], facts, ("AAA", "BBB"), (2020,))
    assert "population_total" in caught.value.remedy


def test_a_logarithm_that_does_not_exist_names_its_cells():
    facts = long(("AAA", 2020, 0.0, "x"), ("BBB", 2020, 1.0, "x"))
    with pytest.raises(MethodError, match=r"AAA 2020 = 0"):
        prepare([plain(transform="log")], facts, ("AAA", "BBB"), (2020,))


def test_an_impossible_basis_names_the_indicator():
    facts = long(("AAA", 2020, 1.0, "x"), ("AAA", 2020, 1e6, "population_total"))
    with pytest.raises(MethodError, match=r"'x'.*a rate cannot enter as total"):
        prepare([plain(enters="total", basis="rate")], facts, ("AAA",), (2020,))


def test_an_indicator_without_a_fact_is_missing_everywhere():
    panel = prepare([plain("y")], long(("AAA", 2020, 1.0, "x")), ("AAA",), (2020, 2021)).imputed
    assert np.isnan(panel.values).all()


def test_an_edition_may_carry_further_than_the_metadata(small_folder):
    folder = read(small_folder)
    content = copy.deepcopy(folder.editions["mine"])
    content["sets"]["skills"]["indicators"]["schooling_years"]["carry"] = 7
    first, other, *_ = inputs_of(Edition.from_document(content), folder.catalogue)
    assert (first.carry, other.carry) == (7, 2)


def test_what_lies_before_the_last_observation_is_not_read():
    # A zero of 2015 cannot enter as a logarithm; 2018 was observed, so nothing before it reaches 2020.
    facts = long(("AAA", 2015, 0.0, "x"), ("AAA", 2018, 5.0, "x"), ("AAA", 2021, 7.0, "x"))
    panel = prepare([plain(transform="log", carry=4)], facts, ("AAA",), (2020, 2021)).imputed
    np.testing.assert_allclose(np.exp(panel.values[0, :, 0]), [5 * (7 / 5) ** (2 / 3), 7])


def test_what_a_publisher_repeated_reaches_back_to_the_observation():
    facts = long(("AAA", 2017, 7.0, "x"), ("AAA", 2018, 7.0, "x"), ("AAA", 2019, 7.0, "x"))
    panel = prepare([plain(repeated=[2018, 2019], carry=2)], facts, ("AAA",), (2020,)).imputed
    assert np.isnan(panel.values).all()


def test_a_missing_denominator_may_count_as_missing():
    facts = long(("AAA", 2020, 1.0, "x"), ("BBB", 2020, 1.0, "x"), ("AAA", 2020, 1e6, "population_total"))
    one = replace(plain(enters="per_head"), without_denominator="missing")
    panel = prepare([one], facts, ("AAA", "BBB"), (2020,)).imputed
    assert panel.status[:, 0, 0].tolist() == [Status.OBSERVED, Status.MISSING]


def test_present_counts_a_cell_without_its_denominator_as_missing():
    facts = long(("AAA", 2020, 1.0, "x"), ("BBB", 2020, 1.0, "x"), ("AAA", 2020, 1e6, "population_total"))
    there = present([plain(enters="per_head", carry=1)], facts, ("AAA", "BBB"), (2020, 2021))
    assert there[:, :, 0].tolist() == [[True, True], [False, False]]


def test_goalposts_are_transformed_as_the_values_are(small_folder):
    folder = read(small_folder)
    entry = Entry("articles", "total", "log", normalise=Choice("goalposts"), goalposts=(1.0, 100.0))
    found = goalposts([entry, Entry("users_pct")], folder.catalogue)
    assert found["articles"] == pytest.approx((0.0, np.log(100)))
    assert found["users_pct"] is None
    with pytest.raises(MethodError, match="goalposts of 'articles'"):
        goalposts([replace(entry, goalposts=(0.0, 5.0))], folder.catalogue)


def test_the_first_year_repeats_nothing():
    facts = long(("AAA", 2020, 7.0, "x"), ("AAA", 2021, 7.0, "x"))
    panel = prepare([plain(repeated=[2020])], facts, ("AAA",), (2020, 2021)).imputed
    assert [Status(v).label for v in panel.status[0, :, 0]] == ["observed", "observed"]


def test_corrected_cells_are_marked_and_carried_from():
    facts = long(("AAA", 2020, 1.0, "x"), ("AAA", 2021, 3.0, "x"))
    prepared = prepare([plain(carry=1)], facts, ("AAA",), (2020, 2021, 2022))
    corrections = pd.DataFrame({"economy": ["AAA", "BBB"], "year": [2021, 2021], "indicator": ["x", "x"]})
    marked = prepared.corrected(corrections)
    for panel in (marked.raw, marked.entered, marked.treated, marked.imputed):
        assert [Status(v).label for v in panel.status[0, :, 0]] == ["observed", "corrected", "carried"]
    np.testing.assert_array_equal(marked.imputed.values, prepared.imputed.values)
    assert prepared.corrected(corrections[:0]) is prepared
