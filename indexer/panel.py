"""The panel that stages pass on: values and the status of every cell, by economy, year and indicator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np


class Status(IntEnum):
    """Where the number of a cell comes from."""

    MISSING = 0
    OBSERVED = 1
    CORRECTED = 2
    INTERPOLATED = 3
    CARRIED = 4
    IMPUTED = 5

    @property
    def label(self) -> str:
        """The word that is published."""
        return self.name.lower()


@dataclass(frozen=True)
class Panel:
    """Values (economies × years × indicators, NaN = missing) with the status and source year of each cell.

    `source_year` is the year of the observation that a carried value repeats; for other cells it is the cell's own
    year.
    """

    economies: tuple[str, ...]
    years: tuple[int, ...]
    indicators: tuple[str, ...]
    values: np.ndarray
    status: np.ndarray
    source_year: np.ndarray

    def with_values(self, values: np.ndarray) -> Panel:
        """Return the panel with other values and the same statuses."""
        return replace(self, values=values)

    def at_years(self, years: tuple[int, ...]) -> Panel:
        """Return the panel of these years alone."""
        at = [self.years.index(year) for year in years]
        return replace(
            self,
            years=years,
            values=self.values[:, at],
            status=self.status[:, at],
            source_year=self.source_year[:, at],
        )

    def corrected(self, cells: Iterable[tuple[str, int, str]]) -> Panel:
        """Return the panel with the observed ones among these cells (economy, year, indicator) marked as corrected."""
        status = self.status.copy()
        for economy, year, indicator in cells:
            if economy in self.economies and year in self.years and indicator in self.indicators:
                at = self.economies.index(economy), self.years.index(year), self.indicators.index(indicator)
                status[at] = Status.CORRECTED if status[at] == Status.OBSERVED else status[at]
        return replace(self, status=status)

    def cases(self, array: np.ndarray | None = None) -> np.ndarray:
        """Return `array` (default: the values) as economy-years × indicators, economies outermost."""
        array = self.values if array is None else array
        return array.reshape(len(self.economies) * len(self.years), -1)

    @property
    def case_labels(self) -> list[tuple[str, int]]:
        """The economy and year of each row of `cases`."""
        return [(economy, year) for economy in self.economies for year in self.years]
