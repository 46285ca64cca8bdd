"""Levels of effects: which hang together, by the graph whose edges are the rows; rows in the order of their levels."""

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
