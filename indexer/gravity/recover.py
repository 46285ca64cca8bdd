"""Fixed effects recovered from a fit, and what the fit predicts for other data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from indexer.errors import EstimationError, UsageError
from indexer.gravity.design import Design, Request, make
from indexer.gravity.formula import Term, term_columns
from indexer.gravity.terms import category_columns

if TYPE_CHECKING:
    from indexer.gravity.result import Fit


def effects_by_row(fit: Fit) -> np.ndarray:
    """Return the sum of the fixed effects by row of the sample, in the units of the linear predictor."""
    rows = fit.kept.layout.rows()
    eta = fit.linear_predictor()
    for name, value in fit.coef.items():
        eta = eta - value * fit.design.x[fit.design.names.index(str(name))][rows]
    return eta - fit.design.offset[rows] if fit.design.offset is not None else eta


def fixed_effects(fit: Fit) -> dict[str, pd.Series]:
    """Return the fixed effects by name, each a Series over the levels in the sample.

    Of the many sets of effects with the same sums (a constant may move from one to another; with exporter-year,
    importer-year and pair effects also a term for each exporter, importer and year) this is the one of least squares
    norm, which depends neither on the order of rows nor on that of effects. Differences that the data identify do not
    depend on the choice.

    Returns
    -------
    dict of str to Series
        The index holds the level: values of the column, or tuples of values for a combination `a^b`; in their order,
        or that of their text where they are of several types.

    Raises
    ------
    UsageError
        If the model has no fixed effects.
    """
    from scipy.sparse.linalg import lsmr

    names = list(fit.design.effects)
    if not names:
        raise UsageError("the model has no fixed effects", where="fixef", remedy="write them after '|'")
    rows = fit.kept.layout.rows()
    f = effects_by_row(fit)
    codes, labels = [], []
    for columns in fit.design.effects.values():
        levels = fit.design.ids[columns]
        used, here = np.unique(levels.codes[rows], return_inverse=True)
        codes.append(here.ravel())
        labels.append(levels.values[used])
    start = np.concatenate([[0], np.cumsum([len(v) for v in labels])])
    at = np.arange(f.size)
    d = sparse.hstack([
        sparse.csr_array((np.ones(f.size), (at, c)), shape=(f.size, len(v))) for c, v in zip(codes, labels, strict=True)
    ])  # fmt: skip
    size = float(np.abs(f).max(initial=0.0)) or 1.0
    least = np.zeros(start[-1])
    for _ in range(3):  # refined: one pass leaves what its tolerance leaves
        least += (
            lsmr(d, (f - d @ least) / size, atol=1e-15, btol=1e-15, conlim=0, maxiter=10 * start[-1] + 100)[0] * size
        )
    out = {}
    for k, name in enumerate(names):
        index = labels[k]
        index.names = list(fit.design.effects[name])
        out[name] = _sorted(pd.Series(least[start[k] : start[k + 1]], index=index, name=name))
    return out


def _sorted(effects: pd.Series) -> pd.Series:
    try:
        return effects.sort_index()
    except TypeError:  # levels of several types, of which none is the smaller
        return effects.sort_index(key=lambda levels: levels.map(str), kind="stable")


def predict(fit: Fit, data: pd.DataFrame, kind: str) -> pd.Series:
    """Return predictions for other data; see `Fit.predict`.

    Raises
    ------
    UsageError
        For missing columns, or columns that cannot be used.
    """
    parsed = fit.specification.parsed
    right = {c for t in (*parsed.rhs, *parsed.endogenous) for c in term_columns(t, parsed).values()}
    only_right = replace(
        parsed, lhs=Term("1", ("1",)), instruments=(), numeric=tuple(c for c in parsed.numeric if c in right),
        categorical=tuple(c for c in parsed.categorical if c in right),
    )  # fmt: skip
    coding = {c: group.categories for c, group in fit.design.categories.items()}
    name = "fitted" if kind == "response" else "link"
    try:
        design = make(only_right, data, Request(offset=fit.specification.offset), coding)
    except EstimationError:  # no row can be used
        return pd.Series(np.nan, index=data.index, name=name)
    eta = np.zeros(design.y.size)
    for term, value in fit.coef.items():
        eta += value * design.x[design.names.index(str(term))]
    if design.offset is not None:
        eta += design.offset
    if design.effects:
        recovered = fixed_effects(fit)
        for effect, columns in design.effects.items():
            here = design.ids[columns]
            eta += recovered[effect].reindex(here.values).to_numpy()[here.codes]
    eta[~_known(fit, design)] = np.nan
    out = np.full(len(data), np.nan)
    out[design.positions(np.arange(eta.size))] = np.exp(eta) if fit.is_poisson and kind == "response" else eta
    return pd.Series(out, index=data.index, name=name)


def _known(fit: Fit, design: Design) -> np.ndarray:
    """Which rows of a design have categories, and slopes of them, that occur in the sample of the fit."""
    parsed, rows = fit.specification.parsed, fit.kept.layout.rows()
    known = np.ones(design.y.size, dtype=bool)
    for term in (*parsed.rhs, *parsed.endogenous):
        columns = [parsed.column(plain) for plain in category_columns(term)]
        if not columns:
            continue
        here, there = np.zeros(known.size, dtype=np.int64), np.zeros(rows.size, dtype=np.int64)
        for column in columns:
            group = fit.design.categories[column]
            here = here * len(group.categories) + design.categories[column].codes
            there = there * len(group.categories) + group.codes[rows]
        known &= np.isin(here, there)
    for k, name in enumerate(fit.design.names):
        if name not in fit.coef.index and not fit.design.x[k][rows].any():
            known &= design.x[k] == 0
    return known
