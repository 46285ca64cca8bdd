"""AI × ln distance, and the elasticity of trade to distance by year."""

from __future__ import annotations

from functools import partial
from pathlib import Path as File
from typing import Any

import numpy as np
import pandas as pd

from indexer.connect.china_partners import CHINA
from indexer.errors import UsageError
from indexer.index import Index
from indexer.study.beyond import Headline, beyond, limits
from indexer.study.estimate import Equation, Found, interval
from indexer.study.frames import FLOWS, Facts, pairs, partners, within
from indexer.study.options import Options
from indexer.study.questions.china_asean import question as ladder
from indexer.study.questions.distance.path import DYADS, Design, Path, path
from indexer.study.questions.distance.show import ai_table, figures, path_tables, said_of_path
from indexer.study.report import Study

PAIR_EFFECTS = f"{DYADS} + exporter^importer"
WHOSE = {"exporter's AI": "ai_exporter", "importer's AI": "ai_importer", "mean of both": "ai_mean"}
HEADLINES = ("exporter's AI", "importer's AI")
POINTS = 10.0
SOURCE = "Data: IMF (China and ASEAN, directed flows of goods), CEPII GeoDist."
TITLE = "Does distance weigh less where AI is more developed, and from year to year?"


def study(data: File | list[File] | None = None, years: list[int] | None = None, **given: Any) -> Study:
    """Estimate AI × ln distance, and the elasticity of trade to distance by year.

    Parameters
    ----------
    data : path or list of paths, optional
        A world sample (see `indexer.study.samples`).
    years : list of int, optional
        Years of the path of a world sample. By default all full ones; of more than ten every fourth, counted back from
        the last, as the Advanced Guide does.
    **given
        See `indexer.study.options.Options`.

    Returns
    -------
    Study
        Tables `ai_distance`, `path`, `path_tests`, and those of `indexer.study.beyond`.

    References
    ----------
    Yotov, Piermartini, Monteiro & Larch (2016), ch. 1, application 2: the distance puzzle.
    """
    options = Options.of(**given)
    if data is not None:
        from indexer.study.questions.distance.world import world_distance
        from indexer.study.samples import read_sample

        return world_distance(read_sample(data), options, years)
    if years is not None:
        raise UsageError("years are chosen of a world sample", where="years", remedy="give data, or leave years out")
    facts = Facts.shipped()
    index = ladder._index(options, None)
    years_of_index = ladder.years_among(facts, index)
    slopes = [*_among_partners(facts, index), *_among_pairs(eleven(facts, *years_of_index, index, 0), years_of_index)]
    frame = eleven(facts, *facts.among, index, 0)
    paths = [path(frame, design) for design in designs(facts.among[0])]
    headlines = [
        Headline(
            structural(said), index, partial(eleven, facts, *years_of_index), (CHINA, *facts.members),
            f"{WHOSE[said]}_distance",
        )
        for said in HEADLINES
    ]  # fmt: skip
    table = pd.DataFrame(slopes)
    tables = (ai_table(table), *path_tables(paths), *beyond(headlines, options))
    models = {one.design.label: one.fit for one in paths if one.fit is not None}
    return Study(
        "distance",
        TITLE,
        tables,
        _sentence(table, paths, frame),
        _caveats(facts, index, frame),
        figures(paths, SOURCE),
        models,
        limits(headlines, options),
    )


def eleven(facts: Facts, first: int, last: int, index: Any, lag: int) -> pd.DataFrame:
    """Return all directed flows of the eleven in a window, with the products of AI and ln distance."""
    return products(within(pairs(facts, index, lag), first, last))


def products(frame: pd.DataFrame) -> pd.DataFrame:
    """Add ln_distance (0 on domestic rows), and the index of exporter, importer, and their mean times it."""
    own = (frame["exporter"] == frame["importer"]).to_numpy()
    ln = np.where(own, 0.0, np.log(frame["distance"].where(frame["distance"] > 0)))
    mean = (frame["ai_exporter"] + frame["ai_importer"]) / 2
    return frame.assign(
        ln_distance=ln, ai_exporter_distance=frame["ai_exporter"] * ln, ai_importer_distance=frame["ai_importer"] * ln,
        ai_mean_distance=mean * ln,
    )  # fmt: skip


def structural(said: str, controls: tuple[str, ...] = (), pair: bool = True) -> Equation:
    """Return an equation of AI × ln distance with exporter-year and importer-year effects, and those of pairs."""
    term = f"{WHOSE[said]}_distance"
    right = [term] if pair else [term, "ln_distance", *controls]
    effects = PAIR_EFFECTS if pair else DYADS
    label = f"{said}, {'pair effects' if pair else 'no pair effects'}"
    return Equation(label, "ppml", f"trade ~ {' + '.join(right)} | {effects}", term, {"CRV1": "pair"}, POINTS)


def _among_pairs(frame: pd.DataFrame, years: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        row_of(structural(said, pair=pair).estimate(frame), f"{years[0]}–{years[1]}", said, pair)
        for pair in (False, True)
        for said in WHOSE
    ]


def row_of(found: Found, years: str, said: str, pair: bool) -> dict[str, Any]:
    """Return a row of the table of AI × ln distance."""
    effects = "exporter-year, importer-year" + (", pair" if pair else "")
    return found.row(years=years, flows="all pairs", design=effects, ai=said, estimator=found.equation.estimator)


def _among_partners(facts: Facts, index: Index) -> list[dict[str, Any]]:
    """China and its partners: the rungs of the ladder with AI × ln distance beside AI."""
    made = []
    first = max(ladder.WINDOWS[0][0], index.edition.years[0])
    last = min(ladder.WINDOWS[0][1], index.edition.years[-1])
    frame = within(partners(facts, index), first, last)
    for rung, (estimator, formula) in ladder.RUNGS.items():
        added = formula.replace("ai_partner", "ai_partner + ai_partner:log(distance)", 1)
        one = Equation(rung, estimator, added, "ai_partner:log(distance)", scale=POINTS)
        for flow in FLOWS:
            about = {"years": f"{first}–{last}", "flows": f"China, {flow}", "design": rung}
            made.append(one.estimate(frame[frame["flow"] == flow]).row(**about, ai="partner's AI", estimator=estimator))
    return made


def designs(first: int) -> list[Design]:
    """Return the designs of the path on the shipped flows."""
    return [
        Design("no pair effects"),
        Design(f"pair effects, change since {first}", effects="exporter^importer", base=first),
    ]


def _sentence(table: pd.DataFrame, paths: list[Path], frame: pd.DataFrame) -> str:
    lines: dict[Any, Any] = {(line["design"], line["ai"]): line for line in table.to_dict("records")}
    said = []
    for whose in HEADLINES:
        line = lines["exporter-year, importer-year, pair", whose]
        said.append(f"{whose} {interval(line['estimate'], line['low'], line['high'])}")
    among = table[(table["ai"] == "partner's AI") & np.isfinite(table["estimate"])]
    firm = among[among["p_bootstrap"] < 0.05]
    signs = f" ({int((firm['estimate'] > 0).sum())} of them positive)" if len(firm) else ""
    years = str(table.loc[table["flows"] == "all pairs", "years"].iloc[0])
    first, last = (int(year) for year in years.split("–"))
    return (
        f"What it shows: among the eleven ({years}, PPML with exporter-year, importer-year and pair effects) ten more "
        f"index points change the distance elasticity by {'; '.join(said)} – positive would be a weaker distance. "
        f"Between China and its partners {len(firm)} of {len(among)} coefficients differ from zero at 5 % by the "
        f"bootstrap{signs}. The elasticity itself {said_of_path(paths[0])}. With pair effects it "
        f"{said_of_path(paths[1])}. What it does not show: that AI makes distance matter less, or that it does not. "
        f"The eleven have {frame['pair'].nunique()} distances, near ones mostly within ASEAN; {last - first + 1} years "
        "of index move little; and a change of the path would not be AI's alone."
    )


def _caveats(facts: Facts, index: Index, frame: pd.DataFrame) -> tuple[str, ...]:
    clusters = frame["pair"].nunique()
    return (
        f"AI: edition {index.edition.document} without trade outcomes, 0–100. Flows within ASEAN are shipped to "
        f"{facts.among[1]}, the index is from {index.edition.years[0]}.",
        "Beside exporter-year and importer-year effects AI × ln distance says how distance weighs more or less with "
        "AI, not what AI does to the level of trade.",
        f"Errors by undirected pair ({clusters} clusters); china-asean's rung 5 clusters by directed pair. Factor "
        "ssc='default', t with clusters − 1 degrees of freedom. Exporter's and importer's AI vary by country and year "
        f"only, so even {clusters} is generous.",
        "Eleven countries: the bias of three-way PPML (Weidner & Zylkin 2021) is of the order of 1/11; "
        "`bias_corrected()` on the models corrects it roughly.",
        "Distance: CEPII GeoDist, one number for a pair and all years; what moves is its weight. Trade: Source: "
        "International Monetary Fund, International Trade in Goods (by partner country) and Direction of Trade "
        "Statistics.",
    )
