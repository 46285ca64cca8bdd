// One economy: its profile against peers, strengths and weaknesses, every cell, and what changed (waterfall.js).

import * as Plot from "@observablehq/plot";

import { colours, draw, rowNames } from "../chart.js";
import { choice, h, link, plural, scrolling } from "../dom.js";
import { digitsOf, number, percent, score, signed, span } from "../format.js";
import { label, scaleText } from "../model.js";
import { rounded } from "../score.js";
import { changesOf, waterfall } from "./waterfall.js";

export const title = "Economy";
const NEAR = 5;
const SHOWN = 3;

export function create(app) {
  const { data } = app;
  const heading = h("h2", { tabindex: "-1" });
  const controls = h("div", { class: "controls" });
  const facts = h("dl", { class: "facts" });
  const sides = h("div", { class: "pair" });
  const profile = h("div");
  const changes = h("div", { class: "changes" });
  const node = h("section", {}, h("div", { class: "heading" }, heading), controls, facts, sides, profile, changes);

  function update() {
    const { state } = app;
    heading.textContent = `${app.nameOf(state.economy)} ${state.year}`;
    controls.replaceChildren(
      choice("Economy", [["", data.economies.map((one) => [one.id, one.name])]], state.economy, (economy) => app.set({ economy }), { id: "economy" }),
      choice("Compared with", peerChoices(data), state.peers, (peers) => app.set({ peers }), { id: "peers" }),
    );
    const rows = compared(app);
    facts.replaceChildren(...factsOf(app).map(([term, said]) => h("div", {}, h("dt", {}, term), h("dd", {}, said))));
    sides.replaceChildren(...strengths(app, rows));
    profile.replaceChildren(profileTable(app, rows));
    changes.replaceChildren(...changesOf(app, changes.clientWidth || 700));
  }
  const figures = (width) => [profilePicture(app, width), waterfall(app, width)].filter(Boolean);
  const said = () => `Scores ${scaleText(app.result)}. Above: its score (dot; hollow where a number was not observed in that year), range and median of its peers. Below: contributions to the change of the index.`;
  return { node, update, said, drawable: () => true, table: () => table(app), figures };
}

const peerChoices = (data) => [
  ["", [["all", "All economies"], ["near", `The ${NEAR} nearest by index`]]],
  ...(data.groups.length ? [["Groups", data.groups.map(({ id, name }) => [id, name])]] : []),
  ["One economy", data.economies.map(({ id, name }) => [`=${id}`, name])],
];

/** Places of the peers, the economy itself left out. */
export function peersOf(app) {
  const { data, state, result } = app;
  const self = app.at(state.economy);
  const others = data.economies.map((_, e) => e).filter((e) => e !== self);
  if (state.peers.startsWith("=")) return others.filter((e) => data.economies[e].id === state.peers.slice(1));
  const group = data.groups.find(({ id }) => id === state.peers);
  if (group) return others.filter((e) => group.members.includes(data.economies[e].id));
  if (state.peers !== "near") return others;
  const index = (e) => result.index[e * data.years.length + app.t()];
  const gap = (e) => Math.abs(index(e) - index(self));
  return others.filter((e) => Number.isFinite(gap(e))).sort((a, b) => gap(a) - gap(b)).slice(0, NEAR);
}

function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length ? (sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2) : NaN;
}

/** Index, sets and their indicators, in the order of the tree: own value, and the peers' median, range and rank. */
function compared(app) {
  const { data, result } = app;
  const m = data.indicators.length;
  const peers = peersOf(app);
  const value = (e, column) => result.stack[(e * data.years.length + app.t()) * result.width + column];
  const rows = [];
  const down = (column, depth) => {
    const own = value(app.at(app.state.economy), column);
    const others = peers.map((e) => value(e, column)).filter(Number.isFinite);
    const rank = Number.isFinite(own) && others.length ? 1 + others.filter((v) => rounded(v) > rounded(own)).length : null;
    rows.push({ column, depth, name: label(data, column), own, others, median: median(others), rank, of: others.length + 1 });
    if (column >= m) data.nodes[column - m].columns.forEach((below) => down(below, depth + 1));
  };
  down(result.width - 1, 0);
  return rows;
}

function factsOf(app) {
  const { data, result, state } = app;
  const i = app.at(state.economy) * data.years.length + app.t();
  const n = data.economies.filter((_, e) => result.ranks[e * data.years.length + app.t()]).length;
  const out = [
    ["Index", score(result.index[i], digitsOf(result.range))],
    ["Rank", result.ranks[i] ? `${result.ranks[i]} of ${n}` : "–"],
  ];
  if (!data.intervals.refused && data.intervals.low[i] !== null) out.push([app.changed ? "Rank interval (edition)" : "Rank interval", span(data.intervals.low[i], data.intervals.high[i])]);
  out.push(["Observed share", percent(result.observed[i])]);
  return out;
}

/** Strengths and weaknesses: indicators furthest above and below the peers' median. */
function strengths(app, rows) {
  const { data } = app;
  const m = data.indicators.length;
  const digits = digitsOf(app.result.range);
  const gaps = rows.filter(({ column, own, median: middle }) => column < m && Number.isFinite(own - middle)).map((one) => ({ ...one, gap: one.own - one.median }));
  const doubt = (column) => (observed(app, column) ? "" : `; ${statusText(app, column)}`);
  const item = ({ name, column, gap, rank, of }) =>
    h("li", {}, h("b", {}, name), h("span", {}, `${signed(gap, digits)} points from the peers’ median; rank ${rank} of ${of}${doubt(column)}`));
  const list = (text, kind, chosen) =>
    h("div", { class: kind }, h("h3", {}, text), chosen.length ? h("ol", {}, chosen.map(item)) : h("p", { class: "note" }, "None among these peers."));
  const sorted = gaps.sort((a, b) => b.gap - a.gap);
  return [
    list("Strengths", "up", sorted.filter(({ gap }) => gap > 0).slice(0, SHOWN)),
    list("Weaknesses", "down", sorted.filter(({ gap }) => gap < 0).reverse().slice(0, SHOWN)),
  ];
}

const caseOf = (app, column) => (app.at(app.state.economy) * app.data.years.length + app.t()) * app.data.indicators.length + column;

/** The published number in its unit, or that of the year it was carried from. */
function rawText(app, column) {
  const { data } = app;
  const k = caseOf(app, column);
  const status = data.statuses[data.status[k]];
  const { unit } = data.indicators[column];
  if (Number.isFinite(data.raw[k]) && status !== "carried") return `${number(data.raw[k])} (${unit})`;
  const year = data.source_year[k];
  if (status === "carried") {
    const t = data.years.indexOf(year);
    const then = t >= 0 ? data.raw[k + (t - app.t()) * data.indicators.length] : data.raw[k];
    return Number.isFinite(then) ? `${number(then)} in ${year} (${unit})` : `value of ${year}`;
  }
  return status === "missing" ? "no number" : status;
}

const statusText = (app, column) => {
  const { data } = app;
  const k = caseOf(app, column);
  const status = data.statuses[data.status[k]];
  return status === "carried" ? `carried from ${data.source_year[k]}` : status;
};

const observed = (app, column) => ["observed", "corrected"].includes(statusText(app, column));

function profileTable(app, rows) {
  const { data } = app;
  const m = data.indicators.length;
  const digits = digitsOf(app.result.range);
  const body = rows.map((one) => {
    const meta = one.column < m ? data.indicators[one.column] : null;
    const name = meta
      ? [h("span", { class: "name" }, one.name), h("span", { class: "source phone" }, `${rawText(app, one.column)}; ${statusText(app, one.column)}`), h("span", { class: "source" }, meta.lower_better && "Lower is better. ", link(meta.source.url, meta.source.publisher), `; ${meta.source.licence}`)]
      : one.name;
    const status = meta ? statusText(app, one.column) : "";
    return h(
      "tr",
      { class: meta ? "leaf" : one.depth === 0 ? "root" : "branch" },
      h("th", { scope: "row" }, name),
      h("td", { class: "strip" }, strip(app, one)),
      h("td", { class: "number" }, score(one.own, digits)),
      h("td", { class: "number medium" }, score(one.median, digits)),
      h("td", { class: "number medium" }, one.rank ? `${one.rank}/${one.of}` : "–"),
      h("td", { class: "raw desk" }, meta ? rawText(app, one.column) : ""),
      h("td", { class: "desk" }, meta ? h("span", { class: `status ${status.split(" ")[0]}` }, status) : ""),
    );
  });
  const head = [["Profile"], ["", "strip"], ["Score", "number"], ["Peers’ median", "number medium"], ["Rank", "number medium"], ["Published number", "desk"], ["Status", "desk"]];
  const caption = `Scores of ${app.nameOf(app.state.economy)} in ${app.state.year}, ${scaleText(app.result)}.`;
  const marks = ` Dot: its score, hollow where the number was not observed in that year; bar: lowest to highest of ${plural(peersOf(app).length, "peer")}; tick: their median`;
  return scrolling(
    "Profile",
    h("table", { class: "profile" }, h("caption", {}, caption, h("span", { class: "strip" }, marks)), h("thead", {}, h("tr", {}, head.map(([text, kind]) => h("th", { scope: "col", class: kind }, text || h("span", { class: "hidden" }, "Chart"))))), h("tbody", {}, body)),
  );
}

function strip(app, { column, own, others, median: middle }) {
  const at = (v) => 100 * app.position(v, column);
  const low = at(Math.min(...others));
  return h(
    "span",
    { class: "track", "aria-hidden": "true" },
    others.length > 0 && h("i", { class: "span", style: `left:${low}%;width:${Math.max(at(Math.max(...others)) - low, 0.5)}%` }),
    others.length > 0 && h("i", { class: "tick", style: `left:${at(middle)}%` }),
    Number.isFinite(own) && h("i", { class: column < app.data.indicators.length && !observed(app, column) ? "dot hollow" : "dot", style: `left:${at(own)}%` }),
  );
}

/** The profile as a picture that can leave the page. */
function profilePicture(app, width) {
  const { data } = app;
  const { ink, line, faint, accent, muted, paper } = colours();
  const seen = ({ column }) => column >= data.indicators.length || observed(app, column);
  const rows = compared(app).map((one) => ({ ...one, key: `${one.column}`, low: Math.min(...one.others), high: Math.max(...one.others) }));
  const names = rowNames(rows.map(({ name }) => name), 300);
  const text = Object.fromEntries(rows.map(({ key }, k) => [key, names.text[k]]));
  const there = rows.filter(({ others }) => others.length);
  const spread = rows.flatMap(({ own, low, high }) => [own, low, high]).filter(Number.isFinite);
  return draw(
    {
      width, height: 60 + names.step * rows.length, marginLeft: names.margin, marginRight: 16, marginTop: 10, marginBottom: 46,
      x: { domain: [Math.min(app.ends()[0], ...spread), Math.max(app.ends()[1], ...spread)], label: `score (dot), range and median of ${plural(peersOf(app).length, "peer")}`, labelAnchor: "right", labelOffset: 40, labelArrow: "none" },
      y: { domain: rows.map(({ key }) => key), tickFormat: (key) => text[key], label: null, tickSize: 0 },
      marks: [
        Plot.gridX({ stroke: line, strokeOpacity: 1 }),
        Plot.link(there, { x1: "low", x2: "high", y1: "key", y2: "key", stroke: faint, strokeWidth: 7 }),
        Plot.tickX(there, { x: "median", y: "key", stroke: muted, strokeWidth: 2, insetTop: 4, insetBottom: 4 }),
        Plot.dot(rows.filter(({ own }) => Number.isFinite(own)), { x: "own", y: "key", r: (d) => (d.column < data.indicators.length ? 4 : 5.5), fill: (d) => (seen(d) ? accent : paper), stroke: (d) => (seen(d) ? ink : accent), strokeWidth: (d) => (seen(d) ? 0.5 : 2) }),
      ],
    },
    `Profile of ${app.nameOf(app.state.economy)} in ${app.state.year}`,
  );
}

function table(app) {
  const { data } = app;
  const m = data.indicators.length;
  const columns = ["economy", "year", "level", "id", "name", "score", "peers_median", "rank_among_peers", "peers", "raw", "unit", "status", "source_year", "publisher", "dataset", "licence", "url"];
  const rows = compared(app).map((one) => {
    const meta = one.column < m ? data.indicators[one.column] : null;
    const k = meta ? caseOf(app, one.column) : 0;
    const cell = meta ? [data.raw[k], meta.unit, data.statuses[data.status[k]], data.source_year[k], meta.source.publisher, meta.source.dataset, meta.source.licence, meta.source.url] : Array(8).fill(null);
    const node = meta ?? data.nodes[one.column - m];
    return [app.state.economy, Number(app.state.year), meta ? "indicator" : node.level, node.id, one.name, one.own, one.median, one.rank, one.others.length, ...cell];
  });
  return { columns, rows };
}
