// Charts: Observable Plot in the page's colours, and a row of labels that do not meet.

import * as Plot from "@observablehq/plot";
import { h } from "./dom.js";

/** Colours of the theme in force, so that a chart can also leave the page. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of("ink"), muted: of("muted"), line: of("line"), faint: of("faint"), paper: of("paper"), accent: of("accent"),
    up: of("up"), down: of("down"), lines: Array.from({ length: 8 }, (_, k) => of(`line-${k + 1}`)),
  };
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** Draw a chart; `label` is what a screen reader says of it. */
export function draw(options, label) {
  const { ink } = colours();
  const node = Plot.plot({
    ...options,
    style: { fontFamily: FONT, fontSize: "12px", color: ink, background: "transparent", overflow: "visible" },
  });
  // one picture with one name: groups without a role may have none of their own
  for (const inner of node.querySelectorAll("[aria-label]")) inner.removeAttribute("aria-label");
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", label);
  return node;
}

/** Break a text at its words into lines of at most `room` letters; what is longer than three lines ends in "…". */
export function wrapped(text, room) {
  const lines = [""];
  for (const word of String(text).split(/\s+/)) {
    const last = lines.at(-1);
    if (!last) lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, 3);
  if (lines.length > 3) kept[2] += " …";
  return kept.map((line) => (line.length > room ? `${line.slice(0, room - 1)}…` : line));
}

/** Names down the side of a chart: room left for them, height of a row, and each name broken into lines. */
export function rowNames(names, most, step = 22) {
  const longest = Math.max(...names.map((name) => name.length), 1);
  const margin = Math.min(most, 24 + Math.ceil(6.7 * longest));
  const lines = names.map((name) => wrapped(name, Math.floor((margin - 12) / 6.5)));
  return { margin, step: Math.max(step, 15 * Math.max(...lines.map((one) => one.length), 1) + 6), text: lines.map((one) => one.join("\n")) };
}

export const figure = (chart, caption) => h("figure", {}, chart, caption && h("figcaption", {}, caption));

/** Move positions apart to at least `gap`, keeping their order and as near to where they were as that allows. */
export function apart(positions, gap, low, high) {
  const order = positions.map((p, i) => [p, i]).sort((a, b) => a[0] - b[0]);
  const out = order.map(([p]) => p);
  for (let round = 0; round < 60; round++) {
    for (let k = 1; k < out.length; k++) {
      const need = gap - (out[k] - out[k - 1]);
      if (need > 0) {
        out[k - 1] -= need / 2;
        out[k] += need / 2;
      }
    }
    if (out.length) {
      out[0] = Math.max(out[0], low);
      out[out.length - 1] = Math.min(out[out.length - 1], high);
    }
  }
  const back = [];
  order.forEach(([, i], k) => (back[i] = out[k]));
  return back;
}
