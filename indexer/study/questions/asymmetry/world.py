"""Exports against imports on a world sample: the importer's index and the exporter's in one equation, compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from indexer.gravity.result import Fit
from indexer.study.beyond import beyond, limits
from indexer.study.estimate import Found, interval
from indexer.study.options import Options
from indexer.study.questions.china_asean import world
from indexer.study.questions.china_asean.structure import POINTS, both_borders
from indexer.study.report import Study, Table
from indexer.study.samples import Sample, full_years


def difference(fit: Fit) -> dict[str, float]:
    """Return the coefficients of both sides on ten points, and importer's less exporter's with its t test.

    Every flow is somebody's export and somebody else's import: the importer's index is the partner's for the exporter's
    exports, the exporter's index the partner's for the importer's imports.
    """
    terms = ["ai_importer", "ai_exporter"]
    b, v = fit.coef[terms].to_numpy(), fit.vcov_matrix.loc[terms, terms].to_numpy()
    value, se = POINTS * float(b[0] - b[1]), POINTS * float(np.sqrt(v[0, 0] + v[1, 1] - 2 * v[0, 1]))
    clusters = min(fit.n_clusters.values())
    reach = float(stats.t.ppf(0.975, clusters - 1)) * se
    return {
        "importer": POINTS * float(b[0]), "exporter": POINTS * float(b[1]), "estimate": value, "se": se,
        "p": float(2 * stats.t.sf(abs(value / se), clusters - 1)), "low": value - reach, "high": value + reach,
        "n": fit.n_obs, "clusters": clusters,
    }  # fmt: skip


def world_asymmetry(sample: Sample, options: Options) -> Study:
    """Compare the importer's and the exporter's index on rungs 1 to 4 of a world sample.

    Raises
    ------
    UsageError
        If the sample has no year of the index.
    """
    index = world.world_index(options)
    frame = world.with_index(sample, index)
    full = full_years(sample.frame)
    found = {rung: one for (rung, _), one in world.ladder(sample, index).items()}
    rows = [_row(rung, one, world.rows_of(rung, frame, full)) for rung, one in found.items()]
    rung, said, refused = both_borders(frame)
    rows.append({"years": world.span(frame), "rung": rung, "note": f"{said}: {refused.reason}"})
    table = pd.DataFrame(rows)
    headlines = world.world_headlines(sample, index)
    models = {rung: one.fit for rung, one in found.items() if one.fit is not None}
    return Study(
        "asymmetry", "Does the partner's AI development go with exports as it goes with imports? A world sample",
        (_shown(table), *beyond(headlines, options)), _sentence(table), world.caveats(sample, index), models=models,
        limits=limits(world.repeated(headlines), options),
    )  # fmt: skip


def _row(rung: str, found: Found, rows: pd.DataFrame) -> dict[str, Any]:
    about = {"years": world.span(rows), "rung": rung, "note": found.reason}
    if found.fit is None:
        return about
    fit = replace(found.equation, vcov=world.COUNTRIES).estimate(rows).fit
    wide = {"se": np.nan, "p": np.nan} if fit is None else difference(fit)
    return about | difference(found.fit) | {"se_countries": wide["se"], "p_countries": wide["p"]}


def _shown(frame: pd.DataFrame) -> Table:
    names = [
        "importer",
        "exporter",
        "estimate",
        "se",
        "low",
        "high",
        "p",
        "se_countries",
        "p_countries",
        "n",
        "clusters",
    ]
    frame = frame.reindex(columns=["years", "rung", *names, "note"])
    shown = frame.drop(columns=["note", "low", "high", "clusters"]).rename(
        columns={"importer": "exports: importer's AI", "exporter": "imports: exporter's AI", "estimate": "difference",
                 "se_countries": "se by country", "p_countries": "p by country"}
    )  # fmt: skip
    formats = dict.fromkeys([*frame.columns, *shown.columns], ".3f") | {
        "n": ",.0f",
        "clusters": ",.0f",
        "years": "",
        "rung": "",
        "note": "",
    }
    reasons = [f"{r['rung']}: {r['note']}." for r in frame.to_dict("records") if r["note"]]
    return Table(
        "asymmetry", "Coefficient on ten points of the partner's index, and the difference", frame, formats,
        ("Every flow is an export and an import: the importer's index is the partner's of exports, the exporter's that "
         "of imports. Both stand in one equation. Errors by undirected pair; beside them by exporter and importer.",
         *dict.fromkeys(reasons)),
        shown,
    )  # fmt: skip


def _sentence(table: pd.DataFrame) -> str:
    lines = {line["rung"]: line for line in table.to_dict("records")}

    def said(rung: str) -> str:
        line = lines[rung]
        if not np.isfinite(line.get("estimate", np.nan)):
            return "cannot be estimated"
        return f"is {interval(line['estimate'], line['low'], line['high'])} (p by country {line['p_countries']:.2f})"

    return (
        "What it shows: the difference, importer's less exporter's coefficient on ten index points, "
        f"{said('2 as PPML')} between pairs (PPML, year effects) and {said(world.WITHIN[1])} within pairs over time. "
        "What it does not show: an asymmetry of what AI does. With exporter-year and importer-year effects it is not "
        "identified, and without them sizes, prices and resistance of both sides stand in the two coefficients."
    )
