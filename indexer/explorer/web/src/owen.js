// Owen values of a change, for trees with means that do not split by themselves (indexer/analyse/owen.py, game.py).

import { floorOf, value } from "./score.js";

const LIMIT = 18;
const finite = Number.isFinite;

/** Contributions of indicators: two games (values, weights), each played in both orders, and the mean of the two. */
export function owen(m, nodes, range, at, weights) {
  const root = held(m, nodes, at, weights, nodes.length - 1, null);
  for (const side of [0, 1]) {
    for (const [values, pattern] of [[[0, 1], [side, side]], [[side, side], [0, 1]]]) {
      stand(root, range, values, pattern);
      spread(root, range, (v) => v, 0);
    }
  }
  return leaves(root);
}

/** A node and all below it; a member that is absent on one side stands on both as it does on the other. */
function held(m, nodes, at, weights, k, side) {
  const members = nodes[k].columns.map((column) => {
    const here = [finite(at(0, column)), finite(at(1, column))];
    const own = side !== null || here[0] === here[1] ? side : here.indexOf(true);
    if (column >= m) return held(m, nodes, at, weights, column - m, own);
    return { column, set: k, pair: [at(own ?? 0, column), at(own ?? 1, column)], value: 0, coverage: 0 };
  });
  const pair = [weights[k][side ?? 0], weights[k][side ?? 1]];
  return { node: nodes[k], weights: pair, members };
}

const reweighted = ({ w }) => w[0].some((v, i) => v !== w[1][i]);

/** Value of a branch from member values and weights. */
function worth(branch, range, y, w) {
  const least = floorOf(branch.node, range.low);
  return value(branch.node, y.map((v) => (v < least ? least : v)), w, range);
}

/** Set up a game below a branch; return its values with all players before, and all after. */
function stand(branch, range, values, pattern) {
  const { members } = branch;
  branch.players = [];
  branch.w = pattern.map((side) => branch.weights[side]);
  if (branch.w.some((w) => w.some(Number.isNaN))) {
    branch.w = [members.map(() => 0), members.map(() => 0)];
    branch.y = [members.map(() => NaN), members.map(() => NaN)];
    return [NaN, NaN];
  }
  branch.y = [[], []];
  members.forEach((one, i) => {
    const pair = one.pair ? values.map((side) => one.pair[side]) : stand(one, range, values, pattern);
    pair.forEach((v, side) => (branch.y[side][i] = v));
    const moves = one.pair ? finite(pair[0]) && finite(pair[1]) && pair[0] !== pair[1] : one.players.length > 0 || reweighted(one);
    if (moves && (branch.w[0][i] > 0 || branch.w[1][i] > 0)) branch.players.push(i);
  });
  return [0, 1].map((side) => worth(branch, range, branch.y[side], branch.w[side]));
}

/** Attribute what a branch contributes to its members, half of it. `lift`: from its value to the expected index. */
function spread(branch, range, lift, bits) {
  const { members, players } = branch;
  const weighted = reweighted(branch);
  const q = players.length + weighted;
  if (bits + q > LIMIT) throw new Error("Exact contributions take too many steps here: use `indexer explain`.");
  const gamma = Array.from({ length: q }, (_, s) => 1 / (q * choose(q - 1, s)));
  const index = (code, p = -1, v = NaN) => {
    const y = [...branch.y[0]];
    players.forEach((i, b) => ((code >> b) & 1) && (y[i] = branch.y[1][i]));
    if (p >= 0) y[players[p]] = v;
    return lift(worth(branch, range, y, branch.w[weighted && (code >> (q - 1)) & 1 ? 1 : 0]));
  };
  const total = Array.from({ length: 2 ** q }, (_, code) => index(code));
  const share = (p) => {
    let sum = 0;
    for (let code = 0; code < 2 ** q; code++) {
      if (!((code >> p) & 1)) sum += gamma[count(code)] * (total[code | (1 << p)] - total[code]);
    }
    return sum;
  };
  players.forEach((i, p) => {
    const one = members[i];
    if (one.pair) one.value += share(p) / 2;
    else {
      const raised = (v) => {
        let sum = 0;
        for (let code = 0; code < 2 ** q; code++) if (!((code >> p) & 1)) sum += gamma[count(code)] * index(code, p, v);
        return sum;
      };
      spread(one, range, raised, bits + q - 1);
    }
  });
  if (weighted) cover(branch, share(q - 1) / 2);
}

/** Attribute a change of weights to the members that enter or leave, in proportion to their weights. */
function cover(branch, amount) {
  const moving = branch.members.map((_, i) => (branch.w[0][i] > 0 !== branch.w[1][i] > 0 ? branch.node.weights[i] : 0));
  const sum = moving.reduce((a, b) => a + b, 0);
  branch.members.forEach((one, i) => moving[i] > 0 && pour(one, (amount * moving[i]) / sum));
}

function pour(one, amount) {
  if (one.pair) one.coverage += amount;
  else one.members.forEach((member, i) => one.w[0][i] > 0 && pour(member, amount * one.w[0][i]));
}

function leaves(branch) {
  return branch.members.flatMap((one) =>
    one.pair ? [{ column: one.column, set: one.set, value: one.value, coverage: one.coverage }] : leaves(one),
  );
}

function choose(n, k) {
  let out = 1;
  for (let i = 1; i <= k; i++) out = (out * (n - k + i)) / i;
  return out;
}

function count(code) {
  let bits = 0;
  for (; code; code &= code - 1) bits++;
  return bits;
}
