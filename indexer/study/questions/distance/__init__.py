"""AI × ln distance, and the elasticity of trade to distance by year."""

from indexer.study.questions.distance.question import study

__all__ = ["study"]
