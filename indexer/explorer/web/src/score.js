// The numeric core: normalised values, the tree of means, ranks. It follows indexer/normalise, indexer/aggregate and
// indexer/tree.py; tests hold the two against each other. Tables are flat, cases × columns, NaN = missing.

const SLACK = 1e-9;

/** Means that exist for values above 0 only, unless the power is above 0. */
export const needsPositive = ({ aggregate, options }) =>
  aggregate === "geometric" || aggregate === "harmonic" || (aggregate === "power" && options.p <= 0);

/** Means whose changes split by differences of the members or of their logarithms. */
export const CHAINS = new Set(["arithmetic", "geometric"]);

const COLUMN = {
  min_max: linear,
  goalposts: linear,
  z_score: ({ mean, sd }, options, lower) => (x) => {
    const z = (x - mean) / sd;
    return options.mean + options.sd * (lower ? -z : z);
  },
  percentile_rank: ({ reference }, _, lower, low, high) => (x) =>
    Number.isNaN(x) ? NaN : low + (high - low) * Math.min(share(reference, x, lower), 1),
  distance_to_reference: ({ reference }, { how }, lower, low, high) => (x) => {
    const less = how === "difference" ? 1 : 0;
    const y = lower ? reference / x - less : how === "ratio" ? x / reference : (x - reference) / reference;
    return low + (high - low) * y;
  },
};

function linear({ lower, upper }, { clip }, turned, low, high) {
  const width = upper - lower;
  return (x) => {
    let y = (x - lower) / width;
    if (turned) y = 1 - y;
    if (clip) y = Math.min(Math.max(y, 0), 1);
    return low + (high - low) * y;
  };
}

/** Share of sorted reference values on the worse side of x. */
function share(reference, x, lower) {
  let [a, b] = [0, reference.length];
  while (a < b) {
    const middle = (a + b) >> 1;
    if (lower ? reference[middle] <= x : reference[middle] < x) a = middle + 1;
    else b = middle;
  }
  return (lower ? reference.length - a : a) / (reference.length - 1);
}

/** Bring values on one scale, better always higher. `steps` say the method of each column and what was fitted. */
export function normalise(values, m, steps, lowerBetter, low, high) {
  const out = new Float64Array(values.length);
  for (const { method, options, columns, parameters } of steps) {
    columns.forEach((j, k) => {
      const at = COLUMN[method](parameters[k], options, lowerBetter[j], low, high);
      for (let i = j; i < values.length; i += m) out[i] = at(values[i]);
    });
  }
  return out;
}

/** Weights as shares of their sum; those that sum to 1 but for rounding stay as they are. */
export function shares(weights) {
  const sum = weights.reduce((a, b) => a + b, 0);
  return Math.abs(sum - 1) <= SLACK ? Float64Array.from(weights) : Float64Array.from(weights, (w) => w / sum);
}

/** Write a case's weights over its present members into `out`; NaN where too little of the weight is present. */
function present(y, w, minShare, out) {
  let sum = 0;
  for (let j = 0; j < w.length; j++) if (Number.isFinite(y[j])) sum += w[j];
  const enough = sum > 0 && sum >= minShare - SLACK;
  for (let j = 0; j < w.length; j++) out[j] = enough ? (Number.isFinite(y[j]) ? w[j] / sum : 0) : NaN;
}

const MEAN = {
  arithmetic: (y, w) => {
    let sum = 0;
    for (let j = 0; j < w.length; j++) sum += w[j] * (Number.isFinite(y[j]) ? y[j] : 0);
    return sum;
  },
  geometric: (y, w) => {
    let sum = 0;
    for (let j = 0; j < w.length; j++) sum += w[j] * (Number.isFinite(y[j]) ? Math.log(y[j]) : 0);
    return Math.exp(sum);
  },
  harmonic: (y, w) => power(y, w, -1),
  power: (y, w, { p }) => (p === 1 ? MEAN.arithmetic(y, w) : Math.abs(p) < 1e-14 ? MEAN.geometric(y, w) : power(y, w, p)),
  mazziotta_pareto: (y, w, { penalty }) => {
    const mean = MEAN.arithmetic(y, w);
    let variance = 0;
    for (let j = 0; j < w.length; j++) variance += w[j] * ((Number.isFinite(y[j]) ? y[j] : 0) - mean) ** 2;
    return mean + (penalty * variance) / mean;
  },
  topsis: (y, w, _, parameters) => {
    let [best, worst] = [0, 0];
    for (let j = 0; j < w.length; j++) {
      const v = (Number.isFinite(y[j]) ? y[j] : 0) / parameters[j].norm;
      best += (w[j] * (v - parameters[j].best)) ** 2;
      worst += (w[j] * (v - parameters[j].worst)) ** 2;
    }
    return Math.sqrt(worst) / (Math.sqrt(best) + Math.sqrt(worst));
  },
};

/** The power mean relative to its largest (p > 0) or least member, so that no power overflows. */
function power(y, w, p) {
  let scale = p > 0 ? -Infinity : Infinity;
  for (let j = 0; j < w.length; j++) {
    if (Number.isNaN(w[j])) return NaN;
    if (w[j] > 0) scale = p > 0 ? Math.max(scale, y[j]) : Math.min(scale, y[j]);
  }
  if (!(Number.isFinite(scale) && scale > 0)) scale = 1;
  let [total, near] = [0, 0];
  for (let j = 0; j < w.length; j++) {
    const log = w[j] > 0 ? p * Math.log(y[j] / scale) : 0;
    total += w[j] * Math.exp(log);
    near += w[j] * Math.expm1(log);
  }
  const log = Math.abs(p) < 0.1 && total > 0.5 ? Math.log1p(Math.max(near, -1)) : Math.log(total);
  return scale * Math.exp(log / p);
}

/** The value below which a mean takes none; -Infinity where it takes all. */
export function floorOf({ aggregate, options }, low) {
  if (low === null || !["geometric", "harmonic", "power"].includes(aggregate)) return -Infinity;
  const p = options.p ?? -1;
  return p === 1 ? -Infinity : p <= 0 ? low : Math.max(0, Math.min(low, 0));
}

/** Value of a node from its members' values (floored) and a case's weights. */
export function value(node, y, w, { low, high }) {
  const found = MEAN[node.aggregate](y, w, node.options, node.parameters);
  return node.aggregate === "topsis" && low !== null ? low + (high - low) * found : found;
}

/** Norm, best and worst of each member over the reference cases: what TOPSIS freezes. */
function topsisPoints(stack, width, columns, reference, vector) {
  return columns.map((j) => {
    const seen = reference.map((i) => stack[i * width + j]).filter(Number.isFinite);
    const largest = Math.max(...seen.map(Math.abs));
    const squares = seen.map((v) => (v / largest) ** 2).sort((a, b) => a - b);
    const norm = vector ? largest * Math.sqrt(squares.reduce((a, b) => a + b, 0)) : 1;
    return { norm, best: Math.max(...seen) / norm, worst: Math.min(...seen) / norm };
  });
}

/**
 * Aggregate bottom-up.
 *
 * y: cases × m normalised values. nodes: bottom-up, the index last, each with columns (indicators first, then nodes),
 * weights, aggregate, options, parameters, minShare. range: {low, high}, null where there is none. reference: cases on
 * which TOPSIS is fitted anew, or null. Returns the stack, cases × (m + nodes), and the nodes as
 * they were fitted; with `keep` also each node's weights by case.
 */
export function climb(y, m, nodes, range, reference = null, keep = false) {
  const n = y.length / m;
  const width = m + nodes.length;
  const stack = new Float64Array(n * width);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) stack[i * width + j] = y[i * m + j];
  const kept = [];
  const made = [];
  nodes.forEach((node, k) => {
    const { columns, minShare } = node;
    const w = shares(node.weights);
    const least = floorOf(node, range.low);
    const fitted =
      node.aggregate === "topsis" && reference
        ? { ...node, parameters: topsisPoints(stack, width, columns, reference, node.options.normalise === "vector") }
        : node;
    made.push(fitted);
    const values = new Float64Array(columns.length);
    const own = new Float64Array(columns.length);
    const all = keep ? [] : null;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < columns.length; j++) {
        const v = stack[i * width + columns[j]];
        values[j] = v < least ? least : v;
      }
      present(values, w, minShare, own);
      stack[i * width + m + k] = value(fitted, values, own, range);
      if (keep) all.push(own.slice());
    }
    if (keep) kept.push(all);
  });
  return { stack, width, nodes: made, weights: kept };
}

/** A reference value under a mean's floor: Python refuses such an edition. Returns [node, column] or null. */
export function belowFloor(stack, width, nodes, range, reference) {
  if (range.low === null) return null;
  for (const node of nodes) {
    const least = floorOf(node, range.low) - SLACK * (range.high - range.low);
    for (const j of node.columns) for (const i of reference) if (stack[i * width + j] < least) return [node, j];
  }
  return null;
}

/** Round half to even at six decimals, as scores are published and compared. */
export function rounded(x) {
  const scaled = x * 1e6;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  return (rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor) / 1e6;
}

/** Rank of each case within its year, 1 = highest, ties share the better rank, 0 = no score; economies outermost. */
export function ranks(index, nYears) {
  const out = new Int32Array(index.length);
  const published = Float64Array.from(index, rounded);
  for (let t = 0; t < nYears; t++) {
    const sorted = [];
    for (let i = t; i < index.length; i += nYears) if (Number.isFinite(index[i])) sorted.push(published[i]);
    sorted.sort((a, b) => b - a);
    const first = new Map();
    sorted.forEach((v, k) => first.has(v) || first.set(v, k + 1));
    for (let i = t; i < index.length; i += nYears) if (Number.isFinite(index[i])) out[i] = first.get(published[i]);
  }
  return out;
}

/** Weight of each indicator and node in the index: the product of the nested weights. */
export function wholeWeights(m, nodes) {
  const whole = new Float64Array(m + nodes.length);
  whole[whole.length - 1] = 1;
  for (let k = nodes.length - 1; k >= 0; k--) {
    const w = shares(nodes[k].weights);
    nodes[k].columns.forEach((j, i) => (whole[j] += whole[m + k] * w[i]));
  }
  return whole;
}
