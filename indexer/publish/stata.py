"""Tables as Stata data sets (format 118, Stata 14 and later) with labels of variables and of coded values."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from indexer.publish.sources import retrieved
from indexer.publish.table import Table, tables
from indexer.publish.text import one_line

if TYPE_CHECKING:
    from indexer.index import Index

_LABEL = 80
_NAME = 32
_STR = 2045
# Words that Stata keeps for itself and that could be the id of a set.
_RESERVED = re.compile(
    r"aggregate|array|boolean|break|byte|case|catch|class|colvector|complex|const|continue|default|delegate|"
    r"delete|do|double|else|eltypedef|end|enum|explicit|export|external|float|for|friend|function|global|goto|"
    r"if|in|inline|int|local|long|numeric|operator|pragma|private|protected|quad|rowvector|short|string|strl|"
    r"template|this|throw|try|typedef|typename|union|using|vector|version|virtual|void|volatile|while|with|"
    r"str[0-9]+"
)


def stata(index: Index, content: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return `<table>.dta` of every table.

    Columns of a closed list of words (the status of a cell, say) and the name of an economy are coded 1, 2, … with
    value labels, so that `xtset name year` works; all else is as in the CSV, with an empty cell as missing.
    """
    title = f"edition {index.edition.name}, {index.catalogue.licence}"
    stamp = retrieved(index)
    return {f"{one.name}.dta": _bytes(one, title, stamp) for one in tables(index, content)}


def _bytes(table: Table, title: str, stamp: datetime) -> bytes:
    names = variable_names([str(name) for name in table.frame.columns])
    frame = table.frame.set_axis(names, axis="columns")
    labels: dict[Any, dict[float, str]] = {}
    for name, column in zip(names, table.columns, strict=True):
        if column.kind != "text":
            continue
        known = column.checks.get("isin") or (sorted(frame[name].dropna().unique()) if _labelled(table, name) else None)
        if known:
            codes = {str(text): code for code, text in enumerate(known, start=1)}
            labels[name] = {code: text for text, code in codes.items()}
            frame[name] = frame[name].map(codes).astype("Int32")
        else:
            frame[name] = frame[name].fillna("").astype(object)
    long = [name for name in names if frame[name].dtype == object and _longest(frame[name]) > _STR]
    said = zip(names, table.descriptions, strict=True)
    out = io.BytesIO()
    frame.to_stata(
        out,
        write_index=False,
        version=118,
        time_stamp=stamp,
        data_label=shortened(f"{table.name}, {title}", _LABEL),
        variable_labels={name: shortened(text[:1].upper() + text[1:], _LABEL) for name, text in said},
        value_labels=labels,
        convert_strl=long,
    )
    return out.getvalue()


def _labelled(table: Table, name: str) -> bool:
    return table.name == "index" and name == "name"


def _longest(texts: pd.Series) -> int:
    return max((len(text.encode("utf-8")) for text in texts), default=0)


def variable_names(columns: Sequence[str]) -> list[str]:
    """Return names that Stata takes, each once: at most 32 characters, and none of its own words."""
    out: list[str] = []
    for column in columns:
        name = f"{column}_" if _RESERVED.fullmatch(column) else column[:_NAME]
        taken = 1
        while name in out:
            taken += 1
            name = f"{column[: _NAME - len(str(taken)) - 1]}_{taken}"
        out.append(name)
    return out


def shortened(text: str, most: int) -> str:
    """Return the text in so many characters, cut at a word."""
    text = one_line(text)
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
