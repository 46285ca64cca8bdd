"""What a release holds: names of its files, and the schema of each table."""

from __future__ import annotations

import re

from indexer import schemas
from indexer.schemas import Column

LAYOUT = 2
"""Counts up whenever files or columns of a release change their meaning; the manifest names it."""

MANIFEST = "manifest.json"
ENVIRONMENT = "environment.json"
PACKAGE = "datapackage.json"
CITATION = "CITATION.cff"
LICENCES = "LICENCES.txt"
PARAMETERS = "parameters.json"
METHODOLOGY = "methodology.yaml"
LATEST = "latest.json"

COMPUTED = ("weights", "variants", "cells", "adequacy", "checks", "pairs", "treatment", "coverage", "size")
"""Tables that an index has under these names."""
TABLES = ("index", "weights", "uncertainty", *COMPUTED[1:], "facts", "sources")
"""All tables of a release, in the order in which a workbook shows them."""
CORRECTIONS = "corrections"
"""Table that a release has where a fact was corrected, and only there."""
DOCUMENTS = (PARAMETERS, METHODOLOGY, CITATION, LICENCES)
ALWAYS = (*(f"{name}.csv" for name in TABLES), *DOCUMENTS, PACKAGE)
"""Files without which a folder is no release; one for each year comes with them."""

_YEARLY = re.compile(r"index_([0-9]{4})\.csv")


def year_of(file: str) -> int | None:
    """Return the year of a yearly file; None for any other file."""
    found = _YEARLY.fullmatch(file)
    return int(found[1]) if found else None


def schema_of(file: str) -> str | None:
    """Return the name of the table schema that a file of a release keeps; None for what is no table."""
    if year_of(file):
        return "index"
    name, dot, ending = file.partition(".")
    if name not in (*TABLES, CORRECTIONS) or dot + ending != ".csv":
        return None
    return "facts_used" if name == "facts" else name


def columns_of(schema: str, header: list[str]) -> list[Column]:
    """Return the column of the schema that each name of a header stands for."""
    return [next(one for one in schemas.columns(schema) if one.matches(name)) for name in header]


def must_be_given(schema: str, column: Column) -> bool:
    """Tell whether a cell of that column may not be empty: an empty text is a text, but no key and no code."""
    if column.nullable:
        return False
    return column.kind != "text" or bool(column.checks) or any(column.name in key for key in schemas.keys(schema))
