// Over time: lines of the chosen economies, the others faint behind them.

import * as Plot from "@observablehq/plot";

import { apart, colours, draw, figure } from "../chart.js";
import { choice, h, plural, table as tableOf } from "../dom.js";
import { digitsOf, score } from "../format.js";
import { label, scaleText } from "../model.js";

export const title = "Over time";

export function create(app) {
  const { data } = app;
  const heading = h("h2", { tabindex: "-1" });
  const controls = h("div", { class: "controls" });
  const chips = h("ul", { class: "chips", "aria-label": "Economies shown" });
  const chart = h("div", { class: "chart" });
  const numbers = h("details", {}, h("summary", {}, "These numbers as a table"));
  const place = h("div");
  numbers.append(place);
  const node = h("section", {}, h("div", { class: "heading" }, heading), controls, chips, chart, numbers);

  function update() {
    const { state } = app;
    heading.textContent = `${label(data, columnOf(data, state.measure))} over time`;
    const free = data.economies.filter(({ id }) => !state.shown.includes(id));
    const add = (id) => id && app.set({ shown: [...state.shown, id] });
    controls.replaceChildren(
      choice("Measure", measures(data), state.measure, (measure) => app.set({ measure }), { id: "measure" }),
      choice("As", [["", [["score", "Score"], ["rank", "Rank"]]]], state.mode, (mode) => app.set({ mode }), { id: "mode" }),
      choice("Add an economy", [["", [["", "Choose…"], ...free.map((one) => [one.id, one.name])]]], "", add, { id: "add" }),
      h("button", { type: "button", class: "quiet", onclick: () => app.set({ shown: [] }) }, "Clear"),
    );
    const tints = tintsOf(state.shown);
    chips.replaceChildren(
      ...state.shown.map((id) =>
        h("li", {}, h("button", { type: "button", "aria-label": `Remove ${app.nameOf(id)}`, onclick: () => app.set({ shown: state.shown.filter((other) => other !== id) }) }, h("i", { style: `background:${tints[id].stroke}` }), app.nameOf(id), h("span", { "aria-hidden": "true" }, " ×"))),
      ),
    );
    chart.replaceChildren(figure(picture(app, chart.clientWidth || 700), legend(app)));
    const { years } = data;
    const found = series(app);
    const digits = state.mode === "rank" ? 0 : digitsOf(app.result.range);
    const chosen = found.filter(({ id }) => state.shown.includes(id));
    place.replaceChildren(tableOf(captionOf(app), [{ text: "Economy" }, ...years.map((year) => ({ text: String(year), number: true }))], chosen.map(({ name, values }) => [name, ...values.map((v) => score(v, digits))])));
  }
  return { node, update, said: () => legend(app), drawable: () => true, table: () => table(app), figures: (width) => [picture(app, width)] };
}

/** The index, sets and indicators, for choices. */
export function measures(data) {
  const upper = data.nodes.slice(0, -1).reverse();
  return [
    ["", [["index", "Index"]]],
    ...(upper.length ? [["Sets", [...upper].reverse().map((one) => [one.id, one.name])]] : []),
    ["Indicators", data.indicators.map((one) => [one.id, one.name])],
  ];
}

/** The column of the stack that has this name. */
export function columnOf(data, id) {
  const at = data.indicators.findIndex((one) => one.id === id);
  return at >= 0 ? at : data.indicators.length + data.nodes.findIndex((one) => one.id === id);
}

function series(app) {
  const { data, result, state } = app;
  const column = columnOf(data, state.measure);
  const n = data.years.length;
  const ranks = state.mode === "rank" ? app.ranksOf(column) : null;
  return data.economies.map(({ id, name }, e) => ({
    id,
    name,
    statuses: column < data.indicators.length ? data.years.map((_, t) => statusOf(data, (e * n + t) * data.indicators.length + column)) : null,
    values: data.years.map((_, t) => (ranks ? ranks[e * n + t] || NaN : result.stack[(e * n + t) * result.width + column])),
  }));
}

/** What a cell of an indicator is, in words. */
const statusOf = ({ status, statuses, source_year: years }, k) => `${statuses[status[k]]}${statuses[status[k]] === "carried" ? ` from ${years[k]}` : ""}`;
const seen = (status) => ["", "observed", "corrected"].includes(status);

/** The caption under the chart: what is drawn, on which scale, and what hollow dots are. */
function legend(app) {
  const direction = app.state.mode === "rank" ? "1 is the best" : scaleText(app.result);
  const cells = columnOf(app.data, app.state.measure) < app.data.indicators.length;
  return `${captionOf(app)}; ${direction}. ${cells ? "Hollow dots: not observed in that year, but carried, interpolated or imputed." : "Where cells were carried from an earlier year, a line flattens: see the observed shares."}`;
}

const captionOf = ({ data, state }) =>
  `${label(data, columnOf(data, state.measure))}, ${state.mode === "rank" ? `rank among ${plural(data.economies.length, "economy", "economies")}` : "score"}, ${data.years[0]}–${data.years.at(-1)}`;

/** Colour and dash of each chosen economy: eight colours, then the same ones dashed. */
function tintsOf(shown) {
  const { lines } = colours();
  return Object.fromEntries(shown.map((id, k) => [id, { stroke: lines[k % lines.length], dash: k >= lines.length ? "5 3" : null }]));
}

function picture(app, width) {
  const { data, state } = app;
  const { ink, muted, line, faint, paper } = colours();
  const found = series(app);
  const chosen = state.shown.map((id) => found.find((one) => one.id === id)).filter(Boolean);
  const narrow = width < 520;
  const longest = Math.max(6, ...chosen.map(({ name }) => name.length));
  const box = { top: 20, bottom: 34, left: 40, right: Math.min(narrow ? 0.42 * width : 240, 34 + 7 * longest), height: Math.max(narrow ? 380 : 440, 15 * chosen.length + 60) };
  const all = found.flatMap(({ values }) => values).filter(Number.isFinite);
  const byRank = state.mode === "rank";
  let [low, high] = byRank ? [1, Math.max(2, ...all)] : [Math.min(...all), Math.max(...all)];
  if (!all.length) [low, high] = [0, 1];
  const pad = byRank ? 0.5 : (high - low) * 0.04 || 1;
  const domain = byRank ? [high + pad, low - pad] : [low - pad, high + pad];
  const inner = box.height - box.top - box.bottom;
  const toY = (v) => box.top + ((domain[1] - v) / (domain[1] - domain[0])) * inner;
  const fromY = (p) => domain[1] - ((p - box.top) / inner) * (domain[1] - domain[0]);
  const points = (one) => one.values.map((v, t) => ({ year: data.years[t], v, name: one.name, id: one.id, status: one.statuses?.[t] ?? "" })).filter(({ v }) => Number.isFinite(v));
  const tints = tintsOf(state.shown);
  const ends = chosen.map((one) => points(one).at(-1)).filter(Boolean);
  const places = apart(ends.map(({ v }) => toY(v)), 15, box.top, box.height - box.bottom);
  const behind = found.filter(({ id }) => !state.shown.includes(id)).flatMap((one) => points(one));
  const front = chosen.flatMap((one) => points(one));
  const digits = byRank ? 0 : digitsOf(app.result.range);
  const room = Math.floor((box.right - 30) / 7);
  const cut = (text) => (text.length > room ? `${text.slice(0, room - 1)}…` : text);
  return draw(
    {
      width, height: box.height, marginTop: box.top, marginBottom: box.bottom, marginLeft: box.left, marginRight: box.right,
      x: { ticks: yearsShown(data.years, narrow ? 4 : 10), tickFormat: "d", label: null, type: data.years.length > 1 ? "linear" : "point" },
      y: { domain, label: null, grid: false, ...(byRank ? { ticks: rankTicks(high), tickFormat: "d" } : { ticks: 6 }) },
      marks: [
        Plot.gridY({ stroke: line, strokeOpacity: 1, ...(byRank ? { ticks: rankTicks(high) } : { ticks: 6 }) }),
        Plot.line(behind, { x: "year", y: "v", z: "id", stroke: faint, strokeWidth: 1 }),
        ...chosen.map((one) => Plot.line(points(one), { x: "year", y: "v", stroke: tints[one.id].stroke, strokeWidth: 2.2, strokeDasharray: tints[one.id].dash })),
        Plot.dot(front, { x: "year", y: "v", r: 2.8, fill: ({ id, status }) => (seen(status) ? tints[id].stroke : paper), stroke: ({ id }) => tints[id].stroke }),
        Plot.dot(ends, { x: "year", y: (_, k) => fromY(places[k]), dx: 13, r: 3.4, symbol: "square", fill: ({ id }) => tints[id].stroke }),
        Plot.text(ends, { x: "year", y: (_, k) => fromY(places[k]), text: ({ name }) => cut(name), dx: 21, textAnchor: "start", fill: ink }),
        Plot.tip(front, Plot.pointer({ x: "year", y: "v", title: ({ name, year, v, status }) => `${name}\n${year}: ${score(v, digits)}${seen(status) ? "" : ` (${status})`}`, fill: paper, stroke: muted })),
      ],
    },
    `Lines of ${chosen.map(({ name }) => name).join(", ") || "no economy"}: ${captionOf(app)}. The numbers stand in the table below.`,
  );
}

const yearsShown = (years, most) => years.filter((_, k) => (years.length - 1 - k) % Math.ceil(years.length / most) === 0);
const rankTicks = (high) => [1, ...[5, 10, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 220].filter((r) => r <= high && (high < 50 || r % 20 === 0))];

function table(app) {
  const rows = series(app)
    .filter(({ id }) => !app.state.shown.length || app.state.shown.includes(id))
    .flatMap(({ id, name, values, statuses }) => values.map((v, t) => [id, name, app.data.years[t], v, ...(statuses ? [statuses[t]] : [])]));
  return { columns: ["economy", "name", "year", `${app.state.measure}${app.state.mode === "rank" ? "_rank" : ""}`, ...(columnOf(app.data, app.state.measure) < app.data.indicators.length ? ["status"] : [])], rows };
}
