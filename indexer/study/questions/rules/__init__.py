"""Digital trade rules between China, ASEAN and the rest of RCEP: how deep they are, and whether trade follows them."""

from indexer.study.questions.rules.question import study

__all__ = ["study"]
