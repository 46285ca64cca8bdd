"""What a deeper agreement between China and ASEAN would change, as far as the depth of rules can be estimated."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indexer import gravity
from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.connect import digital_rules as rules
from indexer.connect.agreements import rcep_share
from indexer.connect.china_partners import CHINA
from indexer.study.estimate import Equation, Found
from indexer.study.frames import within
from indexer.study.questions.rcep.samples import days
from indexer.study.report import Table

UPGRADE = "China-ASEAN FTA 3.0"
YEAR_OF_SCENARIO = 2026
SCENARIOS = {"cooperation only, as coded": None, "as deep as the DEPA": "DEPA", "as deep as the CPTPP": "CPTPP"}
TENTH = 0.1
EFFECTS = "exporter^year + importer^year + exporter^importer"
EQUATIONS = {
    ("China and partner", "alone"): ("rules_depth + log(gdp_partner) | partner + year", "partner"),
    ("China and partner", "beside RCEP"): ("rules_depth + rcep + log(gdp_partner) | partner + year", "partner"),
    ("pairs of the eleven", "alone"): (f"rules_depth | {EFFECTS}", "pair"),
    ("pairs of the eleven", "beside RCEP"): (f"rules_depth + rcep | {EFFECTS}", "pair"),
    ("pairs less SGP–VNM", "alone"): (f"rules_depth | {EFFECTS}", "pair"),
    ("pairs less SGP–VNM", "beside RCEP"): (f"rules_depth + rcep | {EFFECTS}", "pair"),
}
WINDOWS = {"China and partner": (2014, 2024)} | dict.fromkeys(
    [flows for flows, _ in EQUATIONS if "pairs" in flows], (2014, 2022)
)
BOOTSTRAP = 1999


@dataclass(frozen=True)
class Depth:
    """Depth of rules between the eleven, and under a scenario between China and each partner."""

    provisions: pd.DataFrame
    events: pd.DataFrame
    economies: list[str]

    @classmethod
    def shipped(cls, economies: list[str]) -> Depth:
        """Read the coded agreements."""
        return cls(rules.read_provisions(), rules.read_events(), economies)

    def onto(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Add rules_depth to rows of exporter, importer, year, and RCEP on the days that depth itself counts.

        Else a partner whose RCEP stands in depth but not in `rcep` would pass for depth beside RCEP.
        """
        pairs = itertools.permutations(self.economies, 2)
        found = rules.depth(self.provisions, self.events, pairs, sorted(frame[YEAR].unique()))
        share = rcep_share(days(self.events), frame[EXPORTER], frame[IMPORTER], frame[YEAR])
        found = found[[EXPORTER, IMPORTER, YEAR, "rules_depth"]]
        return frame.assign(rcep=share).merge(found, on=[EXPORTER, IMPORTER, YEAR], how="left")

    def change(self, like: str | None) -> pd.DataFrame:
        """Return what the upgrade would change, by partner: before, after, change.

        Parameters
        ----------
        like : str, optional
            The agreement whose obligations the upgrade is assumed to take over; by default it holds what is coded.
        """
        codes = self.provisions
        if like is not None:
            level = codes[(codes["agreement"] == like) & codes["economy"].isna()].set_index("provision")["obligation"]
            mine = codes["agreement"] == UPGRADE
            codes = codes.assign(obligation=codes["obligation"].where(~mine, codes["provision"].map(level)))
        partners = [(CHINA, one) for one in self.economies if one != CHINA]
        assumed = rules.assume(UPGRADE, self.economies, f"{YEAR_OF_SCENARIO}-01-01")
        year = [YEAR_OF_SCENARIO]
        before = rules.depth(codes, self.events, partners, year).set_index(IMPORTER)["rules_depth"]
        after = rules.depth(codes, self.events, partners, year, scenario=assumed).set_index(IMPORTER)["rules_depth"]
        return pd.DataFrame({"before": before, "after": after, "change": after - before})


def estimate(depth: Depth, china: pd.DataFrame, pairs: pd.DataFrame) -> dict[tuple[str, str], Found]:
    """Estimate trade on depth, alone and beside RCEP.

    Parameters
    ----------
    depth : Depth
    china : DataFrame
        China's total trade with each partner, with rcep and gdp_partner.
    pairs : DataFrame
        Directed flows, with rcep.
    """
    frames = {"China and partner": depth.onto(china), "pairs of the eleven": depth.onto(pairs)}
    every = frames["pairs of the eleven"]
    # the pair that most of the effect among the eleven rests on: deep since the CPTPP came into force between the two
    frames["pairs less SGP–VNM"] = every[every["pair"] != "SGP-VNM"]
    out = {}
    for (flows, how), (right, cluster) in EQUATIONS.items():
        one = Equation(f"depth {how}, {flows}", "ppml", f"trade ~ {right}", "rules_depth", {"CRV1": cluster}, TENTH)
        out[flows, how] = one.estimate(within(frames[flows], *WINDOWS[flows]))
    return out


def shared(found: Found) -> float:
    """Return the part of the variation of depth, beside the fixed effects, that the other regressors explain (0 to 1).

    Rows count by their fitted trade, as in the Poisson estimate.
    """
    if found.fit is None:
        return np.nan
    frame = found.fit.data.loc[found.fit.sample].assign(mass=found.fit.fitted / found.fit.fitted.mean())
    right = found.fit.formula.split("~")[1].replace("rules_depth + ", "")
    return float(gravity.ols(f"rules_depth ~ {right}", frame, vcov="hetero", weights="mass").r2_within)


def coefficients(found: dict[tuple[str, str], Found]) -> Table:
    """Return trade on depth alone and beside RCEP, with how much of depth is RCEP."""
    rows = []
    for (flows, how), one in found.items():
        window = "–".join(str(year) for year in WINDOWS[flows])
        row = {"flows": flows, "depth": how, "window": window} | one.row()
        note = row.pop("note")
        if one.fit is not None:
            # also where clusters are many: few of them carry the effect
            tested = one.fit.bootstrap("rules_depth = 0", draws=BOOTSTRAP, seed=1)
            row["p_bootstrap"] = float(tested["p_value"].iloc[0])
        rows.append(row | {"shared": shared(one) if how != "alone" else np.nan, "note": note})
    frame = pd.DataFrame(rows)
    return Table(
        "depth", f"Trade on the depth of digital rules, for {TENTH} of its scale of 0 to 1 (PPML)", frame,
        {
            "estimate": ".3f", "se": ".3f", "p": ".3f", "low": ".3f", "high": ".3f", "n": ".0f", "clusters": ".0f",
            "p_bootstrap": ".3f", "shared": ".0%",
        },
        (
            "China and partner, 2014–2024: total trade, partner and year effects, clustered by partner. Pairs, "
            "2014–2022: exporter-year, importer-year and pair effects, clustered by pair. p_bootstrap: score "
            "bootstrap. shared: part of what varies in depth beside the effects, by fitted trade, that RCEP (and GDP) "
            "explains.",
        ),
        frame.drop(columns=["window", "se", "n"]),
    )  # fmt: skip


def scenarios(depth: Depth, found: dict[tuple[str, str], Found]) -> Table:
    """Return the change of depth under each assumption and the trade it would go with, by equation."""
    rows = []
    for name, like in SCENARIOS.items():
        change = depth.change(like)
        about: dict[str, Any] = {
            "assumed": name, "change": change["change"].mean(), "least": change["change"].min(),
            "most": change["change"].max(), "of_rcep_step": change["change"].mean() / change["before"].mean(),
        }  # fmt: skip
        for (flows, how), one in found.items():
            numbers = {end: one.numbers[end] * about["change"] / TENTH for end in ("low", "estimate", "high")}
            percent = {end: 100 * float(np.expm1(value)) for end, value in numbers.items()}
            rows.append(about | {"coefficient": f"{flows}, {how}"} | percent | {"note": one.reason})
    frame = pd.DataFrame(rows)
    order = ["assumed", "change", "least", "most", "of_rcep_step", "coefficient", "low", "estimate", "high", "note"]
    return Table(
        "scenario", f"{UPGRADE} assumed in force: trade of China with ten partners, per cent [95 % interval]",
        frame[order], {},
        (
            "Change of depth: mean of ten partners. The interval is that of the coefficient alone: an extrapolation "
            "from the step that RCEP was, by one coefficient for all provisions.",
            "Signed on 28 October 2025; its text was not read. Cooperation only is what is coded; the others bound it "
            "by agreements that are in force between other economies.",
        ),
        _shown(frame),
    )  # fmt: skip


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """One column an assumption, one row a coefficient."""
    heads = frame.drop_duplicates("assumed").set_index("assumed")
    lines: list[dict[Any, Any]] = [
        {"": "change of depth"} | {name: f"{line['change']:+.2f}" for name, line in heads.iterrows()},
        {"": "in steps of RCEP"} | {name: f"{line['of_rcep_step']:.1f}" for name, line in heads.iterrows()},
    ]
    for name, group in frame.groupby("coefficient", sort=False):
        cells = {
            line["assumed"]: f"{line['estimate']:+.0f} [{line['low']:+.0f}, {line['high']:+.0f}]"
            if np.isfinite(line["estimate"])
            else "not identified"
            for line in group.to_dict("records")
        }
        lines.append({"": name} | cells)
    return pd.DataFrame(lines)
