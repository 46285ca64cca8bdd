"""The index that a build gives: tables on demand, explanations, other versions of itself, publication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from indexer import tables
from indexer.analyse.explain import decompose
from indexer.analyse.overtaking import overtakings
from indexer.catalogue import Catalogue
from indexer.composite import Plan, Scores
from indexer.errors import UsageError
from indexer.methodology import Edition
from indexer.panel import Panel
from indexer.parameter_check import FORMAT
from indexer.parameters import to_parameters
from indexer.prepare import Input, Prepared

if TYPE_CHECKING:
    from indexer.folder import Folder
    from indexer.simulate.uncertainty import Uncertainty

TRADE_OUTCOME = "trade_outcome"


@dataclass(frozen=True, eq=False)
class Index:
    """An index built in memory. Tables are pandas frames, made when first asked for.

    Attributes
    ----------
    edition : Edition
        The methodology.
    folder : Folder
        The facts and metadata it was built from.
    inputs : tuple of Input
    prepared : Prepared
        The panel as published, treated and imputed.
    plan : Plan
        Fitted parameters.
    result : Scores
        Normalised values, set scores and index of every economy-year.
    groups : mapping
        Group of each economy that imputation takes its values from; empty where none is asked for.
    rebuild : callable
        Builds another edition from the same folder.
    frozen_from : str or None
        Edition whose parameters were taken; None where they were fitted on these facts.
    """

    edition: Edition
    folder: Folder
    inputs: tuple[Input, ...]
    prepared: Prepared
    plan: Plan
    result: Scores
    groups: Mapping[str, str]
    rebuild: Callable[[Folder, Edition], Index]
    frozen_from: str | None = None

    @property
    def catalogue(self) -> Catalogue:
        """Metadata of the indicators."""
        return self.folder.catalogue

    @property
    def panel(self) -> Panel:
        """The imputed panel."""
        return self.prepared.imputed

    @property
    def has_trade_outcome(self) -> bool:
        """Whether an indicator that is itself trade is among those used."""
        return any(self.catalogue.indicator(name).trade_outcome for name in self.plan.indicators)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Economy, year, index, rank (1 = highest of the year), one column a set, observed_share."""
        return tables.scores(self)

    @cached_property
    def weights(self) -> pd.DataFrame:
        """Level, parent, node, method, weight, effective_weight, importance, cv2_share."""
        return tables.weights(self)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Economy, year, set, indicator, raw, treated, imputed, normalised, status, origin."""
        return tables.cells(self)

    @cached_property
    def adequacy(self) -> pd.DataFrame:
        """KMO, Bartlett, alpha and verdict of each set, on economy-years and on economies."""
        return tables.adequacy(self)

    @cached_property
    def checks(self) -> pd.DataFrame:
        """Every check of adequacy by name: number, threshold, whether it passed, remedy."""
        return tables.checks(self)

    @cached_property
    def treatment(self) -> pd.DataFrame:
        """What treatment did to each indicator: bounds or logarithm, skewness and kurtosis before and after."""
        return tables.treatment(self)

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """Draws over what the edition leaves open (`uncertainty`), or over the usual; see `indexer.uncertainty`."""
        from indexer.simulate.uncertainty import DRAWS, uncertainty

        stated = self.edition.content.get("uncertainty", {})
        return uncertainty(self, stated.get("draws", DRAWS), stated.get("seed", 1))

    @cached_property
    def facts(self) -> pd.DataFrame:
        """The facts that scoring needs: economy, year, value, indicator, earlier years and denominators included."""
        return tables.facts(self)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Pairs of indicators that count one thing twice or contradict each other."""
        return tables.pairs(self)

    @cached_property
    def size(self) -> pd.DataFrame:
        """Correlation of the index with ln GDP and ln population."""
        return tables.size(self)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Cells by status, and the share of the weight that is observed, by year and set."""
        return tables.coverage(self)

    @cached_property
    def variants(self) -> pd.DataFrame:
        """Index and rank under each variant of the edition; one that the data refuse has the reason in `note`.

        Variants are always fitted on the facts of the folder, also where the edition itself is frozen; `note` says so.
        """
        frames = [tables.variant("headline", self)]
        note = "" if self.frozen_from is None else "fitted anew"
        for change in self.edition.variants:
            try:
                frames.append(tables.variant(change["name"], self.varied(change), note))
            except UsageError as error:
                frames.append(tables.refused_variant(change["name"], self, error.message))
        return pd.concat(frames, ignore_index=True)

    def varied(self, change: Any) -> Index:
        """Rebuild the index as a variant of its edition: one of `edition.variants`."""
        edition = self.edition.vary(change)
        if "without" in change:
            edition = edition.without(self._marked(change["without"]), change["without"])
        if "leave_out" in change:
            edition = edition.without(frozenset(change["leave_out"]), ", ".join(change["leave_out"]))
        return self.rebuild(self.folder, edition)

    def _marked(self, label: str) -> frozenset[str]:
        if label != TRADE_OUTCOME:
            raise UsageError(f"unknown mark {label!r}", remedy=f"indicators are marked {TRADE_OUTCOME!r}")
        return frozenset(name for name in self.plan.indicators if self.catalogue.indicator(name).trade_outcome)

    def without(self, label: str) -> Index:
        """Rebuild the index without the indicators marked so in their metadata.

        Parameters
        ----------
        label : {"trade_outcome"}
            Indicators that are themselves trade may not enter an index that explains trade.
        """
        marked = self._marked(label)
        return self.rebuild(self.folder, self.edition.without(marked, label)) if marked else self

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """Everything fitted, as JSON-ready values; `indexer.score(parameters, facts)` scores facts with it."""
        return {
            "format": FORMAT,
            "edition": self.edition.name,
            "frozen_from": self.frozen_from,
            "methodology": dict(self.edition.content),
            "economies": list(self.edition.economies),
            "years": list(self.edition.years),
            "reference_years": list(self.edition.reference_years),
            "inputs": [asdict(one) | {"repeated_at_source": list(one.repeated_at_source)} for one in self.inputs],
            "groups": dict(self.groups),
            "scoring": to_parameters(self.plan),
        }

    def wide(self, year: int) -> pd.DataFrame:
        """Return one year as economies × (index, sets).

        Raises
        ------
        UsageError
            If the edition has no such year.
        """
        self._row(self.edition.economies[0], year)
        frame = self.scores[self.scores["year"] == year].set_index("economy")
        return frame[["index", *(one.id for one in self.plan.nodes[:-1])]]

    def explain(self, economy: str, year0: int, year1: int, against: str | None = None) -> pd.DataFrame:
        """Explain a change of the index exactly, by indicator: over time, or between two economies.

        Parameters
        ----------
        economy : str
            ISO 3166-1 alpha-3 code.
        year0, year1 : int
            Years of the edition.
        against : str, optional
            Another economy: the difference is then this economy in `year1` less the other in `year0`, such as
            ``explain("VNM", 2023, 2023, against="THA")``.

        Returns
        -------
        DataFrame
            set, indicator, before, after (normalised values), value (contribution through the value), coverage (through
            weights rescaled because present cells differ), contribution (their sum), break (why the series should
            not be compared over these years, or empty). Contributions sum to the change, which is in
            `attrs["change"]`.

        Raises
        ------
        UsageError
            If an economy or a year is not in the edition, one of the two has no index, or the two are the same.
        """
        if (against or economy, year0) == (economy, year1):
            raise UsageError(
                f"{economy} in {year0} is both sides: nothing to explain",
                remedy="give two years, or another economy with `against`",
            )
        at = [self._row(against or economy, year0), self._row(economy, year1)]
        try:
            parts, change = decompose(self.plan, self.result.normalised[at])
        except UsageError as error:
            where = f"{economy} {year0}-{year1}" if against is None else f"{economy} {year1}, {against} {year0}"
            remedy = error.remedy or "choose another year"
            raise UsageError(error.message, where=where, remedy=remedy) from None
        frame = pd.DataFrame([{"set": part.set, **asdict(part)} for part in parts]).drop(columns="path")
        frame["contribution"] = frame["value"] + frame["coverage"]
        frame["break"] = [self._break(str(name), economy, year0, year1) for name in frame["indicator"]]
        frame.attrs["change"] = change
        return frame

    def overtakings(self, economy: str, year0: int, year1: int) -> pd.DataFrame:
        """Explain a change of rank: with whom an economy changed places, and which indicators moved the gap.

        Parameters
        ----------
        economy : str
            ISO 3166-1 alpha-3 code.
        year0, year1 : int
            Years of the edition.

        Returns
        -------
        DataFrame
            rival, kind ("overtaken": it stood above and no longer does; "overtook": the other way round), gap_before,
            gap_after (this economy's index less the rival's), set, indicator, contribution (own less the rival's).
            Contributions of one rival sum to the change of the gap. Empty where no places changed.

        Raises
        ------
        UsageError
            As `explain`.
        """
        self._row(economy, year0), self._row(economy, year1)
        y = self.result.normalised.reshape(len(self.edition.economies), len(self.edition.years), -1)
        at = [self.edition.years.index(year) for year in (year0, year1)]
        of = {self.plan.indicators[j]: node.id for node in self.plan.sets for j in node.columns}
        rows = [
            (one.rival, one.kind, one.gap_before, one.gap_after, of[name], name, part)
            for one in overtakings(self.plan, y[:, at[0]], y[:, at[1]], self.edition.economies, economy)
            for name, part in one.contributions.items()
        ]
        names = ["rival", "kind", "gap_before", "gap_after", "set", "indicator", "contribution"]
        return pd.DataFrame(rows, columns=names)

    def _break(self, indicator: str, economy: str, year0: int, year1: int) -> str:
        first, last = sorted((year0, year1))
        return "; ".join(
            one.note
            for one in self.catalogue.indicator(indicator).breaks
            if any(first < year <= last for year in one.years) and (not one.economies or economy in one.economies)
        )

    def _row(self, economy: str, year: int) -> int:
        if economy not in self.edition.economies:
            raise UsageError(
                f"economy {economy!r} is not in edition {self.edition.name}",
                remedy=f"one of {', '.join(self.edition.economies)}",
            )
        if year not in self.edition.years:
            raise UsageError(
                f"year {year} is not in edition {self.edition.name}",
                remedy=f"a year from {self.edition.years[0]} to {self.edition.years[-1]}",
            )
        return self.edition.economies.index(economy) * len(self.edition.years) + self.edition.years.index(year)

    def publish(self, out: str | Path = "outputs", formats: Iterable[str] = ()) -> Path:
        """Write the release into `out`/<edition>, atomically, and return its folder.

        A reader finds the earlier release or this one, never a mixture, whenever the process dies.

        Parameters
        ----------
        out : path
            Folder for releases.
        formats : iterable of {"parquet", "xlsx", "dta", "json"}
            Formats beside CSV.

        Raises
        ------
        UsageError
            If the edition's name cannot name a folder, the folder there is not a release, a format is unknown, its
            library is not installed, or a table does not fit into it.
        """
        from indexer.publish.release import publish

        return publish(self, Path(out), formats)

    def __repr__(self) -> str:
        """Say what it is, in one line."""
        e = self.edition
        return (
            f"<Index {e.name}: {len(e.economies)} economies, {e.years[0]}-{e.years[-1]}, "
            f"{len(e.sets)} sets, {len(self.plan.indicators)} indicators>"
        )
