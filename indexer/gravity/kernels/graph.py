"""Levels of effects: which hang together, in what order their rows come, which are one country's in several years."""

import numpy as np

from indexer.gravity.kernels import exact


@exact
def _root(parent, k):
    while parent[k] != k:
        parent[k] = parent[parent[k]]
        k = parent[k]
    return k


@exact
def join(left, right, shift, parent):
    """Join level left[r] with level shift + right[r] for every row r, in a forest of parents."""
    for r in range(left.size):
        a, b = _root(parent, left[r]), _root(parent, shift + right[r])
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b


@exact
def number(parent, label):
    """Number the trees of the forest from 0 in the order of their first level; return how many there are."""
    n = 0
    for k in range(parent.size):
        r = _root(parent, k)
        if r == k:
            label[k] = n
            n += 1
        else:
            label[k] = label[r]
    return n


@exact
def place(codes, at, out):
    """out = the rows in the order of their codes; `at` holds the first place of each code, and is used up."""
    for r in range(codes.size):
        out[at[codes[r]]] = r
        at[codes[r]] += 1


@exact
def follow(levels, order, start, pair, ends, country):
    """Number the countries behind country-year levels: two levels of one country share pairs, others at most one.

    `levels` come year by year, `order[start[k]:start[k+1]]` are the rows of level k; `ends`, shape (pairs, 2), holds
    the countries seen in a pair and is filled on the way, as is `country` by level.
    """
    votes = np.zeros(levels.size, np.int64)
    n = 0
    for k in levels:
        best, most = n, 1
        for r in order[start[k] : start[k + 1]]:
            for e in ends[pair[r]]:
                if e >= 0:
                    votes[e] += 1
                    if votes[e] > most:
                        best, most = e, votes[e]
        n += best == n
        country[k] = best
        for r in order[start[k] : start[k + 1]]:
            p = pair[r]
            for e in ends[p]:
                if e >= 0:
                    votes[e] = 0
            if ends[p, 0] < 0:
                ends[p, 0] = best
            elif ends[p, 0] != best and ends[p, 1] < 0:
                ends[p, 1] = best
    return n
