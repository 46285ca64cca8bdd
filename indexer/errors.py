"""The errors that users meet: what is wrong, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input: file, line, column, value, message and remedy.

    `line` counts from 1 and includes the header; None where a fault has no line (a missing file).
    """

    file: str
    line: int | None
    column: str | None
    value: str | None
    message: str
    remedy: str

    def __str__(self) -> str:
        where = self.file
        if self.line is not None:
            where += f":{self.line}"
        if self.column is not None:
            where += f":{self.column}"
        if self.value is not None:
            where += f" = {self.value!r}"
        return f"{where}: {self.message}\n    to mend it: {self.remedy}"

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the fault as a plain mapping, for JSON reports."""
        return asdict(self)


class IndexerError(Exception):
    """Base of every error raised on purpose; `exit_code` is what a command ends with.

    Parameters
    ----------
    message : str
        What is wrong, in one line, with the offending name or value.
    where : str, optional
        File, row, column or argument concerned.
    rows : sequence, optional
        Labels or positions of the first rows or cells concerned.
    remedy : str, optional
        What the user can do about it.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", rows: Sequence[object] = (), remedy: str = ""):
        self.message, self.where, self.rows, self.remedy = message, where, tuple(rows), remedy
        text = f"{where}: {message}" if where else message
        if remedy:
            text += f"\n    to mend it: {remedy}"
        super().__init__(text)


class UsageError(IndexerError, ValueError):
    """A wrong argument, name or option."""

    exit_code = 2


class MethodError(UsageError):
    """A method was asked for something that the numbers given do not allow (a constant indicator, say)."""


class FactsError(IndexerError, ValueError):
    """Bad facts or metadata; `faults` lists all that were found, in the order of files and lines."""

    exit_code = 3

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(faults)
        n = len(self.faults)
        head = f"{n} fault{'s' if n != 1 else ''} in the input"
        IndexerError.__init__(self, "\n".join([head, *(str(f) for f in self.faults)]))

    def __reduce__(self) -> tuple[type[FactsError], tuple[tuple[Fault, ...]]]:
        """Pickle by the faults; the text is made from them."""
        return FactsError, (self.faults,)


class EstimationError(IndexerError, ValueError):
    """An estimation that the data cannot carry."""

    exit_code = 4


class AbsorbedRegressorError(EstimationError):
    """A regressor lies in the span of the fixed effects (or of other regressors) on the estimation sample."""


class ConvergenceError(EstimationError):
    """An iteration did not converge."""
