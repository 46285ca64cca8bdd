"""Tables and programs as files: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from indexer.errors import UsageError


def write(path: str | Path, content: str | bytes) -> Path:
    """Write a file beside its place and move it there.

    Raises
    ------
    UsageError
        If the folder does not exist, or nothing can be written there.
    """
    path = Path(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        os.replace(beside, path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise UsageError(
            f"{path} cannot be written: {fault.strerror}", where="path", remedy="give a path in a folder of yours"
        ) from None
    return path
