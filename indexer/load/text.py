"""Bytes to text: strict UTF-8 without marks or control characters, every fault with its line."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from indexer.errors import Fault
from indexer.material import Text

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|\ufeff")
_UTF8 = "save the file as UTF-8 without a byte order mark"


def read(path: Path, file: str) -> Text:
    """Read a file as text; `file` is the name that faults give it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _unreadable(file, b"", None, f"cannot be read: {reason}", "check that it is a file that you may read")
    return decode(data, file)


def decode(data: bytes, file: str) -> Text:
    """Turn bytes into text, strictly.

    A byte order mark, UTF-16, bytes that are not UTF-8, NUL and other control characters, a carriage return that does
    not end a line, and an empty file are faults. Lines without a fault are still handed on, so that one report can
    name all.
    """
    if not data:
        return _unreadable(file, data, None, "the file is empty", "fill it, or delete it")
    if data.startswith(_UTF16) or (len(data) > 3 and data.count(0) * 4 >= len(data)):
        return _unreadable(file, data, _shown(data[:4]), "the file is UTF-16 or not text", _UTF8)
    faults = []
    if data.startswith(codecs.BOM_UTF8):
        faults.append(Fault(file, 1, None, _shown(codecs.BOM_UTF8), "the file begins with a byte order mark", _UTF8))
        content_bytes = data[len(codecs.BOM_UTF8) :]
    else:
        content_bytes = data
    bad: set[int] = set()
    try:
        content = content_bytes.decode("utf-8")
    except UnicodeDecodeError:
        content, found = _lenient(content_bytes, file)
        faults += found
        bad |= {fault.line for fault in found if fault.line is not None}
    controls = _controls(content, file)
    if controls:
        faults += controls
        bad |= {fault.line for fault in controls if fault.line is not None}
        content = _CONTROL.sub("\ufffd", content)
    if not content:
        faults.append(Fault(file, 1, None, None, "the file is empty", "fill it, or delete it"))
    return Text(file, data, content or None, tuple(faults), frozenset(bad))


def _lenient(data: bytes, file: str) -> tuple[str, list[Fault]]:
    """Decode line by line; a line that is not UTF-8 gives a fault and keeps its place."""
    lines, faults = [], []
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            wrong = _shown(line[error.start : error.end])
            faults.append(Fault(file, number, None, wrong, f"byte {error.start + 1} of the line is not UTF-8", _UTF8))
            lines.append(line.decode("utf-8", errors="replace"))
    return "\n".join(lines), faults


def _controls(content: str, file: str) -> list[Fault]:
    """Name the first control character of every line that has one."""
    faults: list[Fault] = []
    number, counted = 1, 0
    for found in _CONTROL.finditer(content):
        number += content.count("\n", counted, found.start())
        counted = found.start()
        if faults and faults[-1].line == number:
            continue
        what = "a carriage return inside a line" if found.group() == "\r" else "a control character"
        remedy = "end lines with a line feed" if found.group() == "\r" else "delete the character"
        faults.append(Fault(file, number, None, ascii(found.group())[1:-1], what, remedy))
    return faults


def _unreadable(file: str, data: bytes, value: str | None, message: str, remedy: str) -> Text:
    return Text(file, data, None, (Fault(file, None if not data else 1, None, value, message, remedy),))


def _shown(data: bytes) -> str:
    return ascii(data)[2:-1]
