"""Large arrays whose memory is kept for the next one when they are no longer used.

Fresh memory has to be handed out by the system page by page when it is first written, which can take longer than the
arithmetic on it. An estimation uses a handful of arrays as long as the sample; the next estimation uses the same ones.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

SMALLEST = 1 << 18
"""Bytes from which an array is kept."""
MOST = 1 << 27
"""Bytes kept in all."""

_kept: defaultdict[int, list[np.ndarray]] = defaultdict(list)
_size = [0]


class _Block:
    """Memory that goes back when the last array on it is gone."""

    def __init__(self, n: int):
        self._raw: np.ndarray | None = None
        try:
            self._raw = _kept[n].pop()
            _size[0] -= n
        except IndexError:
            self._raw = np.empty(n, dtype=np.uint8)
        self.__array_interface__ = {
            "shape": (n,),
            "typestr": "|u1",
            "data": (self._raw.ctypes.data, False),
            "version": 3,
        }

    def __del__(self) -> None:
        raw, self._raw = self._raw, None
        if raw is not None and _size[0] + raw.nbytes <= MOST:
            _size[0] += raw.nbytes
            _kept[raw.nbytes].append(raw)


def empty(shape: int | tuple[int, ...], dtype: Any = np.float64) -> np.ndarray:
    """Return an array of some shape with whatever values are in its memory."""
    kind = np.dtype(dtype)
    n = (math.prod(shape) if isinstance(shape, tuple) else int(shape)) * kind.itemsize
    if n < SMALLEST:
        return np.empty(shape, dtype=kind)
    return np.asarray(_Block(n)).view(kind).reshape(shape)


def zeros(shape: int | tuple[int, ...], dtype: Any = np.float64) -> np.ndarray:
    """Return an array of zeros."""
    out = empty(shape, dtype)
    out.fill(0)
    return out


def forget() -> None:
    """Give all memory that is kept back to the system."""
    _kept.clear()
    _size[0] = 0
