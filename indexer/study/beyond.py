"""What stands beside every headline: lags, leads, instruments, draws of the index, and what the data can say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import YEAR
from indexer.errors import EstimationError, MethodError, UsageError
from indexer.index import Index
from indexer.study.estimate import SSC, Equation, Found
from indexer.study.options import Options
from indexer.study.report import Table

NUMBERS = {
    "estimate": ".3f", "se": ".3f", "p": ".3f", "low": ".3f", "high": ".3f", "n": ".0f", "clusters": ".0f",
    "p_bootstrap": ".3f", "effective_f": ".1f",
}  # fmt: skip

LEAST_F = 1.0
"""Effective F below which an instrument has no first stage to speak of."""


@dataclass(frozen=True)
class Headline:
    """A coefficient that a study's sentence rests on, and how to have it again on another index.

    Attributes
    ----------
    equation : Equation
    index : Index
    make : callable
        make(index, lag) gives the rows to estimate on; index also as a frame of scores.
    economies : tuple of str
        Economies whose index moves the coefficient.
    regressor : str
        The column of the index in the equation: ai_partner, say.
    """

    equation: Equation
    index: Index
    make: Callable[[Any, int], pd.DataFrame]
    economies: tuple[str, ...]
    regressor: str = "ai_partner"

    def found(self, lag: int = 0) -> Found:
        """Estimate it."""
        return self.equation.estimate(self.make(self.index, lag))


def beyond(headlines: list[Headline], options: Options) -> list[Table]:
    """Return the tables that options ask for: other years of the index, instruments, draws of the index."""
    made = [_years(headlines, options)] if options.lags or options.leads else []
    if (given := options.instruments()) is not None:
        made.append(_instrumented(headlines, options, given))
    if options.draws:
        made.append(_drawn(headlines, options))
    return made


def _years(headlines: list[Headline], options: Options) -> Table:
    rows = []
    for one in headlines:
        for lag in (0, *options.lags, *(-lead for lead in options.leads)):
            said = "same year" if not lag else f"{lag} earlier" if lag > 0 else f"{-lag} later (placebo)"
            rows.append(one.found(lag).row(equation=one.equation.label, index=said))
    return Table(
        "years", "The index of other years: an earlier one cannot follow this year's trade, a later one is a placebo",
        pd.DataFrame(rows), NUMBERS,
        ("A lag is no instrument: the index hardly moves from year to year, so what moves both moves its lag, too.",),
    )  # fmt: skip


def _instrumented(headlines: list[Headline], options: Options, given: pd.DataFrame) -> Table:
    keys = [name for name in ("economy", "exporter", "importer", "year") if name in given]
    names = [str(name) for name in given if name not in keys]
    rows = []
    for one in headlines:
        frame = _merged(one, given, keys, names)
        rows += list(_both(one, frame, names, options))
    return Table(
        "instrument", f"The index instrumented by {', '.join(names)}", pd.DataFrame(rows), NUMBERS,
        (
            "Effective F of Montiel Olea & Pflueger (2013): below about 10 the estimate is not to be trusted, and the "
            "Anderson–Rubin interval (95 %) is to be read, which covers however weak the instrument is.",
            "Control function: the residual of the first stage enters PPML; errors by a bootstrap of clusters over "
            "both stages, p and interval by the normal law. Drawn from few clusters such errors are rough.",
        ),
    )  # fmt: skip


def _merged(one: Headline, given: pd.DataFrame, keys: list[str], names: list[str]) -> pd.DataFrame:
    frame = one.make(one.index, 0)
    on = keys
    if "economy" in keys:
        side = {"ai_partner": "partner", "ai_exporter": "exporter", "ai_importer": "importer"}.get(one.regressor)
        if side is None:
            raise UsageError(
                f"{one.regressor} belongs to a pair, and the instrument to an economy", where="instrument",
                remedy="give columns exporter, importer, year",
            )  # fmt: skip
        given, on = given.rename(columns={"economy": side}), [side, YEAR]
    if taken := [name for name in names if name in frame]:
        raise UsageError(
            f"the rows already have a column {taken[0]!r}", where="instrument", remedy="rename the instrument"
        )
    return frame.merge(given[[*on, *names]], on=on, how="left")


def _both(one: Headline, frame: pd.DataFrame, names: list[str], options: Options) -> Iterator[dict[str, Any]]:
    from indexer import gravity
    from indexer.gravity.control_function import control_function

    equation = one.equation
    left, right = (part.strip() for part in equation.formula.split("~", 1))
    regressors, *effects = (part.strip() for part in right.split("|"))
    others = [part.strip() for part in regressors.split(" + ") if part.strip() != one.regressor]
    formula = " | ".join([" + ".join(others) or "1", *effects, f"{one.regressor} ~ {' + '.join(names)}"])
    raw = left.removeprefix("log(").removesuffix(")")
    try:
        fit = gravity.ols(f"log({raw}) ~ {formula}", frame, vcov=dict(equation.vcov), ssc=SSC)
        strength = fit.effective_f()
        if not strength >= LEAST_F:
            reason = f"the instrument says nothing of the index: effective F {strength:.2f}"
            for estimator in ("2SLS", "control-function PPML"):
                yield Found(equation, None, reason).row(equation=equation.label, estimator=estimator)
            return
        row = Found(equation, fit, "").row(equation=equation.label, estimator="2SLS")
        sure = {"effective_f": strength, "anderson_rubin": _parts(fit.anderson_rubin(), equation.scale)}
        yield {name: value for name, value in row.items() if name not in ("p_bootstrap", "note")} | sure | {"note": ""}
    except EstimationError as error:
        yield Found(equation, None, error.message).row(equation=equation.label, estimator="2SLS")
    try:
        made = control_function(
            f"{raw} ~ {formula}", frame, dict(equation.vcov), draws=max(options.draws, 199), seed=options.seed
        )
    except EstimationError as error:
        yield Found(equation, None, error.message).row(equation=equation.label, estimator="control-function PPML")
        return
    line = made.tidy().set_index("term").loc[one.regressor]
    scale = equation.scale
    yield {
        "equation": equation.label, "estimator": "control-function PPML", "estimate": line["estimate"] * scale,
        "se": line["std_error"] * scale, "p": line["p_value"], "low": line["conf_low"] * scale,
        "high": line["conf_high"] * scale, "n": made.n_obs, "clusters": min(made.n_clusters.values()), "note": "",
    }  # fmt: skip


def _parts(parts: list[tuple[float, float]], scale: float) -> str:
    """Write the slopes that a test does not reject: intervals, whose ends may be infinite, or none."""
    return " and ".join(f"[{low * scale:.3f}, {high * scale:.3f}]" for low, high in parts) or "none"


def _drawn(headlines: list[Headline], options: Options) -> Table:
    from indexer.simulate.uncertainty import uncertainty

    rows = []
    known: dict[int, Any] = {}
    for one in headlines:
        if id(one.index) not in known:
            known[id(one.index)] = uncertainty(one.index, options.draws, options.seed)
        rows.append(_spread(one, known[id(one.index)].draws.reshape(options.draws, -1)))
    return Table(
        "draws", "The index is estimated: the coefficient under draws of everything that its edition leaves open",
        pd.DataFrame(rows),
        {"estimate": ".3f", "median": ".3f", "p05": ".3f", "p95": ".3f", "same_sign": ".0%", "significant": ".0%"},
        (
            "Draws differ in method, weights, scale and uncertain cells; each is brought to the mean and standard "
            "deviation of the index itself. They are choices and no sample: their spread is no standard error.",
        ),
    )  # fmt: skip


def _spread(one: Headline, draws: np.ndarray) -> dict[str, Any]:
    """Estimate under every draw; each brought to mean and spread of the index over the economies concerned."""
    scores = one.index.scores
    own = scores["index"].to_numpy(dtype=float)
    concerned = scores["economy"].isin(one.economies).to_numpy() & np.isfinite(own)
    base = one.found()
    about: dict[str, Any] = {"equation": one.equation.label, "estimate": base.numbers["estimate"]}
    if base.fit is None:
        return about | {"note": base.reason}
    column = _column(one, scores[["economy", "year"]])
    values, significant = [], []
    for drawn in draws.astype(float):
        both = concerned & np.isfinite(drawn)
        spread = drawn[both].std() if both.any() else 0.0
        if spread == 0:
            continue
        level = own[both].mean() + (drawn - drawn[both].mean()) * (own[both].std() / spread)
        try:
            fit = base.fit.refit({one.regressor: column(level)})
        except EstimationError:
            continue
        found = Found(one.equation, fit, "").numbers
        values.append(found["estimate"])
        significant.append(found["p"] < 0.05)
    if not values:
        return about | {"note": "no draw can be estimated"}
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return about | {
        "median": median, "p05": low, "p95": high,
        "same_sign": float(np.mean(np.sign(values) == np.sign(about["estimate"]))),
        "significant": float(np.mean(significant)), "draws": len(values),
        "note": "" if len(values) == len(draws) else f"{len(draws) - len(values)} draws cannot be estimated",
    }  # fmt: skip


def _column(one: Headline, cases: pd.DataFrame) -> Callable[[np.ndarray], np.ndarray]:
    """Return how the regressor is made of scores; a score taken as it is needs no frame made anew."""
    if one.regressor not in ("ai_partner", "ai_exporter", "ai_importer"):
        return lambda level: one.make(cases.assign(index=level), 0)[one.regressor].to_numpy()
    at = one.make(cases.assign(index=np.arange(len(cases), dtype=float)), 0)[one.regressor].to_numpy()
    known = np.isfinite(at)
    place = np.where(known, at, 0).astype(int)
    return lambda level: np.where(known, level[place], np.nan)


def limits(headlines: list[Headline], options: Options) -> Table:
    """Say what the data can and cannot: clusters, observed share, the smallest effect found four times in five."""
    rows = []
    for one in headlines:
        found = one.found()
        years = _window(one)
        observed = _observed(one, years)
        row: dict[str, Any] = {
            "equation": one.equation.label, "rows": found.numbers["n"], "clusters": found.numbers["clusters"],
            "observed": observed, "estimate": found.numbers["estimate"],
        }  # fmt: skip
        rows.append(row | _detectable(found, options))
    return Table(
        "limits", "What the data can say: the smallest effect that would be found in four samples of five",
        pd.DataFrame(rows),
        {"rows": ".0f", "clusters": ".0f", "observed": ".0%", "estimate": ".3f", "detectable": ".3f", "size": ".3f"},
        (
            "Observed: share of the index's variation within economies that comes from observed cells (the rest is "
            "carried).",
            "Size: how often t on clusters - 1 degrees of freedom calls an effect of zero significant at 5 %, by "
            "simulation under the fitted model. Far above 5 % its p-values are too small; read the bootstrap where "
            "there is one.",
            "Detectable: the smallest effect found in four samples of five, by a test made to keep its 5 %.",
        ),
    )  # fmt: skip


def _window(one: Headline) -> tuple[int, int]:
    years = one.make(one.index, 0).dropna(subset=[one.regressor])[YEAR]
    return int(years.min()), int(years.max())


def _observed(one: Headline, years: tuple[int, int]) -> float:
    from indexer.analyse.observed import within_observed

    if years[0] == years[1] or len(one.economies) < 2:
        return np.nan
    try:
        return float(within_observed(one.index, one.economies, years))
    except MethodError:  # the index does not move, or lacks a score
        return np.nan


def _detectable(found: Found, options: Options) -> dict[str, Any]:
    if found.fit is None or not options.simulations:
        return {"detectable": np.nan, "size": np.nan, "note": found.reason}
    from indexer.gravity.detectable import detectable

    try:
        made = detectable(found.fit, found.equation.term, draws=options.simulations, seed=options.seed)
    except EstimationError as error:
        return {"detectable": np.nan, "size": np.nan, "note": error.message}
    return {"detectable": made.effect * found.equation.scale, "size": made.size, "note": ""}
