"""Hand-over to Stata: the estimation sample as .dta, and a .do file whose commands give the same numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from indexer.errors import UsageError
from indexer.gravity.files import write
from indexer.gravity.result import Fit
from indexer.gravity.stata.commands import Model, program
from indexer.gravity.stata.data import Sheet


def to_stata(
    fits: Any, directory: str | Path, labels: Mapping[str, str] | None = None, name: str = "gravity"
) -> list[Path]:
    """Write the samples of fits as .dta, with labels, and a .do file that estimates them again and compares.

    Parameters
    ----------
    fits : Fit, sequence of Fit, or mapping of heading to Fit
        A text or an exception stands for one that could not be estimated, and becomes a comment.
    directory : path
        Made where it is not there.
    labels : mapping of str to str, optional
        Names for a reader, by term, factor of a term or column.
    name : str
        Name of the files without ending; letters, digits, _ and -.

    Returns
    -------
    list of Path
        One .dta for each table that the fits were estimated on, then the .do file.

    Notes
    -----
    Terms of the formula are columns of the .dta, computed here; so are combinations such as `exporter^year`. Text
    becomes numbers with value labels. The commands are those of ppmlhdfe, reghdfe and ivreghdfe. They count the degrees
    of freedom that effects take up in their own way; the .do file takes their small-sample factor out of the standard
    errors and puts that of the fit in before it compares.

    Raises
    ------
    UsageError
        For anything that is no fit, or a name or folder that cannot be used.
    """
    headings, results = _named(fits)
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][\w-]{0,59}", name, re.ASCII):
        raise UsageError(
            f"name={name!r} is no name for a file", where="to_stata", remedy="use letters, digits, _ and -"
        )
    if not isinstance(directory, str | PathLike):
        raise UsageError(f"directory={directory!r} is no folder", where="to_stata", remedy="give its path")
    if labels is not None and not isinstance(labels, Mapping):
        raise UsageError(f"labels={labels!r} are no names by term", where="to_stata", remedy="write {'term': 'name'}")
    words = {str(k): str(v) for k, v in (labels or {}).items()}
    frames = list({id(f.data): f.data for f in results if isinstance(f, Fit)}.values())
    numbered = [(k, f) for k, f in enumerate(results, 1) if isinstance(f, Fit)]
    sheets = [Sheet(data, [(k, f) for k, f in numbered if f.data is data], words) for data in frames]
    files = [f"{name}.dta" if len(sheets) == 1 else f"{name}_{k}.dta" for k in range(1, len(sheets) + 1)]
    models = []
    for k, (heading, fit) in enumerate(zip(headings, results, strict=True), 1):
        if isinstance(fit, Fit):
            at = next(i for i, data in enumerate(frames) if data is fit.data)
            models.append(sheets[at].model(fit, heading, files[at]))
        else:
            models.append(Model(heading or f"({k})", reason=str(fit).split("\n")[0]))
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"{folder} cannot be made: {fault.strerror}", where="to_stata",
                         remedy="give a folder of yours") from None  # fmt: skip
    out = [write(folder / file, sheet.content()) for file, sheet in zip(files, sheets, strict=True)]
    return [*out, write(folder / f"{name}.do", program(models))]


def _named(fits: Any) -> tuple[list[str], list[Any]]:
    headings: list[str] = []
    if isinstance(fits, Mapping):
        headings, fits = [str(k) for k in fits], list(fits.values())
    results = list(fits) if isinstance(fits, list | tuple) else [fits]
    if wrong := [f for f in results if not isinstance(f, Fit | str | Exception)]:
        raise UsageError(f"a {type(wrong[0]).__name__} is no fit", where="to_stata",
                         remedy="give results of gravity.ols or gravity.ppml")  # fmt: skip
    if not any(isinstance(f, Fit) for f in results):
        raise UsageError("there are no fits", where="to_stata", remedy="give at least one")
    return headings or [""] * len(results), results
