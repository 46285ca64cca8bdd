"""Studies: a question of the literature, answered on the shipped facts with a table and a plain sentence."""

from __future__ import annotations

from typing import Any

NAMES = ("china-asean",)


def run(name: str) -> Any:
    """Run the study of that name."""
    return {"china-asean": china_asean}[name]()


def china_asean() -> Any:
    """Extended gravity of China with the ten ASEAN members on the index without trade outcomes.

    Returns
    -------
    Study
        `.table` (DataFrame), `.sentence`, `.text()`.
    """
    from indexer.study.extended_gravity import china_asean as study

    return study()
