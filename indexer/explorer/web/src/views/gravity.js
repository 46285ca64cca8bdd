// Gravity studies: the finding, its coefficients, its tables, and what weakens it.

import * as Plot from "@observablehq/plot";

import { colours, draw, figure, rowNames } from "../chart.js";
import { choice, h, table as tableOf } from "../dom.js";
import { number } from "../format.js";

export const title = "Gravity";
const MANY = 24;
const LONG = 36;
const BARS = "Dots: estimates; bars: their 95 % intervals.";
const SYMBOLS = ["circle", "square", "triangle", "diamond"];

export function create(app) {
  const { studies } = app.data;
  const node = h("section");

  function update() {
    const study = studies[Number(app.state.study)];
    const heading = h("div", { class: "heading" }, h("h2", { tabindex: "-1" }, study ? study.title : "Gravity"));
    if (!study) {
      node.replaceChildren(heading, h("p", {}, "This page was made without a gravity study. `indexer study NAME --json` writes one as a file, and `indexer report --study FILE.json` shows it here."));
      return;
    }
    const part = portion(study);
    const portions = part && choice(capital(part.name), [["", part.values.map((one, k) => [String(k), one])]], app.state.part, (chosen) => app.set({ part: chosen }), { id: "part" });
    const controls = studies.length > 1 && h("div", { class: "controls" }, choice("Study", [["", studies.map((one, k) => [String(k), one.title])]], app.state.study, (chosen) => app.set({ study: chosen, part: "0" }), { id: "study" }));
    const chart = h("div", { class: "chart" });
    node.replaceChildren(...[heading, controls, h("p", { class: "finding" }, marked(study.sentence)), h("p", { class: "note" }, "As it was computed when this page was made: weights and methods moved here do not change it."), portions && h("div", { class: "controls" }, portions), chart, ...tables(study, app.state.part), caveats(study)].filter(Boolean));
    if (study.coefficients.length) chart.replaceChildren(figure(coefficients(study, app.state.part, chart.clientWidth || 700), `${BARS} An interval that holds 0 does not tell the coefficient from 0.`));
  }
  const figures = (width) => {
    const study = studies[Number(app.state.study)];
    return study?.coefficients.length ? [coefficients(study, app.state.part, width)] : [];
  };
  const drawable = () => Boolean(studies[Number(app.state.study)]?.coefficients.length);
  /** What a picture that leaves the page must say: the coefficient, and the portion that is drawn. */
  const said = () => {
    const study = studies[Number(app.state.study)];
    const part = portion(study);
    return [study.chart, part && `${capital(part.name)}: ${part.values[Number(app.state.part)] ?? part.values[0]}`, BARS].filter(Boolean).join(". ");
  };
  const sources = () => studies[Number(app.state.study)].caveats.filter((text) => text.includes("Source:")).join(" ");
  return { node, update, said, sources, drawable, table: () => table(app), figures };
}

const capital = (text) => text.replace(/^./, (c) => c.toUpperCase());

/** Text in which `names` of commands and columns stand in backticks. */
const marked = (text) => text.split(/`([^`]+)`/).map((part, k) => (k % 2 ? h("code", {}, part) : part));

const caveats = ({ caveats: list }) => list.length > 0 && h("div", {}, h("h3", {}, "What weakens it"), h("ul", { class: "caveats" }, list.map((text) => h("li", {}, marked(text)))));

/** The main table stands open, in the chosen portion; the others open on demand. */
function tables(study, chosen) {
  const part = portion(study);
  return study.tables.map((one, k) => {
    const at = part ? one.columns.indexOf(part.name) : -1;
    const rows = k === 0 && at >= 0 ? one.rows.filter((row) => row[at] === part.values[Number(chosen)]) : one.rows;
    const node = tableNode(one, rows);
    return k === 0 ? node : h("details", { id: `study-table-${k}` }, h("summary", {}, one.caption), node);
  });
}

function tableNode({ caption, columns, digits, notes }, rows) {
  const kept = columns.map((_, k) => k).filter((k) => rows.some((row) => row[k] !== null && row[k] !== ""));
  const text = (v, k) => {
    if (typeof v !== "number") return v;
    const places = digits[columns[k]];
    if (places !== null && places !== undefined) return v.toFixed(places).replace("-", "−");
    return Number.isInteger(v) || Math.abs(v) >= 1000 ? number(v) : v.toFixed(3).replace("-", "−");
  };
  const head = kept.map((k) => ({ text: columns[k].replaceAll("_", " "), number: rows.some((row) => typeof row[k] === "number") }));
  const cell = (v, k) => (typeof v === "string" && v.length > LONG ? h("span", { class: "long" }, v) : text(v, k));
  return h("div", { class: "study" }, tableOf(caption, head, rows.map((row) => kept.map((k) => cell(row[k], k)))), notes.map((one) => h("p", { class: "note" }, marked(one))));
}

/** The part, such as a window, by which many coefficients are shown in portions; null where they are few. */
function portion({ coefficients }) {
  if (coefficients.length <= MANY) return null;
  const names = [...new Set(coefficients.flatMap(({ parts }) => Object.keys(parts)))];
  const values = (name) => [...new Set(coefficients.map(({ parts }) => parts[name]).filter(Boolean))];
  const name = names.find((one) => values(one).length > 1 && values(one).length <= 8);
  return name ? { name, values: values(name) } : null;
}

/** The coefficients shown: all, or those of the chosen portion, each with a label and what its colour stands for. */
function shown(study, chosen) {
  const part = portion(study);
  const value = part && (part.values[Number(chosen)] ?? part.values[0]);
  const rows = study.coefficients.filter(({ parts }) => !part || parts[part.name] === value);
  const names = [...new Set(rows.flatMap(({ parts }) => Object.keys(parts)))].filter((name) => name !== part?.name);
  const kinds = (name) => new Set(rows.map(({ parts }) => parts[name])).size;
  const by = names.find((name) => kinds(name) > 1 && kinds(name) <= 4);
  return rows.map((one, k) => ({ ...one, key: String(k), label: names.map((name) => one.parts[name]).filter(Boolean).join(" · "), kind: one.parts[by] ?? "" }));
}

function coefficients(study, chosen, width) {
  const { ink, muted, line, accent, lines } = colours();
  const rows = shown(study, chosen);
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const tint = ({ kind }) => (kinds.length < 2 ? accent : lines[kinds.indexOf(kind) % lines.length]);
  const narrow = width < 560;
  const names = rowNames(rows.map(({ label }) => label), narrow ? 130 : 420);
  const text = Object.fromEntries(rows.map(({ key }, k) => [key, names.text[k]]));
  return draw(
    {
      width, height: 60 + names.step * rows.length, marginLeft: names.margin, marginRight: narrow ? 48 : 70, marginBottom: 40,
      x: { label: "coefficient", labelArrow: "none", nice: true, ticks: narrow ? 3 : 8 },
      y: { domain: rows.map(({ key }) => key), tickFormat: (key) => text[key], label: null, tickSize: 0 },
      marks: [
        Plot.gridX({ stroke: line, strokeOpacity: 1, ticks: narrow ? 3 : 8 }),
        Plot.ruleX([0], { stroke: muted }),
        Plot.link(rows, { x1: "low", x2: "high", y1: "key", y2: "key", stroke: tint, strokeWidth: 2.4 }),
        Plot.dot(rows, { x: "estimate", y: "key", r: 4.5, fill: tint, symbol: ({ kind }) => SYMBOLS[kinds.indexOf(kind) % SYMBOLS.length] }),
        Plot.text(rows, { x: "high", y: "key", dx: 8, textAnchor: "start", text: ({ estimate }) => estimate.toFixed(2).replace("-", "−"), fill: ink }),
      ],
    },
    `Coefficients and 95 % intervals: ${study.title} They stand in the tables below.`,
  );
}

function table(app) {
  const main = app.data.studies[Number(app.state.study)]?.tables[0];
  return main ? { columns: main.columns, rows: main.rows } : { columns: [], rows: [] };
}
