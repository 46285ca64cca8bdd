"""Tables of results for a paper."""

from indexer.gravity.etable.table import RegressionTable, etable

__all__ = ["RegressionTable", "etable"]
