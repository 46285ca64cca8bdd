// What the reader looks at, and its text in the address: a link opens the same view with the same settings.

import { own } from "./model.js";

export const VIEWS = ["league", "time", "economy", "scatter", "gravity", "about"];

/** The state in which the page opens. */
export function initial(data, base) {
  const last = data.years.length - 1;
  const byRank = data.economies.map((one, e) => [base.ranks?.[e * data.years.length + last] || Infinity, one.id]);
  byRank.sort((a, b) => a[0] - b[0]);
  return {
    view: "league",
    year: String(data.years[last]),
    economy: byRank[0][1],
    peers: "all",
    from: String(data.years[0]),
    to: String(data.years[last]),
    measure: "index",
    mode: "score",
    shown: (data.economies.length > 12 ? byRank.slice(0, 6) : byRank).map(([, id]) => id),
    x: data.nodes.length > 1 ? data.nodes[0].id : "index",
    y: "index",
    logx: "",
    logy: "",
    sort: "rank",
    study: "0",
    part: "0",
    settings: own(),
  };
}

const METHODS = ["scale", "within", "groups", "between"];

/** The address of a state: only what differs from the initial one. */
export function fragment(state, start) {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    if (key === "settings") continue;
    const text = Array.isArray(value) ? value.join(".") : value;
    if (text !== (Array.isArray(start[key]) ? start[key].join(".") : start[key])) out.set(key, text);
  }
  for (const key of METHODS) if (state.settings[key] !== "own") out.set(key, state.settings[key]);
  for (const [id, weights] of Object.entries(state.settings.weights)) out.set(`w.${id}`, weights.join("_"));
  return `#${out}`;
}

/** Read an address; whatever it says that the page does not know is left at its initial value. */
export function parse(hash, data, start, known) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { ...start, settings: own() };
  for (const [key, text] of given) {
    if (METHODS.includes(key)) {
      if (known[key].includes(text)) state.settings[key] = text;
    } else if (key.startsWith("w.")) {
      const node = data.nodes.find((one) => one.id === key.slice(2));
      const weights = text.split("_").map(Number);
      if (node && weights.length === node.weights.length && weights.every((w) => w >= 0 && w < 1e9)) state.settings.weights[node.id] = weights;
    } else if (key === "shown") {
      state.shown = text.split(".").filter((id) => known.economy.includes(id));
    } else if (Object.hasOwn(known, key) && known[key].includes(text)) state[key] = text;
  }
  return state;
}
