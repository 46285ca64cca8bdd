import pytest

from indexer import schemas
from indexer.publish import layout


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        ("index.csv", "index"),
        ("index_2024.csv", "index"),
        ("facts.csv", "facts_used"),
        ("sources.csv", "sources"),
        ("corrections.csv", "corrections"),
        ("index.json", None),
        ("index_24.csv", None),
        ("flows.csv", None),
        ("index.csv.csv", None),
        ("manifest.json", None),
    ],
)
def test_schema_of_a_file(file, schema):
    assert layout.schema_of(file) == schema


def test_every_table_has_a_schema_and_every_file_is_written(shipped):
    assert {layout.schema_of(f"{name}.csv") for name in layout.TABLES} <= set(schemas.table_names())
    assert set(layout.ALWAYS) <= set(shipped.content)


def test_keys_and_codes_must_be_given_and_other_texts_may_be_empty():
    def given(schema, name):
        return layout.must_be_given(schema, next(one for one in schemas.columns(schema) if one.name == name))

    assert given("checks", "set")  # part of the key
    assert given("checks", "result")  # one of three words
    assert given("uncertainty", "draws")  # a number
    assert not given("checks", "remedy")
    assert not given("index", "index")  # nullable


def test_columns_of_sets_are_found_by_their_pattern():
    found = layout.columns_of("index", ["economy", "computing_power", "observed_share"])
    assert [one.kind for one in found] == ["text", "number", "number"]
    assert found[1].regex
