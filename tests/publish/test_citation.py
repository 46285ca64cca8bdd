import json
from pathlib import Path

import jsonschema
import pytest
import yaml

import indexer
from indexer.publish.citation import citation, sentence

SCHEMA = json.loads((Path(__file__).parent / "cff" / "schema.json").read_text(encoding="utf-8"))


def valid(data):
    """Whether the published schema of the Citation File Format 1.2.0 takes it."""
    return not list(jsonschema.Draft7Validator(SCHEMA).iter_errors(yaml.safe_load(data)))


def test_it_is_valid(shipped):
    assert valid(shipped.content["CITATION.cff"])


def test_the_schema_refuses_what_is_not(shipped):
    assert not valid(shipped.content["CITATION.cff"].replace(b"type: dataset", b"type: data set"))


def test_it_names_edition_licence_and_sources(shipped):
    said = yaml.safe_load(shipped.content["CITATION.cff"])
    assert (said["version"], said["license"]) == ("2024.1", "CC-BY-4.0")
    notes = " ".join(one["notes"] for one in said["references"])
    assert all(name in notes for name in [*shipped.index.plan.indicators, "population_total", "gdp_current_usd"])
    assert "date-released" not in said


@pytest.mark.parametrize("retrieved", ["2024", "2024-06"])
def test_a_date_in_part_and_a_licence_without_identifier(small_folder, edit, retrieved):
    path = small_folder / "skills/articles.yaml"
    edit(path, "retrieved: 2024-06-30", f'retrieved: "{retrieved}"')
    edit(path, "licence: CC0 1.0", "licence: UN open data (attribution)")
    data = citation(indexer.build(small_folder))
    assert valid(data)
    [one] = [one for one in yaml.safe_load(data)["references"] if "articles" in one["notes"]]
    assert not {"license", "license-url"} & set(one)
    assert "date-accessed" not in one


def test_hostile_texts_stay_texts(hostile_folder):
    index = indexer.build(hostile_folder)
    data = citation(index)
    assert valid(data)
    assert yaml.safe_load(data)["title"] == '=HYPERLINK("http://a.test")'
    assert "\n" not in sentence(index)
