import numpy as np
import pandas as pd
import pytest

from indexer.analyse.explain import decompose
from indexer.errors import UsageError

LEVELS = [(a, b) for a in ("arithmetic", "geometric") for b in ("arithmetic", "geometric")]
OTHERS = [("harmonic", "geometric"), ("arithmetic", "topsis"), ("mazziotta_pareto", "power"), ("topsis", "arithmetic")]


def total(parts):
    return sum(part.value + part.coverage for part in parts)


@pytest.mark.parametrize(("within", "between"), LEVELS + OTHERS)
def test_contributions_add_up(two_levels, within, between):
    rng = np.random.default_rng(4)
    for _ in range(30):
        parts, change = decompose(two_levels(within, between), rng.uniform(5, 120, (2, 5)))
        assert total(parts) == pytest.approx(change, abs=1e-12 * 100)
        assert not any(part.coverage for part in parts)


@pytest.mark.parametrize(("within", "between"), LEVELS + OTHERS)
def test_contributions_add_up_when_cells_enter_or_leave(two_levels, within, between):
    rng = np.random.default_rng(5)
    moved = 0
    for _ in range(100):
        x = rng.uniform(5, 100, (2, 5))
        x[rng.random((2, 5)) < 0.25] = np.nan
        try:
            parts, change = decompose(two_levels(within, between), x)
        except UsageError:
            continue
        assert total(parts) == pytest.approx(change, abs=1e-12 * 100)
        moved += any(part.coverage for part in parts)
    assert moved > 10


@pytest.mark.parametrize(("within", "between"), [*LEVELS, ("harmonic", "geometric")])
def test_contributions_add_up_below_the_floor(two_levels, within, between):
    x = [[-30.0, 50.0, 20.0, -10.0, 90.0], [40.0, 60.0, -20.0, -40.0, 80.0]]
    parts, change = decompose(two_levels(within, between), x)
    assert total(parts) == pytest.approx(change, abs=1e-12 * 100)


def test_contributions_add_up_when_a_whole_set_enters(make_tree):
    plan = make_tree(
        5,
        ("s", (0, 1), (0.3, 0.7), "geometric"),
        ("t", (2, 3, 4), (0.2, 0.3, 0.5), "arithmetic"),
        ("index", (5, 6), (0.4, 0.6), "geometric", 0.5),
    )
    x = np.array([[np.nan, np.nan, 20.0, 40.0, 60.0], [30.0, 90.0, 25.0, np.nan, 60.0]])
    parts, change = decompose(plan, x)
    assert total(parts) == pytest.approx(change, abs=1e-12 * 100)
    assert [part.value for part in parts[:2]] == [0.0, 0.0]


def test_what_moves_below_the_floor_is_no_coverage(make_tree):
    plan = make_tree(2, ("index", (0, 1), (0.5, 0.5), "geometric"))
    parts, change = decompose(plan, [[-20.0, 50.0], [4.0, 50.0]])
    assert parts[0].value == pytest.approx(change, abs=1e-12 * 100)
    assert parts[0].coverage == 0.0


def test_arithmetic_by_hand(two_levels):
    parts, change = decompose(two_levels("arithmetic", "arithmetic"), [[1.0] * 5, [11.0, 1, 1, 1, 21.0]])
    by = {part.indicator: part.value for part in parts}
    assert by["a"] == pytest.approx(0.4 * 0.3 * 10)
    assert by["e"] == pytest.approx(0.6 * 0.5 * 20)
    assert by["b"] == by["c"] == by["d"] == 0.0
    assert change == pytest.approx(by["a"] + by["e"])


def test_an_indicator_that_leaves_is_coverage(two_levels):
    x = [[20.0, 40.0, 10.0, 50.0, 90.0], [20.0, 40.0, 10.0, 50.0, np.nan]]
    parts, _ = decompose(two_levels("arithmetic", "arithmetic"), x)
    assert all(part.value == pytest.approx(0.0, abs=1e-12) for part in parts)
    assert {part.indicator for part in parts if abs(part.coverage) > 1e-12} == {"c", "d", "e"}


def test_paths_lead_from_the_set_to_below_the_index(make_tree):
    plan = make_tree(
        4,
        ("s", (0, 1), (1, 1), "arithmetic"),
        ("group", (4, 2), (1, 1), "geometric"),
        ("index", (5, 3), (1, 1), "arithmetic"),
    )
    parts, _ = decompose(plan, [[10.0] * 4, [20.0] * 4])
    assert {part.indicator: part.path for part in parts} == {
        "a": ("s", "group"), "b": ("s", "group"), "c": ("group",), "d": ("index",),
    }  # fmt: skip
    assert parts[0].set == "s"


@pytest.mark.parametrize(
    ("how", "file", "offset", "slope"),
    [
        ("arithmetic", "expected_decomposition_arithmetic_2000_2021", 0.0, 1.0),
        ("geometric", "expected_decomposition_geometric_lmdi_2000_2021", 1.0, 0.99),
    ],
)
def test_frozen_goalposts_as_computed_by_hand(make_tree, goalposts, how, file, offset, slope):
    # shared reference case panel_goalposts: w·Δy, and log-mean Divisia
    folder, components = goalposts
    y = pd.read_csv(folder / "expected_minmax_frozen_2000_unclipped.csv").set_index(["iso3", "year"])
    expected = pd.read_csv(folder / f"{file}.csv").set_index("iso3")
    plan = make_tree(4, ("index", range(4), [1] * 4, how))
    for economy, row in expected.dropna().iterrows():
        x = offset + slope * y.loc[[(economy, 2000), (economy, 2021)], components].to_numpy()
        parts, change = decompose(plan, x)
        np.testing.assert_allclose([part.value for part in parts], row[components].to_numpy(dtype=float), atol=1e-9)
        assert change == pytest.approx(row["score_change"], abs=1e-9)


def test_no_index_no_explanation(two_levels):
    with pytest.raises(UsageError, match="no index"):
        decompose(two_levels("arithmetic", "arithmetic", 1.0), [[np.nan, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
