import json
import os
import shutil
import sys
from pathlib import Path

import pytest

import indexer
from indexer.errors import UsageError
from indexer.publish import layout
from indexer.publish.release import sha256
from indexer.publish.text import json_bytes
from indexer.publish.verify import verify


@pytest.fixture
def release(shipped, tmp_path):
    place = tmp_path / "2024.1"
    place.mkdir()
    for name, data in shipped.content.items():
        (place / name).write_bytes(data)
    (place / "environment.json").write_bytes(json_bytes({"python": "3.11"}))
    return place


def change(release, file, old, new):
    text = (release / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, text.count(old)
    (release / file).write_text(text.replace(old, new), encoding="utf-8")


def seal(release):
    """Write hashes anew, as one would who wants the change not to be found."""
    package = json.loads((release / "datapackage.json").read_bytes())
    for one in package["resources"]:
        data = (release / one["path"]).read_bytes()
        one |= {"hash": f"sha256:{sha256(data)}", "bytes": len(data)}
    (release / "datapackage.json").write_bytes(json_bytes(package))
    manifest = json.loads((release / "manifest.json").read_bytes())
    for name, one in manifest["files"].items():
        data = (release / name).read_bytes()
        one |= {"sha256": sha256(data), "bytes": len(data)}
    manifest["parameters_sha256"] = manifest["files"]["parameters.json"]["sha256"]
    seal_manifest(release, manifest)


def seal_manifest(release, manifest):
    manifest.pop("manifest_sha256")
    (release / "manifest.json").write_bytes(json_bytes({**manifest, "manifest_sha256": sha256(json_bytes(manifest))}))


def found(release):
    return [(one.file, one.line, one.column, one.value) for one in verify(release).faults]


def test_a_release_as_it_was_published_has_no_fault(shipped, release):
    verdict = verify(release)
    assert verdict.faults == ()
    assert verdict.edition == "2024.1"
    assert verdict.n_files == len(shipped.content) - 1
    assert verdict.n_tables == len(layout.TABLES) + 5
    assert verdict.n_rows == sum(len(one) for one in shipped.csvs.values()) + 55
    assert verdict.manifest_sha256 == sha256(shipped.content["manifest.json"])
    seal(release)
    assert verify(release).faults == ()


def test_a_changed_byte_and_a_missing_file_are_found_whatever_the_file(small_folder, tmp_path):
    place = indexer.build(small_folder).publish(tmp_path / "o", ["parquet", "xlsx", "dta", "json"])
    content = {path.name: path.read_bytes() for path in place.iterdir()}
    assert len(content) > 4 * len(layout.TABLES)
    for name, data in content.items():
        at = len(data) // 2
        if name != "environment.json":
            (place / name).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            assert name in {fault.file for fault in verify(place).faults}, name
        (place / name).unlink()
        assert (name, "is missing") in {(fault.file, fault.message) for fault in verify(place).faults}
        (place / name).write_bytes(data)
    assert verify(place).faults == ()


@pytest.mark.parametrize("name", ["thesis.doc", ".hidden", "index_2019.csv"])
def test_an_extra_file_is_found(release, name):
    (release / name).write_text("x")
    assert found(release) == [(name, None, None, None)]


def test_an_extra_folder_is_found(release):
    (release / "more").mkdir()
    assert found(release) == [("more", None, None, None)]


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("weights.csv", "set,index,computing_power,entropy,0.457105", "set,index,computing_power,entropy,1.5",
         ("weights.csv", 2, "weight", "1.5")),
        ("weights.csv", "set,index,computing_power,entropy,0.457105", "set,index,computing_power,entropy,half",
         ("weights.csv", 2, "weight", "half")),
        ("coverage.csv", "2020,computing_power,33", "2020,computing_power,33.5", ("coverage.csv", 2, "cells", "33.5")),
        ("sources.csv", "computing_power,known_ai", ",known_ai", None),
        ("size.csv", "2020,ln gdp_current_usd,11", "2020,,11", ("size.csv", 2, "measure", "")),
        ("treatment.csv", "known_ai_supercomputer_h100_equivalents,none,none", "x,none,cut",
         ("treatment.csv", 2, "how", "cut")),
        ("index.csv", "BRN,Brunei Darussalam,2021", "BRN,Brunei Darussalam,2020",
         ("index.csv", 3, "economy,year", "BRN,2020")),
        ("index.csv", "BRN,Brunei Darussalam,2021", "BRN,Brunei Darussalam", ("index.csv", 3, "observed_share", None)),
        ("index.csv", "BRN,Brunei Darussalam,2021", "BRN,\"Brunei\n\",2021", ("index.csv", 3, "name", "Brunei\n")),
        ("index.csv", "economy,name,year", "economy,year,name", ("index.csv", 1, None, None)),
    ],
)  # fmt: skip
def test_a_row_that_breaks_its_schema_is_named_though_the_hashes_are_right(release, file, old, new, place):
    change(release, file, old, new)
    seal(release)
    places = found(release)
    if place is None:  # a text that is no key may be empty
        assert places == []
    elif place[2] is None:
        assert (file, 1) in {one[:2] for one in places}
    else:
        assert place in places


@pytest.mark.parametrize("lines", [0, 1])
def test_a_table_without_rows_is_found(release, lines):
    kept = (release / "cells.csv").read_text().splitlines(keepends=True)[:lines]
    (release / "cells.csv").write_text("".join(kept))
    seal(release)
    assert [one[0] for one in found(release)] == ["cells.csv"]


def test_a_yearly_file_that_differs_from_the_whole_is_found(release):
    change(release, "index_2024.csv", "BRN,Brunei Darussalam,2024,43.908051", "BRN,Brunei Darussalam,2024,99")
    seal(release)
    assert found(release) == [("index_2024.csv", 2, "index", "99")]


def test_the_example_of_the_page_is_what_verify_says(release):
    page = (Path(__file__).parents[2] / "docs/release.md").read_text(encoding="utf-8")
    change(release, "index_2024.csv", "BRN,Brunei Darussalam,2024,43.908051", "BRN,Brunei Darussalam,2024,99")
    said = "\n".join(str(fault) for fault in verify(release).faults)
    assert f"```\n{said}\n2 faults in outputs/2024.1\n```" in page


def test_a_yearly_file_with_a_row_less_is_found(release):
    lines = (release / "index_2024.csv").read_text().splitlines()
    (release / "index_2024.csv").write_text("\n".join(lines[:-1]) + "\n")
    seal(release)
    [fault] = verify(release).faults
    assert (fault.file, fault.line, fault.message) == ("index_2024.csv", 12, "index.csv has 'VNM'")


def test_a_manifest_that_forgets_a_file_is_found(release):
    manifest = json.loads((release / "manifest.json").read_bytes())
    del manifest["files"]["facts.csv"]
    seal_manifest(release, manifest)
    messages = {(one.file, one.message) for one in verify(release).faults}
    assert ("facts.csv", "the manifest does not name it, and every release has it") in messages


def test_a_year_that_is_left_out_everywhere_is_found(release):
    manifest = json.loads((release / "manifest.json").read_bytes())
    package = json.loads((release / "datapackage.json").read_bytes())
    del manifest["files"]["index_2023.csv"]
    package["resources"] = [one for one in package["resources"] if one["path"] != "index_2023.csv"]
    (release / "datapackage.json").write_bytes(json_bytes(package))
    (release / "index_2023.csv").unlink()
    seal_manifest(release, manifest)
    seal(release)
    assert found(release) == [("index_2023.csv", None, None, None)]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_text_can_be_said(release):
    (release / os.fsdecode(b"x\xff")).write_text("")
    assert found(release) == [("x?", None, None, None)]


@pytest.mark.skipif(os.name != "posix", reason="other systems refuse such names")
def test_a_name_cannot_write_over_the_terminal(release):
    (release / "x\x1b[2J\n").write_text("")
    assert found(release) == [("x\\x1b[2J\\n", None, None, None)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for(release):
    (release / "facts.csv").unlink()
    os.mkfifo(release / "facts.csv")
    [fault] = verify(release).faults
    assert (fault.file, fault.message) == ("facts.csv", "is not a file")


@pytest.mark.parametrize(
    ("key", "value"), [("title", "Another"), ("inputs_sha256", "0" * 64), ("licence", "CC0 1.0"), ("more", 1)]
)
def test_a_manifest_that_says_otherwise_is_found(release, key, value):
    manifest = json.loads((release / "manifest.json").read_bytes())
    (release / "manifest.json").write_bytes(json_bytes({**manifest, key: value}))
    assert [one[2] for one in found(release)] == ["manifest_sha256"]


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "a\\b", "C:x", "..", ""])
def test_a_manifest_that_leads_out_of_the_release_is_refused(release, name):
    (release.parent / "secret.txt").write_text("x")
    manifest = json.loads((release / "manifest.json").read_bytes())
    manifest["files"][name] = {"sha256": sha256(b"x"), "bytes": 1}
    seal_manifest(release, manifest)
    assert [one for one in found(release) if one[0] == "manifest.json"] == [("manifest.json", None, "files", name)]


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"[]", b"{}", b'{"files": 1}', b'{"files": {}, "layout": 1}', b"\xff", b"[" * 100_000,
     b'{"layout": 2, "files": {"a": {}}}', b'{"layout": 2, "files": {}, "a": NaN}',
     b'{"layout": 2, "files": {"index.csv": {"sha256": ' + b"1" * 64 + b', "bytes": 1}}}',
     b'{"layout": 2, "files": {}, "a": "\\ud800"}'],
)  # fmt: skip
def test_what_is_no_manifest_is_a_fault_and_no_trace(release, data):
    (release / "manifest.json").write_bytes(data)
    assert "manifest.json" in {fault.file for fault in verify(release).faults}


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b'{"resources": 1}', b'{"resources": [{"path": "index.csv"}]}'])
def test_what_is_no_data_package_is_a_fault_and_no_trace(release, data):
    (release / "datapackage.json").write_bytes(data)
    manifest = json.loads((release / "manifest.json").read_bytes())
    manifest["files"]["datapackage.json"] = {"sha256": sha256(data), "bytes": len(data)}
    seal_manifest(release, manifest)
    assert {fault.file for fault in verify(release).faults} == {"datapackage.json"}


def test_an_environment_that_says_nothing_is_a_fault(release):
    (release / "environment.json").write_text("[]")
    assert found(release) == [("environment.json", None, None, None)]


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_is_not_followed(release):
    shutil.copy(release / "facts.csv", release.parent / "facts.csv")
    (release / "facts.csv").unlink()
    (release / "facts.csv").symlink_to(release.parent / "facts.csv")
    [fault] = verify(release).faults
    assert (fault.file, fault.message) == ("facts.csv", "is a link and no file of the release")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="no such folder"):
        verify(tmp_path / "nowhere")


def test_a_foreign_folder_has_no_manifest(tmp_path):
    (tmp_path / "x.txt").write_text("x")
    assert ("manifest.json", None, None, None) in found(tmp_path)


def test_a_release_of_ones_own_folder(small_folder, tmp_path):
    assert verify(indexer.build(small_folder).publish(tmp_path / "o")).faults == ()
