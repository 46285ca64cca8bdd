// Two columns against each other: scores, published numbers, and context such as GDP.

import * as Plot from "@observablehq/plot";

import { colours, draw, figure, wrapped } from "../chart.js";
import { choice, h, table as tableOf } from "../dom.js";
import { number } from "../format.js";
import { measures, columnOf } from "./time.js";

export const title = "Scatter";
const FEW = 30;
const LONG = 26;

export function create(app) {
  const controls = h("div", { class: "controls" });
  const chart = h("div", { class: "chart" });
  const place = h("div");
  const heading = h("h2", { tabindex: "-1" });
  const node = h("section", {}, h("div", { class: "heading" }, heading), controls, chart, h("details", {}, h("summary", {}, "These numbers as a table"), place));

  function update() {
    const { state } = app;
    heading.textContent = `Two columns, ${state.year}`;
    const check = (key, text) => h("label", { class: "check" }, h("input", { type: "checkbox", id: key, checked: state[key] === "1", onchange: (event) => app.set({ [key]: event.target.checked ? "1" : "" }) }), text);
    controls.replaceChildren(
      choice("Across", columnChoices(app.data), state.x, (x) => app.set({ x }), { id: "x" }),
      check("logx", "log scale"),
      choice("Upwards", columnChoices(app.data), state.y, (y) => app.set({ y }), { id: "y" }),
      check("logy", "log scale"),
    );
    chart.replaceChildren(figure(picture(app, chart.clientWidth || 700), said(app)));
    const { columns, rows } = table(app);
    place.replaceChildren(tableOf(heading.textContent, [{ text: "Economy" }, ...columns.slice(3).map((text) => ({ text, number: true }))], rows.map((row) => [row[1], number(row[3]), number(row[4])])));
  }
  return { node, update, said: () => said(app), drawable: () => true, table: () => table(app), figures: (width) => [picture(app, width)] };
}

export function columnChoices(data) {
  return [
    ...measures(data),
    ["Published numbers", data.indicators.map((one) => [`raw.${one.id}`, one.name])],
    ...(data.context.length ? [["Context", data.context.map((one) => [`context.${one.id}`, one.name])]] : []),
  ];
}

/** Values of a column in the year, and its name with the unit. */
function column(app, id) {
  const { data, result } = app;
  const years = data.years.length;
  const cases = data.economies.map((_, e) => e * years + app.t());
  const [kind, name] = id.includes(".") ? [id.slice(0, id.indexOf(".")), id.slice(id.indexOf(".") + 1)] : ["score", id];
  if (kind === "context") {
    const one = data.context.find((other) => other.id === name);
    return { name: `${one.name} (${one.unit})`, values: cases.map((i) => one.values[i] ?? NaN) };
  }
  const at = columnOf(data, name);
  if (kind === "raw") {
    const one = data.indicators[at];
    return { name: `${one.name} (${one.unit}${one.lower_better ? "; lower is better" : ""})`, values: cases.map((i) => data.raw[i * data.indicators.length + at]) };
  }
  const m = data.indicators.length;
  return { name: at < m ? `${data.indicators[at].name} (score)` : data.nodes[at - m].name, values: cases.map((i) => result.stack[i * result.width + at]) };
}

/** The points that both columns, and the logarithms asked for, have. */
function points(app) {
  const { data, state } = app;
  const [x, y] = [column(app, state.x), column(app, state.y)];
  const fits = (v, log) => Number.isFinite(v) && (!log || v > 0);
  const all = data.economies.map(({ id, name }, e) => ({ id, name, x: x.values[e], y: y.values[e] }));
  const both = all.filter((one) => fits(one.x, state.logx) && fits(one.y, state.logy));
  return { x, y, both, all };
}

/** Whether one of two measures is made, among others, of the other. */
function nested(data, x, y) {
  const m = data.indicators.length;
  const below = (column) => (column < m ? [column] : [column, ...data.nodes[column - m].columns.flatMap(below)]);
  const parts = [x, y].map((id) => id.replace(/^raw\./, "")).filter((id) => !id.startsWith("context."));
  if (parts.length < 2) return false;
  const [a, b] = parts.map((id) => columnOf(data, id));
  return below(a).includes(b) || below(b).includes(a);
}

function correlation(a, b) {
  const n = a.length;
  const mean = (v) => v.reduce((sum, one) => sum + one, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((v, i) => {
    ab += (v - ma) * (b[i] - mb);
    aa += (v - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

/** Mean ranks, ties sharing. */
const rank = (values) => values.map((v) => values.reduce((sum, other) => sum + (other < v) + (other === v) / 2, 0.5));

function said(app) {
  const { both, all } = points(app);
  const { state } = app;
  if (both.length < 3) return `${both.length} economies have both.`;
  const of = (key, log) => both.map((one) => (log ? Math.log(one[key]) : one[key]));
  const [x, y] = [of("x", state.logx), of("y", state.logy)];
  const lost = all.length - both.length;
  const two = (v) => (Number.isFinite(v) ? v.toFixed(2).replace("-", "−") : "none");
  return `${both.length} economies; correlation ${two(correlation(x, y))} (of what is drawn), of ranks ${two(correlation(rank(x), rank(y)))}${lost ? `; ${lost} without both${state.logx || state.logy ? " or not above 0" : ""} left out` : ""}.${nested(app.data, state.x, state.y) ? " One of the two is part of the other, so they move together by construction." : ""}`;
}

/** Labels that meet no other: to the right of their point, else to the left, else none. */
function labelled(both, width, edge, toX, toY, must) {
  const taken = both.map((one) => [toX(one.x) - 5, toY(one.y) - 5, toX(one.x) + 5, toY(one.y) + 5]);
  const meets = (box) => taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
  const out = { start: [], end: [] };
  for (const one of [...both].sort((a, b) => must(b) - must(a))) {
    const [x, y, long] = [toX(one.x), toY(one.y), 6.6 * Math.min(one.name.length, LONG)];
    const right = [x + 7, y - 7, x + 9 + long, y + 7];
    const left = [x - 9 - long, y - 7, x - 7, y + 7];
    const side = right[2] < width && !meets(right) ? "start" : left[0] > edge && !meets(left) ? "end" : must(one) ? (right[2] < width ? "start" : "end") : null;
    if (side) {
      out[side].push(one);
      taken.push(side === "start" ? right : left);
    }
  }
  return out;
}

function picture(app, width) {
  const { state } = app;
  const { ink, muted, line, accent, down, paper } = colours();
  const { x, y, both } = points(app);
  const height = Math.max(340, Math.min(520, width * 0.7));
  const [across, upwards] = [x, y].map(({ name }) => wrapped(name, Math.floor((width - 24) / 6.6)));
  const deep = 14 * (across.length - 1);
  const box = { marginLeft: 62, marginRight: 20, marginTop: 30 + 14 * (upwards.length - 1), marginBottom: 46 + deep };
  const scale = (key, log) => {
    const values = both.map((one) => (log ? Math.log(one[key]) : one[key]));
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const pad = (high - low) * 0.05 || 1;
    const ends = both.length ? [low - pad, high + pad] : [0, 1];
    return { ends, domain: log ? ends.map(Math.exp) : ends, type: log ? "log" : "linear", part: (v) => ((log ? Math.log(v) : v) - ends[0]) / (ends[1] - ends[0]) };
  };
  const [sx, sy] = [scale("x", state.logx), scale("y", state.logy)];
  const toX = (v) => box.marginLeft + sx.part(v) * (width - box.marginLeft - box.marginRight);
  const toY = (v) => height - box.marginBottom - sy.part(v) * (height - box.marginTop - box.marginBottom);
  const chosen = (one) => one.id === state.economy;
  const shown = both.length <= FEW ? both : both.filter((one) => chosen(one) || state.shown.includes(one.id));
  const names = labelled(shown, width, box.marginLeft, toX, toY, chosen);
  const text = (side) => Plot.text(names[side], { x: "x", y: "y", text: ({ name }) => (name.length > LONG ? `${name.slice(0, LONG - 1)}…` : name), textAnchor: side, dx: side === "start" ? 9 : -9, fill: ink, stroke: paper, strokeWidth: 3, fontWeight: (d) => (chosen(d) ? 700 : 400) });
  const ticks = width < 520 ? 4 : 7;
  const format = { tickFormat: (v) => number(v) };
  return draw(
    {
      width, height, ...box,
      x: { domain: sx.domain, type: sx.type, label: across.join("\n"), labelArrow: "none", labelAnchor: "right", labelOffset: 40 + deep, ...(state.logx ? { ticks: 4, tickFormat: "~s" } : { ticks, ...format }) },
      y: { domain: sy.domain, type: sy.type, label: upwards.join("\n"), labelArrow: "none", ...(state.logy ? { ticks: 4, tickFormat: "~s" } : { ticks: 6, ...format }) },
      marks: [
        Plot.gridX({ stroke: line, strokeOpacity: 1, ticks: state.logx ? 4 : ticks }),
        Plot.gridY({ stroke: line, strokeOpacity: 1, ticks: state.logy ? 4 : 6 }),
        Plot.dot(both.filter((d) => !chosen(d)), { x: "x", y: "y", r: 4, fill: accent, fillOpacity: 0.7 }),
        Plot.dot(both.filter(chosen), { x: "x", y: "y", r: 6.5, fill: down, symbol: "diamond" }),
        text("start"),
        text("end"),
        Plot.tip(both, Plot.pointer({ x: "x", y: "y", title: (d) => `${d.name}\n${number(d.x)}; ${number(d.y)}`, fill: paper, stroke: muted })),
      ],
    },
    `${y.name} against ${x.name}, ${both.length} economies in ${state.year}. ${said(app)} The numbers stand in the table below.`,
  );
}

function table(app) {
  const { x, y, all } = points(app);
  return { columns: ["economy", "name", "year", x.name, y.name], rows: all.map((one) => [one.id, one.name, Number(app.state.year), one.x, one.y]) };
}
