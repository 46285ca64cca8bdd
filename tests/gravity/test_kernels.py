"""Threads: the ranges of work, the number of threads, callers at the same time, threads that survive a fork."""

import multiprocessing
import os
import sys
import threading
import time

import pytest

from indexer.gravity import kernels


def test_cuts():
    assert kernels.cuts([1] * 10, 2) == [0, 5, 10]
    assert kernels.cuts([1, 1], 4) == [0, 1, 2]
    assert kernels.cuts([9, 1, 1], 2) == [0, 1, 3]
    assert kernels.cuts([3], 1) == [0, 1]


@pytest.mark.parametrize("threads", ["1", "3"])
def test_every_part_is_called_once(monkeypatch, threads):
    monkeypatch.setenv("INDEXER_THREADS", threads)
    seen = []
    kernels.share(seen.append, 7)
    assert sorted(seen) == list(range(7))


def test_an_error_in_a_part_is_raised(monkeypatch):
    monkeypatch.setenv("INDEXER_THREADS", "2")

    def fail(k):
        raise ValueError(f"part {k}")

    with pytest.raises(ValueError, match="part"):
        kernels.share(fail, 2)


def test_all_parts_are_done_before_an_error_is_raised(monkeypatch):
    monkeypatch.setenv("INDEXER_THREADS", "2")
    seen = []

    def part(k):
        if k == 0:
            raise ValueError("the first")
        time.sleep(0.05)
        seen.append(k)

    with pytest.raises(ValueError, match="the first"):
        kernels.share(part, 2)
    assert seen == [1]


def test_several_callers_at_once(monkeypatch):
    monkeypatch.setenv("INDEXER_THREADS", "3")
    seen = [[] for _ in range(6)]
    callers = [threading.Thread(target=kernels.share, args=(out.append, 5)) for out in seen]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=30)
    assert [sorted(out) for out in seen] == [list(range(5))] * 6


def test_number_of_threads(monkeypatch):
    monkeypatch.setenv("INDEXER_THREADS", "5")
    assert kernels.n_threads() == 5
    monkeypatch.setenv("INDEXER_THREADS", "none")
    assert 1 <= kernels.n_threads() <= (os.cpu_count() or 1)


def _child(queue):
    out = []
    kernels.share(out.append, 4)
    queue.put(sorted(out))


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.filterwarnings("ignore:This process")
def test_a_forked_child_has_threads_of_its_own(monkeypatch):
    monkeypatch.setenv("INDEXER_THREADS", "2")
    kernels.share(lambda k: None, 2)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_child, args=(queue,))
    child.start()
    assert queue.get(timeout=30) == [0, 1, 2, 3]
    child.join()


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.filterwarnings("ignore:This process")
def test_a_child_forked_while_a_thread_starts_others_does_not_wait_for_it(monkeypatch):
    monkeypatch.setenv("INDEXER_THREADS", "2")
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_child, args=(queue,))
    with kernels._lock:
        child.start()
    assert queue.get(timeout=30) == [0, 1, 2, 3]
    child.join()
