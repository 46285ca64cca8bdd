"""A folder of files put in its place in one step: a reader finds the earlier one or the new one, never a mixture."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path


def put(content: Mapping[str, bytes], target: Path) -> None:
    """Write files by name into the folder `target`, in the place of whatever stands there.

    Everything is written and flushed beside the target first; then the two folders change places in one system call
    where the system has one (Linux `renameat2`), else in two renames that `recover` completes if the process dies
    between them.
    """
    out = target.parent
    out.mkdir(parents=True, exist_ok=True)
    recover(out, target.name)
    beside = out / f".{target.name}.{os.getpid()}.new"
    beside.mkdir()
    try:
        for file, data in content.items():
            _write(beside / file, data)
        _flush_folder(beside)
        _put_in_place(beside, target)
        _flush_folder(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def replace(path: Path, data: bytes) -> None:
    """Write one file in the place of an earlier one, in one step."""
    beside = path.parent / f".{path.name}.{os.getpid()}.new"
    _write(beside, data)
    os.replace(beside, path)


def recover(out: Path, name: str, *besides: str) -> None:
    """Finish or clear away what a run that died had left beside the folder `name`, or beside the files `besides`."""
    target = out / name
    kept = out / f".{name}.old"
    if kept.is_dir():
        if target.exists():
            shutil.rmtree(kept)
        else:
            os.rename(kept, target)
    for left in (path for one in (name, *besides) for path in out.glob(f".{one}.*.new")):
        process = left.name.split(".")[-2]
        if not process.isdecimal() or _alive(int(process)):
            continue
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if process == os.getpid() or os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _put_in_place(beside: Path, target: Path) -> None:
    if not target.exists():
        os.rename(beside, target)
        return
    if _exchange(beside, target):
        return
    kept = target.parent / f".{target.name}.old"
    os.rename(target, kept)
    os.rename(beside, target)
    shutil.rmtree(kept)


def _exchange(left: Path, right: Path) -> bool:
    """Swap two paths in one system call; False where the system or the file system has none."""
    if sys.platform != "linux":
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    at_cwd, exchange = -100, 2
    if renameat2(at_cwd, os.fsencode(left), at_cwd, os.fsencode(right), exchange) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(right))


def _write(path: Path, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(path: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
