"""Who gains in digital trade: market share, competitiveness, specialisation, and the digital part of the index."""

from indexer.study.questions.competitiveness.question import study

__all__ = ["study"]
