"""Formats that a release may have beside its CSVs, by name; each adds files to those made before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from indexer.errors import UsageError
from indexer.publish.parquet import parquet
from indexer.publish.records import records
from indexer.publish.stata import stata
from indexer.publish.workbook import workbook

if TYPE_CHECKING:
    from indexer.index import Index

Format = Callable[["Index", Mapping[str, bytes]], dict[str, bytes]]


def page(index: Index, content: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the explorer: the index as one page that works without a network."""
    from indexer.explorer import explorer

    return {"explorer.html": explorer(index)}


FORMATS: dict[str, Format] = {"parquet": parquet, "xlsx": workbook, "dta": stata, "json": records, "html": page}
"""Name of a format to the function that makes its files from the index and the files of the release so far."""

LIBRARIES = {"parquet": ("pyarrow", "parquet"), "xlsx": ("xlsxwriter", "excel")}
"""Library that a format needs, and the extra that installs it."""


def known(formats: Iterable[str]) -> tuple[str, ...]:
    """Return the formats, each once, in the order of the registry.

    Raises
    ------
    UsageError
        If one is unknown, or its library is not installed.
    """
    if isinstance(formats, str):
        raise UsageError(f"formats is one text, {formats!r}", remedy='give a list: ["parquet", "xlsx"]')
    wanted = set(formats)
    for name in sorted(wanted - set(FORMATS), key=str):
        raise UsageError(f"unknown format {name!r}", remedy=f"one of: {', '.join(FORMATS)}; CSV is always written")
    for name, (library, extra) in LIBRARIES.items():
        if name in wanted and find_spec(library) is None:
            raise UsageError(f"{name} needs {library}", remedy=f"pip install 'ai-trade-indexer[{extra}]'")
    return tuple(name for name in FORMATS if name in wanted)
