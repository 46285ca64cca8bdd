"""The second stage: recovered exporter-year or importer-year effects on country-year variables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from indexer.errors import EstimationError, UsageError
from indexer.gravity import vcov
from indexer.gravity.design import make
from indexer.gravity.estimate import carefully
from indexer.gravity.formula import check_columns, parse
from indexer.gravity.identify import check
from indexer.gravity.layout import Weighted, arrange
from indexer.gravity.least_squares import least_squares, sweep
from indexer.gravity.recover import fixed_effects
from indexer.gravity.result import Fit
from indexer.gravity.sample import final_sample
from indexer.gravity.sandwich import small_sample
from indexer.gravity.scaling import scale
from indexer.gravity.solve import conjugate_gradients, project

LEFT = "_effect"
LEAST_COUNTRIES = 3


@dataclass(frozen=True, eq=False, repr=False)
class SecondStage:
    """A second stage.

    Attributes
    ----------
    formula : str
    effect : str
        The effect of the first stage on its left side.
    coef, se : Series
        Estimates, and errors that include the noise of the first stage.
    vcov_matrix : DataFrame
    se_without_first_stage : Series
        Errors clustered by country alone.
    n_obs, n_countries : int
        Country-years and countries.
    effects : Series
        The recovered effects, by level.
    identified : str
    """

    formula: str
    effect: str
    coef: pd.Series
    vcov_matrix: pd.DataFrame
    se_without_first_stage: pd.Series
    n_obs: int
    n_countries: int
    effects: pd.Series
    identified: str

    @property
    def se(self) -> pd.Series:
        """Standard errors, first-stage noise included."""
        return pd.Series(np.sqrt(np.diag(self.vcov_matrix)), index=self.coef.index, name="std_error")

    def tidy(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per term, with t on countries - 1 degrees of freedom."""
        from scipy import stats

        law = stats.t(self.n_countries - 1)
        half = law.ppf((1 + level) / 2) * self.se.to_numpy()
        b = self.coef.to_numpy()
        statistic = b / self.se.to_numpy()
        return pd.DataFrame({
            "term": list(self.coef.index), "estimate": b, "std_error": self.se.to_numpy(), "statistic": statistic,
            "p_value": 2 * law.sf(np.abs(statistic)), "conf_low": b - half, "conf_high": b + half,
        })  # fmt: skip

    def summary(self) -> str:
        """Return the table as text; the last line says what was identified."""
        width = max(len(t) for t in self.coef.index)
        law = f"t({self.n_countries - 1})"
        lines = [
            f"second stage: effects {self.effect} ~ {self.formula}", f"country-years: {self.n_obs}, "
            f"countries: {self.n_countries}; country and year effects",
            "errors: clustered by country, with the noise of the first stage (without it in brackets)", "",
            f"{'term':<{width}} {'estimate':>12} {'std_error':>12} {'(without)':>12} {law:>9} {'p':>8}",
        ]  # fmt: skip
        lines += [
            f"{r.term:<{width}} {r.estimate:>12.6g} {r.std_error:>12.6g} {f'({w:.6g})':>12} {r.statistic:>9.2f} "
            f"{r.p_value:>8.4f}"
            for r, w in zip(self.tidy().itertuples(), self.se_without_first_stage, strict=True)
        ]
        return "\n".join([*lines, "", f"identified: {self.identified}"])

    def __repr__(self) -> str:
        return self.summary()


def second_stage(
    fit: Fit, formula: str, effect: str = "exporter^year", data: pd.DataFrame | None = None, *,
    country: str | None = None, year: str | None = None,
) -> SecondStage:  # fmt: skip
    """Regress recovered effects of a fit on country-year variables, with country and year effects.

    With exporter-year and importer-year effects a country-year variable has no coefficient of its own; what it does to
    a country's trade with all partners is in these effects, together with multilateral resistance.

    Parameters
    ----------
    fit : Fit
    formula : str
        Regressors, "ai_exporter + log(gdp)".
    effect : str
        Name of the effect, one that varies by country and year.
    data : DataFrame, optional
        One row per country-year, with the columns of the effect and the regressors. By default they are taken from the
        data of the fit, in which they must not vary within a country-year.
    country, year : str, optional
        Columns of country and year. By default those of the effect: the first is the country and the second the year,
        unless the first is named "year", in capitals or not; where one is given, the other is the one that is left.

    Returns
    -------
    SecondStage

    Notes
    -----
    Errors are clustered by country. The residuals of the second stage hold the noise of a country's own effects, but
    not what the first stage makes the effects of different countries share (its slopes, its partners' effects); that
    part, L V L' less its blocks within countries, with V the covariance of the effects by the first stage's own kind
    and L the second stage's linear map, is added.

    Raises
    ------
    UsageError
        For an effect the fit has not, missing columns, a variable that varies within a country-year, or columns taken
        by their order of which the country is numbers or dates and the year is text.
    AbsorbedRegressorError
        For a variable that country and year effects absorb.
    """
    if not isinstance(fit, Fit):
        raise UsageError(f"a {type(fit).__name__} is no fit", where="fit",
                         remedy="give the result of gravity.ppml or gravity.ols, one equation")  # fmt: skip
    if data is not None and not isinstance(data, pd.DataFrame):
        raise UsageError(f"data is a {type(data).__name__}", where="data", remedy="give a DataFrame")
    if effect not in tuple(fit.design.effects):
        raise UsageError(
            f"the fit has no effect {effect!r}", where="effect", remedy=f"choose one of {', '.join(fit.design.effects)}"
        )
    columns = fit.design.effects[effect]
    by_order = country is None or year is None
    country, year = _roles(effect, columns, country, year)
    recovered = fixed_effects(fit)[effect]
    table = _table(fit, columns, recovered, formula, data, country, year)
    if by_order and _is_words(table[year]) and not _is_text(table[country]):
        raise UsageError(
            f"{country!r} would be the country and {year!r} the year, but the country is numbers or dates and the year "
            "text", where="effect", remedy=f"give country={year!r}, year={country!r}, or whichever they are",
        )  # fmt: skip
    (parsed,) = parse(f"{LEFT} ~ {formula} | {country} + {year}")
    design = make(parsed, table)
    sample = final_sample(design, arrange(list(design.effects.values()), design.ids, design.y.size, "plain"), False)
    layout = sample.layout
    x = scale(layout, design)
    check(carefully(design, layout, x, design.names), tuple(design.effects), "raise")
    normal, both = sweep(layout, np.concatenate([layout.scatter(design.y)[None], x.cells]), layout.indicator())
    linear = least_squares(normal, both[0], both[1:])
    inverse = np.linalg.inv(linear.gram)
    units = x.units()
    rows = layout.rows()
    who = np.unique(table[country].to_numpy()[design.positions(rows)], return_inverse=True)[1].ravel()
    n_countries = int(who.max()) + 1
    if n_countries < LEAST_COUNTRIES:
        raise EstimationError(f"only {n_countries} countries: clustered errors do not exist", where="second_stage",
                              remedy="use data with more countries")  # fmt: skip
    swept = np.stack([layout.gather(v) for v in linear.x])
    factor = n_countries / (n_countries - 1)
    own = inverse @ vcov.clustered(swept * layout.gather(linear.residuals), who) @ inverse * factor
    place = table["_level"].to_numpy()[design.positions(rows)]
    shared = _shared_noise(fit, effect, recovered, inverse @ swept, place, who, normal, design.y.size)
    total, state = vcov.repair(own + shared, np.sqrt(np.diag(own)))
    names = list(design.names)
    terms = ", ".join(names)
    return SecondStage(
        formula, effect, pd.Series(units @ linear.beta, index=names, name="estimate"),
        pd.DataFrame(units @ total @ units.T, index=names, columns=names),
        pd.Series(np.sqrt(np.diag(units @ own @ units.T)), index=names, name="std_error"), layout.n_rows, n_countries,
        recovered,
        f"{terms}: how {effect} effects, which contain multilateral resistance, move with it within countries, beside "
        f"what moves all countries in a year ({layout.n_rows} country-years, {n_countries} countries)"
        + ("; negative variances were set to zero" if state == "repaired" else ""),
    )  # fmt: skip


def _roles(effect: str, columns: tuple[str, ...], country: str | None, year: str | None) -> tuple[str, str]:
    """Which column is the country and which the year, where not both are given."""
    if country is None or year is None:
        if len(columns) != 2:
            raise UsageError(f"{effect!r} does not say which column is the country and which the year", where="effect",
                             remedy="give country= and year=")  # fmt: skip
        first, second = columns
        if country is None and year is None:
            swapped = first.lower() == "year" != second.lower()
        else:
            swapped = country == second or year == first
        if swapped:
            first, second = second, first
        country, year = country or first, year or second
    if country == year:
        raise UsageError(f"{country!r} cannot be both country and year", where="effect",
                         remedy="give country= and year=")  # fmt: skip
    return country, year


def _is_text(column: pd.Series) -> bool:
    """Whether a column is text, by itself or behind categories."""
    return pd.api.types.infer_dtype(column.astype(object)) == "string"


def _is_words(column: pd.Series) -> bool:
    """Whether a column is text that does not stand for numbers, as years in a file may."""
    return _is_text(column) and bool(pd.to_numeric(column.dropna().astype(object), errors="coerce").isna().any())


def _table(
    fit: Fit, columns: tuple[str, ...], recovered: pd.Series, formula: str, data: pd.DataFrame | None, country: str,
    year: str,
) -> pd.DataFrame:  # fmt: skip
    """One row per level of the effect: the effect, its number, country, year and regressors."""
    (parsed,) = parse(f"{LEFT} ~ {formula}")
    wanted = [c for c in (*parsed.numeric, *parsed.categorical) if c != LEFT]
    used = list(dict.fromkeys([*columns, country, year, *wanted]))
    source = fit.data.loc[fit.sample] if data is None else data
    check_columns(used, source.columns, "second_stage")
    if data is None:
        groups = source.groupby(list(columns), sort=False, observed=True)
        varying = [c for c in used if c not in columns and (groups[c].nunique(dropna=False) > 1).any()]
        if varying:
            raise UsageError(
                f"{varying[0]!r} varies within {'^'.join(columns)}", where="second_stage",
                remedy="a second stage takes variables of the country and year; give them in data=",
            )  # fmt: skip
    elif data.duplicated(list(columns)).any():
        first = " ".join(map(str, data.loc[data.duplicated(list(columns)), list(columns)].iloc[0]))
        raise UsageError(f"{first} stands twice in data", where="second_stage", remedy="give one row for each")
    one = source.drop_duplicates(list(columns)).set_index(list(columns), drop=False)[used]
    table = one.reindex(recovered.index).reset_index(drop=True)
    return table.assign(**{LEFT: recovered.to_numpy(), "_level": np.arange(len(recovered))})


def _shared_noise(
    fit: Fit, effect: str, recovered: pd.Series, by_row: np.ndarray, place: np.ndarray, who: np.ndarray,
    normal: Weighted, n: int,
) -> np.ndarray:  # fmt: skip
    """L V L' less its blocks within countries, V the first stage's covariance of the effects.

    The blocks are those of the effects beside country and year effects, as in the residuals: only these are identified.
    """
    small = small_sample(fit.specification.vcov, fit.ssc, fit.clusters, len(fit.solution.names))
    layout = normal.layout

    def noise(lines: np.ndarray) -> np.ndarray:
        full = np.zeros((len(lines), len(recovered)))
        full[:, place] = lines
        return _noise(fit, effect, recovered, full, small)

    whole = noise(by_row)
    for c in range(int(who.max()) + 1):
        of_all = np.zeros((len(by_row), n))  # rows that were left out count nothing
        of_all[:, layout.rows()] = np.where(who == c, by_row, 0.0)
        mine = np.stack([layout.scatter(line) for line in of_all])
        left = normal.sweep(mine, project(layout, normal, mine))
        whole = whole - noise(np.stack([layout.gather(v) for v in left]))
    return whole


def _noise(fit: Fit, effect: str, recovered: pd.Series, lines: np.ndarray, small: float) -> np.ndarray:
    """Covariance, by the first stage, of linear functions of the effects, shape (k, k)."""
    layout, solution = fit.kept.layout, fit.solution
    v = np.stack([layout.gather(c) for c in _response(fit, effect, recovered, lines)])
    unit = solution.problem.unit
    if fit.specification.vcov.kind == "iid":
        products = (v * layout.gather(solution.normal.w)) @ v.T
        return np.asarray(products * small * (1 / unit if fit.is_poisson else solution.sigma2()))
    meat = fit.clusters.meat(v * layout.gather(solution.residual_cells))
    return meat * small * (1.0 if fit.is_poisson else unit**2)


def _response(fit: Fit, effect: str, recovered: pd.Series, lines: np.ndarray) -> np.ndarray:
    """How linear functions of the effects respond to each row's residual, as cells, shape (k, n_cells).

    With H the Hessian of effects and slopes, this is (D, X) H^-1 (line, 0): first the effects at fixed slopes, by the
    normal equations with the group effect eliminated, then what the slopes do to them.
    """
    layout, solution = fit.kept.layout, fit.solution
    normal, number = solution.normal, list(fit.design.effects).index(effect)
    levels, rows = fit.design.ids[fit.design.effects[effect]], layout.rows()
    position = pd.Series(np.arange(len(recovered)), index=recovered.index)
    at = position.reindex(levels.values).fillna(-1).to_numpy(dtype=int)[levels.codes[rows]]
    sizes = np.bincount(at, minlength=len(recovered))
    full, nothing = np.zeros(fit.design.y.size), np.zeros((1, layout.n_cells))
    out = np.empty((len(lines), layout.n_cells))
    for k, line in enumerate(lines):
        full[rows] = (line / np.maximum(sizes, 1))[at]  # sums to the line by level
        cells = layout.scatter(full)
        flat, r = np.zeros(layout.n_cells), np.zeros(layout.n_levels)
        if number == layout.group_effect:
            sums = np.divide(1.0, normal.sums, out=np.zeros_like(normal.sums), where=normal.sums > 0)
            flat = layout.spread(layout.group_sums(cells) * sums)
            r -= layout.level_sums(normal.w * flat)
        else:
            here = layout.positions(number)
            r[here] = layout.level_sums(cells)[here]
        enough = np.array([1e-20 * float(r @ (normal.inverse * r))])
        u = conjugate_gradients(normal, r[None].copy(), enough, None, stalled=True).u
        out[k] = flat - normal.sweep(nothing, u)[0]
    if len(solution.x):
        slopes = np.linalg.solve(solution.core.gram, -(solution.x.cells * normal.w) @ out.T)
        out += slopes.T @ solution.swept
    return out
