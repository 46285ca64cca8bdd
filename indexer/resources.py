"""Finds the shipped folders, in an installed wheel as well as in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the path of the shipped folder `name` ("indicators" or "schemas").

    A wheel carries the folders inside the package (`indexer/_data`); a checkout has them beside it.
    """
    inside = PACKAGE / "_data" / name
    return inside if inside.is_dir() else PACKAGE.parent / name
