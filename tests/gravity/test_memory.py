"""Memory that is kept: handed out again only when nobody looks at it any more, bounded, given back on demand."""

import gc

import numpy as np
import pytest

from indexer.gravity import memory


@pytest.fixture(autouse=True)
def clean():
    memory.forget()
    yield
    memory.forget()


def address(a):
    return a.__array_interface__["data"][0]


def test_shapes_and_kinds():
    a = memory.empty((3, 70_000))
    assert (a.shape, a.dtype, a.flags["C_CONTIGUOUS"], a.flags["WRITEABLE"]) == ((3, 70_000), np.float64, True, True)
    assert memory.empty(1 << 19, np.int8).dtype == np.int8
    assert memory.empty(5).shape == (5,)


def test_memory_is_used_again():
    a = memory.empty(100_000)
    first = address(a)
    a.fill(7.0)
    del a
    gc.collect()
    b = memory.zeros(100_000)
    assert address(b) == first
    assert not b.any()


def test_a_view_keeps_its_memory():
    a = memory.empty(100_000)
    view = a[10:20]
    view[:] = 3.0
    first = address(a)
    del a
    gc.collect()
    other = memory.zeros(100_000)
    assert address(other) != first
    assert view.tolist() == [3.0] * 10


def test_what_is_kept_is_bounded_and_can_be_given_back():
    n = memory.MOST // 8 // 4
    many = [memory.empty(n) for _ in range(8)]
    del many
    gc.collect()
    assert 0 < memory._size[0] <= memory.MOST
    memory.forget()
    assert memory._size[0] == 0
