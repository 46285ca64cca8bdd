"""Which sets an index has, and which method each takes: what an estimator is given, made to a recipe's terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from indexer.errors import UsageError
from indexer.methods import Choice
from indexer.recipe import INDEX

Method = str | Mapping[str, Any]
"""A method by its name, or with its options: ``{"method": "pca", "rule": "first"}``."""
Groups = list[tuple[str, tuple[str, ...]]]
"""Nodes bottom-up, the index last, each with the names of its members."""


def columns_of(X: Any) -> list[str]:
    """Return the labels of a frame's columns as texts; of an array the columns are counted from 0.

    Raises
    ------
    UsageError
        If two columns have one label.
    """
    labels = getattr(X, "columns", None)
    if labels is None:
        return [str(j) for j in range(X.shape[1])]
    names = [str(label) for label in labels]
    if twice := _twice(names):
        raise UsageError(f"two columns are called {twice!r}", remedy="give each column a label of its own")
    return names


def parse(structure: Mapping[str, Any] | None, columns: Sequence[str]) -> tuple[tuple[str, ...], Groups]:
    """Return the columns that an index uses and its nodes.

    Parameters
    ----------
    structure : mapping or None
        Names of sets to lists of columns, nested to any depth; None: the index of all columns directly.
    columns : sequence of str
        Those there are.

    Raises
    ------
    UsageError
        If it names a column that is not there, a column or a node twice, or a set has no member.

    Examples
    --------
    >>> parse({"s": ["a", "b"], "t": ["c"]}, ["a", "b", "c"])
    (('a', 'b', 'c'), [('s', ('a', 'b')), ('t', ('c',)), ('index', ('s', 't'))])
    """
    found = list(_nodes({INDEX: list(columns) if structure is None else structure}))
    groups = [(name, members) for name, members, _ in found]
    used = tuple(name for _, members, leaf in found if leaf for name in members)
    nodes = [name for name, _ in groups]
    if strangers := [name for name in used if name not in columns]:
        raise UsageError(f"the structure names {strangers[0]!r}, which is no column", remedy=among(columns))
    for kind, given in (("column", used), ("node", nodes)):
        if twice := _twice(given):
            raise UsageError(f"the structure names the {kind} {twice!r} twice", remedy="name each once")
    if both := [name for name in used if name in nodes]:
        raise UsageError(f"{both[0]!r} is a column and a node", remedy="give the set or the column another name")
    if empty := [name for name, members in groups if not members]:
        raise UsageError(f"the set {empty[0]!r} has no member", remedy="give it columns, or leave it out")
    return used, groups


def choice_of(given: Method, name: str, known: Iterable[str]) -> Choice:
    """Return what is chosen for one node or column.

    Parameters
    ----------
    given : str or mapping
        A method for all; or a mapping of names to methods, with "" for the rest.
    name : str
        The node or column.
    known : iterable of str
        The names that a mapping may have.

    Raises
    ------
    UsageError
        If a mapping names what is not there, or leaves this one without a method.
    """
    if not isinstance(given, Mapping):
        return Choice(given)
    if "method" in given:
        return Choice(given["method"], {key: value for key, value in given.items() if key != "method"})
    methods, known = {str(key): one for key, one in given.items()}, set(known)
    if strangers := [one for one in methods if one and one not in known]:
        raise UsageError(f"a method is given for {strangers[0]!r}, which is not there", remedy=among(sorted(known)))
    one = methods.get(name, methods.get(""))
    if one is None:
        raise UsageError(f"no method is given for {name!r}", remedy='add it, or add "" for the rest')
    return choice_of(one, "", ())


def listed(given: Any, what: str, used: Sequence[str]) -> list[str]:
    """Return the names of columns in a list or in the keys of a mapping, None for none.

    Raises
    ------
    UsageError
        If it is one text, or names no column of the index.
    """
    if isinstance(given, str):
        raise UsageError(f"{what} is one text, {given!r}", remedy=f"give a list of columns, [{given!r}]")
    names = [] if given is None else [str(name) for name in given]
    if strangers := sorted(set(names) - set(used)):
        raise UsageError(f"{what} names {strangers[0]!r}, which is no column of the index", remedy=among(used))
    return names


def among(names: Iterable[str]) -> str:
    """Say what there is, for an error."""
    return f"one of: {', '.join(names)}"


def _nodes(structure: Mapping[Any, Any]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Yield nodes, bottom-up, with their members and whether these are columns."""
    for name, members in structure.items():
        if isinstance(members, str):
            raise UsageError(f"the set {name!r} is the text {members!r}", remedy="give a list of columns")
        if isinstance(members, Mapping):
            yield from _nodes(members)
        yield str(name), tuple(str(one) for one in members), not isinstance(members, Mapping)


def _twice(names: Sequence[str]) -> str | None:
    return next((name for at, name in enumerate(names) if name in names[:at]), None)
