"""Text to rows of fields: the header against the schema, and every row against the header."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.errors import Fault
from indexer.material import Text
from indexer.schemas import Column, columns, may_be_empty


@dataclass
class Records:
    """Fields of the rows that have as many as the header, with the line of each row."""

    header: tuple[str, ...] = ()
    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def split(text: Text, schema: str) -> Records:
    """Split a text into the records of a table schema."""
    out = Records(faults=list(text.faults))
    if text.content is None:
        return out
    reader = csv.reader(io.StringIO(text.content, newline=""), strict=True)
    n_lines = text.content.count("\n") + (not text.content.endswith("\n"))
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            remedy = "close every quote, double a quote that is part of a text, and keep fields short"
            if not out.header:
                out.faults.append(Fault(text.file, line, None, None, f"the header is not CSV: {error}", remedy))
                return out
            out.faults.append(Fault(text.file, line, None, None, f"the row is not CSV: {error}", remedy))
            continue
        if line == 1:
            out.header = tuple(fields)
            out.faults += header_faults(text.file, out.header, columns(schema))
            if n_lines == 1 and not may_be_empty(schema):
                out.faults.append(Fault(text.file, 1, None, None, "there is a header but no row", "add the facts"))
        elif line not in text.bad_lines:
            _keep(out, text.file, line, fields, several_lines=reader.line_num > line)
    return out


def _keep(out: Records, file: str, line: int, fields: list[str], *, several_lines: bool) -> None:
    width = len(out.header)
    if not fields:
        out.faults.append(Fault(file, line, None, "", "the line is blank", "delete the line"))
    elif several_lines:
        at = next((k for k, one in enumerate(fields) if "\n" in one or "\r" in one), 0)
        column = out.header[at] if at < width else f"field {at + 1}"
        out.faults.append(Fault(file, line, column, fields[at], "a line break inside a field", "delete the line break"))
    elif len(fields) > width:
        message = f"{len(fields)} fields where the header has {width}"
        remedy = "delete what is too much; write numbers with a decimal point; quote a text that holds a comma"
        out.faults.append(Fault(file, line, f"field {width + 1}", ",".join(fields[width:]), message, remedy))
    elif len(fields) < width:
        message = f"{len(fields)} field{'s' if len(fields) > 1 else ''} where the header has {width}"
        out.faults.append(
            Fault(file, line, out.header[len(fields)], None, message, "give every field, separated by commas")
        )
    else:
        out.lines.append(line)
        out.rows.append(fields)


def header_faults(file: str, header: Sequence[str], known: Sequence[Column]) -> list[Fault]:
    """Compare a header with the columns of a schema: unknown, repeated, missing, in another order."""
    wanted = ",".join(_label(one) for one in known if one.required)
    faults = []

    def refuse(column: str | None, value: str, message: str, remedy: str) -> None:
        faults.append(Fault(file, 1, column, value, message, remedy))

    if not any(column_of(name, known) for name in header):
        remedy = f"begin the file with the line {wanted}"
        if any(mark in ",".join(header) for mark in ";\t"):
            remedy += ", and separate fields by commas"
        refuse(None, ",".join(header), "the header names no column of this table", remedy)
        return faults
    for name in dict.fromkeys(header):
        if column_of(name, known) is None:
            near = difflib.get_close_matches(name.strip().lower(), [one.name for one in known if not one.regex], n=1)
            refuse(name, name, f"unknown column {name!r}", f"write {near[0]}" if near else f"the columns are {wanted}")
        if header.count(name) > 1:
            refuse(name, name, f"column {name!r} stands {header.count(name)} times", "keep one of them")
    for one in known:
        if one.required and not any(one.matches(name) for name in header):
            refuse(_label(one), ",".join(header), f"no column {_label(one)}", f"the columns are {wanted}")
    if not faults:
        order = [name for one in known for name in header if column_of(name, known) is one]
        if list(header) != order:
            refuse(None, ",".join(header), "the columns are in another order", f"the order is {','.join(order)}")
    return faults


def column_of(name: str, known: Sequence[Column]) -> Column | None:
    """Return the column of the schema that a header name stands for."""
    return next((one for one in known if one.matches(name)), None)


def _label(column: Column) -> str:
    return "<one column or more>" if column.regex else column.name
