"""Does the partner's AI go with China's exports as with its imports? Both flows stacked, and their difference."""

from indexer.study.questions.asymmetry.question import study

__all__ = ["study"]
