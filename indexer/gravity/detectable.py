"""How large an effect would have to be to be found: power of a fitted model, by simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from indexer.errors import EstimationError, UsageError
from indexer.gravity.simulated_flows import SimulatedFlows, simulated
from indexer.gravity.terms import INTERCEPT

if TYPE_CHECKING:
    from indexer.gravity.result import Fit

DRAWS = 500
TOO_MUCH = 1.5
"""How many times its level a test may reject a true hypothesis before its critical value is replaced."""
MOST_FAILED = 0.1
"""Share of the samples that may not converge."""
FIRST = (0.6, 1.0, 1.4)
"""Trial effects, as multiples of the one that a normal law would give."""
WIDEST = 8
"""Times that the trial effects are widened by half before giving up."""


@dataclass(frozen=True)
class Detectable:
    """The smallest effect that a model would find with the power asked for.

    Attributes
    ----------
    term : str
    effect : float
        In the units of the coefficient. Its simulation error is `effect_error`.
    size : float
        How often the test as it stands rejects an effect of zero; `size_error` is the simulation error.
    critical, stated : float
        The critical value of |t| that was used, and that of the test as it stands. They differ where the size was more
        than 1.5 times the level (`adjusted`): power from a test that rejects too often is not power.
    curve : DataFrame
        effect, power, error: the trial effects.
    power, level : float
    law : str
        The law of the statistic.
    draws, failed : int
        Draws of each trial effect, and those of all trials that did not converge (not counted as found).
    errors : str
        How errors were drawn.
    """

    term: str
    effect: float
    effect_error: float
    size: float
    size_error: float
    critical: float
    stated: float
    power: float
    level: float
    law: str
    draws: int
    failed: int
    errors: str
    curve: pd.DataFrame = field(repr=False, compare=False)

    @property
    def adjusted(self) -> bool:
        """Whether the critical value was replaced."""
        return self.critical != self.stated

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        names = ("term", "effect", "effect_error", "size", "size_error", "critical", "stated", "power", "level", "law",
                 "draws", "failed", "errors", "adjusted")  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"curve": self.curve.to_dict("records")}

    def __str__(self) -> str:
        test = f"|t| > {self.critical:.2f}" + (f" (in place of {self.stated:.2f})" if self.adjusted else "")
        return (
            f"{self.term}: an effect of {self.effect:.4g} (± {self.effect_error:.2g}) would be found {self.power:.0%} "
            f"of the time with {test}, {self.law}; the test at {self.level:.0%} rejects a true zero {self.size:.1%} (± "
            f"{self.size_error:.1%}) of the time; {self.draws} draws, {self.errors}"
        )


def detectable(
    fit: Fit, term: str, *, power: float = 0.8, level: float = 0.05, draws: int = DRAWS, seed: int = 1
) -> Detectable:
    """Return the smallest effect that would be found with the power asked for, by simulating under the fitted model.

    Parameters
    ----------
    fit : Fit
        By `ols` or `ppml`, without instruments.
    term : str
        The coefficient.
    power, level : float
        Share of samples in which the effect is to be found, and the level of the two-sided test.
    draws : int
        Simulated samples for each trial effect, 50 or more; the same errors are used for all.
    seed : int
        The same seed gives the same result on any number of workers (`joblib.parallel_config`).

    Returns
    -------
    Detectable

    Raises
    ------
    UsageError
        For instruments, an unknown term, or numbers out of range.
    EstimationError
        If residuals have no degrees of freedom left, or no effect however large is found so often.

    Notes
    -----
    The sample, regressors and effects stay; the term's coefficient is set to trial values, new errors are drawn (see
    `simulated_flows.SimulatedFlows`), and the model is estimated again with its own covariance. The test is that of the
    studies: t with (fewest) clusters - 1 degrees of freedom where there are clusters, else the law of the fit. For
    least squares a coefficient shifts the estimate and nothing else, so one set of samples serves all trial effects.
    All rests on the residuals of one sample: with few clusters another sample could say something quite different.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Rev. Econ. Statistics 90(3), 414-427; Burlig, Preonas & Woerman (2020), J.
    Development Economics 144, 102458 (power with dependent errors).
    """
    _check(fit, term, power, level, draws, seed)
    names = list(fit.solution.names)
    k = names.index(term)
    stated, words = _rule(fit, level)
    simulation = SimulatedFlows(fit, k)
    found = simulated(simulation, 0.0, draws, seed)
    if np.isnan(found[0]).mean() > MOST_FAILED:
        raise EstimationError(
            f"{int(np.isnan(found[0]).sum())} of {draws} samples do not converge", where="detectable",
            remedy="look for outlying values of a regressor or flows that the model fits badly",
        )  # fmt: skip
    size = float(np.mean(_exceeds(found, stated)))
    critical = stated
    if size > TOO_MUCH * level:
        t = np.abs(np.divide(*found[:2]))
        critical = float(np.quantile(t[np.isfinite(t)], 1 - level))
    shift = (lambda b: found + np.array([[b], [0.0]])) if not fit.is_poisson else None
    trials = {0.0: found}

    def at(b: float) -> float:
        if b not in trials:
            trials[b] = shift(b) if shift else simulated(simulation, b, draws, seed)
        return float(np.mean(_exceeds(trials[b], critical)))

    spread = float(np.nanmedian(found[1]))
    from scipy import stats

    guess = spread * (critical + float(stats.norm.ppf(power)))
    effect, slope = _search(at, guess, power, trials)
    curve = pd.DataFrame({"effect": sorted(trials)})
    curve["power"] = [at(b) for b in curve["effect"]]
    curve["error"] = _error(curve["power"].to_numpy(), draws)
    failed = sum(int(np.isnan(t[0]).sum()) for t in ([found] if shift else trials.values()))
    return Detectable(
        term, effect, float(_error(power, draws)) / slope, size, float(_error(size, draws)), critical, stated, power,
        level, words, draws, failed, simulation.words, curve,
    )  # fmt: skip


def _exceeds(found: np.ndarray, critical: float) -> np.ndarray:
    """Whether the test rejects; not where there is no estimate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.abs(found[0]) > critical * found[1])


def _rule(fit: Fit, level: float) -> tuple[float, str]:
    """Critical value of the statistic, and the name of its law."""
    from scipy import stats

    if fit.n_clusters:
        dof = min(fit.n_clusters.values()) - 1
        law, words = stats.t(dof), f"t({dof})"
    else:
        law, words = fit.law(), "z" if fit.distribution == "z" else f"t({fit.dof})"
    return float(law.ppf(1 - level / 2)), words


def _search(
    at: Callable[[float], float], guess: float, power: float, trials: dict[float, np.ndarray]
) -> tuple[float, float]:
    """Return the effect with the power asked for, and the slope of the power there.

    Power is interpolated on the scale of the normal law, on which it is nearly a straight line in the effect.
    """
    effects = [f * guess for f in FIRST]
    for b in effects:
        at(b)
    for _ in range(WIDEST):
        if max(at(b) for b in effects) > power:
            break
        effects.append(1.5 * max(effects))
        at(effects[-1])
    else:
        raise EstimationError(
            f"no effect up to {max(effects):.4g} is found {power:.0%} of the time, at most {max(map(at, effects)):.0%}",
            where="detectable", remedy="ask for less power; with so few clusters or so much noise nothing can be found",
        )  # fmt: skip
    effect = _crossing(at, sorted(trials), power)[0]
    at(effect)
    return _crossing(at, sorted(trials), power)


def _crossing(at: Callable[[float], float], effects: list[float], power: float) -> tuple[float, float]:
    from scipy import stats

    p = np.maximum.accumulate([at(b) for b in effects])
    n = int(np.argmax(p > power))
    law = stats.norm()
    low, high = (float(law.ppf(np.clip(p[j], 1e-4, 1 - 1e-4))) for j in (n - 1, n))
    target = float(law.ppf(power))
    share = 1.0 if high == low else (target - low) / (high - low)
    width = effects[n] - effects[n - 1]
    return effects[n - 1] + share * width, float(law.pdf(target)) * (high - low) / width


def _error(p: Any, draws: int) -> Any:
    return np.sqrt(np.asarray(p) * (1 - np.asarray(p)) / draws)


def _check(fit: Fit, term: str, power: float, level: float, draws: int, seed: int) -> None:
    if fit.design.instruments:
        raise UsageError("power is not offered with instruments", where="detectable", remedy="use a fit without them")
    if term not in fit.solution.names or term == INTERCEPT:
        raise UsageError(f"{term!r} has no coefficient in the fit", where="detectable",
                         remedy=f"one of: {', '.join(fit.identified_terms)}")  # fmt: skip
    for name, share in (("power", power), ("level", level)):
        if not isinstance(share, int | float) or not 0 < share < 1:
            raise UsageError(f"{name}={share!r} is no probability", where=name, remedy="give a number between 0 and 1")
    if power <= level:
        raise UsageError(f"a power of {power} at a level of {level} needs no effect", where="power", remedy="use .8")
    for name, value, least in (("draws", draws, 50), ("seed", seed, 0)):
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
            raise UsageError(f"{name}={value!r} is not {least} or more", where=name, remedy="use 500, say")
