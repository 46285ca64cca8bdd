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
