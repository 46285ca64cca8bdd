"""Trade in AI goods and services by four categories, out of product-level files that the user has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from indexer.columns import EXPORTER, IMPORTER, YEAR
from indexer.connect.ai_products import about_ai_products, read_ai_products
from indexer.connect.product_files import WORLD, ProductFiles, ProductTrade, open_product_files
from indexer.errors import UsageError
from indexer.pipeline import build
from indexer.study.beyond import beyond, limits
from indexer.study.options import Options
from indexer.study.questions.ai_trade import words
from indexer.study.questions.ai_trade.gravity import headlines, ladder, no_pairs, rows_of
from indexer.study.report import MISSING, Figure, Study, Table
from indexer.trade.by_category import by_category
from indexer.trade.products import CATEGORIES, SERVICES, VINTAGES, select, whole

EDITION = "world"
SHOWN = 15
CLASSIFICATIONS = (*VINTAGES, SERVICES)
NUMBERS = {
    "estimate": ".3f", "se": ".3f", "p": ".3f", "low": ".3f", "high": ".3f", "n": ".0f", "clusters": ".0f",
    "p_bootstrap": ".3f", "corrected": ".3f", "corrected_se": ".3f",
}  # fmt: skip


def study(
    data: str | Path | Iterable[str | Path] | None = None,
    *,
    tier: str = "core",
    rule: str = "stable",
    threshold: float = 0.5,
    **given: Any,
) -> Study:
    """Add AI trade up from product-level files and estimate gravity by category; without a file, show the list.

    Parameters
    ----------
    data : path or paths, optional
        Files as `indexer.connect.product_files` reads them.
    tier, rule, threshold
        Which codes count: see `indexer.trade.select`.
    **given
        See `indexer.study.options.Options`; the edition is "world" by default. They are of the importer's index under
        exporter-year and pair effects, by category.

    Returns
    -------
    Study
        Without data: tables list and lines. With data: trade, gravity and codes.

    Raises
    ------
    UsageError
        For files that cannot be read, in a vintage of the HS that has no list, or without a listed code.
    """
    options = Options.of(**given)
    products = read_ai_products()
    if data is None:
        return _listed(products, tier, rule, threshold)
    index = build(options.indicators, options.edition or EDITION).without("trade_outcome")
    listed = {name: select(products, name, tier=tier, rule=rule, threshold=threshold) for name in CLASSIFICATIONS}
    trade = _categories(open_product_files(data, index.folder.names, _joined(listed)), listed)
    table = by_category(trade.flows)
    pairs = trade.flows[(trade.flows[EXPORTER] != WORLD) & (trade.flows[IMPORTER] != WORLD)]
    facts = index.folder.facts
    gdp = facts[facts["indicator"] == "gdp_current_usd"].set_index(["economy", YEAR])["value"]
    rows = rows_of(pairs, index, gdp) if len(pairs) else pd.DataFrame()
    found, fits = ladder(rows) if len(rows) else (no_pairs(trade.flows["category"].unique()), {})
    heads = headlines(pairs, index, gdp, fits) if fits else []
    return Study(
        name="ai-trade",
        title=words.TITLE,
        tables=(
            _trade(table, index.folder.names),
            _gravity(found),
            *(beyond(heads, options) if heads else ()),
            _codes(trade, products),
        ),
        sentence=words.sentence(found),
        caveats=(*words.caveats(tier, rule, threshold), words.counted(trade.files, rows)),
        figures=(Figure("gravity", "Trade by category and the index", partial(_coefficients, found)),) if fits else (),
        models=fits,
        limits=limits(heads, options) if heads else None,
    )


def _categories(files: ProductFiles, listed: Mapping[str, pd.DataFrame]) -> ProductTrade:
    """Add up the listed codes of every classification in the files."""
    if unknown := [name for name in files.classifications if name not in listed]:
        raise UsageError(
            f"no codes are listed for {unknown[0]}", where="--data",
            remedy=f"give files in {', '.join(VINTAGES)}, or services in {SERVICES}",
        )  # fmt: skip
    used = dict(listed) | {SERVICES: whole(files.codes_of(SERVICES), listed[SERVICES])}
    trade = files.by_category(_joined(used))
    if trade.flows.empty:
        raise UsageError(
            "the files hold no listed code", where="--data",
            remedy="give six-digit codes of the HS, or EBOPS items; `indexer study ai-trade` shows the list",
        )  # fmt: skip
    return trade


def _joined(listed: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([codes.assign(classification=name) for name, codes in listed.items()], ignore_index=True)


def _listed(products: pd.DataFrame, tier: str, rule: str, threshold: float) -> Study:
    counts = products.groupby(["category", "tier", "classification"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[SERVICES, *VINTAGES]).reset_index()
    counts = counts.sort_values(["category", "tier"], key=_order, ignore_index=True)
    counts.columns.name = None
    used = {name: len(select(products, name, tier=tier, rule=rule, threshold=threshold)) for name in VINTAGES}
    taken = ", ".join(f"{n} codes of {name}" for name, n in used.items())
    core = products[(products["tier"] == "core") & products["classification"].isin([SERVICES, "HS2022"])]
    core = core.sort_values(["category", "classification", "code"], key=_order)
    shown = core[["classification", "code", "category", "group", "source"]].assign(
        hs10_listed=[
            "" if pd.isna(a) else f"{a} of {b}"
            for a, b in zip(core["n_hs10_listed"], core["n_hs10_in_hs6"], strict=True)
        ],
        category=core["category"].str.replace("_", " "),
        group=core["group"].str.replace("_", " "),
        source=core["source"].replace(words.SOURCES),
    )
    version = about_ai_products()["version"]
    return Study(
        name="ai-trade",
        title=words.TITLE,
        tables=(
            Table("list", f"The list of AI goods and services, version {version}: codes by category", counts,
                  notes=(f"With tier={tier}, rule={rule}, threshold={threshold:g}: {taken}.",)),
            Table("lines", "The core of the list: services, and goods in HS 2022", products, notes=words.LINES,
                  shown=shown),
        ),
        sentence=f"Nothing is estimated: no product-level trade is shipped. {words.GIVE}",
        caveats=words.caveats(tier, rule, threshold),
        figures=(Figure("list", "Codes on the list by category", partial(_picture, counts)),),
    )  # fmt: skip


def _order(column: pd.Series) -> pd.Series:
    known = {name: k for k, name in enumerate((*CATEGORIES, SERVICES, *VINTAGES))}
    return column.map(lambda one: (known.get(one, -1), str(one)))


def _trade(table: pd.DataFrame, names: Mapping[str, str]) -> Table:
    latest = table[table[YEAR] == table[YEAR].max()].sort_values(["category", "export"], ascending=[True, False])
    shown = latest.groupby("category", sort=False).head(SHOWN)
    shown = shown.assign(
        economy=[names.get(one, one) for one in shown["economy"]], category=shown["category"].str.replace("_", " ")
    )
    for name in ("export", "import"):
        shown[f"{name}s, bn US$"] = shown.pop(name) / 1e9
    order = ["category", "economy", YEAR, "exports, bn US$", "imports, bn US$", "share", "competitiveness"]
    formats = {"exports, bn US$": ".3f", "imports, bn US$": ".3f", "share": ".1%", "competitiveness": "+.2f"}
    note = (
        f"The {SHOWN} largest exporters of each category in the latest year are shown. share: of the exports that the "
        "economies in the files report. competitiveness: (exports - imports) / (exports + imports)."
    )
    return Table("trade", "Trade by category, as each economy reports it", table, formats, (note,), shown[order])


def _gravity(found: pd.DataFrame) -> Table:
    note = (
        "Coefficients on ten points of the index (standard errors), PPML, clustered by directed pair, t on clusters "
        "less one degrees. The gap of the indices tests similarity and not level. corrected: bias correction of "
        "Weidner & Zylkin (2021), where the panel allows it."
    )
    cells = zip(found["estimate"], found["se"], strict=True)
    shown = pd.DataFrame(
        {
            "category": found["category"].str.replace("_", " "),
            "effects": found["effects"].str.removesuffix(" effects"),
            "index of": found["term"].str.removeprefix("ai_"),
            "estimate": [MISSING if pd.isna(a) else f"{a:.3f} ({b:.3f})" for a, b in cells],
            "p": found["p"],
            "corrected": found["corrected"],
            "n": found["n"],
            "clusters": found["clusters"],
        }
    )
    refused = found[found["note"] != ""].groupby("note", sort=False)["category"].unique()
    reasons = [f"{MISSING} {', '.join(which).replace('_', ' ')}: {why}." for why, which in refused.items()]
    return Table(
        "gravity", "Trade by category and the index of AI development", found, NUMBERS, (note, *reasons), shown
    )


def _codes(trade: ProductTrade, products: pd.DataFrame) -> Table:
    about = products[["classification", "code", "mapping", "source", "description"]]
    merged = trade.codes.merge(about, on=["classification", "code"], how="left")
    shown = merged.assign(value=merged["value_usd"] / 1e9).sort_values("value", ascending=False).head(SHOWN)
    shown = shown[["classification", "code", "category", "mapping", "rows", "value"]]
    shown = shown.assign(category=shown["category"].str.replace("_", " ")).rename(columns={"value": "bn US$"})
    caption = "The listed codes that the files hold, all reports of a flow added up"
    note = f"The {SHOWN} with the most trade are shown."
    return Table("codes", caption, merged, {"bn US$": ".3f"}, (note,), shown)


def _picture(counts: pd.DataFrame) -> Any:
    from indexer.figures import matrix

    long = counts.melt(["category", "tier"], var_name="classification", value_name="codes")
    long["row"] = long["category"].str.replace("_", " ") + ", " + long["tier"]
    return matrix(
        long, "Goods stand for computing and devices only: data services and models are services",
        unit="codes", row="row", column="classification", value="codes", format="d",
        source="List of AI goods and services: Waugh (2026), US memorandum of 11 April 2025, this project.",
    )  # fmt: skip


def _coefficients(found: pd.DataFrame) -> Any:
    from indexer.figures import coefficients

    frame = found.dropna(subset=["estimate"]).rename(columns={"low": "conf_low", "high": "conf_high"})
    frame["term"] = frame["category"].str.replace("_", " ") + ": " + frame["term"].map(words.SIDES)
    return coefficients(
        frame[["term", "estimate", "conf_low", "conf_high", "effects"]],
        "Does trade in AI goods and services go with AI development?",
        unit="log points", panel="effects",
        subtitle="dot: estimate on ten points of the index; line: 95 % interval",
        source="Product-level files of the user; PPML, errors clustered by directed pair.",
    )  # fmt: skip
