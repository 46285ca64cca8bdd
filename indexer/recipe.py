"""What is to be fitted, without any data: a choice for each step of each indicator, and the tree that is aggregated."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.methods import Choice

INDEX = "index"
"""Name of the node at the top."""
NONE, MIN_MAX, EQUAL, ARITHMETIC = (Choice(name) for name in ("none", "min_max", "equal", "arithmetic"))


@dataclass(frozen=True)
class Group:
    """A node of the tree that a recipe aggregates: members are indicators or groups that stand before it."""

    id: str
    members: tuple[str, ...]
    weight: Choice = EQUAL
    aggregate: Choice = ARITHMETIC
    min_share: float = 1.0


@dataclass(frozen=True)
class Recipe:
    """What is to be fitted, without any data: one choice an indicator, and the tree bottom-up, the index last."""

    indicators: tuple[str, ...]
    lower_better: tuple[bool, ...]
    groups: tuple[Group, ...]
    treat: tuple[Choice, ...]
    normalise: tuple[Choice, ...]
    goalposts: tuple[tuple[float, float] | None, ...]
    impute: Choice = NONE
    low: float | None = 0.0
    high: float | None = 100.0
