"""Compiled loops, and the threads that share them.

A kernel works on a range of groups and writes to arrays of its own, so that several threads run it at once; sums over
ranges are added in their fixed order, and results do not depend on the number of threads. Kernels are compiled when
first called and kept on disk; problems too small to be worth the wait never come here (see `indexer.gravity.layout`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

import numba

_F = TypeVar("_F", bound=Callable[..., Any])
REORDER = {"reassoc", "contract", "arcp", "nsz"}
"""Sums may be reordered and products fused, so that loops run on vectors; NaN and infinity keep their meaning."""

_Job = tuple[Callable[[int], Any], int, "SimpleQueue[BaseException | None]"]
_pool: tuple[int, SimpleQueue[_Job]] | None = None
_lock = Lock()


def _after_fork() -> None:
    """Let a forked child begin without threads, and without a lock that one of them may have held."""
    global _pool, _lock
    _pool, _lock = None, Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def kernel(function: _F) -> _F:
    """Compile a function that holds no lock, with sums that may be reordered; kept on disk where a folder allows it."""
    return _compile(function, REORDER)


def exact(function: _F) -> _F:
    """Compile a function whose arithmetic is left as written."""
    return _compile(function, {"contract"})


def _compile(function: _F, fastmath: set[str]) -> _F:
    options: dict[str, Any] = {"nogil": True, "fastmath": fastmath, "error_model": "numpy"}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder to keep it in: compile in every process
        return numba.njit(**options)(function)


def n_threads() -> int:
    """Return how many threads share a loop: INDEXER_THREADS, or the processors this process may use."""
    wanted = os.environ.get("INDEXER_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


def share(function: Callable[[int], Any], n: int) -> None:
    """Call `function(0)` … `function(n - 1)`, on several threads where there are several calls."""
    workers = min(n, n_threads()) if n > 1 else 1
    if workers < 2:
        for k in range(n):
            function(k)
        return

    inbox, done = _threads(workers - 1), SimpleQueue[BaseException | None]()

    def run(start: int) -> None:
        for k in range(start, n, workers):
            function(k)

    for k in range(1, workers):
        inbox.put((run, k, done))
    try:
        run(0)
    finally:  # whatever happens here, arrays are still in use there
        errors = [done.get() for _ in range(1, workers)]
    for error in errors:
        if error is not None:
            raise error


def _threads(n: int) -> SimpleQueue[_Job]:
    """The inbox of at least n threads of this process.

    What takes long is to wake a processor (some 80 µs on a virtual machine), not the queue.
    """
    global _pool
    with _lock:
        running, inbox = _pool or (0, SimpleQueue[_Job]())
        for k in range(running, n):
            Thread(target=_serve, args=(inbox,), name=f"indexer-gravity-{k}", daemon=True).start()
        _pool = (max(running, n), inbox)
    return inbox


def _serve(inbox: SimpleQueue[_Job]) -> None:
    while True:
        function, k, done = inbox.get()
        try:
            function(k)
        except BaseException as error:  # raised where it is waited for
            done.put(error)
        else:
            done.put(None)
        del function, done  # and the arrays they hold


def cuts(sizes: Sequence[int] | Any, n: int) -> list[int]:
    """Cut consecutive items into at most n ranges of about equal total size; return the n + 1 borders.

    Examples
    --------
    >>> cuts([5, 1, 1, 1, 2], 2)
    [0, 1, 5]
    """
    import numpy as np

    total = np.concatenate([[0], np.cumsum(np.asarray(sizes, dtype=np.int64))])
    goals = np.linspace(0, total[-1], n + 1)[1:-1]
    inner = np.searchsorted(total, goals, side="left")
    return sorted({0, *(int(k) for k in inner), len(total) - 1})
