"""YAML, strictly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.load import document, text
from indexer.material import Document

PLAIN = {
    "norway": ("NO", "NO"),
    "yes": ("yes", "yes"),
    "capital-true": ("True", "True"),
    "ratio": ("1:30", "1:30"),
    "octal": ("017", "017"),
    "hexadecimal": ("0x1F", "0x1F"),
    "underscore": ("1_000", "1_000"),
    "date": ("2024-01-31", "2024-01-31"),
    "infinity": (".inf", ".inf"),
    "nan": (".nan", ".nan"),
    "tilde": ("~", "~"),
    "quoted-number": ('"2024.1"', "2024.1"),
    "quoted-true": ("'true'", "true"),
    "true": ("true", True),
    "null": ("null", None),
    "nothing": ("", None),
    "integer": ("-12", -12),
    "float": ("0.66", 0.66),
    "exponent": ("1e-8", 1e-8),
    "folded": (">-\n  two\n  words", "two words"),
}


def parse(data: str) -> Document:
    return document.parse(text.decode(data.encode("utf-8"), "x.yaml"))


@pytest.mark.parametrize(("written", "value"), PLAIN.values(), ids=PLAIN)
def test_scalars(written: str, value: Any) -> None:
    read = parse(f"a: {written}\n")
    assert read.faults == ()
    assert read.content == {"a": value}
    assert type(read.content["a"]) is type(value)


def test_every_key_and_item_has_its_line() -> None:
    read = parse("# remark\na: 1\nb:\n  c: x\n  d:\n    - 1\n    - {e: 2}\n")
    assert read.content == {"a": 1, "b": {"c": "x", "d": [1, {"e": 2}]}}
    paths: dict[tuple[str | int, ...], int] = {
        ("a",): 2, ("b",): 3, ("b", "c"): 4, ("b", "d"): 5, ("b", "d", 0): 6, ("b", "d", 1): 7, ("b", "d", 1, "e"): 7,
    }  # fmt: skip
    assert {path: read.line(path) for path in paths} == paths


REFUSED = {
    "repeated-key": ("a: 1\nb: 2\na: 3\n", 3, "a", "a", "key 'a' stands twice, first on line 1"),
    "repeated-key-inside": ("a:\n  b: 1\n  b: 1\n", 3, "a.b", "b", "first on line 2"),
    "anchor": ("a: &x 1\n", 1, "a", "&x", "an anchor"),
    "alias": ("a: 1\nb: *x\n", 2, "b", "*x", "an alias"),
    "merge": ("a: 1\n<<: *x\n", 2, "<<", "*x", "an alias"),
    "tag": ("a: !!str 1\n", 1, "a", "tag:yaml.org,2002:str", "a tag"),
    "python-tag": ("a: !!python/name:os.system x\n", 1, "a", "tag:yaml.org,2002:python/name:os.system", "a tag"),
    "second-document": ("a: 1\n---\nb: 2\n", 2, None, "---", "a second document"),
    "directive": ("%YAML 1.1\n---\na: 1\n", 1, None, None, "a YAML directive"),
    "key-that-is-a-list": ("a: 1\n? [b]\n: 1\n", 2, None, None, "a key that is not a plain text"),
    "overflow": ("a: 1\nb: 1e999\n", 2, "b", "1e999", "beyond"),
    "underflow": ("b: 1e-999\n", 1, "b", "1e-999", "beyond"),
    "deep": ("a: " + "[" * 30 + "]" * 30 + "\n", 1, "a" + "[0]" * 20, None, "nested too deeply"),
    "comments-only": ("# nothing\n", 1, None, None, "no document"),
    "empty": ("", None, None, None, "empty"),
    "tab": ("a: 1\nb:\n\tc: 1\n", 3, None, None, "not YAML"),
    "unclosed": ("a: [1, 2\nb: 1\n", 2, None, None, "not YAML"),
    "colon": ("a: b: c\n", 1, None, None, "not YAML"),
}


@pytest.mark.parametrize(("data", "line", "column", "value", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(data: str, line: int | None, column: str | None, value: str | None, message: str) -> None:
    (fault,) = parse(data).faults
    assert (fault.file, fault.line, fault.column, fault.value) == ("x.yaml", line, column, value)
    assert message in fault.message
    assert fault.remedy


def test_byte_order_mark_and_content_are_both_judged() -> None:
    read = document.parse(text.decode(b"\xef\xbb\xbfa: 1\na: 2\n", "x.yaml"))
    assert ["byte order mark" in fault.message for fault in read.faults] == [True, False]


def test_several_faults_at_once() -> None:
    assert [fault.line for fault in parse("a: 1\na: 2\nb: &x 3\nc: *x\nb: !t 4\n").faults] == [2, 3, 4, 5, 5]


def test_the_first_of_two_keys_is_kept_with_its_lines() -> None:
    read = parse("a:\n  b: 1\na:\n  b: 2\n")
    assert read.content == {"a": {"b": 1}}
    assert read.line(("a", "b")) == 2


@given(st.binary(max_size=100))
def test_any_bytes_are_a_document_or_a_fault(data: bytes) -> None:
    read = document.parse(text.decode(data, "x.yaml"))
    assert read.faults or read.lines


@given(st.text(":-{}[]&*!|>'\"#%?, \nabc01.", max_size=40))
def test_any_marks_are_a_document_or_a_fault(data: str) -> None:
    read = parse(data)
    assert read.faults or read.lines


def test_numbers_keep_their_text() -> None:
    read = parse('a: 1.10\nb: [1e3, -7, "2.0", 0x1F]\nc: 0.12345678901234567890\n')
    expected: dict[tuple[str | int, ...], str] = {
        ("a",): "1.10", ("b", 0): "1e3", ("b", 1): "-7", ("c",): "0.12345678901234567890",
    }  # fmt: skip
    assert read.numbers == expected
