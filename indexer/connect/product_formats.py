"""Formats of product-level trade files, told by their header, and each as one query of the same columns."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import UsageError

CLASSIFICATIONS = {
    "H6": "HS2022", "H5": "HS2017", "H4": "HS2012", "H3": "HS2007", "H2": "HS2002", "H1": "HS1996", "H0": "HS1992",
    "HS22": "HS2022", "HS17": "HS2017", "HS12": "HS2012", "HS07": "HS2007", "HS02": "HS2002", "HS96": "HS1996",
    "HS92": "HS1992", "EB10": "EBOPS2010", "EB02": "EBOPS2002",
}  # fmt: skip
"""Names in Comtrade and BACI to ours."""
FORMATS = (
    "UN Comtrade (refYear, reporterISO, partnerISO, flowCode, cmdCode, classificationCode, primaryValue), UN Comtrade "
    "before 2023 (Year, Reporter ISO, Partner ISO, Trade Flow, Commodity Code, Classification, Trade Value (US$)), "
    "BACI (t,i,j,k,v,q) with its country_codes file, or exporter,importer,year,classification,product,value_usd"
)
COUNTRIES, BACI = "countries", "baci"
_LONG = ("exporter", "importer", "year", "classification", "product", "value_usd")
_TOTALS = {
    "partner2ISO": "'W00'", "partner2Code": "'0'", "customsCode": "'C00'", "motCode": "'0'",
    "2nd Partner ISO": "'WLD','W00'", "2nd Partner Code": "'0'", "Customs Proc. Code": "'C00'",
    "Mode of Transport Code": "'0'", "freqCode": "'A'", "period": 'trim("refYear")', "Period": 'trim("Year")',
}  # fmt: skip
"""Columns that break a flow down further (by months, say), and what its total has there (or nothing)."""


@dataclass(frozen=True)
class File:
    """A file of a known format; `columns` are those of its header."""

    path: Path
    kind: str
    columns: tuple[str, ...]

    @property
    def vintage(self) -> str:
        """The classification in the name of a BACI file.

        Raises
        ------
        UsageError
            If the name does not say.
        """
        found = re.search(r"HS(\d\d)", self.path.name, re.IGNORECASE)
        name = CLASSIFICATIONS.get(f"HS{found[1]}") if found else None
        if name is None:
            remedy = "keep the name that CEPII gives the file, such as BACI_HS17_Y2020_V202501.csv"
            raise UsageError("the name does not say which HS the codes are of", where=str(self.path), remedy=remedy)
        return name

    @property
    def scan(self) -> str:
        """The SQL that reads the file as text; all its rows, but not some, may end in one comma too many."""
        path = literal(self.path)
        if self.path.suffix.lower() == ".parquet":
            casts = ", ".join(f"CAST({_name(one)} AS VARCHAR) AS {_name(one)}" for one in self.columns)
            return f"(SELECT {casts}, NULL AS _more FROM read_parquet({path}))"
        types = ", ".join(f"'{one.replace(chr(39), chr(39) * 2)}': 'VARCHAR'" for one in (*self.columns, "_more"))
        return (
            f"read_csv({path}, delim=',', quote='\"', escape='\"', header=false, skip=1, auto_detect=false, "
            f"null_padding=true, nullstr='\\N', columns={{{types}}})"
        )


def detect(path: str | Path) -> File:
    """Tell the format of a file by its header.

    Raises
    ------
    UsageError
        If it cannot be read, is of no known format, or a column stands twice.
    """
    path = Path(path)
    columns = _header(path)
    if twice := sorted({one for one in columns if one and columns.count(one) > 1}):
        raise UsageError(f"column {twice[0]!r} stands twice", where=str(path), remedy="rename one of the two")
    have = set(columns)
    for kind, needed in _NEEDED.items():
        if all(any(name in have for name in one) for one in needed):
            return File(path, kind, tuple(one or f"_{k}" for k, one in enumerate(columns)))
    if not columns:
        raise UsageError("the file is empty", where=str(path), remedy=f"give {FORMATS}")
    shown = ",".join(columns)
    shown = shown if len(shown) < 120 else shown[:117] + "..."
    raise UsageError(
        f"no format of product-level trade: the header is {shown}", where=str(path), remedy=f"give {FORMATS}"
    )


def literal(path: Path) -> str:
    """Return a path as SQL has it, with brackets and stars that stand for themselves and for no other file."""
    return "'" + re.sub(r"[*?\[]", r"[\g<0>]", str(path)).replace("'", "''") + "'"


def _header(path: Path) -> list[str]:
    if path.suffix.lower() == ".parquet":
        from indexer.connect.product_files import connection

        try:
            described = connection().execute(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})")
            return [row[0] for row in described.fetchall()]
        except Exception as error:  # DuckDB has one class of error a cause
            raise UsageError(
                f"cannot be read: {str(error).splitlines()[0]}", where=str(path), remedy=f"give {FORMATS}"
            ) from None
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opened(path, "rt", encoding="latin-1", newline="") as file:
            first = file.readline()
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror or error}", where=str(path), remedy="check name and permissions"
        ) from None
    except (EOFError, zlib.error) as error:
        raise UsageError(
            f"the compressed file is damaged: {error}", where=str(path), remedy="get or pack it anew"
        ) from None
    if "\0" in first:
        remedy = "save it as CSV in UTF-8; Parquet files end in .parquet, compressed ones in .gz"
        raise UsageError("the file is UTF-16 or not text", where=str(path), remedy=remedy)
    fields = next(csv.reader([first.removeprefix("ï»¿").strip("\r\n")]), [])
    while fields and not fields[-1]:
        fields.pop()
    return [one.strip() for one in fields]


def query(file: File, countries: Path | None) -> str:
    """Return the SQL of a file as file, exporter, importer, year, classification, code, reported_by, value, is_total.

    Everything is text but is_total (no further breakdown, and a flow that is exports or imports).
    """
    parts = {"comtrade": _comtrade, "comtrade_old": _comtrade_old, "long": _long}
    if file.kind == BACI:
        return _baci(file, countries)
    return parts[file.kind](file)


def _comtrade(file: File) -> str:
    flow = 'trim("flowCode")'
    return _reported(file, "reporterISO", "partnerISO", "refYear", "classificationCode", "cmdCode", "primaryValue",
                     f"CASE {flow} WHEN 'M' THEN 'importer' WHEN 'X' THEN 'exporter' END")  # fmt: skip


def _comtrade_old(file: File) -> str:
    flow = f"trim({_name(_which(file, ('Trade Flow', 'TradeFlow')))})"
    value = _which(file, ("Trade Value (US$)", "TradeValueUS"))
    case = f"CASE lower({flow}) WHEN 'import' THEN 'importer' WHEN 'imports' THEN 'importer' "
    case += "WHEN 'export' THEN 'exporter' WHEN 'exports' THEN 'exporter' END"
    return _reported(file, "Reporter ISO", "Partner ISO", "Year", "Classification", "Commodity Code", value, case)


def _reported(file: File, reporter: str, partner: str, year: str, scheme: str, code: str, value: str, side: str) -> str:
    """Both sides of a flow out of reporter, partner and direction."""
    whole = [f"coalesce(trim({_name(c)}), '') IN ('', {total})" for c, total in _TOTALS.items() if c in file.columns]
    ends = {"exporter": (reporter, partner), "importer": (partner, reporter)}
    exporter, importer = (
        f"CASE {side} WHEN 'exporter' THEN trim({_name(own)}) ELSE trim({_name(other)}) END"
        for own, other in zip(ends["exporter"], ends["importer"], strict=True)
    )
    return (
        f"SELECT '{_text(file)}' AS file, {exporter} AS exporter, {importer} AS importer, trim({_name(year)}) AS year, "
        f"{_scheme(scheme)} AS classification, trim({_name(code)}) AS code, {side} AS reported_by, "
        f"trim({_name(value)}) AS value, "
        f"{side} IS NOT NULL AND {' AND '.join(whole) or 'true'} AS is_total, _more FROM {file.scan}"
    )


def _scheme(column: str) -> str:
    """The classification by our name."""
    known = " ".join(f"WHEN '{theirs}' THEN '{ours}'" for theirs, ours in CLASSIFICATIONS.items())
    return f"CASE trim({_name(column)}) {known} ELSE trim({_name(column)}) END"


def _baci(file: File, countries: Path | None) -> str:
    if countries is None:
        remedy = "give the country_codes file that comes with BACI as one more --data file"
        raise UsageError("BACI writes countries as numbers of its own", where=str(file.path), remedy=remedy)
    table = detect(countries)
    iso = _name(_which(table, ("country_iso3", "iso_3digit_alpha")))
    codes = f"(SELECT CAST(trim(country_code) AS INTEGER) AS number, trim({iso}) AS iso FROM {table.scan})"
    return (
        f"SELECT '{_text(file)}' AS file, coalesce(a.iso, f.i) AS exporter, coalesce(b.iso, f.j) AS importer, "
        f"trim(f.t) AS year, '{file.vintage}' AS classification, trim(f.k) AS code, 'balanced' AS reported_by, "
        "CAST(1000 * TRY_CAST(trim(f.v) AS DECIMAL(30, 6)) AS VARCHAR) AS value, true AS is_total, f._more "
        f"FROM {file.scan} f LEFT JOIN {codes} a ON TRY_CAST(trim(f.i) AS INTEGER) = a.number "
        f"LEFT JOIN {codes} b ON TRY_CAST(trim(f.j) AS INTEGER) = b.number"
    )


def _long(file: File) -> str:
    columns = ", ".join(f"trim({one}) AS {one}" for one in _LONG[:3])
    return (
        f"SELECT '{_text(file)}' AS file, {columns}, {_scheme('classification')} AS classification, "
        "trim(product) AS code, 'balanced' AS reported_by, "
        f"trim(value_usd) AS value, true AS is_total, _more FROM {file.scan}"
    )


def _which(file: File, names: Sequence[str]) -> str:
    return next(one for one in names if one in file.columns)


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(file: File) -> str:
    return file.path.name.replace("'", "''")


_NEEDED: Mapping[str, Sequence[tuple[str, ...]]] = {
    "comtrade": [(one,) for one in (
        "refYear", "reporterISO", "partnerISO", "flowCode", "cmdCode", "classificationCode", "primaryValue")],
    "comtrade_old": [("Year",), ("Reporter ISO",), ("Partner ISO",), ("Trade Flow", "TradeFlow"), ("Commodity Code",),
                     ("Classification",), ("Trade Value (US$)", "TradeValueUS")],
    BACI: [(one,) for one in ("t", "i", "j", "k", "v")],
    COUNTRIES: [("country_code",), ("country_iso3", "iso_3digit_alpha")],
    "long": [(one,) for one in _LONG],
}  # fmt: skip
