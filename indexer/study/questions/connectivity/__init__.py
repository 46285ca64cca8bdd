"""Hard or soft connectivity: ships and networks, or rules and facilitation? And the totals that are reported."""

from indexer.study.questions.connectivity.question import study

__all__ = ["study"]
