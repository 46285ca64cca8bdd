"""Where the labels of a scatter stand so that none lies on another or on a point."""

from __future__ import annotations

import numpy as np

SIDES = {"right": (0.62, 0.0), "left": (-0.62, 0.0), "above": (0.0, -1.05), "below": (0.0, 1.05)}
"""Places tried in turn: centre of the label from its point, in widths and heights of a label."""


def places(x: np.ndarray, y: np.ndarray, size: tuple[float, float], label: tuple[float, float]) -> list[str]:
    """Place one label a point, the outermost points first; a point whose label finds no room gets none.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Points in pixels, from the top left.
    size : (float, float)
        Width and height of the drawing.
    label : (float, float)
        Width and height of a label.

    Returns
    -------
    list of str
        For each point "right", "left", "above", "below", or "" where there is no room.
    """
    w, h = label
    found = [""] * len(x)
    taken = np.empty((0, 2))
    crowded = np.argsort(-np.hypot(x - x.mean(), y - y.mean()), kind="stable")
    for i in crowded.tolist():
        for side, (right, down) in SIDES.items():
            cx, cy = x[i] + right * (w + 6), y[i] + down * h
            inside = w / 2 <= cx <= size[0] - w / 2 and h / 2 <= cy <= size[1] - h / 2
            on_label = ((np.abs(taken[:, 0] - cx) < w) & (np.abs(taken[:, 1] - cy) < h)).any()
            others = np.arange(len(x)) != i
            on_point = ((np.abs(x - cx) < w / 2 + 2) & (np.abs(y - cy) < h / 2 + 2) & others).any()
            if inside and not on_label and not on_point:
                found[i] = side
                taken = np.vstack([taken, [cx, cy]])
                break
    return found
