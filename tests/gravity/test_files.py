"""Files appear whole or not at all."""

import pytest

from indexer.errors import UsageError
from indexer.gravity.files import write


@pytest.mark.parametrize(
    ("content", "found"), [("β\n", "β\n".encode()), (b"\x00\x01", b"\x00\x01")], ids=["text", "bytes"]
)
def test_content_stands_in_the_file_and_nothing_beside_it(tmp_path, content, found):
    assert write(tmp_path / "a.txt", content).read_bytes() == found
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        write(tmp_path / "none" / "a.txt", "a")


def test_what_stood_there_stays_when_writing_fails(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(UsageError):
        write(tmp_path / "a.txt", "new")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
