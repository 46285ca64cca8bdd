"""Tables, pictures and words of the study of competitiveness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from indexer.columns import ECONOMY, YEAR
from indexer.index import Index
from indexer.study.report import Study, Table

SHOWN, NAMED, DRAWN = 30, 12, 40
RATIO = "(X−M) / (X+M)"
SERVICES = "UNCTAD, International trade in digitally-deliverable services, by way of World Bank Data360."


def digital(table: pd.DataFrame, index: Index) -> Table:
    """Show what changed in digital services and digital technology, one row an economy."""
    names = index.folder.names
    spans = zip(table["first_year"], table["last_year"], strict=True)
    shown = pd.DataFrame(
        {
            "economy": [names.get(code, code) for code in table[ECONOMY]],
            "years": ["" if pd.isna(a) else f"{a}–{b}" for a, b in spans],
            "exports, bn US$": table["export_usd"] / 1e9,
            "growth, % a year": table["export_growth"],
            "share before": table["share_first"],
            "share after": table["share_last"],
            RATIO: table["competitiveness_last"],
            "digital part": table["digital_last"],
            "its growth, % a year": table["digital_growth"],
        }
    )
    formats = {
        "exports, bn US$": ".2f", "growth, % a year": "+.1f", "share before": ".3%", "share after": ".3%",
        RATIO: "+.2f", "digital part": ".1f", "its growth, % a year": "+.1f",
    }  # fmt: skip
    first, last = index.edition.years[0], index.edition.years[-1]
    note = (
        "Exports of digitally deliverable services; shares are of the world's, as UNCTAD adds it up; X exports and M "
        f"imports of the last year with both. Years: first and last with exports, within {first}–{last}. Digital part: "
        "computing power and digital services of the index without trade outcomes, by their weights in it, 0–100, and "
        f"its mean growth over {first}–{last}."
    )
    return Table("digital", "Digitally deliverable services, and digital technology", table, formats, (note,), shown)


def path(frame: pd.DataFrame) -> Table:
    """Show trade competitiveness by year; the full table holds every measure."""
    shown = _by_year(frame, "competitiveness")
    return Table(
        "path", "Trade competitiveness (X−M) / (X+M) in digitally deliverable services by year", frame,
        dict.fromkeys(shown.columns[1:], "+.2f"),
        ("Amounts, shares in world exports and imports, and ICT services by year stand in path.csv (--out).",), shown,
    )  # fmt: skip


def technology(frame: pd.DataFrame) -> Table:
    """Show the digital part of the index by year, with its growth."""
    level, rate = _by_year(frame, "digital_part"), _by_year(frame, "digital_growth")
    rate = rate.set_index(ECONOMY).add_prefix("growth ").reset_index()
    shown = level.merge(rate, on=ECONOMY, how="left")
    formats = dict.fromkeys(level.columns[1:], ".1f") | dict.fromkeys(rate.columns[1:], "+.1f")
    full = frame.dropna(subset=["digital_part"])[[ECONOMY, YEAR, "digital_part", "digital_growth"]]
    caption = "Digital technology: the part of the index that is computing power and digital services (0–100)"
    note = "growth: per cent on the year before. A low level makes growth large."
    return Table("technology", caption, full.reset_index(drop=True), formats, (note,), shown)


def china(wide: pd.DataFrame, names: Mapping[str, str]) -> Table:
    """Show goods trade of each partner with China in the latest year."""
    latest = wide[wide[YEAR] == wide[YEAR].max()].sort_values("share", ascending=False)
    shown = pd.DataFrame(
        {
            "partner": [names.get(code, code) for code in latest["partner"]],
            "year": latest[YEAR],
            "exports, bn US$": latest["export"] / 1e9,
            "imports, bn US$": latest["import"] / 1e9,
            RATIO: latest["competitiveness"],
            "share": latest["share"],
        }
    )
    formats = {"exports, bn US$": ".1f", "imports, bn US$": ".1f", RATIO: "+.2f", "share": ".1%"}
    note = (
        "Goods, as China reports both directions (its imports CIF, its exports FOB), so partners look more competitive "
        "than in their own statistics. share: of what the partners export to China together. Earlier years: china.csv."
    )
    return Table("china", "Goods trade of each partner with China", wide, formats, (note,), shown)


def together(found: pd.DataFrame, draws: int) -> Table:
    """Show whether trade grows where the digital part grows."""
    note = (
        "Spearman's rank correlation across economies of mean yearly growth over the years that both have; low, high: "
        f"95 % of {draws} bootstrap draws of economies. The digital part grows in per cent or in points of the index; "
        "per cent are large where the level is low. So few economies identify little."
    )
    formats = {"spearman": "+.2f", "low": "+.2f", "high": "+.2f"}
    return Table("together", "Does trade grow where the digital part of the index grows?", found, formats, (note,))


def sentence(table: pd.DataFrame, found: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Say who gained, and whether digital technology goes with it."""
    known = table.dropna(subset=["share_growth"])
    gained = (known["share_last"] > known["share_first"]).sum()
    with_ratio = table["competitiveness_last"].dropna()
    first = known.iloc[0]
    row = found[(found["growth_of"] == "export_share") & (found["digital_in"] == "per cent")].iloc[0]
    reading = "which is no sign either way" if row["low"] <= 0 <= row["high"] else "which excludes zero"
    return (
        f"What it shows: {gained} of the {len(known)} economies with exports in two years or more gained share in "
        f"world exports of digitally deliverable services; the largest, {names.get(first[ECONOMY], first[ECONOMY])}, "
        f"went from {first['share_first']:.2%} ({first['first_year']}) to {first['share_last']:.2%} "
        f"({first['last_year']}). {(with_ratio > 0).sum()} of {len(with_ratio)} export more of them than they import. "
        "Growth of the share and growth of the digital part of the index have a rank correlation of "
        f"{row['spearman']:+.2f} over {int(row['n'])} economies (95 % interval {row['low']:+.2f} to "
        f"{row['high']:+.2f}), {reading}. What it does not show: what drives the shares. Services that can be "
        "delivered over networks need not have been, values are nominal, and economies without figures are not in it."
    )


def caveats(frame: pd.DataFrame, names: Mapping[str, str]) -> tuple[str, ...]:
    """Say where the facts end and what they are."""
    last = frame.dropna(subset=["export_usd"]).groupby(ECONOMY)[YEAR].max()
    ended = [f"{names.get(str(code), code)} {year}" for code, year in last.items() if year < last.max()]
    named = ", ".join(ended[:NAMED]) + (f" and {len(ended) - NAMED} more" if len(ended) > NAMED else "")
    return (
        f"Exports of digitally deliverable services end before {last.max()} for: {named or 'none'}.",
        "World exports of these services exceed world imports by 9 to 19 % in the source, so competitiveness is too "
        "high on average.",
        "ict_share (path.csv) is a share of the economies that report exports of ICT services in the year, not of the "
        "world.",
        "The digital part is of the index without trade outcomes: no export or import of a service enters it.",
    )


def specialised(found: pd.DataFrame) -> Study:
    """Return the study of a file of the user."""
    last = found[found[YEAR] == found[YEAR].max()]
    shown = last.sort_values("rca", ascending=False).head(SHOWN)
    formats = {
        "export": ",.0f", "import": ",.0f", "share": ".2%", "rca": ".3f", "symmetric_rca": "+.3f",
        "competitiveness": "+.3f", "michaely": "+.4f",
    }  # fmt: skip
    exporters, products = found["exporter"].nunique(), found["product"].nunique()
    above, known = int((last["rca"] > 1).sum()), int(last["rca"].notna().sum())
    note = f"The {len(shown)} highest of {found[YEAR].max()} are shown, of {len(last)} rows."
    return Study(
        name="competitiveness",
        title="Who is specialised in what?",
        tables=(Table("specialisation", "Specialisation by exporter and product", found, formats, (note,), shown),),
        sentence=(
            f"Among {exporters} exporters and {products} products of the file, {above} of {known} exporter-products of "
            f"{found[YEAR].max()} have a revealed comparative advantage (RCA above 1). What it does not show: "
            "advantage over exporters, or in products, that the file does not hold; RCA is a ratio of shares of "
            "exports, and re-exports count in it."
        ),
        caveats=(
            "RCA (Balassa 1965) and shares compare with the exporters and products of the file, and with the world "
            "only where the file holds it.",
            "A product that an exporter has no row for counts as not exported. — where there is nothing to divide by.",
        ),
    )


def draw_competitiveness(frame: pd.DataFrame, names: Mapping[str, str]) -> Any:
    """Draw trade competitiveness, the largest exporters by years."""
    from indexer.figures import matrix

    largest = frame.groupby(ECONOMY)["export_usd"].max().sort_values(ascending=False).index[:DRAWN]
    frame = frame[frame[ECONOMY].isin(largest)]
    wide = frame.pivot(index=ECONOMY, columns=YEAR, values="competitiveness").reindex(largest)
    wide = wide.loc[:, wide.notna().any()].rename(index=lambda code: names.get(code, code)).rename(columns=str)
    long = wide.reset_index().melt(ECONOMY, var_name="year", value_name="competitiveness")
    return matrix(
        long, "Who exports more digitally deliverable services than they import?",
        unit="(X − M) / (X + M)", row=ECONOMY, column="year", value="competitiveness", diverging=True, source=SERVICES,
    )  # fmt: skip


def draw_growth(growths: pd.DataFrame, names: Mapping[str, str]) -> Any:
    """Draw growth of the share in world exports against the change of the digital part."""
    from indexer.figures import scatter

    frame = growths.reset_index()
    frame["name"] = [names.get(code, code) for code in frame[ECONOMY]]
    return scatter(
        frame, "Do market shares grow where digital technology does?", x="points", y="trade", label="name",
        x_title="change of the digital part of the index (points a year)",
        y_title="growth of the share in world exports (% a year)",
        source=SERVICES + " The index without trade outcomes.",
    )  # fmt: skip


def _by_year(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    wide = frame.pivot(index=ECONOMY, columns=YEAR, values=column)
    shown = wide.loc[:, wide.notna().any()].reset_index().rename(columns=str)
    shown.columns.name = None
    return shown
