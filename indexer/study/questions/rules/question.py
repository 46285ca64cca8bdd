"""Digital trade rules between China, ASEAN and the rest of RCEP: how deep they are, and whether trade follows them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.errors import UsageError
from indexer.study.estimate import Found
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.rules import effects, pictures, tables
from indexer.study.questions.rules.effects import STEP, WINDOW
from indexer.study.questions.rules.samples import KINDS, Pairs
from indexer.study.questions.rules.tables import LATEST
from indexer.study.report import Figure, Study

IDLE = ("instrument", "edition", "indicators")


def study(**given: Any) -> Study:
    """Measure digital trade rules by pair, and estimate goods trade on them.

    Parameters
    ----------
    **given
        See `indexer.study.options.Options`: `lags` and `leads` are years by which the rules are older or younger than
        trade (a lead of two years by default), `seed` is that of the bootstrap. There is no index in it to draw.

    Returns
    -------
    Study
        Tables `effects`, `depth`, `groups`, `economies`, `restrictiveness`, `identification` and `limits`.

    Raises
    ------
    UsageError
        For an option that would change nothing here: an instrument, an edition, a folder of indicators.

    References
    ----------
    Hofmann, Osnago & Ruta (2017) for depth as a sum over provisions; Weidner & Zylkin (2021) for the correction.
    """
    options = Options.of(**given)
    if idle := [name for name in IDLE if getattr(options, name) is not None]:
        raise UsageError(
            f"{idle[0]} changes nothing here: rules are coded, and no index is used", where="study",
            remedy="leave it out",
        )  # fmt: skip
    pairs = Pairs(Facts.shipped())
    found = effects.effects(pairs, options)
    shared = effects.shares(found["depth"])
    title = "How deep are digital trade rules between China, ASEAN and RCEP, and does trade follow them?"
    shown = (
        effects.effects_table(found, options.seed),
        tables.depth_matrix(pairs),
        tables.groups(pairs),
        tables.economies(pairs),
        tables.restrictiveness(pairs),
        effects.identification(shared),
    )
    models = {label: fit for key, label in effects.LABELS.items() if (fit := found[key].fit) is not None}
    said = _sentence(pairs, found, shared, shown[0].frame)
    return Study("rules", title, shown, said, _caveats(pairs), _figures(pairs), models, effects.limits(found))


def _sentence(pairs: Pairs, found: dict[str, Found], shared: pd.DataFrame, table: pd.DataFrame) -> str:
    if shared.empty:
        return "The effect of depth could not be estimated."
    now = pairs.of_rcep[pairs.of_rcep[YEAR] == LATEST].groupby("kind")["rules_depth"].mean()
    top = effects.top_pair(shared)
    most = shared.groupby("pair")["share"].sum()[top]
    names = pairs.facts.folder.names
    carrier = "–".join(str(names[one]) for one in top.split("-"))
    left_out = {str(names[one]): found[effects.without_mover(one)] for one in effects.movers(pairs)}
    each = ", ".join(f"{_percent(one)} without {name}" for name, one in left_out.items())
    later = next(one for key, one in found.items() if "(placebo)" in key and not key.startswith("china"))
    p, strict = table.iloc[0]["p_bootstrap"], found["strict"]
    odd = "not what a barrier would do; " if strict.numbers["estimate"] > 0 else ""
    return (
        f"What it shows: in {LATEST} the digital trade rules between China and ASEAN have a mean depth of "
        f"{now[KINDS[0]]:.2f} on a scale of 0 to 1, those within ASEAN {now[KINDS[1]]:.2f}; what is coded for China "
        f"comes from RCEP alone. Among the eleven, {WINDOW[0]}–{WINDOW[1]}, {STEP} more depth goes with "
        f"{_percent(found['depth'])} goods trade; the bootstrap gives p = {p:.2f}, and one pair, {carrier}, "
        f"carries {most:.0%} of what identifies it: without that pair it is "
        f"{_percent(found[effects.without_pair(top)])}. Depth that was still to come, which should move nothing, goes "
        f"with {_percent(later)}. For China's total trade with a partner it is {_percent(found['china total'])}. "
        f"{STEP} more of the higher DSTRI goes with {_percent(strict)}, {odd}it rests on changes of law that touch "
        f"{_moved(pairs)}, and it is {each}. "
        "What it does not show: that digital rules raise trade, or lower it. Depth moved in a few steps, for China's "
        "partners almost all at once in 2022, and the rules themselves followed trade and politics."
    )


def _percent(found: Found) -> str:
    """Write an effect as a per cent change of trade with its interval."""
    if found.fit is None:
        return "an effect that cannot be estimated"
    low, mid, high = (100 * float(np.expm1(found.numbers[end])) for end in ("low", "estimate", "high"))
    return f"{mid:+.1f} % (95 % interval {low:+.1f} to {high:+.1f})"


def _caveats(pairs: Pairs) -> tuple[str, ...]:
    coded = pairs.provisions[pairs.provisions["scenario"] == 0]
    low = int((coded["confidence"] == "low").sum())
    return (
        "RCEP is the only coded change of depth between China and ASEAN (2022, and 2023 for Indonesia and the "
        "Philippines). It fell together with the recovery and the price changes after the pandemic.",
        "Year effects take what is common to all partners. What is left for China is who joined later, the periods of "
        "grace (Cambodia, Laos, Myanmar, Viet Nam) and Myanmar's doubtful date. Exporter-year and importer-year "
        "effects cannot be had with China as the only partner.",
        f"Depth is coded by this project, by one coder: {low} of {len(coded)} codes are of low confidence. Adding up "
        "an ordinal scale of 0 to 3 is a convention; the row on provisions covered does without it.",
        "Not coded: the e-commerce chapters of the China–Singapore upgrade (2019), China–Korea, China–Australia and "
        "ASEAN–Australia–New Zealand, and Singapore's digital agreements with Australia and Korea. These pairs are "
        "deeper than shown, Singapore with China before 2022 too.",
        f"Restrictiveness is the higher DSTRI of the two (2020–2024, without Myanmar). It moves only when the more "
        f"restrictive of the two changes its law: for {_moved(pairs)}. With China it "
        "is China's, or that of Cambodia or Laos, and never moved.",
        "Trade is goods trade. Digital rules should show in services first, and no bilateral flows of services are "
        "shipped.",
        "Trade: Source: International Monetary Fund, International Trade in Goods (by partner country) and Direction "
        "of Trade Statistics; extract. DSTRI: OECD (CC BY 4.0).",
    )


def _moved(pairs: Pairs) -> str:
    """Count the pairs whose restrictiveness changed while all flows are known, of those that have it."""
    first, last = effects.DSTRI_WINDOW
    frame = pairs.regressors[pairs.regressors[YEAR].between(first, last)]
    values = frame.groupby([EXPORTER, IMPORTER])["restrictiveness"].nunique()
    return f"{int((values > 1).sum()) // 2} of {int((values > 0).sum()) // 2} pairs in {first}–{last}"


def _figures(pairs: Pairs) -> tuple[Figure, ...]:
    year = pairs.of_rcep[pairs.of_rcep[YEAR] == LATEST]
    names = {code: str(pairs.facts.folder.names[code]) for code in pairs.rcep}
    matrix, network = (
        partial(pictures.matrix, year, LATEST),
        partial(pictures.network, year, names, LATEST),
    )
    return (
        Figure("rules-matrix", f"Depth of digital trade rules by pair, {LATEST}", matrix),
        Figure("rules-network", f"Who has deep digital trade rules with whom, {LATEST}", network),
    )
