"""How the rows of a sample lie in memory while effects are taken out of them, chosen by the shape of the data.

`Dense` for (nearly) complete panels, `Rows` for everything else that is large, `Plain` for small samples (numpy, no
compiler), `Free` where there are no fixed effects. All offer the same operations (`base`), and agree to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.gravity.codes import Identifiers
from indexer.gravity.layout.base import Layout, Weighted

SMALL = 4000
"""Rows up to which numpy is fast enough."""

__all__ = ["SMALL", "Layout", "Weighted", "arrange"]


def arrange(effects: Sequence[tuple[str, ...]], ids: Identifiers, n_rows: int, path: str | None = None) -> Layout:
    """Choose the layout of a sample by its effects and size.

    Parameters
    ----------
    effects : sequence of tuple of str
        The columns whose combinations are the levels of each effect.
    ids : Identifiers
    n_rows : int
    path : {"dense", "rows", "plain"}, optional
        Take this layout whatever the size. "dense" where there is no tensor behind the effects is a ValueError.
    """
    if not effects:
        from indexer.gravity.layout.free import Free

        return Free(n_rows)
    if path is None and n_rows <= SMALL:
        path = "plain"
    if path == "plain":
        from indexer.gravity.layout.plain import Plain

        return Plain([ids[e].codes for e in effects])
    if path in (None, "dense"):
        from indexer.gravity.layout.axes import find
        from indexer.gravity.layout.dense import Dense

        axes = find(effects, ids)
        if axes is not None:
            return Dense(axes)
        if path == "dense":
            raise ValueError(f"no tensor behind {effects}")
    from indexer.gravity.layout.rows import Rows

    return Rows([ids[e].codes for e in effects])
