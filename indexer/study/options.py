"""What a user may ask of any study: other lags, leads, an instrument, draws of the index, other data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from indexer.errors import UsageError

DRAWS = 200
SIMULATIONS = 200


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
        Simulated samples behind the smallest effect that would be found; 0 for none.
    seed : int
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
            For an unknown name, a lag or lead that is no positive whole number, or a negative number of draws.
        """
        known = [one.name for one in fields(cls)]
        for name in given:
            if name not in known:
                raise UsageError(f"no option {name!r}", where="study", remedy=f"one of: {', '.join(known)}")
        made = replace(cls(), **given)
        for name in ("lags", "leads"):
            object.__setattr__(made, name, _years(name, getattr(made, name)))
        for name in ("draws", "simulations"):
            value = getattr(made, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise UsageError(f"{name}={value!r} is no number of samples", where="study", remedy="give 0 or more")
        return made

    def instruments(self) -> pd.DataFrame | None:
        """Read the instrument.

        Raises
        ------
        UsageError
            If the table has no keys, or no variable beside them.
        """
        if self.instrument is None:
            return None
        from indexer.connect.table_file import read_table

        frame = self.instrument if isinstance(self.instrument, pd.DataFrame) else read_table(Path(self.instrument))
        keys = [name for name in ("economy", "exporter", "importer", "year") if name in frame]
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
        return frame


def _years(name: str, given: int | Iterable[int]) -> tuple[int, ...]:
    values = (given,) if isinstance(given, int) else tuple(given)
    for value in values:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise UsageError(f"{name}={value!r}: not a number of years", where="study", remedy="give 1, 2, …")
    return values
