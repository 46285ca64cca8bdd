import os

import pytest

from indexer.publish import place

OLD, NEW = {"a": b"old", "gone": b"x"}, {"a": b"new"}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
def test_a_folder_takes_the_place_of_another_whole(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(place, "_exchange", lambda left, right: False)
    place.put(OLD, tmp_path / "x" / "r")
    place.put(NEW, tmp_path / "x" / "r")
    assert content(tmp_path / "x" / "r") == NEW
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["r"]


def test_a_failure_leaves_what_stood_there(tmp_path, monkeypatch):
    place.put(OLD, tmp_path / "r")

    def fail(path, data):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(place, "_write", fail)
    with pytest.raises(OSError, match="No space"):
        place.put(NEW, tmp_path / "r")
    assert content(tmp_path / "r") == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_run_that_died_between_two_renames_is_made_good(tmp_path):
    place.put(OLD, tmp_path / "r")
    os.rename(tmp_path / "r", tmp_path / ".r.old")
    place.recover(tmp_path, "r")
    assert content(tmp_path / "r") == OLD


def test_leftovers_of_the_dead_go_and_those_of_others_stay(tmp_path):
    for name in (".r.999999999.new", ".r.backup.new", ".s.999999999.new"):
        (tmp_path / name).mkdir()
    (tmp_path / ".f.999999999.new").write_bytes(b"")
    place.recover(tmp_path, "r", "f")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".r.backup.new", ".s.999999999.new"]


def test_one_file_is_replaced_in_one_step(tmp_path):
    place.replace(tmp_path / "f", b"1")
    place.replace(tmp_path / "f", b"2")
    assert content(tmp_path) == {"f": b"2"}
