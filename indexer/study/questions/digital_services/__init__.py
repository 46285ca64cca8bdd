"""Exports of digitally deliverable services: do they go with size and institutions, or with infrastructure and ICT."""

from indexer.study.questions.digital_services.question import study

__all__ = ["study"]
