"""What has been read but is not yet believed: text, tables and documents that remember their lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import Fault

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Text:
    """A file as text.

    `content` is None where it cannot be read as text at all; rows on `bad_lines` have a fault already.
    """

    file: str
    data: bytes
    content: str | None
    faults: tuple[Fault, ...] = ()
    bad_lines: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Table:
    """A table typed by its schema.

    `lines` gives the line of each row, `raw` the fields as they stand in the file. Cells marked in `untyped` have a
    fault already and hold a placeholder in `frame`, so that one report can name every fault of the file.
    """

    file: str
    schema: str
    frame: pd.DataFrame
    lines: np.ndarray
    raw: Mapping[str, list[str]]
    untyped: Mapping[str, np.ndarray]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Document:
    """A YAML document as plain values.

    `lines` gives the line of every key and item by its path, `numbers` each number as it stands in the file.
    """

    file: str
    content: Any
    lines: Mapping[Path, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    numbers: Mapping[Path, str] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """Return the line of a path, or of the nearest parent that has one."""
        for n in range(len(path), -1, -1):
            if path[:n] in self.lines:
                return self.lines[path[:n]]
        return None

    def fault(self, path: Path, value: Any, message: str, remedy: str) -> Fault:
        """Return a fault at a path of this document."""
        shown = None if value is None else str(value)
        return Fault(self.file, self.line(path), dotted(path) or None, shown, message, remedy)


def dotted(path: Path) -> str:
    """Write a path as `a.b[0]`."""
    out = ""
    for part in path:
        if isinstance(part, int):
            out += f"[{part}]"
        else:
            out += f".{part}" if out else part
    return out
