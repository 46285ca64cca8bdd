import numpy as np
import pytest

from indexer.analyse.labels import SIDES, places

SIZE, LABEL = (500.0, 500.0), (30.0, 12.0)


def boxes(x, y, found):
    return [
        (x[i] + SIDES[side][0] * (LABEL[0] + 6), y[i] + SIDES[side][1] * LABEL[1])
        for i, side in enumerate(found)
        if side
    ]


def test_a_lone_point_has_its_label_to_the_right():
    assert places(np.array([250.0]), np.array([250.0]), SIZE, LABEL) == ["right"]


def test_at_the_right_edge_it_stands_to_the_left():
    assert places(np.array([495.0]), np.array([250.0]), SIZE, LABEL) == ["left"]


@pytest.mark.parametrize("n", [11, 180])
def test_no_label_lies_on_another(n):
    rng = np.random.default_rng(n)
    x = rng.uniform(20, 480, n)
    y = np.clip(x + rng.normal(scale=30, size=n), 5, 495)
    found = places(x, y, SIZE, LABEL)
    centres = boxes(x, y, found)
    for i, (a, b) in enumerate(centres):
        for c, d in centres[:i]:
            assert abs(a - c) >= LABEL[0] or abs(b - d) >= LABEL[1]
    assert sum(map(bool, found)) >= min(n, 40)


def test_points_in_one_place_share_the_sides_there_are():
    found = places(np.full(6, 250.0), np.full(6, 250.0), SIZE, LABEL)
    assert sorted(found)[:2] == ["", ""]
    assert sorted(found)[2:] == ["above", "below", "left", "right"]
