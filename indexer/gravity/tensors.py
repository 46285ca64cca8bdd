"""A fit with country-year and pair effects as tensors of exporters, years and importers, whatever their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexer.errors import EstimationError, UsageError
from indexer.gravity.poisson import Poisson, poisson
from indexer.gravity.solve import project

if TYPE_CHECKING:
    from indexer.gravity.result import Fit


@dataclass(frozen=True)
class Tensors:
    """Means, residuals and swept regressors as [exporter, year, importer] tensors, zero where there is no row."""

    lam: np.ndarray
    e: np.ndarray
    x: np.ndarray
    has_pair: bool


def _turned(order: tuple[int, int, int], pair: int) -> tuple[int, int, int]:
    """Axes of exporter, year and importer in a tensor whose effects (a, c), (a, b), (b, c) have the numbers `order`.

    The exporter is the country whose country-year effect comes first in the model.
    """
    faces = [{0, 2}, {0, 1}, {1, 2}]
    countries = faces[order.index(pair)]
    year = ({0, 1, 2} - countries).pop()
    one, two = sorted(countries, key=lambda c: order[faces.index({c, year})])
    return one, year, two


def _pair_effect(fit: Fit, pair: str | None) -> int:
    """Return the number of the effect that is that of pairs, of three."""
    names, columns = list(fit.design.effects), list(fit.design.effects.values())
    if pair is not None:
        if pair not in names:
            raise UsageError(f"no effect {pair!r}", where="pair", remedy=f"one of: {', '.join(names)}")
        return names.index(pair)
    singles = sorted({c for e in columns for c in e})
    if len(singles) == 3 and all(len(e) == 2 for e in columns):
        values = {c: set(map(str, fit.design.ids[(c,)].values)) for c in singles}
        common = {e: len(values[e[0]] & values[e[1]]) / min(map(len, (values[e[0]], values[e[1]]))) for e in columns}
        first, second, _ = sorted(columns, key=lambda e: -common[e])
        if common[first] > 0.5 > common[second]:
            return columns.index(first)
    clusters = [k for k, e in enumerate(columns) if set(e) in [set(c) for c in fit.specification.vcov.columns]]
    if len(clusters) == 1:
        return clusters[0]
    sizes = np.log(list(fit.effects.values()))
    apart = np.abs(np.array([sizes[(k + 1) % 3] - sizes[(k + 2) % 3] for k in range(3)]))
    k = int(np.argmin(apart))
    if apart[k] < 0.25 * np.sort(apart)[1]:
        return k
    raise UsageError(
        f"which of {', '.join(names)} is the effect of pairs cannot be told", where="bias_corrected",
        remedy=f"name it: bias_corrected(pair={names[-1]!r}), say",
    )  # fmt: skip


def tensors(fit: Fit, pair: str | None) -> Tensors:
    """Turn a fit to [exporter, year, importer]; arguments and errors as in `bias.bias_corrected`."""
    from indexer.gravity.layout.axes import find

    remedy = "estimate y ~ x | exporter^year + importer^year + exporter^importer with ppml, without weights"
    first = fit.solution.core
    if not isinstance(first, Poisson):
        raise UsageError("the correction is for PPML", where="bias_corrected", remedy=remedy)
    if fit.design.weights is not None:
        raise UsageError("the correction does not allow for weights", where="bias_corrected", remedy=remedy)
    if not len(fit.solution.x):
        raise UsageError("the model has no regressors", where="bias_corrected", remedy=remedy)
    effects = list(fit.design.effects.values())
    rows = fit.kept.layout.rows()
    ids = fit.design.ids.take(rows)
    axes = find(effects, ids) if len(effects) in (2, 3) else None
    wrong = axes is None or axes.groups is not None or bool(np.any(axes.second != 0))
    if not wrong and axes is not None:
        # the effects are those of (a, c), (a, b) and (b, c), whichever of them is that of pairs; of two, (a, c) is one
        # country-year and (a, b) the other, a being the year
        whole = axes.first.size == axes.shape[0] and np.array_equal(axes.first, np.arange(axes.shape[0]))
        wrong = not whole or (len(effects) == 3 and not axes.second.size)
    if wrong or axes is None:
        raise UsageError(
            "the correction is for exporter-year, importer-year and directed pair effects, or the first two, on a "
            "panel with one row for each pair and year", where="bias_corrected", remedy=remedy,
        )  # fmt: skip
    layout = fit.kept.layout
    turn = _turned(axes.order, _pair_effect(fit, pair)) if len(effects) == 3 else (2, 0, 1)

    def tensor(by_row: np.ndarray) -> np.ndarray:
        out = np.zeros(axes.shape)
        out.reshape(-1)[axes.cell] = by_row
        return np.ascontiguousarray(out.transpose(turn))

    # the correction is a small difference: means and projections to rounding
    solution = fit.solution
    core = poisson(
        layout, solution.problem.y, solution.x.cells, solution.x.largest, solution.problem.base,
        first.start, tol=1e-13,
    )  # fmt: skip
    x_cells = solution.x.cells
    swept = core.normal.sweep(x_cells, project(layout, core.normal, x_cells, core.projections))
    lam, e = tensor(layout.gather(core.mu)), tensor(layout.gather(solution.problem.y - core.mu))
    x = np.stack([tensor(layout.gather(v)) for v in swept])
    if min(lam.shape[0], lam.shape[2]) < 2:
        raise EstimationError("the correction needs several exporters and importers", where="bias_corrected",
                              remedy="use data with more countries")  # fmt: skip
    return Tensors(lam, e, x, len(effects) == 3)
