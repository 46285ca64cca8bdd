"""The schemas themselves."""

from __future__ import annotations

import json

import pytest

from indexer import schemas
from indexer.errors import UsageError
from indexer.resources import folder

DOCUMENTS = ("index", "set", "indicator", "edition", "trade", "source", "parameters", "corrections")


@pytest.mark.parametrize("name", schemas.table_names())
def test_table_schemas_are_read_by_pandera_and_strict(name: str) -> None:
    from pandera.io.pandas_io import from_yaml

    schema = from_yaml(schemas.table_text(name))
    assert schema.name == name
    assert (schema.strict, schema.ordered, schema.coerce) == (True, True, False)
    assert schema.description
    assert schema.unique
    for column in schema.columns.values():
        assert column.coerce is False


@pytest.mark.parametrize("name", schemas.table_names())
def test_every_number_has_bounds_and_every_column_a_description(name: str) -> None:
    for column in schemas.columns(name):
        assert column.description
        if column.kind != "text":
            # A bare float64 column would let infinity pass.
            assert set(column.checks) & {"in_range", "isin"}


def test_the_published_tables_have_schemas() -> None:
    published = {"index", "weights", "variants", "cells", "adequacy", "pairs", "coverage", "size", "sources"}
    published |= {"checks", "treatment", "facts_used", "uncertainty", "corrections"}
    read = {"facts", "facts_wide", "economies", "aliases", "flows", "distances", "rcep", "rules_events"}
    read |= {
        "shipping",
        "world_services",
        "digital_provisions",
        "ai_products",
        "printed_long",
        "printed_wide",
        "product_trade",
    }
    assert set(schemas.table_names()) == published | read


def walk(node: object) -> list[dict[str, object]]:
    if isinstance(node, dict):
        return [node, *(inner for value in node.values() for inner in walk(value))]
    return [inner for value in node for inner in walk(value)] if isinstance(node, list) else []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_schemas_are_valid_and_closed(name: str) -> None:
    from jsonschema import Draft202012Validator

    schema = schemas.document(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    # The options of a method are checked against the methods themselves, so that one more method needs no schema.
    choices = [schema.get("$defs", {}).get(name) for name in ("choice", "normalise")]
    objects = [node for node in walk(schema) if node.get("type") == "object" and node not in choices]
    assert objects
    open_ = [node for node in objects if "additionalProperties" not in node and "description" not in node]
    assert open_ == []


def test_no_document_schema_is_forgotten() -> None:
    assert {path.name.removesuffix(".schema.json") for path in folder("schemas").glob("*.json")} == set(DOCUMENTS)


def test_indicator_schema_has_the_fields_of_the_record() -> None:
    from dataclasses import fields

    from indexer.catalogue import Indicator, Source

    properties = schemas.document("indicator")["properties"]
    record = {field.name for field in fields(Indicator)} - {"minimum", "maximum", "integer"} | {"valid"}
    assert set(properties) == record
    assert set(schemas.document("source")["properties"]) == {field.name for field in fields(Source)}


def test_trade_may_ship_what_indicators_may_and_more() -> None:
    assert set(schemas.licences("indicators")) < set(schemas.licences("trade"))


def test_keys() -> None:
    assert schemas.keys("facts") == (("economy", "year"),)
    assert schemas.keys("economies") == (("economy",), ("name",), ("iso2",), ("iso_numeric",))


def test_unknown_table() -> None:
    with pytest.raises(UsageError, match="no table schema 'fact'"):
        schemas.table_text("fact")


def test_document_schemas_are_json_without_repeated_keys() -> None:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    for path in folder("schemas").glob("*.json"):
        assert json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)
