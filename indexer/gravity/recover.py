"""Fixed effects recovered from a fit, and what the fit predicts for other data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from indexer.errors import UsageError
from indexer.gravity.design import Request, make
from indexer.gravity.formula import Term, check_columns, term_columns

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
        The index holds the level: values of the column, or tuples of values for a combination `a^b`.

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
        out[name] = pd.Series(least[start[k] : start[k + 1]], index=index, name=name).sort_index()
    return out


def predict(fit: Fit, data: pd.DataFrame, kind: str) -> pd.Series:
    """Return predictions for other data; see `Fit.predict`.

    Raises
    ------
    UsageError
        For missing columns, or categories that are not those of the fit, whose coding would differ.
    """
    parsed = fit.specification.parsed
    right = {c for t in (*parsed.rhs, *parsed.endogenous) for c in term_columns(t, parsed).values()}
    numeric = tuple(c for c in parsed.numeric if c in right)
    for c in parsed.categorical:
        check_columns([c], data.columns, "predict")
        if set(pd.unique(data[c].dropna())) != set(pd.unique(fit.data[c].dropna())):
            raise UsageError(
                f"the categories of {c!r} are not those of the fit", where="predict",
                remedy="predict for data in which every category occurs, and no other",
            )  # fmt: skip
    only_right = replace(
        parsed, lhs=Term("1", ("1",)), rhs=(*parsed.rhs, *parsed.endogenous), numeric=numeric, endogenous=(),
        instruments=(),
    )  # fmt: skip
    design = make(only_right, data, Request(offset=fit.specification.offset))
    eta = np.zeros(design.y.size)
    for name, value in fit.coef.items():
        eta += value * design.x[design.names.index(str(name))]
    if design.offset is not None:
        eta += design.offset
    if design.effects:
        recovered = fixed_effects(fit)
        for name, columns in design.effects.items():
            here = design.ids[columns]
            eta += recovered[name].reindex(here.values).to_numpy()[here.codes]
    out = np.full(len(data), np.nan)
    out[design.positions(np.arange(eta.size))] = np.exp(eta) if fit.is_poisson and kind == "response" else eta
    return pd.Series(out, index=data.index, name="fitted" if kind == "response" else "link")
