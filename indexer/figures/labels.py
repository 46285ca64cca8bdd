"""Labels beside points, so placed that none hides another."""

from __future__ import annotations

import numpy as np
import pandas as pd

HEIGHT = 12.0
GAP = 7.0
_PLACES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
ALIGN = {1: "left", -1: "right", 0: "center"}


def placed(
    x: np.ndarray, y: np.ndarray, labels: list[str], width: float, height: float, line: np.ndarray | None = None
) -> pd.DataFrame:  # fmt: skip
    """Choose a place beside each point for its label.

    Each label in turn takes the first of eight places that meets no point, no other label and no edge, and no line
    where there is such a place; one that has none is left off.

    Parameters
    ----------
    x, y : ndarray
        In points of the chart, y downwards.
    labels : list of str
    width, height : float
        Of the chart.
    line : ndarray, shape (m, 2), optional
        Points of a line that labels stand off where they can.

    Returns
    -------
    DataFrame
        number (of the point), label, dx, dy, align; in the order of the points.
    """
    dots = np.stack([x - GAP + 2, y - GAP + 2, x + GAP - 2, y + GAP - 2], axis=1)
    on = np.empty((0, 4)) if line is None else np.concatenate([line - 1.0, line + 1.0], axis=1)
    boxes = np.empty((0, 4))
    out = []
    for k, label in enumerate(labels):
        found = []
        for across, down in _PLACES:
            dx, dy = across * GAP, down * (GAP + HEIGHT / 2) * (1 if across == 0 else 0.8)
            left = x[k] + dx - wide(label) * {1: 0, -1: 1, 0: 0.5}[across]
            box = np.array([left, y[k] + dy - HEIGHT / 2, left + wide(label), y[k] + dy + HEIGHT / 2])
            inside = box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= height
            if inside and not _meets(box, boxes) and not _meets(box, np.delete(dots, k, axis=0)):
                found.append((_meets(box, on), box, (k, label, dx, dy, ALIGN[across])))
        if found:
            _, box, place = min(found, key=lambda one: one[0])
            boxes = np.vstack([boxes, box])
            out.append(place)
    return pd.DataFrame(out, columns=["number", "label", "dx", "dy", "align"])


def wide(text: str) -> float:
    """Return the width of a text at 11 points, about."""
    return sum(8.2 if c.isupper() or ord(c) > 0x2000 else 6.0 for c in text)


def _meets(box: np.ndarray, others: np.ndarray) -> bool:
    apart = (others[:, 0] >= box[2]) | (others[:, 2] <= box[0]) | (others[:, 1] >= box[3]) | (others[:, 3] <= box[1])
    return bool((~apart).any())
