"""RCEP: whether AI matters more under it, whether services grow faster inside, what a deeper agreement would change."""

from indexer.study.questions.rcep.question import study

__all__ = ["study"]
