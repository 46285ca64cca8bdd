"""Economies of a user's table written by their codes: aliases, names, two-letter and former codes."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from indexer.columns import ECONOMY, EXPORTER, IMPORTER
from indexer.folder import Folder
from indexer.resources import folder as shipped_folder

FORMER = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "BUR": "MMR"}
"""Codes that ISO 3166-1 changed for a country that stayed the same; GeoDist and the Advanced Guide still have some."""


def meanings(folder: Folder) -> dict[str, str]:
    """Return what names, two-letter codes, aliases and former codes stand for, and each code for itself."""
    known = folder.economies
    aliases = pd.read_csv(shipped_folder("indicators") / "_reference" / "aliases.csv", keep_default_na=False)
    pairs = [*zip(aliases["alias"], aliases[ECONOMY], strict=True), *FORMER.items()]
    for column in ("name", "iso2", ECONOMY):
        pairs += [
            (word, code) for word, code in zip(known[column], known[ECONOMY], strict=True) if isinstance(word, str)
        ]
    return {word.casefold(): code for word, code in pairs}


def coded(
    frame: pd.DataFrame, meant: dict[str, str], sides: tuple[str, str] = (EXPORTER, IMPORTER)
) -> tuple[pd.DataFrame, list[str]]:
    """Write economies by their codes; unknown ones stay as they are and are named."""
    changed: dict[str, str] = {}
    unknown: set[str] = set()
    for side in sides:
        words = frame[side].astype(str)
        codes = {word: meant.get(word.strip().casefold(), word) for word in words.unique()}
        changed |= {word: code for word, code in codes.items() if word != code}
        unknown |= {word for word in codes if word.strip().casefold() not in meant}
        frame = frame.assign(**{side: words.map(codes)})
    notes = []
    if changed:
        notes.append(f"Codes written anew ({len(changed)}): {_few(f'{a} → {b}' for a, b in sorted(changed.items()))}.")
    if unknown:
        notes.append(f"Unknown codes, without index and shipped GDP ({len(unknown)}): {_few(sorted(unknown))}.")
    return frame, notes


def _few(words: Iterable[str]) -> str:
    found = list(words)
    return ", ".join(found[:12]) + (f", … ({len(found)})" if len(found) > 12 else "")
