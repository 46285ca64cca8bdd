"""The explorer: an index as one page that works without a network, in which its weights and methods can be moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.index import Index
    from indexer.study.report import Study

__all__ = ["explorer"]


def explorer(index: Index, studies: Iterable[Study | Mapping[str, Any]] = ()) -> bytes:
    """Return an index as one HTML page that loads nothing.

    Parameters
    ----------
    index : Index
    studies : iterable of Study or mapping
        Gravity studies to show: results, or what their `as_dict()` gives, as read from a JSON file.

    Returns
    -------
    bytes
        UTF-8. The same for the same inputs.

    Raises
    ------
    UsageError
        If a study is not what `as_dict()` gives.

    Examples
    --------
    >>> import indexer
    >>> explorer(indexer.build())[:15]
    b'<!doctype html>'
    """
    from indexer.explorer.page import page
    from indexer.explorer.payload import payload

    return page(payload(index, studies)).encode("utf-8")
