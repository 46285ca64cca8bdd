"""What a user may ask of any study: other lags, leads, an instrument, draws of the index, other data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from indexer.errors import UsageError

DRAWS = 200
SIMULATIONS = 200
LEAST_SIMULATIONS = 50
"""Fewer samples say too little of a share of them."""


@dataclass(frozen=True)
class Options:
    """Options that all studies share.

    Attributes
    ----------
    lags : tuple of int
        Years by which the index is older than trade, each a further row.
    leads : tuple of int
        Years by which it is younger: placebos, for an index that was still to come moves nothing.
    instrument : DataFrame, path or None
        Columns economy (or exporter, importer), year, and one column a variable: instruments for the index, in
        two-stage least squares and control-function PPML.
    draws : int
        Draws of the index that the headline is estimated under; 0 for none.
    simulations : int
        Simulated samples behind the smallest effect that would be found, 50 or more; 0 for none.
    seed : int
        Of draws and simulations.
    edition : str or None
        Another edition of the shipped folder.
    indicators : path or None
        Another folder of indicators.
    """

    lags: tuple[int, ...] = (1,)
    leads: tuple[int, ...] = ()
    instrument: Any = None
    draws: int = DRAWS
    simulations: int = SIMULATIONS
    seed: int = 1
    edition: str | None = None
    indicators: Path | None = None

    @classmethod
    def of(cls, **given: Any) -> Options:
        """Check what was given by name.

        Raises
        ------
        UsageError
            For an unknown name, a lag or lead that is no positive whole number, a number of draws or simulations that
            cannot be, a seed that is no whole number, or an instrument or edition of another kind.
        """
        known = [one.name for one in fields(cls)]
        for name in given:
            if name not in known:
                raise UsageError(f"no option {name!r}", where="study", remedy=f"one of: {', '.join(known)}")
        made = replace(cls(), **given)
        for name in ("lags", "leads"):
            object.__setattr__(made, name, _years(name, getattr(made, name)))
        for name in ("draws", "simulations"):
            if not _whole(getattr(made, name), 0):
                raise UsageError(
                    f"{name}={getattr(made, name)!r} is no number of samples", where="study", remedy="give 0 or more"
                )
        if 0 < made.simulations < LEAST_SIMULATIONS:
            raise UsageError(
                f"{made.simulations} simulations say too little", where="study",
                remedy=f"give {LEAST_SIMULATIONS} or more, or 0 for none",
            )  # fmt: skip
        if not _whole(made.seed, 0):
            raise UsageError(f"seed={made.seed!r} is no seed", where="study", remedy="give 0, 1, …")
        if made.edition is not None and not isinstance(made.edition, str):
            raise UsageError(
                f"edition={made.edition!r} is no name", where="study", remedy="give the name of an edition"
            )
        if not isinstance(made.instrument, pd.DataFrame | str | Path | None):
            raise UsageError(
                f"the instrument is a {type(made.instrument).__name__}", where="instrument",
                remedy="give a DataFrame, or the path of a file",
            )  # fmt: skip
        return made

    def instruments(self) -> pd.DataFrame | None:
        """Read the instrument.

        Raises
        ------
        UsageError
            If there is no such file, the table has no keys or no variable beside them, keys stand twice, or years or
            instruments are no numbers.
        """
        if self.instrument is None:
            return None
        from indexer.connect.table_file import read_table

        if isinstance(self.instrument, pd.DataFrame):
            frame = self.instrument
        else:
            path = Path(self.instrument)
            if not path.is_file():
                raise UsageError(f"there is no file {path}", where="instrument", remedy="look at the name")
            frame = read_table(path, "instrument")
        keys = [name for name in ("economy", "exporter", "importer", "year") if name in frame]
        if "economy" in keys and len(keys) > 2:
            raise UsageError(
                f"the table of the instrument has economy and {keys[1]}", where="instrument",
                remedy="give an instrument of economies or one of pairs",
            )  # fmt: skip
        if "year" not in keys or len(keys) == 1:
            raise UsageError(
                "the table of the instrument has no economy and year", where="instrument",
                remedy="give columns economy (or exporter and importer), year, and the instrument",
            )  # fmt: skip
        if not [name for name in frame if name not in keys]:
            raise UsageError("the table holds no instrument beside its keys", where="instrument", remedy="add a column")
        if frame.duplicated(keys).any():
            raise UsageError("keys stand twice in the table of the instrument", where="instrument",
                             rows=frame.loc[frame.duplicated(keys), keys].head().to_numpy().tolist(),
                             remedy="keep one row of each")  # fmt: skip
        for name in frame:
            numbers = pd.api.types.is_numeric_dtype(frame[name].dtype)
            if not numbers and (name == "year" or name not in keys):
                raise UsageError(
                    f"the column {name!r} is not numeric", where="instrument", remedy="write numbers, or nothing"
                )
        return frame


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= least)


def _years(name: str, given: int | Iterable[int]) -> tuple[int, ...]:
    values = tuple(given) if isinstance(given, Iterable) else (given,)
    for value in values:
        if not _whole(value, 1):
            raise UsageError(f"{name}={value!r}: not a number of years", where="study", remedy="give 1, 2, …")
    return tuple(dict.fromkeys(int(value) for value in values))
