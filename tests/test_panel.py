import numpy as np

from indexer.panel import Panel, Status


def test_cases_and_years():
    values = np.arange(12.0).reshape(2, 3, 2)
    panel = Panel(("A", "B"), (2020, 2021, 2022), ("x", "y"), values, values.astype(np.int8), values.astype(int))
    assert panel.case_labels[:4] == [("A", 2020), ("A", 2021), ("A", 2022), ("B", 2020)]
    np.testing.assert_array_equal(panel.cases()[3], [6, 7])
    later = panel.at_years((2021, 2022))
    np.testing.assert_array_equal(later.values[:, 0], values[:, 1])
    np.testing.assert_array_equal(later.status, values.astype(np.int8)[:, 1:])
    np.testing.assert_array_equal(panel.with_values(values + 1).values, values + 1)


def test_words_of_the_statuses():
    assert [s.label for s in Status] == ["missing", "observed", "corrected", "interpolated", "carried", "imputed"]


def test_only_observed_cells_are_marked_as_corrected():
    status = np.array([[[Status.OBSERVED, Status.CARRIED]]], dtype=np.int8)
    panel = Panel(("A",), (2020,), ("x", "y"), np.ones((1, 1, 2)), status, np.full((1, 1, 2), 2020))
    marked = panel.corrected([("A", 2020, "x"), ("A", 2020, "y"), ("B", 2020, "x"), ("A", 2019, "x"), ("A", 2020, "z")])
    assert marked.status.tolist() == [[[Status.CORRECTED, Status.CARRIED]]]
    assert panel.status[0, 0, 0] == Status.OBSERVED
