// What the index is: framework, method, sources, licences.

import { h, link, plural, table as tableOf } from "../dom.js";
import { percent } from "../format.js";
import { CHAINS } from "../score.js";
import { SCALES } from "../settings.js";

export const title = "About";

export function create(app) {
  const { data } = app;
  const node = h("section", { class: "prose" });
  let made = false;

  function update() {
    if (made) return;
    made = true;
    const { edition } = data;
    const m = data.indicators.length;
    const upper = data.nodes.slice(0, -1);
    node.replaceChildren(
      h("div", { class: "heading" }, h("h2", { tabindex: "-1" }, "About this index")),
      h("p", { class: "lead" }, edition.why),
      h("p", {}, `Edition ${edition.edition}: ${plural(data.economies.length, "economy", "economies")}, ${data.years[0]}–${data.years.at(-1)}, ${plural(m, "indicator")} in ${plural(upper.filter(({ level }) => level === "set").length, "set")}.`, data.frozen_from ? ` Bounds and weights are those fitted for edition ${data.frozen_from}.` : ` Bounds and weights are fitted on the years ${edition.reference_years.join("–")}.`),
      h("h3", {}, "How to read it"),
      h("ul", {}, [
        "An index is a choice of indicators, scales, weights and means. The sliders show what other choices give; “Back to the edition” returns to the published one.",
        "The rank interval tells how far a rank depends on these choices. Where the intervals of two economies overlap, their order may depend on them, too.",
        "Scores of an edition compare among its economies and years, not with those of another edition.",
        "Cells that nobody observed are interpolated or carried from an earlier year, and say so. The observed share is the part of the weight that rests on observed cells.",
        "The index describes; it does not show what causes what.",
      ].map((text) => h("li", {}, text))),
      h("h3", {}, "Sets"),
      h("dl", { class: "sets" }, upper.map((one) => [h("dt", {}, one.name), h("dd", {}, one.definition || one.members.join(", "))])),
      h("h3", {}, "Method"),
      tableOf("Weighting and mean of each level, as the edition has them", [{ text: "Level" }, { text: "Weighting" }, { text: "Mean" }, { text: "Least share present", number: true }], data.nodes.map((one) => [one.name, one.weighting, one.aggregate.replaceAll("_", " "), percent(one.minShare)])),
      h("p", {}, `Scale: ${SCALES[edition.normalise.method]}${edition.normalise.low === undefined ? "" : `, from ${edition.normalise.low} to ${edition.normalise.high}`}. ${edition.normalise.why}`),
      h("h3", {}, "Indicators and sources"),
      tableOf("Indicators", [{ text: "Indicator" }, { text: "Enters" }, { text: "Weight in the index", number: true }, { text: "Source" }, { text: "Licence" }], indicators(app)),
      data.indicators.some((one) => one.weak.length) && h("details", {}, h("summary", {}, "Weak points of the series"), h("ul", {}, data.indicators.flatMap((one) => one.weak.map((text) => h("li", {}, h("b", {}, one.name), `: ${text}`))))),
      h("h3", {}, "Licence"),
      h("p", {}, `The index is published under ${data.licence}. The facts keep the licences of their publishers, which stand with each indicator.`),
      h("p", {}, `Cite as: ${data.title}, edition ${edition.edition}, made with ai-trade-indexer ${data.version}.`),
      h("h3", {}, "Check it"),
      h("p", {}, "With ai-trade-indexer ", data.version, ", ", h("code", {}, rebuilt(data)), " makes these scores again from the facts, and ", h("code", {}, "indexer verify FOLDER"), " tells whether a release is as it was published. CSV on this page saves every cell with its status."),
      h("details", {}, h("summary", {}, "Software in this page"), h("pre", { tabindex: "0" }, document.getElementById("licences").textContent)),
    );
  }
  return { node, update, said: () => "", table: () => table(app), drawable: () => false, figures: () => [] };
}

/** The command that makes the scores of the page. */
const rebuilt = ({ edition, frozen_from: frozen, shipped }) =>
  `indexer build${shipped ? "" : " --indicators FOLDER"} --edition ${edition.edition}${frozen ? " --freeze-from parameters.json" : ""}`;

function indicators({ data, base }) {
  // below other means a nested weight says nothing of what an indicator counts
  const nested = base.whole && data.nodes.every(({ aggregate }) => CHAINS.has(aggregate));
  return data.indicators.map((one, j) => [
    h("span", {}, h("b", {}, one.name), h("span", { class: "source" }, one.definition, ` Unit: ${one.unit}.`, one.lower_better ? " Lower is better." : "", one.trade_outcome ? " It is itself trade." : "")),
    `${one.enters.replaceAll("_", " ")}${one.transform === "none" ? "" : `, ${one.transform}`}`,
    nested ? percent(base.whole[j], 1) : null,
    link(one.source.url, `${one.source.publisher}, ${one.source.dataset} (${one.source.vintage})`),
    one.source.licence,
  ]);
}

/** Every cell of the edition. */
function table({ data, base }) {
  const m = data.indicators.length;
  const columns = ["economy", "year", "indicator", "raw", "normalised", "status", "source_year"];
  const rows = data.economies.flatMap(({ id }, e) =>
    data.years.flatMap((year, t) =>
      data.indicators.map((one, j) => {
        const k = (e * data.years.length + t) * m + j;
        return [id, year, one.id, data.raw[k], base.y?.[k], data.statuses[data.status[k]], data.source_year[k]];
      }),
    ),
  );
  return { columns, rows };
}
