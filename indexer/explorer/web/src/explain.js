// What changed between two cases: contributions of indicators that add up exactly (indexer/analyse/explain.py).

import { CHAINS, climb, floorOf } from "./score.js";
import { owen } from "./owen.js";

const finite = Number.isFinite;

/** The logarithmic mean (a - b)/ln(a/b). */
function logMean(a, b) {
  const difference = (a - b) / b;
  if (difference === 0) return a;
  return (a - b) / (Math.abs(difference) < 0.5 ? Math.log1p(difference) : Math.log(a) - Math.log(b));
}

/**
 * Split the change of the index between two cases.
 *
 * pair: 2 × m normalised values, before and after; the rest as in `climb`. Returns parts [{column, set, value,
 * coverage}] and the change. Throws an Error in words where one of the two has no index.
 */
export function decompose(pair, m, nodes, range) {
  const { stack, weights, width } = climb(pair, m, nodes, range, null, true);
  const [before, after] = [stack[width - 1], stack[2 * width - 1]];
  if (!finite(before) || !finite(after)) throw new Error("One of the two has no index: too little of its weight is present.");
  const at = (side, j) => stack[side * width + j];
  const parts = nodes.every((node) => CHAINS.has(node.aggregate))
    ? chained(m, nodes, range, at, weights)
    : owen(m, nodes, range, at, weights);
  return { parts, before, after };
}

/** Arithmetic nodes split by differences, geometric ones by log-mean Divisia; nested ones chain. */
function chained(m, nodes, range, at, weights) {
  const parts = [];
  const down = (k, slope, shift) => {
    const node = nodes[k];
    const total = [at(0, m + k), at(1, m + k)];
    const sum = node.weights.reduce((a, b) => a + b, 0);
    node.columns.forEach((column, i) => {
      const [own, moved] = level(node, range, [at(0, column), at(1, column)], [weights[k][0][i], weights[k][1][i]], total);
      const [slopes, shifts] = [slope * own, slope * moved + (shift * node.weights[i]) / sum];
      if (column >= m) down(column - m, slopes, shifts);
      else {
        const change = at(1, column) - at(0, column);
        parts.push({ column, set: k, value: finite(change) ? slopes * change : 0, coverage: shifts });
      }
    });
  };
  down(nodes.length - 1, 1, 0);
  return parts;
}

/** Slope and shift of a member: its part of the node's change is slope · Δy + shift. */
function level(node, range, y, w, total) {
  if (!finite(total[0]) || !finite(total[1])) return [0, 0]; // absent on one side: held above, nothing of it moves
  const both = finite(y[0]) && finite(y[1]);
  const weight = both ? (w[0] + w[1]) / 2 : 0;
  const moved = w[1] - w[0];
  const filled = [finite(y[0]) ? y[0] : y[1], finite(y[1]) ? y[1] : y[0]];
  const known = finite(filled[0]);
  if (node.aggregate === "arithmetic") {
    return [weight, ((known ? (filled[0] + filled[1]) / 2 : 0) - (total[0] + total[1]) / 2) * moved];
  }
  const least = floorOf(node, range.low);
  const raised = known ? filled.map((v) => Math.max(v, least)) : [1, 1];
  const scale = logMean(total[1], total[0]);
  const change = both ? filled[1] - filled[0] : 0;
  const above = change !== 0 ? (raised[1] - raised[0]) / change : 1; // below the floor a value moves nothing
  const logs = (pair) => (Math.log(pair[0]) + Math.log(pair[1])) / 2;
  return [((scale * weight) / logMean(raised[1], raised[0])) * above, (logs(raised) - logs(total)) * moved * scale];
}
