"""The page: template, style, script and data in one file, closed against whatever the data hold."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import pkgutil
import re
from collections.abc import Mapping
from typing import Any

_ESCAPED = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def page(data: Mapping[str, Any]) -> str:
    """Return the page of a payload.

    Names and notes of the data are untrusted: they stand in the page as JSON in which no markup can begin, and the
    script that shows them sets text only. A policy lets no other script run and nothing be loaded.
    """
    edition, script = data["edition"], _file("bundle/explorer.js")
    parts = {
        "title": html.escape(f"{edition['title']}"),
        "name": html.escape(str(edition["edition"])),
        "series": html.escape(str(data["title"])),
        "description": html.escape(_description(data)),
        "hash": base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii"),
        "style": _file("bundle/explorer.css"),
        "version": html.escape(str(data["version"])),
        "licence": html.escape(str(data["licence"])),
        "licences": html.escape(_file("bundle/licences.txt")),
        "data": embedded(data),
        "script": script,
    }
    # one pass: what is put in is not looked at again
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _file("page.html"))


def embedded(data: Any) -> str:
    r"""Return JSON that can stand in a script element: ASCII, without the characters that could end it.

    Examples
    --------
    >>> embedded({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.translate(_ESCAPED)


def _description(data: Mapping[str, Any]) -> str:
    years, n, m = data["years"], len(data["economies"]), len(data["indicators"])
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
    return f"{n} {'economy' if n == 1 else 'economies'}, {span}, {m} {'indicator' if m == 1 else 'indicators'}"


def _file(name: str) -> str:
    found = pkgutil.get_data("indexer.explorer", f"web/{name}")
    if found is None:
        raise FileNotFoundError(name)
    return found.decode("utf-8")
