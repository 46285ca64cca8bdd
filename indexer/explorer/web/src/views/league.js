// The league table: rank, its interval, index, sets, trend and observed share of one year.

import * as Plot from "@observablehq/plot";

import { colours, draw, rowNames } from "../chart.js";
import { h, plural, s, scrolling } from "../dom.js";
import { digitsOf, percent, score, span as spanOf } from "../format.js";
import { scaleText } from "../model.js";

export const title = "League table";

export function create(app) {
  const { data } = app;
  const upper = data.nodes.map((node, k) => ({ node, column: data.indicators.length + k })).slice(0, -1);
  const drawn = !data.intervals.refused;
  const columns = [
    { key: "rank", text: "Rank", number: true },
    { key: "name", text: "Economy" },
    { key: "index", text: "Index", number: true },
    drawn && { key: "interval", text: "Rank interval", number: true },
    { key: "moved", text: "Edition", number: true, class: "moved" },
    ...upper.map(({ node }) => ({ key: node.id, text: node.name, number: true, class: "wide" })),
    { key: "trend", text: data.years.length > 1 ? `${data.years[0]}–${data.years.at(-1)}` : "Trend", fixed: true, class: "trend" },
    { key: "observed", text: "Observed", number: true, class: "medium" },
  ].filter(Boolean);
  const heads = columns.map((one) => {
    const sort = () => app.set({ sort: app.state.sort === one.key ? `-${one.key}` : one.key });
    const inside = one.fixed ? one.text : h("button", { type: "button", class: "sort", onclick: sort }, one.text);
    one.said = inside;
    return h("th", { scope: "col", class: [one.number && "number", one.class].filter(Boolean).join(" ") }, inside);
  });
  const rows = data.economies.map((one, e) => row(app, one, e, columns, upper, drawn));
  const body = h("tbody");
  const caption = h("caption");
  const search = h("input", { type: "search", placeholder: "Find an economy", "aria-label": "Find an economy", oninput: () => update() });
  const heading = h("h2", { tabindex: "-1" });
  const note = h("p", { class: "note" });
  const node = h(
    "section",
    {},
    h("div", { class: "heading" }, heading, data.economies.length > 15 && search),
    scrolling("League table", h("table", { class: "league" }, caption, h("thead", {}, h("tr", {}, heads)), body)),
    note,
  );

  function update() {
    const t = app.t();
    const found = rows.map((one) => one.update(t));
    const key = app.state.sort.replace(/^-/, "");
    const sign = app.state.sort.startsWith("-") ? -1 : 1;
    const down = !["rank", "name", "interval", "moved"].includes(key);
    const wanted = search.value.trim().toLowerCase();
    const order = found
      .map((values, e) => ({ e, value: values[key], name: data.economies[e].name }))
      .filter(({ e, name }) => !wanted || name.toLowerCase().includes(wanted) || data.economies[e].id.toLowerCase() === wanted)
      .sort((a, b) => compare(a.value, b.value, down ? -sign : sign) || a.name.localeCompare(b.name));
    const sorted = order.map(({ e }) => rows[e].node);
    if (sorted.length !== body.children.length || sorted.some((one, k) => body.children[k] !== one)) body.replaceChildren(...sorted);
    columns.forEach((one, k) => {
      const now = one.key === key ? (down === (sign > 0) ? "descending" : "ascending") : null;
      if (now) heads[k].setAttribute("aria-sort", now);
      else heads[k].removeAttribute("aria-sort");
    });
    const interval = columns.find(({ key: one }) => one === "interval");
    if (interval) say(interval.said, app.changed ? "Edition’s rank interval" : "Rank interval");
    node.classList.toggle("own", app.changed);
    heading.textContent = `League table ${app.state.year}`;
    caption.textContent = `Index and its sets in ${app.state.year}, ${scaleText(app.result)}. ${app.changed ? "Your settings, not the published index." : "Settings of the edition."}`;
    note.replaceChildren(...notes(app, drawn).map(([text, kind]) => h("span", { class: kind }, text, " ")));
  }

  const said = () => `Scores ${scaleText(app.result)}.`;
  return { node, update, said, drawable: () => true, table: () => table(app, upper, drawn), figures: (width) => [picture(app, width, drawn)] };
}

function notes(app, drawn) {
  const { data, result } = app;
  const out = [];
  if (drawn) {
    out.push([
      `Rank interval: 90 % of ${data.intervals.draws.toLocaleString("en")} draws over what the edition leaves open lie between these ranks` +
        (app.changed ? "; it belongs to the edition, not to your settings." : "."),
    ]);
  } else out.push([`No rank intervals: ${data.intervals.refused}.`]);
  if (app.changed) out.push(["Edition: the rank under the edition's own settings."]);
  out.push(["Observed: share of the weight that rests on observed cells; the rest is interpolated, carried, imputed or missing.", "medium"]);
  out.push(["Trends share one scale.", "trend-note"]);
  const given = data.economies.map((_, e) => result.ranks[e * data.years.length + app.t()]);
  const without = given.filter((rank) => !rank).length;
  if (without) out.push([`${plural(without, "economy has", "economies have")} no score in ${app.state.year}: too much of a set is missing. Ranks are among the other ${given.length - without}.`]);
  const ranked = given.filter(Boolean);
  if (new Set(ranked).size < ranked.length) out.push(["Economies with the same rank are tied."]);
  return out;
}

function compare(a, b, sign) {
  const gone = (v) => v === null || v === undefined || Number.isNaN(v);
  if (gone(a) || gone(b)) return gone(a) - gone(b);
  return sign * (typeof a === "string" ? a.localeCompare(b) : a - b);
}

/** Tell a node its text, or an attribute, only where it is another one: most of a table stays as it is. */
const told = new WeakMap();
function put(node, text, name = "style") {
  if (told.get(node) === text) return;
  told.set(node, text);
  if (name) node.setAttribute(name, text);
  else node.textContent = text;
}
const say = (node, text) => put(node, String(text), "");

/** A row that is made once and then only told its numbers. */
function row(app, one, e, columns, upper, drawn) {
  const { data } = app;
  const cells = Object.fromEntries(columns.map(({ key, number, class: wide }) => [key, h(key === "name" ? "th" : "td", { scope: key === "name" ? "row" : null, class: [key, number && "number", wide].filter(Boolean).join(" ") })]));
  const anchor = h("a", { href: `#view=economy&economy=${one.id}`, onclick: (event) => (event.preventDefault(), app.set({ view: "economy", economy: one.id })) }, one.name);
  cells.name.append(anchor);
  const value = h("span");
  const bar = h("span", { class: "bar", "aria-hidden": "true" });
  cells.index.append(value, bar);
  const span = h("span");
  const range = h("span", { class: "range", "aria-hidden": "true" }, h("i"));
  if (drawn) cells.interval.append(span, range);
  const path = s("path", { fill: "none", stroke: "currentColor", "stroke-width": "1.6", "stroke-linejoin": "round" });
  const dot = s("circle", { r: "2.2", fill: "currentColor" });
  cells.trend.append(s("svg", { viewBox: "0 0 84 22", width: "84", height: "22", "aria-hidden": "true", class: "spark" }, path, dot));
  const node = h("tr", {}, Object.values(cells));
  const n = data.economies.length;

  function update(t) {
    const { result, base } = app;
    const i = e * data.years.length + t;
    const digits = digitsOf(result.range);
    const index = result.index[i];
    const rank = result.ranks[i] || null;
    const was = base.ranks?.[i] || null;
    say(cells.rank, rank ?? "–");
    say(value, score(index, digits));
    put(bar, `width:${(100 * app.position(index)).toFixed(1)}%`);
    const [low, high] = drawn ? [data.intervals.low[i], data.intervals.high[i]] : [null, null];
    if (drawn) {
      say(span, spanOf(low, high));
      put(range.firstChild, `left:${(100 * ((low ?? 1) - 1)) / n}%;width:${low === null ? 0 : (100 * (high - low + 1)) / n}%`);
    }
    const step = rank && was ? was - rank : 0;
    say(cells.moved, was ? `${was}${step > 0 ? ` ▲${step}` : step < 0 ? ` ▼${-step}` : ""}` : "–");
    const values = { rank, name: one.name, index, interval: low === null ? null : low * 1000 + high, moved: was, observed: result.observed[i] };
    for (const { node: part, column } of upper) {
      values[part.id] = result.stack[i * result.width + column];
      say(cells[part.id], score(values[part.id], digits));
    }
    say(cells.observed, percent(result.observed[i]));
    spark(app, e, t, path, dot);
    return values;
  }
  return { node, update };
}

/** The trend about its own middle; all economies have one scale, so that slopes compare. */
function spark(app, e, t, path, dot) {
  const years = app.data.years.length;
  const series = app.result.index.subarray(e * years, (e + 1) * years);
  const [low, high] = app.extent[e];
  const middle = (low + high) / 2;
  const x = (k) => (years > 1 ? 3 + (78 * k) / (years - 1) : 42);
  const y = (v) => 11 - (16 * (v - middle)) / (app.spread || 1);
  let d = "";
  series.forEach((v, k) => Number.isFinite(v) && (d += `${d && Number.isFinite(series[k - 1]) ? "L" : "M"}${x(k).toFixed(1)} ${y(v).toFixed(1)}`));
  put(path, d, "d");
  const now = Number.isFinite(series[t]);
  dot.setAttribute("visibility", now ? "visible" : "hidden");
  if (now) {
    dot.setAttribute("cx", x(t).toFixed(1));
    dot.setAttribute("cy", y(series[t]).toFixed(1));
  }
}

function table(app, upper, drawn) {
  const { data, result } = app;
  const t = app.t();
  const columns = ["economy", "name", "year", "index", "rank", ...(drawn ? (app.changed ? ["edition_rank_low", "edition_rank_high"] : ["rank_low", "rank_high"]) : []), ...upper.map(({ node }) => node.id), "observed_share"];
  const rows = data.economies.map((one, e) => {
    const i = e * data.years.length + t;
    const ends = drawn ? [data.intervals.low[i], data.intervals.high[i]] : [];
    return [one.id, one.name, data.years[t], result.index[i], result.ranks[i] || null, ...ends, ...upper.map(({ column }) => result.stack[i * result.width + column]), result.observed[i]];
  });
  return { columns, rows };
}

/** The picture of the table: score and rank interval by rank. */
function picture(app, width, drawn) {
  const { data, result } = app;
  const { ink, muted, line, accent } = colours();
  const t = app.t();
  const rows = data.economies
    .map((one, e) => ({ e, i: e * data.years.length + t, name: one.name }))
    .filter(({ i }) => result.ranks[i])
    .sort((a, b) => result.ranks[a.i] - result.ranks[b.i] || a.name.localeCompare(b.name))
    .map(({ e, i, name }) => ({ key: String(e), name: `${result.ranks[i]}  ${name}`, index: result.index[i], said: score(result.index[i], digitsOf(result.range)) + (drawn && data.intervals.low[i] !== null ? `   (${spanOf(data.intervals.low[i], data.intervals.high[i])})` : "") }));
  const names = rowNames(rows.map(({ name }) => name), 300);
  const text = Object.fromEntries(rows.map(({ key }, k) => [key, names.text[k]]));
  const marks = [
    Plot.barX(rows, { x1: app.ends()[0], x2: "index", y: "key", fill: accent, insetTop: 4, insetBottom: 4 }),
    Plot.text(rows, { x: "index", y: "key", text: "said", dx: 6, textAnchor: "start", fill: ink }),
    Plot.ruleX([app.ends()[0]], { stroke: muted }),
  ];
  return draw(
    {
      width, height: 60 + names.step * rows.length, marginLeft: names.margin, marginRight: 110, marginTop: 10, marginBottom: 46,
      x: { label: `Index ${app.state.year}${drawn ? "; in brackets the rank interval of the edition" : ""}`, labelAnchor: "right", labelOffset: 40, domain: app.ends(), nice: false, labelArrow: "none" },
      y: { domain: rows.map(({ key }) => key), tickFormat: (key) => text[key], label: null, tickSize: 0 }, color: { legend: false }, marks: [Plot.gridX({ stroke: line, strokeOpacity: 1 }), ...marks],
    },
    `Index of ${rows.length} economies in ${app.state.year}`,
  );
}
