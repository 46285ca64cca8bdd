"""The list of AI goods and services."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from indexer.folder import read_table
from indexer.resources import folder as shipped_folder

LIST = "_reference/products/ai_products"


def read_ai_products(path: str | Path | None = None) -> pd.DataFrame:
    """Read the list, the shipped one by default; columns as in schemas/tables/ai_products.yaml.

    Raises
    ------
    FactsError
        With all faults of the file.
    """
    return read_table(path or shipped_folder("indicators") / f"{LIST}.csv", "ai_products")


def about_ai_products() -> dict[str, Any]:
    """Return version, source and notes of the shipped list."""
    import yaml

    text = (shipped_folder("indicators") / f"{LIST}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
