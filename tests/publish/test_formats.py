import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import indexer
from indexer.errors import UsageError
from indexer.publish import formats
from indexer.publish.release import files

ROOT = Path(__file__).parents[2]
ALL = ("parquet", "xlsx", "dta", "json", "html")


def test_known_formats_each_once_in_one_order():
    assert formats.known(["json", "xlsx", "json"]) == ("xlsx", "json")
    assert formats.known([]) == ()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [(["csv"], "unknown format 'csv'"), (["XLSX"], "unknown format"), ("xlsx", "formats is one text")],
)
def test_what_is_no_format(wanted, said):
    with pytest.raises(UsageError, match=said):
        formats.known(wanted)


@pytest.mark.parametrize(("name", "extra"), [("xlsx", "excel"), ("parquet", "parquet")])
def test_a_missing_library_names_its_extra(monkeypatch, name, extra):
    monkeypatch.setattr(formats, "find_spec", lambda library: None)
    with pytest.raises(UsageError, match=rf"ai-trade-indexer\[{extra}\]"):
        formats.known([name])
    assert formats.known(["dta", "json"]) == ("dta", "json")


def test_a_format_of_another_room_is_added_by_its_name(small_folder, monkeypatch):
    monkeypatch.setitem(formats.FORMATS, "count", lambda index, content: {"count.txt": b"%d" % len(content)})
    content = files(indexer.build(small_folder), ["count"])
    assert int(content["count.txt"]) == len(content) - 2  # all but itself and the manifest
    assert b'"count.txt": {' in content["manifest.json"]


@pytest.mark.parametrize(
    ("file", "said"), [("index.csv", "has already"), ("manifest.json", "has already"), ("../x", "cannot name a file")]
)
def test_a_format_may_not_overwrite_or_lead_elsewhere(small_folder, monkeypatch, file, said):
    monkeypatch.setitem(formats.FORMATS, "bad", lambda index, content: {file: b""})
    with pytest.raises(UsageError, match=said):
        files(indexer.build(small_folder), ["bad"])


def test_same_inputs_same_bytes_in_every_format(small_folder, tmp_path):
    """Two processes, with other hash seeds, time zones, threads and more than a second between them."""
    code = f"import indexer, sys; indexer.build(sys.argv[1]).publish(sys.argv[2], {ALL})"
    seen = []
    for k, (seed, zone) in enumerate([("1", "UTC"), ("77", "Asia/Shanghai")]):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone}
        environment["OMP_NUM_THREADS"] = str(k + 1)
        out = tmp_path / f"out{k}"
        subprocess.run([sys.executable, "-c", code, str(small_folder), str(out)], env=environment, check=True)
        seen.append({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (out / "mine").iterdir()})
    assert seen[0] == seen[1]
    assert {name.rpartition(".")[2] for name in seen[0]} >= set(ALL)
