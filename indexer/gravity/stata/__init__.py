"""Fits for Stata."""

from indexer.gravity.stata.handover import to_stata

__all__ = ["to_stata"]
