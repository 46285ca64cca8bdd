"""Trade in AI goods and services by four categories, out of product-level files that the user has."""

from indexer.study.questions.ai_trade.question import study

__all__ = ["study"]
