"""Measures of specialisation and competitiveness, on arrays of countries × products."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from indexer.errors import MethodError


def market_share(x: ArrayLike, total: ArrayLike | None = None) -> np.ndarray:
    """Return the share of each country in the exports of each product: x_is / x_s.

    Parameters
    ----------
    x : array (countries, products)
        Exports, in any unit, not negative. A missing one makes every share of its product missing, unless `total` is
        given.
    total : array (products,), optional
        World exports of each product; the sum over the countries by default, and then shares are of these countries.

    Returns
    -------
    array (countries, products)
        NaN where the total is 0.

    Raises
    ------
    MethodError
        For negative or infinite values, or another shape.

    Examples
    --------
    >>> market_share([[3.0, 0.0], [1.0, 0.0]])
    array([[0.75,  nan],
           [0.25,  nan]])
    """
    exports = _matrix(x, "x")
    world = exports.sum(axis=0) if total is None else _values(total, "total")
    if world.shape != exports.shape[1:]:
        raise MethodError("not one total a product", where="total", remedy="give as many as x has columns")
    return _ratio(exports, np.broadcast_to(world, exports.shape))


def trade_competitiveness(x: ArrayLike, m: ArrayLike) -> np.ndarray:
    """Return the trade competitiveness index (x - m) / (x + m), from -1 (imports only) to 1 (exports only).

    Parameters
    ----------
    x, m : arrays of one shape
        Exports and imports, not negative.

    Returns
    -------
    array
        NaN where one is missing, or both are 0.

    Raises
    ------
    MethodError
        For negative or infinite values, or unlike shapes.

    Examples
    --------
    >>> trade_competitiveness([3.0, 0.0], [1.0, 0.0])
    array([0.5, nan])
    """
    exports, imports = _same(x, m)
    return _ratio(exports - imports, exports + imports)


def balassa(x: ArrayLike) -> np.ndarray:
    """Return revealed comparative advantage, (x_is / x_i) / (x_s / x) (Balassa 1965).

    Parameters
    ----------
    x : array (countries, products)
        Exports, not negative; every product that the countries export, or the index is of the products given. Missing
        values make everything that rests on their sums missing, which is every cell.

    Returns
    -------
    array (countries, products)
        Above 1 where the country is specialised; NaN where a country exports nothing, or nobody exports the product.

    Raises
    ------
    MethodError
        For negative or infinite values, or another shape.

    Examples
    --------
    >>> balassa([[4.0, 4.0], [2.0, 6.0]]).round(3)
    array([[1.333, 0.8  ],
           [0.667, 1.2  ]])
    """
    exports = _matrix(x, "x")
    own = _ratio(exports, np.broadcast_to(exports.sum(axis=1, keepdims=True), exports.shape))
    world = exports.sum(axis=0)
    return _ratio(own, np.broadcast_to(_ratio(world, np.full_like(world, world.sum())), exports.shape))


def symmetric_rca(x: ArrayLike) -> np.ndarray:
    """Return (RCA - 1) / (RCA + 1), from -1 to 1 (Dalum, Laursen & Villumsen 1998); NaN where RCA is.

    Parameters
    ----------
    x : array (countries, products)
        As for `balassa`.
    """
    rca = balassa(x)
    return (rca - 1) / (rca + 1)


def michaely(x: ArrayLike, m: ArrayLike) -> np.ndarray:
    """Return x_is / x_i - m_is / m_i, the product's part in exports less that in imports (Michaely 1962), from -1 to 1.

    Parameters
    ----------
    x, m : array (countries, products)
        Exports and imports of the same countries and products, not negative.

    Returns
    -------
    array (countries, products)
        NaN for a country without exports, without imports, or with a missing value.

    Raises
    ------
    MethodError
        For negative or infinite values, or unlike shapes.

    Examples
    --------
    >>> michaely([[3.0, 1.0]], [[1.0, 1.0]])
    array([[ 0.25, -0.25]])
    """
    exports, imports = _same(x, m)
    exports, imports = _matrix(exports, "x"), _matrix(imports, "m")
    parts = (_ratio(one, np.broadcast_to(one.sum(axis=1, keepdims=True), one.shape)) for one in (exports, imports))
    return np.subtract(*parts)


def trade_intensity(flows: ArrayLike, own: str = "included") -> np.ndarray:
    """Return (x_ij / x_i) / (m_j / m), the part of j in the exports of i against its part in world imports.

    Parameters
    ----------
    flows : array (countries, countries)
        Exports of the row to the column, not negative; the diagonal is not looked at.
    own : {"included", "excluded"}
        Whether i's own imports count as world imports; "excluded" is m_j / (m - m_i) (Kojima 1964), for i cannot
        export to itself.

    Returns
    -------
    array (countries, countries)
        Above 1 where they trade more than j's part in world imports would have it; NaN on the diagonal, where i
        exports nothing, and where j imports nothing.

    Raises
    ------
    MethodError
        For negative or infinite values, a table that is not square, or an unknown `own`.
    """
    x = _matrix(flows, "flows").copy()
    if x.shape[0] != x.shape[1]:
        raise MethodError("not a square table of flows", where="flows", remedy="give one row and one column a country")
    if own not in ("included", "excluded"):
        raise MethodError(f"own={own!r}", where="own", remedy="one of: included, excluded")
    np.fill_diagonal(x, 0)
    imports = x.sum(axis=0)
    world = np.broadcast_to(imports.sum(), (len(x), 1)) - (imports[:, None] if own == "excluded" else 0)
    part = _ratio(x, np.broadcast_to(x.sum(axis=1, keepdims=True), x.shape))
    found = _ratio(part, _ratio(np.broadcast_to(imports, x.shape), np.broadcast_to(world, x.shape)))
    np.fill_diagonal(found, np.nan)
    return found


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    out = np.full(np.broadcast(a, b).shape, np.nan)
    return np.divide(a, b, out=out, where=np.isfinite(b) & (b != 0))


def _values(x: ArrayLike, where: str) -> np.ndarray:
    values = np.asarray(x, dtype=float)
    wrong = np.isinf(values) | (values < 0)
    if wrong.any():
        first = np.argwhere(wrong)[0].tolist()
        raise MethodError(
            f"{values[wrong][0]:g} is negative or infinite",
            where=where,
            rows=[first],
            remedy="give amounts of 0 or more",
        )
    return values


def _matrix(x: ArrayLike, where: str) -> np.ndarray:
    values = _values(x, where)
    if values.ndim != 2 or values.size == 0:
        raise MethodError("not a table of countries × products", where=where, remedy="give two dimensions, none empty")
    return values


def _same(x: ArrayLike, m: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    exports, imports = _values(x, "x"), _values(m, "m")
    if exports.shape != imports.shape:
        raise MethodError(f"shapes {exports.shape} and {imports.shape} differ", where="m", remedy="give one of each")
    return exports, imports
