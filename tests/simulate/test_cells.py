import numpy as np
import pytest

from indexer.panel import Panel, Status
from indexer.simulate.cells import Cells, Change, innovation, walks

SEEN, BRIDGED, CARRIED, NONE = (
    int(one) for one in (Status.OBSERVED, Status.INTERPOLATED, Status.CARRIED, Status.MISSING)
)
SETS = 40_000


def panel(*series, first=2015):
    """One economy; each series a list of statuses."""
    status = np.array(series).T[None]
    years = tuple(range(first, first + status.shape[1]))
    at = np.where(status == CARRIED, 0, np.arange(len(years))[:, None])
    source = np.array(years)[np.maximum.accumulate(at, axis=1)]
    names = tuple("abc"[: len(series)])
    return Panel(("X",), years, names, np.zeros(status.shape), status, source)


def drawn(*series, sets=SETS):
    at, deviations = walks(panel(*series), np.random.default_rng(1), sets)
    return {(t, j): deviations[:, n] for n, (t, j) in enumerate(zip(at[1].tolist(), at[2].tolist(), strict=True))}


@pytest.mark.parametrize("h", [1, 2, 4])
def test_a_value_carried_h_years_has_variance_h(h):
    assert drawn([SEEN, *[CARRIED] * h])[h, 0].var() == pytest.approx(h, rel=0.03)


@pytest.mark.parametrize(("before", "after"), [(1, 1), (1, 3), (2, 2)])
def test_an_interpolated_value_has_the_variance_of_a_bridge(before, after):
    found = drawn([SEEN, *[BRIDGED] * (before + after - 1), SEEN])[before, 0]
    assert found.var() == pytest.approx(before * after / (before + after), rel=0.03)


def test_deviations_have_mean_0():
    for one in drawn([SEEN, BRIDGED, SEEN, CARRIED, CARRIED]).values():
        assert abs(one.mean()) < 4 * one.std() / np.sqrt(SETS)


def test_years_of_one_series_vary_together():
    # carried one and two years: a walk's covariance is the shorter of the two
    found = drawn([SEEN, CARRIED, CARRIED])
    assert np.cov(found[1, 0], found[2, 0])[0, 1] == pytest.approx(1, abs=0.03)


def test_series_vary_apart():
    found = drawn([SEEN, CARRIED], [SEEN, CARRIED])
    assert abs(np.corrcoef(found[1, 0], found[1, 1])[0, 1]) < 0.02


def test_spans_of_one_series_vary_apart():
    found = drawn([SEEN, BRIDGED, SEEN, CARRIED])
    assert abs(np.corrcoef(found[1, 0], found[3, 0])[0, 1]) < 0.02


def test_observed_and_missing_cells_do_not_vary():
    assert set(drawn([SEEN, CARRIED, SEEN, BRIDGED, SEEN], [NONE, NONE, SEEN, SEEN, NONE], sets=2)) == {(1, 0), (3, 0)}


def test_a_panel_without_gaps_has_no_draws():
    at, deviations = walks(panel([SEEN, SEEN]), np.random.default_rng(1), 3)
    assert (at[0].size, deviations.shape) == (0, (3, 0))


def test_an_end_that_was_repeated_at_its_source_is_no_observation():
    # 2016 repeats 2015: the bridge runs from 2015 on
    assert drawn([SEEN, CARRIED, BRIDGED, SEEN])[2, 0].var() == pytest.approx(2 / 3, rel=0.03)


def test_the_innovation_is_the_root_mean_square_change_between_observed_years():
    values = np.array([[[1.0, 5.0], [4.0, 5.0], [0.0, 9.0]], [[2.0, 1.0], [2.0, 7.0], [7.0, 8.0]]])
    seen = np.array([[[1, 1], [1, 0], [1, 1]], [[1, 1], [1, 0], [0, 1]]], dtype=bool)
    np.testing.assert_allclose(innovation(values, seen), [np.sqrt((9 + 16 + 0) / 3), 0.0])


@pytest.fixture
def cells():
    at = (np.array([0, 2]), np.array([1, 1]))
    replaced = Change(at, [np.array([[10.0, 20.0], [30.0, 40.0]])] * 2, added=False)
    added = Change((np.array([2]), np.array([1])), [np.array([[0.5]]), np.array([[0.25]])], added=True)
    return Cells({"imputation": replaced, "carrying": added})


def test_numbers_of_draws(cells):
    assert cells.sets == {"imputation": 2, "carrying": 1}


def test_draw_0_of_every_source_is_the_values_themselves(cells):
    base = np.zeros((3, 2))
    assert cells.drawn(0, base, (0, 0)) is base


def test_draws_replace_and_add(cells):
    found = cells.drawn(0, np.zeros((3, 2)), (2, 1))
    assert found.tolist() == [[0.0, 30.0], [0.0, 0.0], [0.0, 40.5]]


def test_draws_are_those_of_the_treatment(cells):
    assert cells.drawn(1, np.zeros((3, 2)), (0, 1))[2, 1] == 0.25


def test_every_cell_that_changes_has_a_place_in_its_column(cells):
    at = (np.array([4, 0, 2]), np.array([0, 1, 0]))
    more = Cells({**cells.changes, "measurement": Change(at, [np.zeros((1, 3))], added=True)})
    row, column, place = more.places
    assert list(zip(row.tolist(), column.tolist(), place.tolist(), strict=True)) == [
        (2, 0, 0), (4, 0, 1), (0, 1, 0), (2, 1, 1),
    ]  # fmt: skip


def test_the_values_given_stay_as_they_are(cells):
    base = np.zeros((3, 2))
    cells.drawn(0, base, (1, 1))
    assert not base.any()
