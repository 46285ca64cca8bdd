"""Does China's trade with its ASEAN partners go with the partner's AI development? A ladder of designs."""

from indexer.study.questions.china_asean.question import study

__all__ = ["study"]
