// The edition as the page holds it, and its scores under the reader's settings.

import { belowFloor, climb, needsPositive, normalise, ranks, wholeWeights } from "./score.js";

/** The range on which means that need values above 0 are taken where the edition's starts at 0 or below. */
const ABOVE_ZERO = { low: 1, high: 100 };
const OBSERVED = new Set([1, 2]);

/** Settings under which the page shows the edition itself. Weights stand by node; none = the edition's. */
export const own = () => ({ scale: "own", within: "own", groups: "own", between: "own", weights: {} });

export const changed = (settings) =>
  ["scale", "within", "groups", "between"].some((key) => settings[key] !== "own") || Object.keys(settings.weights).length > 0;

/** Read the embedded document: missing numbers become NaN in flat arrays. */
export function read(data) {
  const numbers = (list) => Float64Array.from(list, (v) => (v === null ? NaN : v));
  const scales = Object.fromEntries(
    Object.entries(data.scales).map(([name, one]) => [name, { ...one, values: one.values && numbers(one.values) }]),
  );
  return { ...data, values: numbers(data.values), raw: numbers(data.raw), scales };
}

/** Weights of a node as the reader set them, or as fitted. */
export const weightsOf = (node, settings) => (Object.hasOwn(settings.weights, node.id) ? settings.weights[node.id] : node.weights);

/** The level of a node: sets stand on indicators, the index is the last, what lies between are groups. */
export const levelOf = (data, k) => (k === data.nodes.length - 1 ? "between" : data.nodes[k].level === "set" ? "within" : "groups");

/** The tree and scale that settings ask for, or {refused} in words. */
export function plan(data, settings) {
  const nodes = data.nodes.map((node, k) => {
    const method = settings[levelOf(data, k)];
    const how = method === "own" ? {} : { aggregate: method, options: {}, parameters: [] };
    return { ...node, weights: weightsOf(node, settings), ...how };
  });
  const empty = nodes.find((node) => !node.weights.some((w) => w > 0));
  if (empty) return { refused: `All weights of “${empty.name}” are 0. Give at least one of them a weight.` };
  const scale = data.scales[settings.scale];
  if (scale.refused) return { refused: scale.refused };
  const needs = nodes.find(needsPositive);
  let { low, high } = scale;
  if (needs && low === null) {
    return { refused: `A ${needs.aggregate} mean needs values above 0, and z-scores lie on both sides of it. Choose another scale or an arithmetic mean.` };
  }
  const moved = Boolean(needs) && low <= 0;
  if (moved) ({ low, high } = ABOVE_ZERO);
  return { nodes, scale, range: { low, high }, moved };
}

/** Scores, ranks and observed shares of all cases under settings; {refused} where they do not exist. */
export function compute(data, settings) {
  const asked = plan(data, settings);
  if (asked.refused) return asked;
  const { nodes, scale, range } = asked;
  const m = data.indicators.length;
  const lower = data.indicators.map((one) => one.lower_better);
  const y = normalise(scale.values ?? data.values, m, scale.steps, lower, range.low, range.high);
  const { stack, width, nodes: fitted } = climb(y, m, nodes, range, data.fixed ? null : data.reference);
  const below = belowFloor(stack, width, nodes, range, data.reference);
  if (below) return { refused: `Values of “${label(data, below[1])}” lie below the start of the scale, where a ${below[0].aggregate} mean does not exist. Choose another scale.` };
  const nYears = data.years.length;
  const n = stack.length / width;
  const index = Float64Array.from({ length: n }, (_, i) => stack[i * width + width - 1]);
  const whole = wholeWeights(m, nodes);
  const observed = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < m; j++) if (OBSERVED.has(data.status[i * m + j])) sum += whole[j];
    return sum;
  });
  return { ...asked, nodes: fitted, y, stack, width, index, ranks: ranks(index, nYears), whole, observed };
}

/** What numbers on the scale mean, in words. */
export function scaleText({ range, scale }) {
  if (range.low === null) return `${scale.method === "z_score" ? "in standard deviations from the average of the reference years" : "without fixed ends"}; higher is better`;
  return `from ${range.low} to ${range.high}; higher is better`;
}

/** Name of a column of the stack: an indicator, a set, a group, or the index. */
export function label(data, column) {
  const m = data.indicators.length;
  return column < m ? data.indicators[column].name : data.nodes[column - m].name;
}
