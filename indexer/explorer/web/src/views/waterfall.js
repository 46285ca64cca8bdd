// What changed between two years, as a waterfall.

import * as Plot from "@observablehq/plot";

import { colours, draw, figure, rowNames } from "../chart.js";
import { choice, h, table as tableOf } from "../dom.js";
import { decompose } from "../explain.js";
import { digitsOf, score, signed } from "../format.js";

/** What changed between two years: as a waterfall, with breaks of the series and the numbers below. */
export function changesOf(app, width) {
  const { data, state } = app;
  const years = [["", data.years.map((year) => [String(year), String(year)])]];
  const out = [
    h("h3", {}, "What changed"),
    h("div", { class: "controls" }, choice("From", years, state.from, (from) => app.set({ from }), { id: "from" }), choice("to", years, state.to, (to) => app.set({ to }), { id: "to" })),
  ];
  const found = explained(app);
  if (found.refused) return [...out, h("p", { class: "note" }, found.refused)];
  const digits = digitsOf(app.result.range) + 1;
  const rows = found.parts.map((one) => [one.name, score(one.was, 1), score(one.is, 1), signed(one.contribution, digits), one.coverage ? signed(one.coverage, digits) : "–"]);
  const columns = [{ text: "Indicator" }, { text: state.from, number: true }, { text: state.to, number: true }, { text: "Contribution", number: true }, { text: "of which coverage", number: true }];
  const breaks = breaksOf(app, found.parts);
  return [
    ...out,
    figure(waterfall(app, width), `Contributions of the indicators to the change of the index from ${score(found.before)} to ${score(found.after)}; they add up exactly. Coverage is weight moved by cells that entered or left.`),
    breaks.length > 0 && h("ul", { class: "note" }, breaks.map((text) => h("li", {}, text))),
    h("details", {}, h("summary", {}, "These numbers as a table"), tableOf(`Contributions ${state.from} to ${state.to}`, columns, rows)),
  ].filter(Boolean);
}

function explained(app) {
  const { data, state, result } = app;
  if (state.from === state.to) return { refused: "Choose two different years." };
  const m = data.indicators.length;
  const cases = [state.from, state.to].map((year) => app.at(state.economy) * data.years.length + data.years.indexOf(Number(year)));
  const pair = Float64Array.from({ length: 2 * m }, (_, k) => result.y[cases[k < m ? 0 : 1] * m + (k % m)]);
  try {
    const { parts, before, after } = decompose(pair, m, result.nodes, result.range);
    const named = parts.map((one) => ({ ...one, name: data.indicators[one.column].name, was: pair[one.column], is: pair[m + one.column], contribution: one.value + one.coverage }));
    return { before, after, parts: named.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)) };
  } catch (error) {
    return { refused: error.message };
  }
}

function breaksOf(app, parts) {
  const [first, last] = [app.state.from, app.state.to].map(Number).sort((a, b) => a - b);
  return parts.flatMap(({ column, name }) =>
    app.data.indicators[column].breaks
      .filter(({ years, economies }) => years.some((year) => first < year && year <= last) && (!economies.length || economies.includes(app.state.economy)))
      .map(({ note }) => `${name}: ${note}`),
  );
}

export function waterfall(app, width) {
  const { ink, muted, line, accent, up, down, paper } = colours();
  const found = explained(app);
  if (found.refused) return null;
  const { state } = app;
  const digits = digitsOf(app.result.range);
  let level = found.before;
  const steps = found.parts.map((one) => {
    const from = level;
    level += one.contribution;
    return { key: `c${one.column}`, name: one.name, from, to: level, said: signed(one.contribution, digits + (Math.abs(one.contribution) < 0.05 ? 1 : 0)), rising: one.contribution >= 0 };
  });
  const ends = [{ key: "from", name: state.from, v: found.before }, { key: "to", name: state.to, v: found.after }];
  const all = [found.before, found.after, ...steps.map(({ to }) => to)];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least || 1) * 0.18;
  const domain = [least - room, most + room];
  const narrow = width < 560;
  const order = [ends[0], ...steps, ends[1]];
  const names = rowNames(order.map(({ name }) => name), narrow ? 150 : 320, 24);
  const text = Object.fromEntries(order.map(({ key }, k) => [key, names.text[k]]));
  return draw(
    {
      width, height: 50 + names.step * order.length, marginLeft: names.margin, marginRight: narrow ? 30 : 16, marginTop: 8, marginBottom: 36,
      x: { domain, label: "index", labelArrow: "none", ticks: narrow ? 4 : 7 },
      y: { domain: order.map(({ key }) => key), label: null, tickSize: 0, tickFormat: (key) => text[key] },
      marks: [
        Plot.gridX({ stroke: line, strokeOpacity: 1, ticks: narrow ? 4 : 7 }),
        Plot.ruleX(ends, { x: "v", stroke: muted, strokeDasharray: "2 3" }),
        Plot.barX(steps, { x1: "from", x2: "to", y: "key", fill: (d) => (d.rising ? up : down), insetTop: 4, insetBottom: 4 }),
        Plot.text(steps, { x: (d) => Math.max(d.from, d.to), y: "key", text: "said", dx: 5, textAnchor: "start", fill: ink, stroke: paper, strokeWidth: 4 }),
        Plot.dot(ends, { x: "v", y: "key", r: 5, fill: accent }),
        Plot.text(ends, { x: "v", y: "key", text: (d) => score(d.v, digits), dx: 10, textAnchor: "start", fontWeight: 600, fill: ink }),
      ],
    },
    `Waterfall of ${app.nameOf(state.economy)} from ${state.from} to ${state.to}: ${steps.slice(0, 3).map(({ name, said }) => `${name} ${said}`).join("; ")}. All numbers stand in the table below.`,
  );
}
