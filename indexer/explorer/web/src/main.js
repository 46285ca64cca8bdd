// The page: reads its data, keeps the state, and shows one view.

import { h } from "./dom.js";
import { editionFile, editionName } from "./edition.js";
import { csv, png, save } from "./export.js";
import { changed, compute, own, read } from "./model.js";
import { ranks } from "./score.js";
import * as panel from "./settings.js";
import { fragment, initial, parse, VIEWS } from "./state.js";
import * as about from "./views/about.js";
import * as economy from "./views/economy.js";
import * as gravity from "./views/gravity.js";
import * as league from "./views/league.js";
import { columnChoices } from "./views/scatter.js";
import * as scatter from "./views/scatter.js";
import * as time from "./views/time.js";

const PAGES = { league, time, economy, scatter, gravity, about };
const WITH_SETTINGS = new Set(["league", "time", "economy", "scatter"]);
const THEMES = ["auto", "light", "dark"];
const byId = (id) => document.getElementById(id);

const data = read(JSON.parse(byId("data").textContent));
const nYears = data.years.length;
const base = compute(data, own());
const start = initial(data, base);

/** What an address may say. */
const known = {
  view: VIEWS,
  year: data.years.map(String),
  from: data.years.map(String),
  to: data.years.map(String),
  economy: data.economies.map(({ id }) => id),
  peers: ["all", "near", ...data.groups.map(({ id }) => id), ...data.economies.map(({ id }) => `=${id}`)],
  measure: [...data.nodes, ...data.indicators].map(({ id }) => id),
  mode: ["score", "rank"],
  x: columnChoices(data).flatMap(([, options]) => options.map(([id]) => id)),
  y: columnChoices(data).flatMap(([, options]) => options.map(([id]) => id)),
  logx: ["", "1"],
  logy: ["", "1"],
  sort: ["rank", "name", "index", "interval", "moved", "observed", ...data.nodes.map(({ id }) => id)].flatMap((key) => [key, `-${key}`]),
  study: data.studies.map((_, k) => String(k)),
  part: Array.from({ length: 8 }, (_, k) => String(k)),
  scale: Object.keys(data.scales).filter((name) => !data.scales[name].refused),
  within: ["own", ...panel.OFFERED],
  groups: ["own", ...panel.OFFERED],
  between: ["own", ...panel.OFFERED],
};

const app = {
  data,
  base,
  state: start,
  at: (id) => data.economies.findIndex((one) => one.id === id),
  t: () => data.years.indexOf(Number(app.state.year)),
  nameOf: (id) => data.economies.find((one) => one.id === id)?.name ?? id,
  set(patch) {
    const moved = ["view", "economy"].some((key) => key in patch && patch[key] !== app.state[key]);
    app.state = { ...app.state, ...patch };
    address(moved);
    schedule(patch.view !== undefined);
  },
  setSettings(settings) {
    app.state = { ...app.state, settings };
    recompute();
    address(false);
    schedule(false);
  },
  setWeights: (id, weights) => app.setSettings({ ...app.state.settings, weights: { ...app.state.settings.weights, [id]: weights } }),
  /** Ends of the scale: the range, or the extremes where there is none. */
  ends: () => app.limits,
  position: (v) => Math.min(1, Math.max(0, (v - app.limits[0]) / (app.limits[1] - app.limits[0]) || 0)),
  ranksOf(column) {
    const { stack, width, index } = app.result;
    return ranks(Float64Array.from(index, (_, i) => stack[i * width + column]), nYears);
  },
  download,
};

let later = 0;

/** Write the state into the address: at once for another view, else when the reader rests; browsers allow few of these. */
function address(moved) {
  clearTimeout(later);
  const write = () => history[moved ? "pushState" : "replaceState"](null, "", fragment(app.state, start));
  if (moved) write();
  else later = setTimeout(write, 200);
}

function recompute() {
  const from = performance.now();
  app.result = compute(data, app.state.settings);
  app.changed = changed(app.state.settings);
  performance.measure("recompute", { start: from });
  if (app.result.refused) return;
  const { index, range, stack } = app.result;
  app.extent = data.economies.map((_, e) => extremes(index.subarray(e * nYears, (e + 1) * nYears)));
  app.spread = Math.max(0, ...app.extent.map(([low, high]) => high - low).filter(Number.isFinite));
  app.limits = range.low === null ? extremes(stack) : [range.low, range.high];
}

function extremes(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}

// ---- the frame -----------------------------------------------------------------------------------------------------

const made = {};
const settings = panel.create(app);
const links = Object.entries(PAGES).map(([id, { title }]) => [id, h("a", { href: "#", onclick: (event) => (event.preventDefault(), app.set({ view: id })) }, title)]);
const year = h("select", { id: "year", onchange: (event) => app.set({ year: event.target.value }) }, data.years.map((one) => h("option", { value: String(one) }, String(one))));
const said = h("p", { id: "said", role: "status" });
const tool = (id, text, onclick) => h("button", { type: "button", id, class: "quiet", onclick }, text);
const tools = { csv: tool("csv", "CSV", () => download("csv")), png: tool("png", "PNG", () => download("png")), share: tool("share", "Copy link", share) };
const theme = h("button", { type: "button", id: "theme", class: "quiet", onclick: nextTheme });
const toggle = h("button", { type: "button", id: "toggle", class: "quiet", "aria-expanded": "false", "aria-controls": "settings", onclick: openSettings }, "Weights and method");

byId("views").append(h("ul", {}, links.map(([, anchor]) => h("li", {}, anchor))));
byId("tools").append(h("label", { class: "field" }, h("span", {}, "Year"), year), toggle, h("span", { class: "group", role: "group", "aria-label": "Download this view" }, tools.csv, tools.png), tools.share, theme, said);
byId("settings").append(settings.node);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});

/** Where the panel does not stand beside the view, it opens above it and takes the focus. */
function openSettings() {
  const open = byId("settings").classList.toggle("open");
  toggle.setAttribute("aria-expanded", String(open));
  if (open) byId("settings").querySelector("h2").focus();
}

let waiting = false;
let entering = false;

function schedule(entered) {
  entering ||= entered;
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    render(entering);
    entering = false;
  });
}

function render(entered) {
  const from = performance.now();
  const { view } = app.state;
  document.body.dataset.view = view;
  document.body.classList.toggle("changed", app.changed);
  links.forEach(([id, anchor]) => {
    anchor.href = fragment({ ...app.state, view: id }, start);
    if (id === view) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  });
  year.value = app.state.year;
  byId("settings").hidden = !WITH_SETTINGS.has(view);
  toggle.hidden = !WITH_SETTINGS.has(view);
  year.parentElement.hidden = view === "gravity" || view === "about";
  const focused = document.activeElement?.id;
  const open = [...document.querySelectorAll("#main details[open][id]")].map(({ id }) => id);
  settings.update();
  const main = byId("main");
  const fine = !app.result.refused || !WITH_SETTINGS.has(view);
  if (fine) {
    made[view] ??= PAGES[view].create(app);
    if (main.firstChild !== made[view].node) main.replaceChildren(made[view].node);
    made[view].update();
  } else main.replaceChildren(h("p", { class: "warning", role: "alert" }, app.result.refused));
  tools.png.disabled = !fine || !made[view].drawable();
  tools.csv.disabled = !fine;
  document.title = `${fine ? main.querySelector("h2").textContent : PAGES[view].title} – ${data.edition.title}`;
  for (const id of open) byId(id)?.setAttribute("open", "");
  if (entered) main.querySelector("h2")?.focus();
  else if (focused && document.activeElement?.id !== focused) byId(focused)?.focus();
  performance.measure("render", { start: from });
}

function download(what) {
  const { view } = app.state;
  const name = [data.edition.edition, view, ...(WITH_SETTINGS.has(view) ? [app.state.year, ...(app.changed ? ["own-settings"] : [])] : [])].join("_");
  if (what === "edition") return app.result.refused ? undefined : save(`${editionName(data)}.yaml`, editionFile(data, app.state.settings, app.result), "application/yaml");
  if (what === "csv") return save(`${name}.csv`, csv(made[view].table()), "text/csv");
  const heading = made[view].node.querySelector("h2").textContent;
  const own = app.changed && WITH_SETTINGS.has(view) ? "; own settings, not the published index" : "";
  const subtitle = `${data.edition.title}${own}. ${made[view].said()}`;
  const source = `${data.title}, edition ${data.edition.edition}; ${data.licence}. ${made[view].sources?.() ?? ""}`;
  return png(made[view].figures(960), { heading, subtitle, source }).then((blob) => save(`${name}.png`, blob));
}

async function share() {
  const url = new URL(fragment(app.state, start), location.href).href;
  try {
    await navigator.clipboard.writeText(url);
    said.textContent = "Link copied.";
  } catch {
    const field = h("input", { readonly: true, "aria-label": "Link to this view", value: url });
    said.replaceChildren("Copy this link: ", field);
    field.select();
  }
}

function dress(chosen) {
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  theme.textContent = `Colours: ${chosen}`;
  theme.dataset.theme = chosen;
}

function nextTheme() {
  const chosen = THEMES[(THEMES.indexOf(theme.dataset.theme) + 1) % THEMES.length];
  try {
    localStorage.setItem("theme", chosen);
  } catch {
    // a page opened from a file may have no storage
  }
  dress(chosen);
  schedule(false);
}

function remembered() {
  try {
    return THEMES.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "auto";
  } catch {
    return "auto";
  }
}

function open() {
  app.state = parse(location.hash, data, start, known);
  recompute();
  schedule(false);
}

dress(remembered());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (dress(theme.dataset.theme), schedule(false)));
addEventListener("popstate", open);
// paper is white: charts are drawn in the light colours
addEventListener("beforeprint", () => ((document.documentElement.dataset.theme = "light"), render(false)));
addEventListener("afterprint", () => (dress(theme.dataset.theme), render(false)));
let width = innerWidth;
addEventListener("resize", () => innerWidth !== width && ((width = innerWidth), schedule(false)));
open();
