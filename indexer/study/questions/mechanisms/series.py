"""The mediators of the study of mechanisms: which series, over which years, and how they enter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from indexer.columns import ECONOMY, EXPORTER, IMPORTER, YEAR
from indexer.connect.china_partners import CHINA
from indexer.connect.table_file import read_table
from indexer.errors import UsageError
from indexer.study.frames import Facts, within

WITH_RCEP = 2022
MEDIATOR = "mediator"


@dataclass(frozen=True)
class Window:
    """Years, and the edition that has them; None for the default one."""

    first: int
    last: int
    edition: str | None = "asean-long"
    label: str = ""

    def __post_init__(self) -> None:
        """Name it by its years."""
        object.__setattr__(self, "label", self.label or f"{self.first}–{self.last % 100}")


SHORT, LONG = Window(2020, 2024, None), Window(2015, 2023)
EDITIONS = Window(2016, 2023, label="16, 18, 23")
BUSINESS = Window(2015, 2019)


@dataclass(frozen=True)
class Mediator:
    """A mediator.

    Attributes
    ----------
    label : str
    windows : tuple of Window
    exports, imports : tuple of str
        Series of the partner that are added up for China's exports, and for its imports where these differ; for their
        total all are, each once.
    kind : {"log", "log1p", "level"}
    without : frozenset of str
        Indicators that the index is rebuilt without.
    every_year : bool
        Whether it has every year, so that RCEP can stand beside it.
    table : DataFrame or None
        A user's own, with a column of the label.
    """

    label: str
    windows: tuple[Window, ...]
    exports: tuple[str, ...]
    imports: tuple[str, ...] = ()
    kind: str = "level"
    without: frozenset[str] = frozenset()
    every_year: bool = True
    table: pd.DataFrame | None = None

    @property
    def term(self) -> str:
        """The mediator in a formula."""
        return f"log({MEDIATOR})" if self.kind == "log" else MEDIATOR

    def rows(self, facts: Facts, frame: pd.DataFrame, window: Window, flow: str, later: int = 0) -> pd.DataFrame:
        """Return the rows of a window and flow with the mediator.

        Parameters
        ----------
        facts : Facts
        frame : DataFrame
            What `indexer.study.frames.partners` returned.
        window : Window
        flow : str
        later : int
            Years by which the mediator is younger than trade; the window is then that of the mediator.
        """
        frame = within(frame[frame["flow"] == flow], window.first - later, window.last - later)
        names = {"exports": self.exports, "imports": self.imports or self.exports}
        series = names.get(flow) or tuple(dict.fromkeys([*self.exports, *self.imports]))
        values = self._sum(facts, frame["partner"], frame[YEAR] + later, series)
        return frame.assign(mediator=np.log1p(values) if self.kind == "log1p" else values)

    def _sum(self, facts: Facts, partner: pd.Series, year: pd.Series, names: tuple[str, ...]) -> np.ndarray:
        if self.table is not None:
            return _matched(self.table.set_index([ECONOMY, YEAR])[self.label], partner, year)
        if names == ("lsbci",):
            pairs = facts.trade.shipping
            pairs = pairs[pairs[EXPORTER] == CHINA].rename(columns={IMPORTER: ECONOMY})
            return _matched(pairs.set_index([ECONOMY, YEAR])["lsbci"], partner, year)
        return np.sum([facts.of(name, partner, year).to_numpy(dtype=float) for name in names], axis=0)


def _matched(series: pd.Series, partner: pd.Series, year: pd.Series) -> np.ndarray:
    return np.asarray(series.reindex(pd.MultiIndex.from_arrays([partner, year])).to_numpy(dtype=float))


def _border(what: str, side: str) -> tuple[str, ...]:
    return (f"db_{side}_{what}_border", f"db_{side}_{what}_documents")


RULES = frozenset({"wgi_regulatory_quality"})
GOVERNANCE = (Window(2020, 2023, None), LONG)
MEDIATORS = (
    Mediator("shipping", (SHORT, LONG), ("lsci_annual_mean",), kind="log"),
    Mediator("ships to China", (SHORT, LONG), ("lsbci",), kind="log"),
    Mediator("logistics", (EDITIONS,), ("lpi_overall",), every_year=False),
    Mediator("infrastructure", (EDITIONS,), ("lpi_infrastructure",), every_year=False),
    Mediator("customs", (EDITIONS,), ("lpi_customs",), every_year=False),
    Mediator("time", (BUSINESS, SHORT), _border("time", "import"), _border("time", "export"), "log1p"),
    Mediator("cost", (BUSINESS, SHORT), _border("cost", "import"), _border("cost", "export"), "log1p"),
    Mediator("regulation", GOVERNANCE, ("wgi_regulatory_quality",), without=RULES),
    Mediator("government", GOVERNANCE, ("wgi_government_effectiveness",), without=RULES),
)
"""Liner shipping connectivity, of the partner and of the pair; World Bank logistics performance with two of its parts;
hours and US$ at the border and for documents (Doing Business), the partner's of importing for China's exports, and of
exporting for its imports; governance. What a window cannot carry is a row with its reason."""


def users(data: str | Path | list[str | Path] | None, facts: Facts) -> list[Mediator]:
    """Return the mediators of a user's table.

    Raises
    ------
    UsageError
        For more than one file, a table without economy, year and a column of numbers, unknown economies, or rows that
        stand twice.
    """
    if data is None:
        return []
    paths = [data] if isinstance(data, str | Path) else list(data)
    if len(paths) != 1:
        raise UsageError(f"{len(paths)} files", where="--data", remedy="give one table: economy, year, mediators")
    table = read_table(Path(paths[0]))
    if lost := [name for name in (ECONOMY, YEAR) if name not in table]:
        raise UsageError(f"no column {lost[0]!r}", where="--data", remedy="give columns economy, year, and mediators")
    names = [str(name) for name in table if name not in (ECONOMY, YEAR) and pd.api.types.is_numeric_dtype(table[name])]
    if not names:
        raise UsageError("no column of numbers beside economy and year", where="--data", remedy="add a mediator")
    if taken := [name for name in names if name in {one.label for one in MEDIATORS}]:
        raise UsageError(f"{taken[0]!r} is a mediator of the study", where="--data", remedy="rename the column")
    if not pd.api.types.is_numeric_dtype(table[YEAR]) or (table[YEAR] != table[YEAR].round()).any():
        raise UsageError("years that are not whole numbers", where="--data", remedy="write them as 2020")
    twice = table.duplicated([ECONOMY, YEAR])
    if twice.any():
        raise UsageError("economy-years stand twice", where="--data", remedy="keep one row of each",
                         rows=table.loc[twice, [ECONOMY, YEAR]].head().to_numpy().tolist())  # fmt: skip
    if strange := sorted(set(table[ECONOMY]) - set(facts.folder.names)):
        raise UsageError(f"unknown economy {strange[0]!r}", where="--data", remedy="use ISO codes of three letters")
    span = (table[YEAR].min(), table[YEAR].max())
    windows = [Window(max(one.first, int(span[0])), min(one.last, int(span[1])), one.edition) for one in (SHORT, LONG)]
    windows = [one for one in windows if one.first <= one.last]
    if not windows:
        raise UsageError(f"years {span[0]}–{span[1]} are in no edition", where="--data", remedy="give 2015 to 2024")
    return [Mediator(name, tuple(windows), (name,), table=table) for name in names]
