"""The specification curve: a coefficient under every index, equation, sample and window that was stated beforehand."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from indexer import gravity
from indexer.columns import ECONOMY, INDEX, YEAR
from indexer.errors import EstimationError, IndexerError, UsageError
from indexer.propagation import like

if TYPE_CHECKING:
    from indexer.gravity.result import Fit
    from indexer.index import Index

HEADLINE = "headline"
ALL = "all"
LEVEL = 0.95
COLUMNS = ["index", "equation", "window", "sample"]
FOUND = ["estimate", "std_error", "p_value", "conf_low", "conf_high", "n_obs", "clusters"]
Attached = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """A coefficient under all specifications.

    Attributes
    ----------
    table : DataFrame
        One row a specification, in the order stated: index, equation, window ("2020-2024"), sample ("all" where flows
        are not estimated apart), estimate, std_error, p_value, conf_low, conf_high (95 %), n_obs, clusters, note (why
        there is no estimate; else empty).
    stated : mapping
        What was stated: why, index, equations, windows, and samples.
    """

    table: pd.DataFrame
    stated: Mapping[str, Any] = field(repr=False)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """What the estimates have in common: one row for all, one for each sample and one for each equation.

        by ("all", "sample", "equation"), which, specifications, estimated, baseline (the estimate of the first
        specification stated), same_sign (share of the estimates with the baseline's sign), significant (share with p
        below .05), same_sign_significant (share with both), median, low, high. Specifications are choices and no
        sample: no p-value of them all means anything.
        """
        parts = [(ALL, ALL, self.table)]
        for by in ("sample", "equation"):
            if self.table[by].nunique() > 1:
                parts += [(by, str(which), part) for which, part in self.table.groupby(by, sort=False)]
        return pd.DataFrame([{"by": by, "which": which} | _summary(part) for by, which, part in parts])

    def __repr__(self) -> str:
        """Say what it is, in one line."""
        one = self.summary.iloc[0]
        return (
            f"<SpecificationCurve: {one['estimated']} of {one['specifications']} specifications estimated, "
            f"{one['low']:.3g} to {one['high']:.3g}, median {one['median']:.3g}>"
        )


def specification_curve(
    index: Index,
    data: pd.DataFrame | Attached,
    specifications: Mapping[str, Any] | None = None,
    *,
    progress: bool = False,
) -> SpecificationCurve:
    """Estimate every combination of index, equation, sample and window that an edition states.

    Parameters
    ----------
    index : Index
        Indicators that are themselves trade are left out, of it and of every variant.
    data : DataFrame or callable
        Flows without an index (exporter, importer, year, …), to which each index is attached (`gravity.attach`); or a
        function that takes scores (economy, year, index) and returns the rows of the equations, for regressors that
        are made of the index in another way.
    specifications : mapping, optional
        As the block `specifications` of an edition; that of the index's own edition by default. index ("headline" and
        names of variants of the edition), equations (name, formula, term, estimator, vcov, ssc), windows, and, if
        wanted, samples (column, values) and scaled_over (economies).
    progress : bool
        Show a bar on a terminal.

    Returns
    -------
    SpecificationCurve

    Raises
    ------
    UsageError
        If nothing is stated, or what is stated cannot be read or names what is not there.

    Notes
    -----
    Each index is brought to the mean and standard deviation of the headline over the economy-years that both score, so
    that a coefficient always means the same. P-values and intervals are from t with (fewest) clusters - 1 degrees of
    freedom. What the data cannot carry has a row with the reason: a variant that cannot be built or lacks a score that
    the headline has in the window, an equation that is not identified. Indices are estimated in parallel
    (`joblib.parallel_config`); the result does not depend on it.

    References
    ----------
    Simonsohn, Simmons & Nelson (2020), Nature Human Behaviour 4, 1208-1214.
    """
    from joblib import Parallel, delayed

    from indexer.simulate.progress import shown

    base = index.without("trade_outcome")
    stated = specifications if specifications is not None else base.edition.specifications
    if stated is None:
        raise UsageError(
            f"edition {base.edition.name} states no specifications", where="specification_curve",
            remedy="add the block `specifications` to the edition, or give it",
        )  # fmt: skip
    stated = _read(stated, base)
    own = base.scores[[ECONOMY, YEAR, INDEX]]
    makes = data if callable(data) else partial(gravity.attach, trade=data)
    headline = makes(own)
    frames = [headline if n == HEADLINE else _frame(base, own, n, stated, makes, headline) for n in stated["index"]]
    needed = headline.notna()
    jobs = Parallel(return_as="generator")(
        delayed(_of_index)(name, frame, needed, stated) for name, frame in zip(stated["index"], frames, strict=True)
    )
    tables = list(shown(jobs, len(frames), "estimating", progress))
    table = pd.concat(tables, ignore_index=True).astype({"n_obs": "Int64", "clusters": "Int64"})
    return SpecificationCurve(table, stated)


def _read(stated: Mapping[str, Any], base: Index) -> dict[str, Any]:
    """Fill in what may be left out, and refuse what is missing or not there."""
    where = "specifications"
    if not isinstance(stated, Mapping):
        raise UsageError(
            f"they are a {type(stated).__name__}", where=where, remedy="give a mapping, as an edition does"
        )
    if lost := [k for k in ("index", "equations", "windows") if not stated.get(k)]:
        raise UsageError(f"nothing is stated of {', '.join(lost)}", where=where, remedy="give them, as an edition does")
    for one in stated["equations"]:
        if lost := [k for k in ("name", "formula", "term", "estimator", "vcov") if k not in one]:
            raise UsageError(f"an equation without {lost[0]}", where=where, remedy=f"give its {lost[0]}")
        if one["estimator"] not in ("ols", "ppml"):
            raise UsageError(f"unknown estimator {one['estimator']!r}", where=f"equation {one['name']}",
                             remedy="one of: ols, ppml")  # fmt: skip
    names = [HEADLINE, *(one["name"] for one in base.edition.variants)]
    if strange := [one for one in stated["index"] if one not in names]:
        raise UsageError(f"edition {base.edition.name} has no variant {strange[0]!r}", where=where,
                         remedy=f"one of: {', '.join(names)}")  # fmt: skip
    if strange := [one for one in stated.get("scaled_over") or () if one not in base.edition.economies]:
        raise UsageError(f"economy {strange[0]!r} is not in the index", where=where,
                         remedy=f"of: {', '.join(base.edition.economies)}")  # fmt: skip
    return {"samples": None, "scaled_over": None, **stated}


def _frame(
    base: Index, own: pd.DataFrame, name: str, stated: Mapping[str, Any], makes: Attached, headline: pd.DataFrame
) -> pd.DataFrame | str:
    """The rows of the equations on a variant; the reason where there is none."""
    change = next(one for one in base.edition.variants if one["name"] == name)
    try:
        scores = base.varied(change).without("trade_outcome").scores[[ECONOMY, YEAR, INDEX]]
        scaled = _scaled(own, scores, stated["scaled_over"])
    except IndexerError as error:
        return error.message
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gravity.NoScoreWarning)  # said once, of the headline
        frame = makes(scaled)
    if not frame.index.equals(headline.index) or list(frame.columns) != list(headline.columns):
        raise UsageError("the rows of the equations differ between indices", where="data",
                         remedy="let the function return the same rows and columns for any scores")  # fmt: skip
    return frame


def _scaled(own: pd.DataFrame, scores: pd.DataFrame, over: list[str] | None) -> pd.DataFrame:
    """Bring scores to mean and spread of the headline over the economy-years that both score."""
    both = scores.merge(own, on=[ECONOMY, YEAR], how="left", suffixes=("", "_own"))
    a, b = both[f"{INDEX}_own"].to_numpy(dtype=float), both[INDEX].to_numpy(dtype=float)
    cases = np.isfinite(a) & np.isfinite(b)
    if over is not None:
        cases &= both[ECONOMY].isin(over).to_numpy()
    if not cases.any():
        raise EstimationError("no economy-year that the headline scores has a score")
    return both[[ECONOMY, YEAR]].assign(**{INDEX: like(a, b, cases)})


def _of_index(name: str, frame: pd.DataFrame | str, needed: pd.DataFrame, stated: Mapping[str, Any]) -> pd.DataFrame:
    """All specifications on one index."""
    samples = stated["samples"]
    rows = []
    for equation in stated["equations"]:
        for first, last in stated["windows"]:
            for value in [ALL] if samples is None else samples["values"]:
                row = {"index": name, "equation": equation["name"], "window": f"{first}-{last}", "sample": value}
                if isinstance(frame, str):
                    rows.append(row | _none(frame))
                    continue
                part, there = _part(frame, needed, first, last, samples, value)
                rows.append(row | _estimate(equation, part, there))
    return pd.DataFrame(rows, columns=[*COLUMNS, *FOUND, "note"])


def _part(
    frame: pd.DataFrame, needed: pd.DataFrame, first: int, last: int, samples: Mapping[str, Any] | None, value: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of a window and a sample, and what the headline has there."""
    inside = frame[YEAR].between(first, last)
    if samples is not None:
        if samples["column"] not in frame:
            raise UsageError(f"no column {samples['column']!r} in the flows", where="specifications",
                             remedy="name the column that tells samples apart")  # fmt: skip
        inside &= frame[samples["column"]] == value
    return frame[inside], needed[inside.to_numpy()]


def _estimate(equation: Mapping[str, Any], part: pd.DataFrame, there: pd.DataFrame) -> dict[str, Any]:
    """One specification; the reason where it cannot be carried."""
    if part.empty:
        return _none("no flow in this window and sample")
    lost = (there & part.isna().to_numpy()).any(axis=1)
    if lost.any():
        years = ", ".join(str(year) for year in sorted(part.loc[lost.to_numpy(), YEAR].unique()))
        return _none(f"the variant has no score of {int(lost.sum())} rows that the headline has ({years})")
    run = gravity.ols if equation["estimator"] == "ols" else gravity.ppml
    try:
        fit = run(equation["formula"], part, vcov=equation["vcov"], ssc=equation.get("ssc"))
    except EstimationError as error:
        return _none(error.message)
    if equation["term"] not in fit.coef.index:
        raise UsageError(f"{equation['term']!r} is no term of the equation", where=f"equation {equation['name']}",
                         remedy=f"one of: {', '.join(fit.identified_terms)}")  # fmt: skip
    return _numbers(fit, equation["term"])


def _numbers(fit: Fit, term: str) -> dict[str, Any]:
    from scipy import stats

    clusters = min(fit.n_clusters.values()) if fit.n_clusters else None
    law = fit.law() if clusters is None else stats.t(clusters - 1)
    value, error = float(fit.coef[term]), float(fit.se[term])
    reach = float(law.ppf((1 + LEVEL) / 2)) * error
    return {
        "estimate": value, "std_error": error, "p_value": float(2 * law.sf(abs(value / error))),
        "conf_low": value - reach, "conf_high": value + reach, "n_obs": fit.n_obs,
        "clusters": np.nan if clusters is None else clusters, "note": "",
    }  # fmt: skip


def _none(reason: str) -> dict[str, Any]:
    return dict.fromkeys(FOUND, np.nan) | {"note": reason}


def _summary(part: pd.DataFrame) -> dict[str, Any]:
    found = part[part["estimate"].notna()]
    baseline = float(part["estimate"].iloc[0])
    same = np.sign(found["estimate"]) == np.sign(baseline)
    significant = found["p_value"] < 0.05
    known = np.isfinite(baseline) and len(found) > 0
    return {
        "specifications": len(part), "estimated": len(found), "baseline": baseline,
        "same_sign": float(same.mean()) if known else np.nan,
        "significant": float(significant.mean()) if len(found) else np.nan,
        "same_sign_significant": float((same & significant).mean()) if known else np.nan,
        "median": found["estimate"].median(), "low": found["estimate"].min(), "high": found["estimate"].max(),
    }  # fmt: skip
