"""Product-level trade files, as large as they come: DuckDB reads them on disk, only sums are held in memory."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from indexer.connect.product_formats import COUNTRIES, FORMATS, File, detect, query
from indexer.connect.table_file import files
from indexer.errors import UsageError

WORLD = "WLD"
_WORLDS = "('W00', 'WLD', '0', 'World')"
_ALIASES = {"S19": "TWN"}
"""Codes of Comtrade that are economies under another name: other Asia, not elsewhere specified."""
_WRONG = (
    "is_total AND (coalesce(_more, '') <> '' OR NOT coalesce(TRY_CAST(value AS DOUBLE) BETWEEN 0 AND 1e300, false) "
    "OR NOT coalesce(TRY_CAST(year AS INTEGER) BETWEEN 1900 AND 2100, false) "
    "OR classification LIKE 'HS%' AND NOT coalesce(regexp_full_match(code, '[0-9A-Za-z]+'), false))"
)
_KNOWN = "exporter IN (SELECT code FROM economies) AND importer IN (SELECT code FROM economies)"


@dataclass(frozen=True)
class ProductTrade:
    """Trade by category out of product-level files.

    Attributes
    ----------
    flows : DataFrame
        exporter, importer, year, classification, category, reported_by, value_usd; importer (or exporter) WLD is the
        world as reported.
    codes : DataFrame
        classification, code, category, rows, value_usd: the listed codes that the files hold.
    files : DataFrame
        file, rows, not_total, not_economy: rows read, rows left out since they break a total down (or are re-exports
        and re-imports), rows left out since a side is no economy.
    """

    flows: pd.DataFrame
    codes: pd.DataFrame
    files: pd.DataFrame


def connection(path: str = ":memory:") -> Any:
    """Open DuckDB.

    Raises
    ------
    UsageError
        If it is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise UsageError(
            "product-level files are read by duckdb", where="--data", remedy="pip install 'ai-trade-indexer[big]'"
        ) from None
    opened = duckdb.connect(path)
    opened.execute("SET enable_progress_bar = false")
    return opened


class ProductFiles:
    """Files of product-level trade, read together and checked.

    Parameters
    ----------
    paths : iterable of path
        Trade files, and the country table of BACI where they are of BACI.
    economies : iterable of str
        Codes of economies; rows of groups, areas and unspecified partners are left out.
    listed : DataFrame, optional
        classification, code, digits: what is kept, the first `digits` of a code deciding; by default everything.

    Attributes
    ----------
    counts : DataFrame
        file, rows, not_total, not_economy, classifications.

    Raises
    ------
    UsageError
        For a file that cannot be read or of no known format, a number that is none, a flow that stands twice, or a
        reporter whose year is given in two vintages of the HS.
    """

    def __init__(self, paths: Iterable[str | Path], economies: Iterable[str], listed: pd.DataFrame | None = None):
        found = [detect(path) for path in paths]
        tables = [one.path for one in found if one.kind == COUNTRIES]
        self.files: list[File] = [one for one in found if one.kind != COUNTRIES]
        if not self.files:
            raise UsageError("no file of trade", where="--data", remedy=f"give {FORMATS}")
        if len(tables) > 1:
            raise UsageError(f"{len(tables)} tables of countries", where="--data", remedy="give one")
        place = tempfile.TemporaryDirectory(prefix="indexer-")
        self._db = connection(str(Path(place.name) / "trade.duckdb"))
        weakref.finalize(self, _close, self._db, place)
        known = sorted({*economies, WORLD})
        self._db.register("economies", pd.DataFrame({"code": pd.Series(known, dtype="object")}))
        united = " UNION ALL ".join(query(one, tables[0] if tables else None) for one in self.files)
        self._run(f"CREATE TEMP VIEW every AS {_plain(united)}")
        self.counts = self._counted()
        self._run(f"CREATE TABLE trade AS {_typed(self._wanted(listed))}")
        self._check()

    @property
    def classifications(self) -> list[str]:
        """The classifications that the files use."""
        return sorted({name for names in self.counts["classifications"] for name in names})

    def codes_of(self, classification: str) -> list[str]:
        """Return the codes of a classification that were kept."""
        rows = self._run("SELECT DISTINCT code FROM trade WHERE classification = ? ORDER BY 1", [classification])
        return [row[0] for row in rows.fetchall()]

    def totals(self) -> pd.DataFrame:
        """Return the exports and imports of every economy by product and year, from its own reports of each.

        Where a reporter gives its trade with the world, this is taken, else the sum over partners; balanced files are
        added up.

        Returns
        -------
        DataFrame
            exporter, product, year, export, import (US$), of the economies that report exports in the year; a product
            that a report does not name is 0, and import is missing where the economy reports none in the year.

        Raises
        ------
        UsageError
            If the files hold no exports, or products that contain one another.
        """
        self._refuse_nested()
        found = []
        for name, own, other in (("export", "exporter", "importer"), ("import", "importer", "exporter")):
            sums = self._run(
                f"SELECT {own} AS exporter, code AS product, year, ({other} = '{WORLD}') AS is_world, "
                f"sum(value) AS amount FROM trade WHERE {own} <> '{WORLD}' AND reported_by IN ('balanced', '{own}') "
                "GROUP BY ALL"
            ).df()
            world = sums.groupby(["exporter", "year"])["is_world"].transform("max")
            kept = sums[sums["is_world"] == world]
            found.append(kept.set_index(["exporter", "product", "year"])["amount"].rename(name))
        if found[0].empty:
            remedy = "give exports as their reporters or BACI have them"
            raise UsageError("no exports in the files", where="--data", remedy=remedy)
        both = pd.concat(found, axis=1).reset_index()
        reports = self._run("SELECT DISTINCT year FROM trade WHERE reported_by = 'balanced'").fetchall()
        balanced = both["year"].isin([row[0] for row in reports])
        of = pd.MultiIndex.from_frame(both[["exporter", "year"]])
        for sums in found:
            reported = balanced | of.isin(sums.index.droplevel("product"))
            both[sums.name] = both[sums.name].mask(reported & both[sums.name].isna(), 0.0)
        both = both.dropna(subset="export").dropna(axis="columns", how="all")
        return both.astype({"exporter": "str", "product": "str", "year": "int64"})

    def _refuse_nested(self) -> None:
        """Shares are of the sum over products, so none may be a part of another (SI2 of SI, all of TOTAL)."""
        codes = "(SELECT DISTINCT classification, code FROM trade)"
        nested = self._run(
            f"SELECT a.classification, a.code, b.code FROM {codes} a JOIN {codes} b ON a.code <> b.code AND "
            "a.classification = b.classification AND (starts_with(b.code, a.code) OR a.code = 'TOTAL') "
            "WHERE a.classification NOT LIKE 'HS%' ORDER BY ALL LIMIT 5"
        ).fetchall()
        if nested:
            name, whole, part = nested[0]
            remedy = "give products of one level: the parts or the total"
            raise UsageError(f"{whole} of {name} contains {part}", where="--data", rows=nested, remedy=remedy)

    def by_category(self, listed: pd.DataFrame) -> ProductTrade:
        """Add the listed codes up to their categories.

        Parameters
        ----------
        listed : DataFrame
            classification, code, category, digits: a code of fewer digits than the file's counts all that begins so.
        """
        self._db.register("chosen", _texts(listed, "category"))
        joined = (
            "FROM trade t JOIN chosen l ON t.classification = l.classification AND left(t.code, l.digits) = l.code "
            "AND (l.digits = length(t.code) OR length(t.code) = 6)"
        )
        flows = self._run(
            "SELECT exporter, importer, year, t.classification, category, reported_by, sum(value) AS value_usd "
            f"{joined} GROUP BY ALL ORDER BY ALL"
        ).df()
        codes = self._run(
            "SELECT t.classification, t.code, category, count(*) AS rows, sum(value) AS value_usd "
            f"{joined} GROUP BY ALL ORDER BY 1, 2"
        ).df()
        texts = dict.fromkeys(("exporter", "importer", "classification", "category", "reported_by"), "str")
        files = self.counts.drop(columns="classifications")
        return ProductTrade(flows.astype({**texts, "year": "int64"}), codes, files)

    def _counted(self) -> pd.DataFrame:
        """Count rows by file and refuse those that are no flow."""
        names = ["file", "rows", "not_total", "not_economy", "classifications"]
        found = self._run(
            f"SELECT file, count(*), count(*) FILTER (NOT is_total), count(*) FILTER (is_total AND NOT ({_KNOWN})), "
            "list(DISTINCT classification) FILTER (is_total), count(_more), "
            f"any_value([exporter, importer, code, coalesce(value, ''), coalesce(year, ''), coalesce(_more, '')]) "
            f"FILTER ({_WRONG}) FROM every GROUP BY file ORDER BY file"
        ).fetchall()
        for file, rows, _, _, _, more, wrong in found:
            if wrong is not None:
                *who, value, year, extra = wrong
                what = f"code {who[2]!r}, value {value!r}, year {year!r}"
                what = f"more fields than the header: {extra!r}" if extra else what
                remedy = "give codes of digits, numbers of 0 or more, years of four digits; leave missing flows out"
                raise UsageError(f"a row that is no flow: {what}", where=file, rows=[tuple(who)], remedy=remedy)
            if more not in (0, rows):
                remedy = "give every row as many fields as the header, with a decimal point in numbers"
                raise UsageError("some rows have more fields than the others", where=file, remedy=remedy)
        return pd.DataFrame([(*row[:4], row[4] or []) for row in found], columns=names)

    def _wanted(self, listed: pd.DataFrame | None) -> str:
        if listed is None:
            return "true"
        self._db.register("wanted", _texts(listed))
        lengths = sorted(set(listed["digits"]))
        parts = (
            f"(classification, left(code, {n})) IN (SELECT classification, code FROM wanted WHERE digits = {n})"
            for n in lengths
        )
        return f"({' OR '.join(parts) or 'false'})"

    def _check(self) -> None:
        kept = self.counts["rows"] - self.counts["not_total"] - self.counts["not_economy"]
        if kept.sum() == 0:
            names = ", ".join(one.path.name for one in self.files)
            remedy = (
                "give annual exports (X) or imports (M) between economies by their ISO codes, not broken down further"
            )
            raise UsageError("no flow between economies in the files", where=names, remedy=remedy)
        twice = self._run(
            "SELECT exporter, importer, year, classification, code, reported_by FROM trade "
            "GROUP BY ALL HAVING count(*) > 1 LIMIT 5"
        ).fetchall()
        if twice:
            remedy = "give each flow once, not in two files or by means of transport"
            what = f"a flow stands twice: {', '.join(map(str, twice[0]))}"
            raise UsageError(what, where="--data", rows=twice, remedy=remedy)
        mixed = self._run(
            "SELECT CASE reported_by WHEN 'importer' THEN importer WHEN 'exporter' THEN exporter ELSE 'all' END, "
            "reported_by, year, string_agg(DISTINCT classification, ', ' ORDER BY classification) FROM trade "
            "GROUP BY 1, 2, 3, classification LIKE 'EBOPS%' HAVING count(DISTINCT classification) > 1 LIMIT 5"
        ).fetchall()
        if mixed:
            remedy = "give one vintage of the HS, or one other classification, for each reporter and year"
            who, _, year, names = mixed[0]
            raise UsageError(f"{who} {year} is given in {names}", where="--data", rows=mixed, remedy=remedy)

    def _run(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        import duckdb

        try:
            return self._db.execute(sql, list(parameters))
        except duckdb.Error as error:
            names = ", ".join(one.path.name for one in self.files)
            reason = next((one for one in str(error).splitlines() if "unicode" in one), str(error).splitlines()[0])
            raise UsageError(f"cannot be read: {reason}", where=names, remedy=f"give {FORMATS}") from None


def open_product_files(
    paths: str | Path | Iterable[str | Path], economies: Iterable[str], listed: pd.DataFrame | None = None
) -> ProductFiles:
    """Open one file or several; see `ProductFiles`."""
    return ProductFiles(files(paths), economies, listed)


def _close(database: Any, place: tempfile.TemporaryDirectory[str]) -> None:
    database.close()
    place.cleanup()


def _texts(listed: pd.DataFrame, *more: str) -> pd.DataFrame:
    return listed[["classification", "code", *more]].astype("object").assign(digits=listed["digits"])


def _plain(united: str) -> str:
    """Every row with codes of economies as ours, and codes of products with the zeros that spreadsheets drop."""

    def economy(column: str) -> str:
        cases = " ".join(f"WHEN '{theirs}' THEN '{ours}'" for theirs, ours in _ALIASES.items())
        return f"CASE WHEN {column} IN {_WORLDS} THEN '{WORLD}' ELSE CASE {column} {cases} ELSE {column} END END"

    code = "CASE WHEN classification LIKE 'HS%' AND regexp_matches(code, '^[0-9]+$') AND length(code) % 2 = 1 "
    code += "THEN '0' || code WHEN classification LIKE 'EBOPS%' THEN upper(replace(code, '.', '')) ELSE code END"
    return (
        f"SELECT file, {economy('exporter')} AS exporter, {economy('importer')} AS importer, year, classification, "
        f"{code} AS code, reported_by, value, is_total, _more FROM ({united})"
    )


def _typed(wanted: str) -> str:
    """Flows between economies, six-digit goods and all services; own imports (a re-import of sorts) are left out."""
    return (
        "SELECT exporter, importer, CAST(year AS INTEGER) AS year, classification, code, reported_by, "
        f"CAST(value AS DOUBLE) AS value FROM every WHERE is_total AND exporter <> importer AND {_KNOWN} "
        f"AND (classification NOT LIKE 'HS%' OR length(code) = 6) AND {wanted}"
    )
