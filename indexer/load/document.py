"""YAML to plain values, strictly: what a reader sees is what is read.

Only true, false, null, whole numbers and decimal numbers have a meaning of their own; every other plain word is a text
(NO is Norway's code, 1:30 a ratio, 017 a code, 2024-01-31 a date as text). A key that stands twice, anchors, aliases,
tags, directives and a second document are faults. Every key keeps its line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml

from indexer.errors import Fault
from indexer.material import Document, Path, Text, dotted

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None, "": None}
_DEEPEST = 20


class _Stop(Exception):  # noqa: N818 - it ends the reading of one document, nobody meets it
    pass


def parse(text: Text) -> Document:
    """Read a decoded file as one YAML document; all faults that can be told apart are in `faults`."""
    if text.content is None:
        return Document(text.file, None, {}, text.faults)
    reader = _Reader(text.file, list(text.faults))
    content = None
    try:
        content = reader.document(_events(text.content))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "the file is not YAML"
        remedy = "check indentation, colons and quotes; quote a text that holds ': ' or ' #'"
        reader.refuse(None if mark is None else mark.line + 1, None, None, f"not YAML: {what}", remedy)
    except _Stop:
        pass
    return Document(text.file, content, reader.lines, tuple(reader.faults), reader.numbers)


def _events(content: str) -> Iterator[Any]:
    return iter(yaml.parse(content, Loader=_LOADER))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Reader:
    """Builds values from events and notes lines and faults on the way."""

    def __init__(self, file: str, faults: list[Fault]):
        self.file, self.faults = file, faults
        self.lines: dict[Path, int] = {(): 1}
        self.numbers: dict[Path, str] = {}

    def refuse(self, line: int | None, path: Path | None, value: str | None, message: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, line, dotted(path or ()) or None, value, message, remedy))

    def document(self, events: Iterator[Any]) -> Any:
        content, seen = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                line = _line(event)
                if seen > 1:
                    self.refuse(line, None, "---", "a second document in the file", "one file, one document")
                    raise _Stop
                if event.version or event.tags:
                    self.refuse(line, None, None, "a YAML directive", "delete the line that begins with %")
                content = self._node(next(events), events, ())
        if not seen:
            self.refuse(1, None, None, "the file holds no document", "fill it, or delete it")
        return content

    def _node(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        line = _line(event)
        self.lines.setdefault(path, line)
        if len(path) > _DEEPEST:
            self.refuse(line, path, None, "nested too deeply", "no document here needs that depth")
            raise _Stop
        if isinstance(event, yaml.AliasEvent):
            self.refuse(line, path, f"*{event.anchor}", "an alias", "write the value out")
            return None
        if event.anchor is not None:
            self.refuse(
                line, path, f"&{event.anchor}", "an anchor", "delete it, and write the value out where it is used"
            )
        if event.tag is not None:
            self.refuse(line, path, event.tag, "a tag", "delete it; quote a value to make it a text")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._node(event, events, (*path, len(items))))
            return items
        return self._mapping(events, path)

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        out: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                self.refuse(line, path, None, "a key that is not a plain text", "write the key as a word")
                raise _Stop
            key = event.value
            if key in out:
                first = self.lines[(*path, key)]
                self.refuse(
                    line, (*path, key), key, f"key {key!r} stands twice, first on line {first}", "keep one of them"
                )
                # The later value is read for its faults and dropped; its lines would hide those of the first.
                kept = dict(self.lines)
                self._node(next(events), events, (*path, key))
                self.lines = kept
                continue
            self.lines[(*path, key)] = line
            out[key] = None
            out[key] = self._node(next(events), events, (*path, key))
        return out

    def _scalar(self, event: Any, path: Path) -> Any:
        value = event.value
        if not event.implicit[0]:
            return value
        if value in _WORDS:
            return _WORDS[value]
        if _NUMBER.fullmatch(value):
            self.numbers[path] = value
        if _INTEGER.fullmatch(value):
            return int(value)
        if _NUMBER.fullmatch(value):
            number = float(value)
            if math.isinf(number) or (number == 0 and re.search("[1-9]", value.lower().partition("e")[0])):
                what = "is beyond what a number can hold here"
                self.refuse(_line(event), path, value, what, "give a smaller number, or quote it to make it a text")
            return number
        return value
