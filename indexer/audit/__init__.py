"""Published tables of amounts and growth rates: what cannot both be right, and which slip would explain it."""

from __future__ import annotations

from typing import Any

_PUBLIC = {
    "Printed": "printed",
    "parse": "printed",
    "Series": "series",
    "from_wide": "series",
    "from_long": "series",
    "check": "check",
    "repairs": "repairs",
    "slips": "slips",
    "power": "power",
}
__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
    globals()[name] = found
    return found
