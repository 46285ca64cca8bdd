"""Hard against soft connectivity: standardised coefficients alone and together, and the tests between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from indexer import gravity
from indexer.errors import EstimationError
from indexer.study.estimate import Equation, Found
from indexer.study.frames import within

HARD, SOFT = ("ships", "broadband", "electricity"), ("depth", "openness", "ease", "customs")
CHINA, PAIRS = "China", "all pairs"
DESIGNS = {
    CHINA: {"between": "log(gdp_partner) + log(distance) | year", "within": "log(gdp_partner) | partner + year"},
    PAIRS: {
        "between": "log(distance) | exporter^year + importer^year",
        "within": "| exporter^year + importer^year + exporter^importer",
    },
}
CLUSTER = {CHINA: "partner", PAIRS: "pair"}
DRAWS = 1999
LEAD = 2
"""Years by which the ships of the placebo are younger than trade."""


@dataclass(frozen=True)
class Spec:
    """Rows and the variables of connectivity that stand in one equation on them."""

    flows: str
    first: int
    last: int
    variables: tuple[str, ...]
    flow: str = "total"

    @property
    def label(self) -> str:
        """Window."""
        return f"{self.first}–{self.last}"

    @property
    def sample(self) -> str:
        """Flows in words."""
        return self.flows if self.flows == PAIRS else f"{CHINA}, {self.flow}"

    @property
    def blocks(self) -> tuple[list[str], list[str]]:
        """Return variables of hard and of soft connectivity."""
        return [v for v in self.variables if v in HARD], [v for v in self.variables if v in SOFT]


MAIN = (
    Spec(CHINA, 2014, 2024, ("ships", "broadband", "depth")),
    Spec(PAIRS, 2014, 2022, ("ships", "broadband", "depth")),
)
SPECS = (
    MAIN[0],
    Spec(CHINA, 2014, 2024, ("ships", "broadband", "depth"), "exports"),
    Spec(CHINA, 2014, 2024, ("ships", "broadband", "depth"), "imports"),
    Spec(CHINA, 2020, 2024, ("ships", "broadband", "depth", "openness")),
    Spec(CHINA, 2014, 2019, ("ships", "broadband", "depth", "ease")),
    Spec(CHINA, 2014, 2023, ("ships", "broadband", "depth", "customs")),
    Spec(CHINA, 2015, 2017, ("ships", "electricity")),
    MAIN[1],
    Spec(PAIRS, 2020, 2022, ("ships", "broadband", "depth", "openness")),
    Spec(PAIRS, 2014, 2019, ("ships", "broadband", "depth", "ease")),
    Spec(PAIRS, 2014, 2018, ("ships", "broadband", "customs")),
    Spec(PAIRS, 2015, 2017, ("ships", "electricity")),
)


def standardised(frame: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Return the rows of a specification that have all its variables, each with mean 0 and standard deviation 1.

    A variable that is constant on these rows stays as it is: the estimator says so.
    """
    frame = within(frame, spec.first, spec.last)
    if spec.flows == CHINA:
        frame = frame[frame["flow"] == spec.flow]
    frame = frame.dropna(subset=[*spec.variables, "trade", "distance"]).copy()
    for name in spec.variables:
        spread = frame[name].std()
        if spread > 0:
            frame[name] = (frame[name] - frame[name].mean()) / spread
    return frame


def equation(spec: Spec, design: str, variables: tuple[str, ...] | list[str], term: str) -> Equation:
    """Return the PPML equation of a design on some variables."""
    right = f"{' + '.join(variables)} + {DESIGNS[spec.flows][design]}".replace("+ |", "|")
    return Equation(f"{spec.sample}, {design}", "ppml", f"trade ~ {right}", term, {"CRV1": CLUSTER[spec.flows]})


@dataclass(frozen=True, eq=False)
class Side:
    """A specification estimated in one design: each variable alone, and those that can be together."""

    spec: Spec
    design: str
    frame: pd.DataFrame
    alone: dict[str, Found]
    together: dict[str, Found]

    @property
    def fit(self) -> Any:
        """The joint fit, or None."""
        return next((one.fit for one in self.together.values() if one.fit is not None), None)


def estimate(spec: Spec, design: str, frame: pd.DataFrame) -> Side:
    """Estimate a specification: on the same rows, alone and together."""
    rows = standardised(frame, spec)
    alone = {name: equation(spec, design, [name], name).estimate(rows) for name in spec.variables}
    kept = [name for name, one in alone.items() if one.fit is not None]
    whole = equation(spec, design, kept, kept[0]).estimate(rows) if kept else None
    together = {}
    for name in spec.variables:
        one = equation(spec, design, kept, name)
        if whole is not None and name in kept:
            together[name] = Found(one, whole.fit, whole.reason)
        else:
            together[name] = Found(one, None, alone[name].reason)
    return Side(spec, design, rows, alone, together)


def left(side: Side, name: str) -> tuple[float, str, float]:
    """Return what is left of a variable beside the others, and the cluster that most of it comes from.

    Returns
    -------
    (share, top, top_share)
        Standard deviation of the residual of the variable on the effects and the other regressors, weighted by fitted
        trade, over its own; the cluster with the largest part of the residual's sum of squares, and that part.
    """
    fit = side.fit
    if fit is None or side.together[name].fit is None:
        return np.nan, "", np.nan
    rows = side.frame.loc[fit.sample].copy()
    rows["mu"] = fit.fitted.to_numpy()
    others = [v for v in side.spec.variables if v != name and side.together[v].fit is not None]
    right = f"{' + '.join(others) or '1'} + {DESIGNS[side.spec.flows][side.design]}".replace("+ |", "|")
    made = gravity.ols(f"{name} ~ {right}", rows, weights="mu", vcov="iid")
    square = rows["mu"].to_numpy() * made.resid().to_numpy() ** 2
    x, w = rows[name].to_numpy(), rows["mu"].to_numpy()
    own = float(w @ (x - np.average(x, weights=w)) ** 2)
    by = pd.Series(square, index=rows[CLUSTER[side.spec.flows]].to_numpy()).groupby(level=0).sum() / square.sum()
    return float(np.sqrt(square.sum() / own)), str(by.idxmax()), float(by.max())


def tests(side: Side) -> dict[str, Any]:
    """Test hard against soft: their sums equal, all of hard zero, all of soft zero, all coefficients equal.

    F with clusters - 1 degrees of freedom; p_bootstrap by the score bootstrap, for the one restriction on sums.
    """
    about = {"flows": side.spec.sample, "window": side.spec.label, "design": side.design}
    hard, soft = ([v for v in block if side.together[v].fit is not None] for block in side.spec.blocks)
    out: dict[str, Any] = {**about, "hard": np.nan, "soft": np.nan, "gap": np.nan, "gap_se": np.nan,
                           "p_equal": np.nan, "p_bootstrap": np.nan, "p_all_equal": np.nan, "p_hard": np.nan,
                           "p_soft": np.nan, "clusters": np.nan, "note": ""}  # fmt: skip
    fit = side.fit
    if fit is None or not hard or not soft:
        lost = [v for v in side.spec.variables if side.together[v].fit is None]
        why = f"{', '.join(lost)} cannot be estimated" if lost else "no soft variable in these years"
        out["note"] = f"nothing to compare: {why}"
        return out
    weights = pd.Series(dict.fromkeys(hard, 1.0) | dict.fromkeys(soft, -1.0))
    matrix = fit.vcov_matrix.loc[weights.index, weights.index].to_numpy()
    out["hard"], out["soft"] = float(fit.coef[hard].sum()), float(fit.coef[soft].sum())
    out["gap"], out["gap_se"] = out["hard"] - out["soft"], float(np.sqrt(weights @ matrix @ weights))
    equal = f"{' + '.join(hard)} = {' + '.join(soft)}"
    several = [*hard, *soft]
    questions = {
        "p_equal": equal, "p_all_equal": ", ".join(f"{several[0]} = {v}" for v in several[1:]),
        "p_hard": ", ".join(f"{v} = 0" for v in hard), "p_soft": ", ".join(f"{v} = 0" for v in soft),
    }  # fmt: skip
    for name, hypothesis in questions.items():
        out[name] = joint_p(fit, hypothesis)
    out["p_bootstrap"] = always(side.together[hard[0]], equal)
    out["clusters"] = min(fit.n_clusters.values())
    return out


def joint_p(fit: Any, hypothesis: str) -> float:
    """Return the p-value of restrictions by F with clusters - 1 degrees of freedom; NaN where it cannot be had."""
    try:
        found = fit.wald(hypothesis)
    except EstimationError:
        return np.nan
    q = found.dof[0]
    statistic = found.statistic / q if found.law == "chi2" else found.statistic
    return float(stats.f.sf(statistic, q, min(fit.n_clusters.values()) - 1))


def always(found: Found, hypothesis: str) -> float:
    """Return the p-value of the score bootstrap, however many clusters: a few of them carry the variation."""
    if found.fit is None:
        return np.nan
    try:
        return float(found.fit.bootstrap(hypothesis, draws=DRAWS)["p_value"].iloc[0])
    except EstimationError:
        return np.nan


def others(rows: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Return further rows: ships that were still to come, and what the effects of all pairs cannot carry.

    Parameters
    ----------
    rows : mapping
        Rows by kind of flows, with ships_later, broadband_exporter and broadband_gap beside the variables.
    """
    out = []
    for spec in MAIN:
        for design in DESIGNS[spec.flows]:
            later = replace(spec, variables=("ships", "ships_later"))
            found = equation(later, design, later.variables, "ships_later").estimate(
                standardised(rows[spec.flows], later)
            )
            label = f"ships {LEAD} years later"
            out.append(_other(spec, design, label, found, always(found, "ships_later = 0")))
    spec = MAIN[1]
    frame = within(rows[PAIRS], spec.first, spec.last)
    for name, terms in {"broadband of exporter": ["broadband_exporter"],
                        "gap beside minimum": ["broadband", "broadband_gap"]}.items():  # fmt: skip
        found = equation(spec, "within", terms, terms[-1]).estimate(frame)
        out.append(_other(spec, "within", name, found, np.nan))
    return out


def _other(spec: Spec, design: str, name: str, found: Found, p: float) -> dict[str, Any]:
    about = {"flows": spec.sample, "window": spec.label, "design": design, "kind": "hard", "variable": name}
    return about | found.numbers | {"p_bootstrap": p, "note": found.reason}
