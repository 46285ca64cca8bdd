"""Bytes to text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.load import text

REFUSED = {
    "empty": (b"", None, None, "empty"),
    "byte-order-mark": (b"\xef\xbb\xbfeconomy,year\n", 1, r"\xef\xbb\xbf", "byte order mark"),
    "only-a-byte-order-mark": (b"\xef\xbb\xbf", 1, r"\xef\xbb\xbf", "byte order mark"),
    "utf-16-little": ("economy,year\n".encode("utf-16"), 1, r"\xff\xfee\x00", "UTF-16"),
    "utf-16-big": (b"\xfe\xff" + "economy".encode("utf-16-be"), 1, r"\xfe\xff\x00e", "UTF-16"),
    "utf-16-unmarked": ("economy,year\n".encode("utf-16-le"), 1, r"e\x00c\x00", "UTF-16"),
    "latin-1": ("a\nCôte d'Ivoire\n".encode("latin-1"), 2, r"\xf4", "not UTF-8"),
    "surrogate": (b"a\nb\n\xed\xa0\x80\n", 3, r"\xed", "not UTF-8"),
    "nul": (b"economy,year\nDEU\x00,2020\n", 2, r"\x00", "control character"),
    "escape": (b"economy,year\nDEU\x1b,2020\n", 2, r"\x1b", "control character"),
    "mark-inside": ("economy\n\ufeffDEU\n".encode(), 2, r"\ufeff", "control character"),
    "old-line-ends": (b"economy,year\rDEU,2020\r", 1, r"\r", "carriage return"),
}


@pytest.mark.parametrize(("data", "line", "value", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(data: bytes, line: int | None, value: str | None, message: str) -> None:
    fault = text.decode(data, "x.csv").faults[0]
    assert (fault.file, fault.line, fault.value) == ("x.csv", line, value)
    assert message in fault.message
    assert fault.remedy


def test_text_is_kept_as_it_is() -> None:
    data = "name\nCôte d’Ivoire\r\nTürkiye\tx\n".encode()
    read = text.decode(data, "x.csv")
    assert read.faults == ()
    assert read.content == data.decode("utf-8")
    assert read.data == data


def test_every_bad_line_is_named_and_the_others_are_handed_on() -> None:
    read = text.decode(b"good\nb\xffd\nalso good\nn\x00l\n\x01\n", "x.csv")
    assert [fault.line for fault in read.faults] == [2, 4, 5]
    assert read.bad_lines == {2, 4, 5}
    assert read.content is not None
    assert read.content.split("\n")[::2] == ["good", "also good", "\ufffd"]


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    read = text.read(tmp_path, "x.csv")
    assert read.content is None
    assert "cannot be read" in read.faults[0].message


def test_a_missing_file(tmp_path: Path) -> None:
    assert "cannot be read" in text.read(tmp_path / "none.csv", "none.csv").faults[0].message


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="\ufeff"), min_size=1))
def test_any_plain_text_comes_back(plain: str) -> None:
    read = text.decode(plain.encode("utf-8"), "x.csv")
    assert (read.content, read.faults) == (plain, ())


@given(st.binary())
def test_any_bytes_are_a_text_or_a_fault(data: bytes) -> None:
    read = text.decode(data, "x.csv")
    assert read.faults or read.content == data.decode("utf-8")
