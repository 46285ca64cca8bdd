"""Charts as files: PNG, SVG, and a page that loads nothing."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from indexer.errors import UsageError


def altair() -> Any:
    """Return the library that draws.

    Raises
    ------
    UsageError
        If it, or what makes pictures of its charts, is not installed.
    """
    try:
        import altair
        import vl_convert  # noqa: F401
    except ImportError:
        raise UsageError(
            "pictures need altair and vl-convert", remedy="pip install 'ai-trade-indexer[report]'"
        ) from None
    return altair


def png(chart: Any) -> bytes:
    """Return a chart as a PNG at twice its size."""
    out = io.BytesIO()
    chart.save(out, format="png", scale_factor=2)
    return out.getvalue()


def svg(chart: Any) -> str:
    """Return a chart as an SVG."""
    out = io.StringIO()
    chart.save(out, format="svg")
    return out.getvalue()


class _InScript(json.JSONEncoder):
    """JSON in which no text of the user can end the script that it stands in."""

    def encode(self, o: Any) -> str:
        return super().encode(o).replace("<", "\\u003c")


def html(chart: Any) -> str:
    """Return a chart as a page that loads nothing: the scripts stand in it."""
    options = {"actions": {"export": True, "source": False, "compiled": False, "editor": False}}
    return str(chart.to_html(inline=True, embed_options=options, json_kwds={"cls": _InScript}))


def save(chart: Any, path: str | Path) -> Path:
    """Write a chart, as .png, .svg or .html by the ending of the path; the page works without a network.

    Raises
    ------
    UsageError
        For another ending, something that is no chart, or a path that cannot be written.
    """
    if not isinstance(path, str | os.PathLike):
        raise UsageError(f"path={path!r} is no path", where="save", remedy="give text")
    path = Path(path)
    makers: dict[str, Callable[[Any], str | bytes]] = {".png": png, ".svg": svg, ".html": html}
    make = makers.get(path.suffix.lower())
    if make is None:
        raise UsageError(f"charts are not written as {path.name!r}", where="save",
                         remedy=f"end it in {', '.join(makers)}")  # fmt: skip
    altair()
    if not hasattr(chart, "to_html"):
        raise UsageError(f"a {type(chart).__name__} is no chart", where="save",
                         remedy="give what a function of indexer.figures returns")  # fmt: skip
    content: str | bytes = make(chart)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        os.replace(beside, path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {fault.strerror}", where="save",
                         remedy="give a path in a folder of yours") from None  # fmt: skip
    return path
