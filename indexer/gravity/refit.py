"""A second estimation on the same panel with other values of a regressor, started from the first one's optimum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indexer.errors import UsageError
from indexer.gravity.design import Design, evaluate
from indexer.gravity.estimate import Identified, estimate, finish, judge
from indexer.gravity.formula import Parsed, check_columns, parse, parse_term, term_columns
from indexer.gravity.identify import prove
from indexer.gravity.nearby import Optimum
from indexer.gravity.poisson import Poisson
from indexer.gravity.scaling import scale_columns
from indexer.gravity.terms import INTERCEPT

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

SOME = 0.01
"""What may be left of a regressor beside the effects, relative to what is left of the fit's."""


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
    method starts from the optimum of the fit (`nearby`), or where that is too far from its effects and slopes. Where
    the first sample depended on a column that changes, the new regressors might separate rows, or one of the models has
    categories, instruments or another constant, the model is estimated from the beginning.

    Raises
    ------
    UsageError
        For columns of another length or that the model does not use, a formula with another left side or other effects.
    """
    if not isinstance(columns, Mapping | pd.DataFrame):
        raise UsageError(f"the new columns are a {type(columns).__name__}", where="refit",
                         remedy="give a mapping of names to values, or a DataFrame")  # fmt: skip
    specification, index = fit.specification, fit.given.index
    old = specification.parsed
    parsed = old if formula is None else _parsed(formula, old)
    values = _values(columns, index, len(index))
    fixed = _fixed(fit, parsed)
    used = {*parsed.numeric, *parsed.categorical, *fixed, *_offset_columns(specification.offset)}
    check_columns(values, used, "refit")
    new = replace(specification, parsed=parsed)
    changes = {**fit.changes, **values}
    given = fit.given if fit.changes else fit.given.copy(deep=False)  # whatever the caller does with the table later

    def anew() -> Fit:
        return estimate(new, given.assign(**changes))

    if not _same_sample(fit, parsed, set(values), fixed):
        return anew()
    made = _design(fit, parsed, values, changes)
    if made is None:
        return anew()
    design, kept = made
    # where a regressor of the fit was not identified its cells are gone
    place = {j: k for k, j in enumerate(fit.judged.which)}
    same = {k: place[j] for k, j in kept.items() if j in place}
    layout, problem = fit.kept.layout, fit.solution.problem
    x = scale_columns(layout, design.x, design.names, design.has_constant,
                      {k: (fit.judged.x, j) for k, j in same.items()})  # fmt: skip
    if specification.is_poisson:
        witnesses = problem.witnesses(fit.judged.x)
        products = None if witnesses is None else witnesses.prove(x)
        if products is None:
            products = prove(layout, problem.positive, x)
        if products is None:
            return anew()
    problem = problem.of(design)
    if not specification.is_poisson:
        products = problem.sweep(x, kept)
    found = judge(design, layout, x, products, specification.on_absorbed, specification.is_poisson)
    start = _optimum(fit, found, same) if specification.is_poisson else None
    return finish(new, given, design, fit.kept, found, problem, start, fit.clusters, changes)


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
        out[str(name)] = values.copy()  # the caller may write the next draw into the same array
    return out


def _fixed(fit: Fit, parsed: Parsed) -> set[str]:
    """Columns of effects, clusters, weights and left side."""
    request = fit.specification.request
    out = {c for group in (*parsed.effects, *request.clusters) for c in group}
    out |= {request.weights} if request.weights else set()
    return out | set(term_columns(parsed.lhs, parsed).values())


def _offset_columns(offset: str | None) -> tuple[str, ...]:
    return () if offset is None else parse_term(offset, "offset")[1]


def _same_sample(fit: Fit, parsed: Parsed, changed: set[str], fixed: set[str]) -> bool:
    """Whether the sample of the fit is that of the new model, as far as the columns that change go."""
    specification = fit.specification
    old = specification.parsed
    if changed & fixed or specification.offset is not None:
        return False
    if any(p.instruments or p.categorical for p in (old, parsed)) or old.intercept != parsed.intercept:
        return False  # columns are no longer terms, or centred by another rule
    missing = {d.item for d in fit.design.drops if d.kind == "missing"}
    if missing:
        # rows were left out for the sake of columns and terms: all of them have to be there still, with their values
        there = set(parsed.numeric) | fixed | {t.label for t in (parsed.lhs, *parsed.rhs)}
        if changed & set(specification.parsed.numeric) or missing - there:
            return False
    alone = ", ".join(fit.design.effects)
    return all(d.item == alone for d in fit.kept.drops if d.kind == "separated")


def _design(
    fit: Fit, parsed: Parsed, values: Mapping[str, np.ndarray], changes: Mapping[str, np.ndarray]
) -> tuple[Design, dict[int, int]] | None:
    """The design with the new regressors, and which of them are those of the fit; None where values are missing."""
    # a column of numbers is what it is; for all else there is the table
    table: pd.DataFrame | None = None
    plain = {c: v for c, v in values.items() if v.dtype == np.float64 and np.isfinite(v.sum())}
    old = {t: k for k, t in enumerate(fit.specification.parsed.rhs)}
    shift = 1 if INTERCEPT in fit.design.names else 0
    columns, names, kept = [], [], {}
    if parsed.intercept:
        columns.append(np.ones(fit.design.y.size))
        names.append(INTERCEPT)
        if shift:
            kept[0] = 0
    for term in parsed.rhs:
        behind = term_columns(term, parsed)
        if term in old and values.keys().isdisjoint(behind.values()):
            kept[len(names)] = old[term] + shift
            columns.append(fit.design.x[old[term] + shift])
        elif fit.design.rows is None and behind == {term.label: term.label} and term.label in plain:
            columns.append(plain[term.label])
        else:
            table = fit.given.assign(**changes) if table is None else table
            column = evaluate(term, parsed, table, fit.design.rows)
            if not np.isfinite(column.sum()) and not np.all(np.isfinite(column)):
                return None
            columns.append(column)
        names.append(term.label)
    return replace(fit.design, x=tuple(columns), names=tuple(names)), kept


def _optimum(fit: Fit, found: Identified, same: dict[int, int]) -> Optimum:
    """The optimum of the fit; `same` says which columns of the new design are which regressors of the fit."""
    core, old, new = fit.solution.core, fit.judged.x, found.x
    if not isinstance(core, Poisson):
        raise TypeError("not a Poisson fit")
    kept = np.array([k for k, j in enumerate(found.which) if j in same], dtype=int)
    fresh = np.array([k for k, j in enumerate(found.which) if j not in same], dtype=int)
    slopes, projections = np.zeros(len(fresh)), np.zeros((len(fresh), len(core.u)))
    left = np.full(len(fresh), SOME * float(np.trace(core.gram)))
    for i, k in enumerate(fresh):
        if found.names[k] in fit.solution.names:  # other values of the same regressor
            j = fit.solution.names.index(found.names[k])
            ratio = new.scale[k] / old.scale[j]
            slopes[i], projections[i] = core.beta[j] / ratio, core.projections[j] * ratio
            left[i] = core.gram[j, j] * ratio**2
    origin = np.array([same[found.which[k]] for k in kept], dtype=int)
    return Optimum(core, old.cells, kept, origin, fresh, slopes, projections, left)
