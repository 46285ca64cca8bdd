"""Does AI work through supply chains and trade facilitation? Mediation on China's trade with its partners."""

from indexer.study.questions.mechanisms.question import study

__all__ = ["study"]
