"""The index is estimated: a trade coefficient under every draw of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from indexer import gravity
from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.errors import EstimationError, MethodError, UsageError
from indexer.gravity.attach import bilateral, ending
from indexer.gravity.formula import term_columns
from indexer.simulate.uncertainty import DRAWS, Uncertainty, uncertainty

if TYPE_CHECKING:
    from indexer.gravity.result import Fit
    from indexer.index import Index

ESTIMATORS = ("ppml", "ols")
CHUNK = 50
"""Draws of one task."""
CELLS = {"imputation", "carrying", "measurement"}
"""Assumptions that are uncertain values and not choices of method."""


@dataclass(frozen=True, eq=False)
class Propagation:
    """The coefficients of a gravity equation under every draw of the index.

    Attributes
    ----------
    fit : Fit
        The equation on the index itself: draw 0.
    draws : DataFrame
        draw (0 = the index itself), term, estimate, std_error, p_value.
    failures : DataFrame
        Why draws have no estimate, and how many.
    uncertainty : Uncertainty
        The draws of the index.
    """

    fit: Fit
    draws: pd.DataFrame
    failures: pd.DataFrame
    uncertainty: Uncertainty = field(repr=False)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a term: what the index itself gives, and what its draws do.

        term, estimate and std_error (of the index itself), median, p05, p95 and sd of the draws' estimates, same_sign
        (share of draws with the sign of the index itself), significant (share with p below .05), draws.
        """
        rows = []
        for term, part in self.draws[self.draws["draw"] > 0].groupby("term", sort=False):
            own = self.draws[(self.draws["draw"] == 0) & (self.draws["term"] == term)].iloc[0]
            values = part["estimate"].to_numpy()
            low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
            rows.append(
                {
                    "term": term, "estimate": own["estimate"], "std_error": own["std_error"], "median": median,
                    "p05": low, "p95": high, "sd": values.std(ddof=1) if len(values) > 1 else np.nan,
                    "same_sign": float((np.sign(values) == np.sign(own["estimate"])).mean()),
                    "significant": float((part["p_value"] < 0.05).mean()), "draws": len(values),
                }
            )  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def combined(self) -> pd.DataFrame:
        """Rubin's rules over draws of cells: term, estimate, std_error, degrees, within, between, draws.

        T = W + (1 + 1/m)B, degrees of freedom by Barnard & Rubin (1999). Draws count once each that hold a set of drawn
        cells of every source; the plain filling is no draw.

        Raises
        ------
        MethodError
            If methods were drawn, too: choices are no sample, and no pooled error of theirs means anything. If fewer
            than two sets of cells were drawn.
        """
        from indexer.simulate.uncertainty import open_factors

        methods = [name for name in open_factors(self.uncertainty.space) if name not in CELLS]
        if methods:
            raise MethodError(
                f"{', '.join(methods)} were drawn, which are choices and no sample: their spread has no standard error",
                remedy="read `table`, or leave open only imputation, carrying and measurement",
            )
        complete = np.inf if self.fit.dof is None else float(self.fit.dof)
        picks = self.uncertainty.picks
        whole = picks[(picks > 0).all(axis=1)].drop_duplicates()
        distinct = self.draws[self.draws["draw"].isin(whole.index + 1)]
        if distinct["draw"].nunique() < 2:
            raise MethodError("fewer than two sets of cells were drawn", remedy="give more draws, or more sets")
        rows = []
        for term, part in distinct.groupby("term", sort=False):
            m, values = len(part), part["estimate"].to_numpy()
            within, between = float((part["std_error"] ** 2).mean()), float(values.var(ddof=1))
            total = within + (1 + 1 / m) * between
            degrees = _barnard_rubin(m, (1 + 1 / m) * between / total, complete)
            rows.append((term, values.mean(), np.sqrt(total), degrees, within, between, m))
        names = ["term", "estimate", "std_error", "degrees", "within", "between", "draws"]
        return pd.DataFrame(rows, columns=names)

    def __repr__(self) -> str:
        """Say what it is, in one line."""
        n = self.draws["draw"].nunique() - 1
        return f"<Propagation: {n} draws of {len(self.table)} terms; {int(self.failures['draws'].sum())} failed>"


def propagate(
    index: Index,
    data: pd.DataFrame,
    formula: str,
    draws: int = DRAWS,
    seed: int = 1,
    over: Iterable[str] | Mapping[str, Any] | None = None,
    *,
    estimator: str = "ppml",
    progress: bool = False,
    **options: Any,
) -> Propagation:
    """Estimate a gravity equation under every draw of the index.

    Parameters
    ----------
    index : Index
    data : DataFrame
        Flows with this index attached (`gravity.attach(index, trade)`): exporter, importer, year, ai_exporter, …. Its
        lags and leads may be attached too, or instead.
    formula : str
        With one left side, and columns of the index on the right.
    draws, seed, over
        As for `indexer.uncertainty`. Each draw is brought to the mean and standard deviation of the index itself over
        the economy-years of the flows, so that a coefficient always means the same.
    estimator : {"ppml", "ols"}
    progress : bool
        Show a bar on a terminal.
    **options
        vcov, weights and more, as for the estimator.

    Returns
    -------
    Propagation
        Draw 0 is the plain fit.

    Raises
    ------
    UsageError
        If the data have another index attached, or the formula uses none of its columns.
    EstimationError
        If the equation cannot be estimated on the index itself.

    Notes
    -----
    Each draw starts from the optimum of the plain fit (`Fit.refit`). Draws over methods and weights are not samples:
    read their spread, not a pooled error; see `Propagation.combined` for draws of cells alone.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys, Wiley; Barnard & Rubin (1999), Biometrika 86(4),
    948-955.
    """
    if estimator not in ESTIMATORS:
        raise UsageError(f"unknown estimator {estimator!r}", remedy=f"one of: {', '.join(ESTIMATORS)}")
    places = _Places(index, data)
    fit = getattr(gravity, estimator)(formula, data, **options)
    if not hasattr(fit, "refit"):
        raise UsageError("the formula has several left sides", where=formula, remedy="give one left side")
    parsed = fit.specification.parsed
    right = {column for term in parsed.rhs for column in term_columns(term, parsed).values()}
    used = [name for name in places.columns(places.own) if name in right]
    if not used:
        raise UsageError(
            "the formula uses no column of the index", where=formula,
            remedy=f"one of: {', '.join(places.columns(places.own))}",
        )  # fmt: skip
    found = uncertainty(index, draws, seed, over, progress=progress)
    tables = [_estimates(fit, 0)]
    reasons: list[str] = []
    for part, failed in _refits(fit, places, used, found.draws.reshape(draws, -1), progress):
        tables += part
        reasons += failed
    whole = pd.concat(tables, ignore_index=True)
    counted = pd.Series(reasons, dtype="object").value_counts().rename_axis("reason").reset_index(name="draws")
    return Propagation(fit, whole, counted, found)


class _Places:
    """Where each flow finds its exporter's and importer's scores, of the same year and of each lag that is attached."""

    def __init__(self, index: Index, data: pd.DataFrame):
        needed = [EXPORTER, IMPORTER, YEAR, "international"]
        lags = [lag for name in data if (lag := _lag(name)) is not None]
        if lost := [name for name in needed if name not in data] or ([] if lags else ["ai_exporter"]):
            raise UsageError(
                f"no column {lost[0]!r}", where="data", remedy="attach the index: gravity.attach(index, trade)"
            )
        scores = index.scores
        self.own = scores["index"].to_numpy(dtype=float)
        keys = pd.MultiIndex.from_arrays([scores["economy"], scores["year"]])
        self.at = {
            lag: [
                keys.get_indexer(pd.MultiIndex.from_arrays([data[side], data[YEAR] - lag]))
                for side in (EXPORTER, IMPORTER)
            ]
            for lag in lags
        }
        self.border = data["international"].to_numpy(dtype=float)
        for lag, sides in self.at.items():
            for side, at in zip((EXPORTER, IMPORTER), sides, strict=True):
                name = f"ai_{side}{ending(lag)}"
                if name not in data:
                    raise UsageError(f"no column {name!r}", where="data", remedy="attach the index again")
                given = data[name].to_numpy(dtype=float)
                same = np.isclose(given, self._taken(self.own, at), rtol=1e-9, atol=1e-9, equal_nan=True)
                if not same.all():
                    raise UsageError(
                        f"{name} is not this index's ({int((~same).sum())} rows differ)", where="data",
                        rows=data.index[~same][:5].tolist(), remedy="attach this index to the flows as they were",
                    )  # fmt: skip
        seen = np.unique(np.concatenate([at for sides in self.at.values() for at in sides]))
        self.cases = seen[(seen >= 0)]
        self.cases = self.cases[np.isfinite(self.own[self.cases])]

    def _taken(self, values: np.ndarray, at: np.ndarray) -> np.ndarray:
        return np.where(at >= 0, values[np.maximum(at, 0)], np.nan)

    def like_own(self, values: np.ndarray) -> np.ndarray:
        """Bring a draw to the mean and standard deviation of the index over the economy-years of the flows."""
        return like(self.own, values, self.cases)

    def columns(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """Return the columns that `gravity.attach` makes of scores."""
        out: dict[str, np.ndarray] = {}
        for lag, sides in self.at.items():
            a, b = (self._taken(values, at) for at in sides)
            made = {"ai_exporter": a, "ai_importer": b} | bilateral(a, b, self.border)
            out |= {f"{name}{ending(lag)}": column for name, column in made.items()}
        return out


def like(own: np.ndarray, values: np.ndarray, cases: np.ndarray) -> np.ndarray:
    """Bring scores to the mean and standard deviation that others have.

    Parameters
    ----------
    own, values : ndarray, shape (n,)
        The scores whose scale is taken, and those that are brought to it.
    cases : ndarray of int or bool
        Those over which mean and standard deviation are taken.

    Raises
    ------
    EstimationError
        If a value of these cases is missing, or all are the same.

    Examples
    --------
    >>> like(np.array([0.0, 2.0]), np.array([10.0, 30.0]), np.array([0, 1])).tolist()
    [0.0, 2.0]
    """
    have, drawn = own[cases], values[cases].astype(float)
    if not np.isfinite(drawn).all():
        raise EstimationError("a score that the flows need is missing in the draw")
    spread = drawn.std()
    if spread == 0:
        raise EstimationError("the index does not vary in the draw")
    return np.asarray(have.mean() + (values - drawn.mean()) * (have.std() / spread))


def _lag(name: object) -> int | None:
    """Return the lag at which a column holds the exporter's index; None for other columns."""
    found = re.fullmatch(r"ai_exporter(?:_(lag|lead)([1-9]\d*))?", str(name))
    if found is None:
        return None
    return int(found[2] or 0) * (-1 if found[1] == "lead" else 1)


def _refits(
    fit: Fit, places: _Places, used: list[str], draws: np.ndarray, progress: bool
) -> Iterable[tuple[list[pd.DataFrame], list[str]]]:
    from joblib import Parallel, delayed

    from indexer.simulate.progress import shown

    starts = range(0, len(draws), CHUNK)
    jobs = Parallel(return_as="generator")(
        delayed(_chunk)(fit, places, used, draws[start : start + CHUNK], start + 1) for start in starts
    )
    yield from shown(jobs, len(starts), "estimating", progress)


def _chunk(
    fit: Fit, places: _Places, used: list[str], draws: np.ndarray, first: int
) -> tuple[list[pd.DataFrame], list[str]]:
    tables, reasons = [], []
    for number, values in enumerate(draws, first):
        try:
            columns = places.columns(places.like_own(values))
            tables.append(_estimates(fit.refit({name: columns[name] for name in used}), number))
        except EstimationError as error:
            reasons.append(error.message)
    return tables, reasons


def _estimates(fit: Fit, draw: int) -> pd.DataFrame:
    return fit.tidy()[["term", "estimate", "std_error", "p_value"]].assign(draw=draw)[
        ["draw", "term", "estimate", "std_error", "p_value"]
    ]


def _barnard_rubin(m: int, share: float, complete: float) -> float:
    """Return the degrees of freedom; `share` is that of the variance which lies between draws."""
    old = (m - 1) / share**2 if share > 0 else np.inf
    if not np.isfinite(complete):
        return float(old)
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return float(1 / (1 / old + 1 / observed)) if np.isfinite(old) else float(observed)
