"""Codes of economies: which are known, and what an unknown one may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

import numpy as np

from indexer.columns import ECONOMY, EXPORTER, IMPORTER
from indexer.errors import Fault
from indexer.material import Table

CODES = (ECONOMY, EXPORTER, IMPORTER)
_LISTED = "add the economy to _reference/economies.csv"


class Gazetteer:
    """The known codes, and the names under which an economy may have been meant.

    Parameters
    ----------
    names : mapping
        Code to name.
    others : iterable of (str, str)
        Further names with their code: aliases, two-letter and numeric codes.
    """

    def __init__(self, names: Mapping[str, str], others: Iterable[tuple[str, str]] = ()):
        self.names = dict(names)
        self._meant = {alias.casefold(): code for alias, code in others if code in self.names}
        self._meant |= {name.casefold(): code for code, name in self.names.items()}
        self._meant |= {code.casefold(): code for code in self.names}

    def remedy(self, value: str) -> str:
        """Say what to write instead of an unknown code; nothing is replaced on its own."""
        word = value.strip().casefold()
        if word in self._meant:
            return f"write {self._label(self._meant[word])}"
        near = difflib.get_close_matches(word, list(self._meant), n=5, cutoff=0.6)
        codes = list(dict.fromkeys(self._meant[one] for one in near))[:3]
        if codes:
            return f"perhaps {' or '.join(self._label(code) for code in codes)}; or {_LISTED}"
        return f"use an ISO 3166-1 alpha-3 code that is listed, or {_LISTED}"

    def _label(self, code: str) -> str:
        return f"{code} ({self.names[code]})"


def check(table: Table, gazetteer: Gazetteer) -> list[Fault]:
    """Name every well-formed code of a table that no economy has."""
    faults = []
    for column in (name for name in CODES if name in table.frame):
        codes = table.frame[column]
        unknown = ~codes.isin(gazetteer.names).to_numpy()
        unknown &= codes.str.fullmatch("[A-Z]{3}").fillna(False).to_numpy(dtype=bool)
        remedies = {code: gazetteer.remedy(code) for code in codes[unknown].unique()}
        for row in np.flatnonzero(unknown):
            code = table.raw[column][row]
            faults.append(Fault(table.file, int(table.lines[row]), column, code, "unknown economy", remedies[code]))
    return faults
