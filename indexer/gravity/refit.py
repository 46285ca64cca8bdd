"""A second estimation on the same panel with other values of a regressor, started from the first one's effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.gravity import memory
from indexer.gravity.design import Design, evaluate
from indexer.gravity.estimate import estimate, finish, judge
from indexer.gravity.formula import Parsed, check_columns, parse, parse_term, term_columns
from indexer.gravity.identify import prove
from indexer.gravity.poisson import Poisson, Start
from indexer.gravity.scaling import Scaled, scale_columns
from indexer.gravity.terms import INTERCEPT

if TYPE_CHECKING:
    from indexer.gravity.result import Fit


def refit(fit: Fit, columns: Mapping[str, object] | pd.DataFrame, formula: str | None = None) -> Fit:
    """Estimate again with new values of some columns, or with other regressors on the same panel.

    Parameters
    ----------
    fit : Fit
    columns : mapping of str to array, or DataFrame
        New values of columns that the model uses, one value for each row of the data given to the first estimation. A
        Series or DataFrame is matched by its labels where these are the data's own, in whatever order.
    formula : str, optional
        Another formula, with the same left side and effects. By default the one of the fit.

    Returns
    -------
    Fit
        What estimating anew would give: the sample, separation and identification are those of the new regressors.

    Notes
    -----
    The layout of the panel, the left side and everything about regressors that are the same is taken over; Newton's
    method starts from the effects and slopes of the fit. Where the first sample depended on a column that changes, or
    the new regressors might separate rows, the model is estimated from the beginning.

    Raises
    ------
    UsageError
        For columns of another length or that the model does not use, a formula with another left side or other effects.
    """
    if not isinstance(columns, Mapping | pd.DataFrame):
        raise UsageError(f"the new columns are a {type(columns).__name__}", where="refit",
                         remedy="give a mapping of names to values, or a DataFrame")  # fmt: skip
    specification, n = fit.specification, len(fit.data.index)
    old = specification.parsed
    parsed = old if formula is None else _parsed(formula, old)
    values = _values(columns, fit.data.index, n)
    used = {*parsed.numeric, *parsed.categorical, *_fixed(fit, parsed), *_offset_columns(specification.offset)}
    check_columns(values, used, "refit")
    new = replace(specification, parsed=parsed)
    data = fit.data.assign(**values)
    if not _same_sample(fit, parsed, set(values)):
        return estimate(new, data)
    made = _design(fit, parsed, data, set(values))
    if made is None:
        return estimate(new, data)
    design, kept = made
    layout = fit.kept.layout
    x = _scaled(fit, design, kept)
    start = None
    if specification.is_poisson:
        positive = memory.empty(layout.n_cells)
        np.greater(fit.solution.problem.y, 0, out=positive)
        products = prove(layout, layout.weighted(positive), x)
        if products is None:
            return estimate(new, data)
        start = _start(fit, design, x, kept)
    problem = fit.solution.problem.of(design)
    if not specification.is_poisson:
        products = problem.sweep(x)
    found = judge(design, layout, x, products, specification.on_absorbed, specification.is_poisson)
    if start is not None and len(found.which) < len(x):
        start = replace(start, beta=start.beta[list(found.which)], projections=start.projections[list(found.which)])
    return finish(new, data, design, fit.kept, found, problem, start, fit.clusters)


def _parsed(formula: str, old: Parsed) -> Parsed:
    found = parse(formula)
    if len(found) != 1 or found[0].lhs != old.lhs or set(found[0].effects) != set(old.effects):
        raise UsageError(
            f"{formula!r} has another left side or other effects than {old.text!r}", where="refit",
            remedy="change regressors only, or estimate anew",
        )  # fmt: skip
    return replace(found[0], effects=old.effects)


def _values(columns: Mapping[str, object] | pd.DataFrame, index: pd.Index, n: int) -> dict[str, np.ndarray]:
    out = {}
    for name, column in columns.items():
        if isinstance(column, pd.Series) and not column.index.equals(index):
            if column.index.has_duplicates or index.has_duplicates or not index.isin(column.index).all():
                raise UsageError(f"the labels of {name!r} are not those of the data", where="refit",
                                 remedy="give an array in the order of the data's rows")  # fmt: skip
            column = column.reindex(index)
        values = np.asarray(column)
        if values.shape != (n,):
            raise UsageError(f"{name!r} has shape {values.shape}, the data have {n} rows", where="refit",
                             remedy="give one value for each row of the data of the first estimation")  # fmt: skip
        out[str(name)] = values
    return out


def _fixed(fit: Fit, parsed: Parsed) -> set[str]:
    """Columns of effects, clusters, weights and left side."""
    request = fit.specification.request
    out = {c for group in (*parsed.effects, *request.clusters) for c in group}
    out |= {request.weights} if request.weights else set()
    return out | set(term_columns(parsed.lhs, parsed).values())


def _offset_columns(offset: str | None) -> tuple[str, ...]:
    return () if offset is None else parse_term(offset, "offset")[1]


def _same_sample(fit: Fit, parsed: Parsed, changed: set[str]) -> bool:
    """Whether the sample of the fit is that of the new model, as far as the columns that change go."""
    specification = fit.specification
    fixed = _fixed(fit, parsed)
    if changed & fixed or specification.offset is not None or parsed.instruments or parsed.categorical:
        return False
    missing = {d.item for d in fit.design.drops if d.kind == "missing"}
    if missing:
        # rows were left out for the sake of columns and terms: all of them have to be there still, with their values
        there = set(parsed.numeric) | fixed | {t.label for t in (parsed.lhs, *parsed.rhs)}
        if changed & set(specification.parsed.numeric) or missing - there:
            return False
    alone = ", ".join(fit.design.effects)
    return all(d.item == alone for d in fit.kept.drops if d.kind == "separated")


def _design(fit: Fit, parsed: Parsed, data: pd.DataFrame, changed: set[str]) -> tuple[Design, dict[int, int]] | None:
    """The design with the new regressors, and which of them are those of the fit; None where values are missing."""
    old = {t: k for k, t in enumerate(fit.specification.parsed.rhs)}
    shift = 1 if INTERCEPT in fit.design.names else 0
    columns, names, kept = [], [], {}
    if parsed.intercept:
        columns.append(np.ones(fit.design.y.size))
        names.append(INTERCEPT)
        if shift:
            kept[0] = 0
    for term in parsed.rhs:
        if term in old and not changed & set(term_columns(term, parsed).values()):
            kept[len(names)] = old[term] + shift
            columns.append(fit.design.x[old[term] + shift])
        else:
            column = evaluate(term, parsed, data, fit.design.rows)
            if not np.isfinite(column.sum()) and not np.all(np.isfinite(column)):
                return None
            columns.append(column)
        names.append(term.label)
    return replace(fit.design, x=tuple(columns), names=tuple(names)), kept


def _scaled(fit: Fit, design: Design, kept: dict[int, int]) -> Scaled:
    """The new regressors on the sample; those of the fit as they were."""
    layout = fit.kept.layout
    # where a regressor of the fit was not identified its cells are gone
    place = {j: k for k, j in enumerate(fit.judged.which)}
    fresh = [k for k in range(len(design.x)) if kept.get(k) not in place]
    new = scale_columns(layout, [design.x[k] for k in fresh], [design.names[k] for k in fresh], design.has_constant)
    old, p = fit.judged.x, len(design.x)
    cells = memory.empty((p, layout.n_cells))
    parts = {name: np.empty(p) for name in ("shift", "scale", "noise", "largest")}
    flat = np.zeros(p, dtype=bool)
    for k in range(p):
        source, at = (new, fresh.index(k)) if k in fresh else (old, place[kept[k]])
        cells[k], flat[k] = source.cells[at], source.flat[at]
        for name, out in parts.items():
            out[k] = getattr(source, name)[at]
    at_intercept = design.names.index(INTERCEPT) if INTERCEPT in design.names else None
    return Scaled(cells, parts["shift"], parts["scale"], flat, parts["noise"], parts["largest"], at_intercept)


def _start(fit: Fit, design: Design, x: Scaled, kept: dict[int, int]) -> Start:
    """Effects of the fit, slopes and projections of the regressors of the same name."""
    core = fit.solution.core
    if not isinstance(core, Poisson):
        raise TypeError("not a Poisson fit")
    beta, projections = np.zeros(len(x)), np.zeros((len(x), fit.kept.layout.n_levels))
    for k, name in enumerate(design.names):
        if name in fit.solution.names:
            j = fit.solution.names.index(name)
            ratio = fit.judged.x.scale[j] / x.scale[k] if x.scale[k] else 0.0
            beta[k] = core.beta[j] * ratio
            projections[k] = core.projections[j] / ratio if ratio else 0.0
    return Start(beta, core.u, core.effect, projections)
