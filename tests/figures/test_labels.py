"""Labels that hide nothing."""

import numpy as np

from indexer.figures.labels import HEIGHT, placed, wide


def boxes(x, y, found):
    across = {"left": 0.0, "right": -1.0, "center": -0.5}
    for _, row in found.iterrows():
        w = wide(row["label"])
        left = x[row["number"]] + row["dx"] + across[row["align"]] * w
        top = y[row["number"]] + row["dy"] - HEIGHT / 2
        yield left, top, left + w, top + HEIGHT


def test_no_two_labels_meet_and_none_leaves_the_chart():
    g = np.random.default_rng(4)
    x, y = g.uniform(0, 400, 40), g.uniform(0, 300, 40)
    found = placed(x, y, [f"label {k}" for k in range(40)], 400, 300)
    all_ = list(boxes(x, y, found))
    assert len(all_) > 25
    for k, a in enumerate(all_):
        assert a[0] >= 0
        assert a[2] <= 400
        for b in all_[:k]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_a_label_without_room_is_left_off():
    x = y = np.array([50.0, 51.0, 50.5, 50.2, 50.1, 50.3, 50.4])
    found = placed(x, y, ["wide label"] * 7, 100, 100)
    assert len(found) < 7


def test_a_single_point_has_its_label_on_the_right():
    assert placed(np.array([50.0]), np.array([50.0]), ["a"], 100, 100)["align"].tolist() == ["left"]


def test_a_label_stands_off_a_line_where_it_can():
    line = np.stack([np.linspace(50, 100, 50), np.full(50, 50.0)], axis=1)
    assert placed(np.array([50.0]), np.array([50.0]), ["a"], 100, 100, line)["align"].tolist() == ["right"]
