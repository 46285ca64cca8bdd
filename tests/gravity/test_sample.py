"""The sample: hand cases of each kind of drop, the fixed point, and independence of order."""

import numpy as np
import pandas as pd
import pytest

from indexer.errors import EstimationError
from indexer.gravity.design import make
from indexer.gravity.formula import parse
from indexer.gravity.layout import arrange
from indexer.gravity.layout.plain import Plain
from indexer.gravity.sample import final_sample, lonely


def rows(found, layout):
    """Rows of the design that any effect concerns."""
    return sorted(layout.order[np.any([m for m in found if m is not None], axis=0)].tolist()) if found else []


def test_singletons_by_hand():
    layout = Plain([np.array([0, 0, 1, 1, 1, 2])])
    assert rows(lonely(layout, layout.live(), 1), layout) == [5]


def test_singletons_go_on_until_none_is_left():
    # dropping row 5 leaves row 4 alone in level 1 of b, dropping that leaves row 3 alone in level 1 of a
    a, b = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 0, 0, 1, 1])
    for codes in ([a, b], [b, a]):
        layout = Plain(codes)
        assert rows(lonely(layout, layout.live(), 1), layout) == [3, 4, 5]


def test_all_zero_levels_by_hand():
    layout = Plain([np.array([0, 0, 1, 1, 2, 2])])
    y = layout.scatter(np.array([0.0, 0, 1, 2, 0, 3]))
    assert rows(lonely(layout, y > 0, 0), layout) == [0, 1]
    assert lonely(layout, layout.live(), 0) == []


PATHS = [None, "rows"]


class Done:
    """The rows used and the drops of a sample."""

    def __init__(self, data, formula="y ~ x | a + b", poisson=True, path=None):
        design = make(parse(formula)[0], data)
        layout = arrange(list(design.effects.values()), design.ids, design.y.size, path)
        sample = final_sample(design, layout, poisson)
        self.rows, self.drops = design.positions(sample.layout.rows()), sample.drops


sample = Done


def random_case(seed, n=90):
    g = np.random.default_rng(seed)
    y = np.where(g.uniform(size=n) < 0.7, 0, g.integers(1, 5, n)).astype(float)
    return pd.DataFrame(
        {"y": y, "x": g.normal(size=n) * (y == 0), "a": g.integers(0, 18, n), "b": g.integers(0, 18, n)}
    )


@pytest.mark.parametrize("seed", range(6))
def test_order_of_rows_and_effects_does_not_matter(seed):
    data = random_case(seed)
    shuffled = data.sample(frac=1, random_state=seed)
    one, two = sample(data), sample(shuffled)
    three = sample(data, "y ~ x | b + a")
    assert set(data.index[one.rows]) == set(shuffled.index[two.rows]) == set(data.index[three.rows])
    counts = [
        {k: sum(d.rows.size for d in s.drops if d.kind == k) for k in ("all-zero level", "separated", "singleton")}
        for s in (one, two, three)
    ]
    assert counts[0] == counts[1] == counts[2]
    assert sum(counts[0].values()) == len(data) - one.rows.size


@pytest.mark.parametrize("seed", range(6))
def test_layouts_agree(seed):
    data = random_case(seed)
    one, two = sample(data), sample(data, path="rows")
    assert one.rows.tolist() == two.rows.tolist()
    assert [(d.kind, d.item, d.rows.tolist()) for d in one.drops] == [
        (d.kind, d.item, d.rows.tolist()) for d in two.drops
    ]


@pytest.mark.parametrize("seed", range(6))
def test_nothing_more_to_drop_from_a_final_sample(seed):
    data = random_case(seed)
    kept = data.iloc[sample(data).rows]
    assert sample(kept).rows.size == len(kept)


def test_every_row_is_used_or_dropped_once():
    data = random_case(1)
    done = sample(data)
    rows = np.concatenate([done.rows, *(d.rows for d in done.drops)])
    assert sorted(rows.tolist()) == list(range(len(data)))


def test_zeros_stay_in_a_linear_model():
    data = random_case(2)
    assert all(d.kind == "singleton" for d in sample(data, poisson=False).drops)


def test_a_row_that_two_effects_concern_is_counted_once():
    data = pd.DataFrame({"y": [1.0, 2, 3, 4, 5], "x": [0.0, 1, 0, 1, 1], "a": [0, 0, 1, 1, 2], "b": [0, 1, 0, 1, 2]})
    done = sample(data, poisson=False)
    assert [(d.kind, d.item, d.rows.tolist()) for d in done.drops] == [("singleton", "a, b", [4])]


def test_negative_values_are_refused_with_their_rows():
    data = pd.DataFrame({"y": [1.0, -2, 3, -4], "x": [0.0, 1, 0, 1]})
    with pytest.raises(EstimationError, match="2 negative values") as caught:
        sample(data, "y ~ x")
    assert caught.value.rows == (1, 3)


def test_all_zeros_are_refused():
    with pytest.raises(EstimationError, match="zero in all 3 rows"):
        sample(pd.DataFrame({"y": [0.0] * 3, "x": [1.0, 2, 3]}), "y ~ x")


def test_nothing_but_singletons_is_refused():
    with pytest.raises(EstimationError, match="no row is left of 3: 3 singleton"):
        sample(pd.DataFrame({"y": [1.0, 2, 3], "x": [1.0, 2, 3], "a": [0, 1, 2]}), "y ~ x | a", poisson=False)
