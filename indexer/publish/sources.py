"""Where the numbers of a release come from, on what terms, and until when they were retrieved."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from indexer.catalogue import Indicator
from indexer.prepare import GDP, POPULATION
from indexer.publish.text import one_line
from indexer.tables import corrections

if TYPE_CHECKING:
    from indexer.index import Index

_COLUMNS = ("publisher", "dataset", "vintage", "licence", "url", "retrieved", "citation")
_CC = "https://creativecommons.org"
_KNOWN = {
    "CC BY 4.0": ("CC-BY-4.0", f"{_CC}/licenses/by/4.0/"),
    "CC BY 3.0 IGO": ("CC-BY-3.0-IGO", f"{_CC}/licenses/by/3.0/igo/"),
    "CC BY-SA 4.0": ("CC-BY-SA-4.0", f"{_CC}/licenses/by-sa/4.0/"),
    "CC0 1.0": ("CC0-1.0", f"{_CC}/publicdomain/zero/1.0/"),
    "Facts coded by this project (CC0 1.0)": ("CC0-1.0", f"{_CC}/publicdomain/zero/1.0/"),
    "Etalab 2.0": ("etalab-2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
}


def spdx(licence: str) -> str | None:
    """Return the SPDX identifier of a licence, None where it has none that is known here."""
    return _KNOWN.get(licence, (None, ""))[0]


def licence_url(licence: str) -> str | None:
    """Return where the text of a licence stands, None where that is not known here."""
    return _KNOWN[licence][1] if licence in _KNOWN else None


def series(index: Index) -> list[Indicator]:
    """Return every series that the release rests on: indicators in order, then population and GDP."""
    names = [*index.plan.indicators, *sorted(set(index.facts["indicator"]))]
    names += [one.id for one in index.catalogue.context if one.id in (POPULATION, GDP)]
    return [index.catalogue.indicator(name) for name in dict.fromkeys(names)]


def table(index: Index) -> pd.DataFrame:
    """Return set, indicator, how it enters, and its source, one row an indicator of the edition."""
    rows = []
    how = {one.indicator: one for one in index.inputs}
    for name in index.plan.indicators:
        meta = index.catalogue.indicator(name)
        about = {"set": meta.set, "indicator": name, "name": meta.name, "unit": meta.unit}
        about |= {"enters": how[name].enters, "transform": how[name].transform}
        source = {key: value for key, value in asdict(meta.source).items() if key in _COLUMNS}
        rows.append(about | source)
    return pd.DataFrame(rows)[["set", "indicator", "name", "unit", "enters", "transform", *_COLUMNS]]


def retrieved(index: Index) -> datetime:
    """Return the day on which the last of the facts was retrieved: the date that files carry instead of a clock's."""
    last = max(f"{one.source.retrieved}-01-01"[:10] for one in series(index))
    return datetime.fromisoformat(last)


def licences(index: Index) -> bytes:
    """Return LICENCES.txt: the licence of the index, then one line for each series that it rests on."""
    own = one_line(index.catalogue.licence)
    found = series(index)
    mended = ", corrections.csv" if len(corrections(index)) else ""
    lines = [
        f"{one_line(index.edition.title)}, edition {index.edition.name}",
        "",
        f"The index: {own}. Whoever passes it on names the index, its edition and this licence; see CITATION.cff.",
        "",
        "The facts it rests on keep the licences of their publishers. "
        f"facts.csv{mended}, and the columns raw, treated and",
        "imputed of cells.csv, may be passed on under these terms only:",
        "",
    ]
    for one in found:
        source = one.source
        said = (source.publisher, source.dataset, source.vintage, f"retrieved {source.retrieved}", source.url)
        credit = f" Cite as: {one_line(source.citation)}" if source.citation else ""
        lines.append(f"{one.id}: {one_line(source.licence)}. {'; '.join(map(one_line, said))}.{credit}")
    lines += ["", "Texts of the licences:"]
    for licence in dict.fromkeys([own, *(one_line(one.source.licence) for one in found)]):
        lines.append(f"{licence}: {licence_url(licence) or 'at the addresses above'}")
    return ("\n".join(lines) + "\n").encode("utf-8")
