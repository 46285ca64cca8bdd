"""Covariances of solutions: scores summed by row or cluster, between two breads, times the small-sample factor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from indexer.gravity import vcov
from indexer.gravity.design import Design
from indexer.gravity.layout import Layout
from indexer.gravity.problem import Solution


class Clusters:
    """Cluster variables on a sample.

    Parameters
    ----------
    design : Design
    layout : Layout
        Of the sample.
    columns : sequence of tuple of str
        Cluster variables, each the columns that it combines.

    Attributes
    ----------
    names : tuple of str
        Cluster variables as written, `a^b`.
    counts : dict of str to int
        Clusters of each.
    are_groups : bool
        Whether there is one, and it is the effect that the layout sums over.
    """

    def __init__(self, design: Design, layout: Layout, columns: Sequence[tuple[str, ...]]):
        self.design, self.layout, self.columns = design, layout, tuple(columns)
        self.names = tuple("^".join(c) for c in columns)
        self._rows = None if layout.n_rows == design.y.size else layout.rows()
        group = layout.group_effect
        self.are_groups = (
            len(self.columns) == 1
            and group is not None
            and set(list(design.effects.values())[group]) == set(self.columns[0])
        )
        self.counts = {n: self._count(k) for k, n in enumerate(self.names)}

    def codes(self, which: Sequence[int]) -> np.ndarray:
        """Return codes of the combinations of some of the variables, by row of the sample."""
        codes = self.design.ids[tuple(c for k in which for c in self.columns[k])].codes
        return codes if self._rows is None else codes[self._rows]

    def _count(self, k: int) -> int:
        if self.are_groups:
            return self._levels_used[self.layout.group_effect or 0]
        used = np.zeros(self.design.ids[self.columns[k]].size, dtype=bool)
        used[self.codes([k])] = True
        return int(np.count_nonzero(used))

    @cached_property
    def _levels_used(self) -> list[int]:
        return self.layout.levels_used()

    @cached_property
    def free_levels(self) -> list[int]:
        """Levels of each effect, 0 for those nested in a cluster variable."""
        out = list(self._levels_used)
        for k, effect in enumerate(self.design.effects.values()):
            if any(self._nested(effect, c) for c in range(len(self.names))):
                out[k] = 0
        return out

    def meat(self, scores: np.ndarray) -> np.ndarray:
        """Return the meat of scores by row, shape (p, n_rows): clustered, or by row where there are no clusters."""
        if not self.names:
            return vcov.clustered(scores)
        return vcov.multiway(scores, [self.codes([k]) for k in range(len(self.names))], self.codes)

    def n_parameters(self, p: int) -> int:
        """Count the parameters of the small-sample factor for p regressors."""
        return vcov.parameters(p, self.free_levels if self.design.effects else [])

    def _nested(self, effect: tuple[str, ...], cluster: int) -> bool:
        if set(self.columns[cluster]) <= set(effect):
            return True
        of, value = self.design.ids[effect].codes, self.codes([cluster])
        of = of if self._rows is None else of[self._rows]
        out = np.zeros(int(of.max(initial=-1)) + 1, dtype=value.dtype)
        out[of] = value
        return bool(np.array_equal(out[of], value))


def covariance(what: vcov.Request, ssc: str, solution: Solution, clusters: Clusters) -> vcov.Covariance:
    """Return the covariance that was asked for."""
    small = small_sample(what, ssc, clusters, len(solution.names))
    if what.kind == "iid":
        matrix = solution.bread * solution.sigma2()
    elif clusters.are_groups:
        matrix = solution.sandwich(vcov.clustered(solution.group_scores()))
    else:
        matrix = solution.sandwich(clusters.meat(solution.scores()))
    return vcov.finish(matrix, solution.bread, small, clusters.counts)


def small_sample(what: vcov.Request, ssc: str, clusters: Clusters, p: int) -> float:
    """Return the small-sample factor for p regressors."""
    k = clusters.n_parameters(p) if ssc == "default" else 0
    return vcov.factor(what, ssc, clusters.layout.n_rows, k, clusters.counts)
