"""Names of users that become names of files: what every system can hold, and nothing that leads elsewhere."""

from __future__ import annotations

import re

from indexer.errors import UsageError

LONGEST = 120
"""Characters of a name; a system holds 255 bytes, and releases are written beside under a longer one."""
_FIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def file_name(name: str, what: str) -> str:
    """Return a name unchanged if it can name a file or folder on every system.

    Parameters
    ----------
    name : str
        What the user wrote.
    what : str
        What it names, for the message: "edition name", "study name", "indicator id".

    Raises
    ------
    UsageError
        If it is empty, too long, leads to another folder, ends with a dot, holds other characters than letters, digits,
        dot, dash and underscore, or is a device on Windows (CON, NUL, COM1, … also with an ending).
    """
    if _DEVICE.fullmatch(name):
        raise UsageError(f"{what} {name!r} is the name of a device on Windows", remedy="choose another name")
    if len(name) > LONGEST:
        raise UsageError(f"{what} {name[:40]!r}… is {len(name)} characters long", remedy=f"use at most {LONGEST}")
    if not _FIT.fullmatch(name) or name.endswith("."):
        remedy = "use letters, digits, dot, dash, underscore; begin with a letter or digit, and do not end with a dot"
        raise UsageError(f"{what} {name!r} cannot name a file or folder", remedy=remedy)
    return name
