// The panel of weights and methods.

import { choice, h } from "./dom.js";
import { percent } from "./format.js";
import { changed, levelOf, own, weightsOf } from "./model.js";
import { shares } from "./score.js";

export const SCALES = {
  min_max: "Min–max", goalposts: "Goalposts", z_score: "Z-score", percentile_rank: "Percentile rank",
  distance_to_reference: "Distance to the best", mixed: "Mixed",
};
export const MEANS = {
  arithmetic: "Arithmetic mean", geometric: "Geometric mean", harmonic: "Harmonic mean", power: "Power mean",
  topsis: "TOPSIS", mazziotta_pareto: "Mazziotta–Pareto",
};
/** Means that can be chosen in the page. */
export const OFFERED = ["arithmetic", "geometric", "harmonic"];
const LEVELS = { within: "Within sets", groups: "Within groups", between: "Between sets" };

export function create(app) {
  const { data } = app;
  const status = h("p", { class: "status-line", role: "status" });
  const methods = h("div", { class: "methods" });
  const sliders = [data.nodes.at(-1), ...data.nodes.slice(0, -1)].map((node) => weightsFieldset(app, node));
  const back = h("button", { type: "button", id: "reset", onclick: () => app.setSettings(own()) }, "Back to the edition");
  const equal = h("button", { type: "button", id: "equal", class: "quiet", onclick: () => app.setSettings({ ...app.state.settings, weights: Object.fromEntries(data.nodes.filter(({ weights }) => weights.length > 1).map((one) => [one.id, one.weights.map(() => 1)])) }) }, "Equal weights");
  const save = h("button", { type: "button", id: "save-edition", class: "quiet", onclick: () => app.download("edition") }, "Save as an edition file");
  const locked = lockedWhy(data);
  const node = h(
    "div",
    {},
    h("h2", { tabindex: "-1" }, "Weights and method"),
    status,
    locked && h("p", { class: "note" }, locked),
    h("div", { class: "buttons" }, back, equal, save),
    h("fieldset", { class: "plain", disabled: Boolean(locked) }, h("legend", { class: "hidden" }, "Method and weights"), methods, sliders.map((one) => one.node)),
  );

  function update() {
    const { settings } = app.state;
    methods.replaceChildren(
      choice("Scale", [["", scaleChoices(data)]], settings.scale, (scale) => app.setSettings({ ...settings, scale }), { id: "scale" }),
      ...Object.keys(LEVELS).filter((level) => data.nodes.some((_, k) => levelOf(data, k) === level) ).map((level) =>
        choice(LEVELS[level], [["", meanChoices(data, level)]], settings[level], (method) => app.setSettings({ ...settings, [level]: method }), { id: level }),
      ),
    );
    for (const one of sliders) one.update();
    back.disabled = !changed(settings);
    status.textContent = app.result.refused ?? statusText(app);
    status.classList.toggle("warning", Boolean(app.result.refused));
  }
  return { node, update };
}

/** Why nothing can be moved, where what was fitted cannot be fitted again in the page. */
export const lockedWhy = (data) =>
  data.fixed && data.nodes.some(({ aggregate }) => aggregate === "topsis")
    ? "TOPSIS rests on reference cases that this page does not hold, so its weights cannot be moved here."
    : "";

export const scaleChoices = (data) => [
  ["own", `${SCALES[data.scales.own.method] ?? data.scales.own.method} (edition)`],
  ...Object.entries(data.scales).filter(([name]) => name !== "own").map(([name, one]) => [name, `${SCALES[name]}${one.refused ? " – not for these data" : ""}`, Boolean(one.refused)]),
];

export function meanChoices(data, level) {
  const used = [...new Set(data.nodes.filter((_, k) => levelOf(data, k) === level).map(({ aggregate }) => aggregate))];
  const name = used.length === 1 ? MEANS[used[0]] : "Mixed";
  return [["own", `${name} (edition)`], ...OFFERED.filter((one) => used.length > 1 || used[0] !== one).map((one) => [one, MEANS[one]])];
}

function statusText(app) {
  const { data, base, result, state } = app;
  if (!app.changed) return "Settings of the edition.";
  const t = app.t();
  const n = data.years.length;
  const moved = data.economies.filter((_, e) => base.ranks && base.ranks[e * n + t] !== result.ranks[e * n + t]).length;
  const scale = result.moved ? ` Scores stand on ${result.range.low}–${result.range.high}, since such a mean needs values above 0.` : "";
  return `Your settings, not the published index: ${moved} of ${data.economies.length} ranks differ in ${state.year}.${scale}`;
}

/** Sliders of one node. A weight counts as its share of the sum, so that nothing need add up. */
function weightsFieldset(app, node) {
  const { data } = app;
  const m = data.indicators.length;
  const names = node.columns.map((j) => (j < m ? data.indicators[j].name : data.nodes[j - m].name));
  const root = node.level === "index";
  const open = h("details", { open: root, id: `weights-${node.id}` }, h("summary", {}, root ? "Weights in the index" : `Weights in ${node.name}`));
  if (names.length === 1) {
    open.append(h("p", { class: "note" }, `${names[0]} alone makes it up.`));
    return { node: open, update: () => {} };
  }
  const rows = names.map((name, i) => {
    const out = h("output", {});
    const input = h("input", { type: "range", min: "0", max: "100", step: "1", "aria-label": `Weight of ${name} in ${root ? "the index" : node.name}`, "data-node": node.id, "data-member": String(i) });
    input.addEventListener("input", () => {
      const raw = [...raws(node, app.state.settings)];
      raw[i] = Number(input.value);
      app.setWeights(node.id, raw);
    });
    return { input, out, node: h("div", { class: "slider" }, h("span", {}, name), out, input) };
  });
  open.append(...rows.map((one) => one.node));
  function update() {
    const raw = raws(node, app.state.settings);
    const sum = raw.reduce((a, b) => a + b, 0);
    const share = sum > 0 ? shares(raw) : raw;
    rows.forEach(({ input, out }, i) => {
      if (Math.abs(Number(input.value) - raw[i]) > 0.5) input.value = String(raw[i]);
      out.textContent = percent(share[i], 1);
      input.setAttribute("aria-valuetext", percent(share[i], 1));
    });
  }
  return { node: open, update };
}

/** Positions of a node's sliders, from 0 to 100: its weights in per cent until one is moved. */
function raws(node, settings) {
  const weights = weightsOf(node, settings);
  if (!Object.hasOwn(settings.weights, node.id)) return weights.map((w) => 100 * w);
  if (weights.every((w) => w === weights[0] && w > 0)) return weights.map(() => 100 / weights.length);
  const most = Math.max(...weights);
  return most > 100 ? weights.map((w) => (100 * w) / most) : weights;
}
