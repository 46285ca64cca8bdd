import json

import pytest
from frictionless import Package

from indexer.publish import layout
from indexer.publish.release import sha256


@pytest.fixture(scope="module")
def descriptor(shipped):
    return json.loads(shipped.content["datapackage.json"])


@pytest.fixture
def place(shipped, tmp_path):
    for name, data in shipped.content.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def faults(place):
    return Package(str(place / "datapackage.json")).validate().flatten(["type", "rowNumber", "fieldName"])


def test_it_is_valid(place):
    report = Package(str(place / "datapackage.json")).validate()
    assert report.valid, report.to_summary()
    assert report.stats["tasks"] == len(layout.TABLES) + 5 + len(layout.DOCUMENTS)


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("index.csv", "BRN,Brunei Darussalam,2020", "bRN,Brunei Darussalam,2020", ["constraint-error", 2, "economy"]),
        ("index.csv", "BRN,Brunei Darussalam,2021", "BRN,Brunei Darussalam,2020", ["primary-key", 3, None]),
        ("weights.csv", "set,index,computing_power", "top,index,computing_power", ["constraint-error", 2, "level"]),
        ("index_2024.csv", ",2024,43.908051", ",2024,high", ["type-error", 2, "index"]),
    ],
)
def test_a_broken_row_is_found(place, file, old, new, fault):
    text = (place / file).read_text()
    assert text.count(old) == 1
    (place / file).write_text(text.replace(old, new))
    assert fault in faults(place)


def test_hashes_are_those_of_the_files(shipped, descriptor):
    for one in descriptor["resources"]:
        data = shipped.content[one["path"]]
        assert one["hash"] == f"sha256:{sha256(data)}"
        assert one["bytes"] == len(data)


def test_licences_and_sources(descriptor):
    assert descriptor["licenses"][0] == {
        "name": "CC-BY-4.0",
        "title": "CC BY 4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    }
    of = {one["name"]: one for one in descriptor["resources"]}
    assert {one["name"] for one in of["facts"]["licenses"]} > {"CC-BY-4.0", "CC-BY-3.0-IGO", "CC0-1.0"}
    assert "licenses" not in of["index"]
    paths = [one["path"] for one in descriptor["sources"]]
    assert "https://data.worldbank.org/indicator/SP.POP.TOTL" in paths
    assert "https://rcepsec.org" in paths


def test_names_are_those_that_the_specification_allows(descriptor):
    import re

    for one in [descriptor, *descriptor["resources"]]:
        assert re.fullmatch(r"[-a-z0-9._/]+", one["name"])
    for one in descriptor["licenses"]:
        assert re.fullmatch(r"[-a-zA-Z0-9._]+", one["name"])
