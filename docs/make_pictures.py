"""Make the pictures of README and docs from the shipped edition; needs the extra `docs`."""

from pathlib import Path

import altair as alt
import pandas as pd

import indexer
from indexer import figures, gravity
from indexer.folder import read_trade

HERE = Path(__file__).parent
DARK, MID, LIGHT = "#1b4965", "#5fa8d3", "#c9d6df"


def league(index: "indexer.Index") -> alt.HConcatChart:
    """Score of the latest year with its range over the variants, and the scores of all years."""
    latest = index.edition.years[-1]
    names = index.folder.names
    variants = index.variants[index.variants["year"] == latest]
    span = variants.groupby("economy")["index"].agg(["min", "max"]).reset_index()
    head = index.scores[index.scores["year"] == latest][["economy", "index"]].merge(span, on="economy")
    head["name"] = head["economy"].map(names)
    order = head.sort_values("index", ascending=False)["name"].tolist()
    y = alt.Y(
        "name:N", sort=order, title=None, axis=alt.Axis(labelLimit=200, ticks=False, domain=False, labelPadding=8)
    )
    scale = alt.Scale(domain=[0, 100])
    base = alt.Chart(head).encode(y=y)
    bars = base.mark_bar(height=7, color=LIGHT, cornerRadius=3).encode(
        x=alt.X("min:Q", scale=scale, title=f"index {latest}, 0–100"), x2="max:Q"
    )
    dots = base.mark_circle(size=90, color=DARK, opacity=1).encode(x="index:Q")
    numbers = base.mark_text(align="center", dy=-11, fontSize=11, color=DARK).encode(
        x="index:Q", text=alt.Text("index:Q", format=".0f")
    )
    left = (bars + dots + numbers).properties(
        width=380,
        height=400,
        title=alt.Title(f"Score {latest}", subtitle="dot: headline; bar: lowest to highest over all variants"),
    )
    lines = index.scores[["economy", "year", "index"]].assign(name=lambda d: d["economy"].map(names))
    ends = lines[lines["year"] == latest].sort_values("index")
    # Labels of close neighbours are moved apart by at least four points, so that none hides another.
    places: list[float] = []
    for value in ends["index"]:
        places.append(max(value, places[-1] + 4.2) if places else value)
    ends = ends.assign(place=places, label=[f"{n} {v:.0f}" for n, v in zip(ends["name"], ends["index"], strict=True)])
    right = (
        alt.Chart(lines)
        .mark_line(color=MID, strokeWidth=2, point=alt.OverlayMarkDef(color=MID, size=22))
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("index:Q", scale=scale, title=None),
            detail="name:N",
        )
    )
    labels = (
        alt.Chart(ends)
        .mark_text(align="left", dx=8, fontSize=11, color=DARK)
        .encode(x="year:O", y="place:Q", text="label:N")
    )
    right = (right + labels).properties(
        width=330, height=400, title=alt.Title("All years", subtitle="one pair of goalposts, so years compare")
    )
    return (
        alt.hconcat(left, right, spacing=30, padding={"left": 10, "top": 10, "right": 20, "bottom": 10})
        .configure_view(stroke=None)
        .configure_axis(gridColor="#eeeeee", labelFontSize=11, titleFontSize=11)
        .configure_title(anchor="start", fontSize=14, subtitleFontSize=11, subtitleColor="#555555")
        .properties(background="white")
    )


def studies() -> None:
    """Every figure of every study that runs on the shipped facts."""
    for name in indexer.study.NAMES:
        if name == "ai-trade":  # needs a file
            continue
        for figure in indexer.study.run(name).figures:
            stem = figure.name.removeprefix("study-")
            stem = stem if stem.startswith(name) else f"{name}-{stem}"
            figures.save(figure.draw(), HERE / "images" / f"study-{stem}.png")


SOURCE = (
    "Source: International Monetary Fund, International Trade in Goods (by partner country) and Direction of Trade "
    "Statistics; extract. Index: edition 2024.1 without trade outcomes."
)


def tables(index: "indexer.Index") -> dict[str, alt.VConcatChart]:
    """Charts of the page on tables and figures: flows among the eleven, 2020 to 2022."""
    read = read_trade()
    trade = read.flows.merge(read.distances, on=["exporter", "importer"])
    data = gravity.attach(index.without("trade_outcome"), trade[trade["year"].between(2020, 2022)])
    data = data.assign(
        pair=data["exporter"] + "→" + data["importer"],
        origin=data["exporter"].map(index.folder.names),
        target=data["importer"].map(index.folder.names),
    )
    right = "ai_exporter + ai_importer + log(distance_km) | year"
    fits = {
        "log-OLS": gravity.ols(f"log(trade_usd) ~ {right}", data, {"CRV1": "exporter^importer"}),
        "PPML": gravity.ppml(f"trade_usd ~ {right}", data, {"CRV1": "exporter^importer"}),
    }
    found = pd.concat([fit.tidy().assign(model=name) for name, fit in fits.items()])
    names = {"ai_exporter": "index of the exporter", "ai_importer": "index of the importer"}
    found = found[found["term"].isin(names)].replace({"term": names})
    fitted = data.assign(fitted=fits["PPML"].fitted)
    china = fitted[(fitted["year"] == 2022) & ((fitted["exporter"] == "CHN") | (fitted["importer"] == "CHN"))]
    latest = data[data["year"] == 2022]
    return {
        "coefficients": figures.coefficients(
            found, "At the same distance, both partners' index goes with more trade", group="model", source=SOURCE,
            unit="change of ln trade per index point",
        ),
        "potential": figures.potential(
            china, "Which flows of China are larger than index and distance let expect? 2022", label="pair",
            actual="trade_usd", source=SOURCE,
        ),
        "network": figures.network(
            latest, "China is the hub of trade among the eleven, 2022", unit="US$", weight="trade_usd", least=0.01,
            source=SOURCE,
        ),
        "specifications": figures.specification_curve(
            specifications(data), "How much does the coefficient of the exporter's index rest on the specification?",
            choices={"estimator": "estimator", "effects": "effects", "sample": "sample"}, main="main", source=SOURCE,
            unit="change of ln trade per index point",
        ),
    }  # fmt: skip


def specifications(data: pd.DataFrame) -> pd.DataFrame:
    """Coefficient of the exporter's index under every combination of estimator, effects and sample."""
    out = []
    for estimator, left in (("ols", "log(trade_usd)"), ("ppml", "trade_usd")):
        for effects in ("year", "exporter + year", "importer + year"):
            for gone, sample in (("", "all"), ("CHN", "without China"), ("SGP", "without Singapore")):
                rows = data[(data["exporter"] != gone) & (data["importer"] != gone)]
                formula = f"{left} ~ ai_exporter + ai_importer + log(distance_km) | {effects}"
                fit = getattr(gravity, estimator)(formula, rows, {"CRV1": "exporter^importer"})
                line = fit.tidy().set_index("term").loc["ai_exporter", ["estimate", "conf_low", "conf_high"]]
                main = (estimator, effects, sample) == ("ppml", "year", "all")
                name = {"ols": "log-OLS", "ppml": "PPML"}[estimator]
                out.append(line.to_dict() | {"estimator": name, "effects": effects, "sample": sample, "main": main})
    return pd.DataFrame(out)


if __name__ == "__main__":
    built = indexer.build()
    for name, chart in tables(built).items():
        figures.save(chart, HERE / "images" / f"tables-{name}.png")
    league(built).save(HERE / "images" / "index-2024.png", scale_factor=2)
    studies()
