"""The contract of a layout, held against dense matrices made from its codes, for every layout and several shapes."""

import numpy as np
import pytest

CASES = [
    ("plain", {}), ("rows", {}), ("dense", {}),
    ("plain", {"undirected": True}), ("rows", {"undirected": True}), ("dense", {"undirected": True}),
    ("dense", {"effects": ("ey", "iy")}), ("rows", {"effects": ("ey", "iy")}),
    ("dense", {"effects": ("pair", "ey")}), ("dense", {"effects": ("pair", "y")}), ("rows", {"effects": ("pair",)}),
    ("plain", {"effects": ("e", "y")}), ("dense", {"share": 1.0}),
]  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda c: f"{c[0]}-{'-'.join(map(str, c[1].values()))}")
def case(request, grid):
    """A layout, the dense matrices behind it, and random columns by row and as cells."""
    path, options = request.param
    g = grid(**options)
    layout = g.layout(path)
    group, rest = layout.codes()
    d = np.zeros((g.n, layout.n_levels))
    for codes in rest:
        d[np.arange(g.n), codes] = 1.0
    g.__dict__.update(
        layout=layout, d=d, groups=np.eye(group.max() + 1)[group], x=g.rng.normal(size=(2, g.n)),
        w=g.rng.uniform(0.2, 3, g.n), y=g.rng.gamma(2, 1, g.n) * (g.rng.uniform(size=g.n) < 0.8),
        u=g.rng.normal(size=(2, layout.n_levels)),
    )  # fmt: skip
    g.cells = lambda v: np.stack([layout.scatter(c) for c in np.atleast_2d(v)])
    return g


def centred(g, v):
    """Columns minus their weighted mean by group."""
    return v - g.groups @ ((g.groups.T @ (g.w[:, None] * v)) / (g.groups.T @ g.w)[:, None])


def test_codes_are_the_effects(case):
    _, rest = case.layout.codes()
    spanned = np.hstack([case.groups, case.d])
    assert np.linalg.matrix_rank(np.hstack([spanned, case.dummies])) == np.linalg.matrix_rank(case.dummies)
    assert np.linalg.matrix_rank(spanned) == np.linalg.matrix_rank(case.dummies)
    assert len(rest) == len(case.codes) - 1


def test_rows_go_to_cells_and_back(case):
    layout = case.layout
    assert layout.n_rows == case.n
    np.testing.assert_array_equal(layout.rows(), np.arange(case.n))
    np.testing.assert_array_equal(layout.gather(layout.scatter(case.w)), case.w)
    np.testing.assert_allclose(layout.gather(layout.scatter(case.w, 1.5, 2.0)), (case.w - 1.5) * 2)
    assert layout.indicator().sum() == case.n
    assert layout.scatter(case.w).sum() == pytest.approx(case.w.sum())


def test_moments(case):
    mean, spread, low, high = case.layout.moments(case.w)
    np.testing.assert_allclose((mean, spread, low, high), (case.w.mean(), case.w.std(), case.w.min(), case.w.max()))
    assert case.layout.moments(np.full(case.n, 0.1)) == (0.1, 0.0, 0.1, 0.1)


def test_sums_by_level(case):
    sums = case.layout.by_level(case.layout.scatter(case.w))
    assert case.layout.levels_used() == [c.max() + 1 for c in case.codes]
    for k, codes in enumerate(case.codes):
        by_row = case.layout.gather(case.layout.at_level(k, sums[k]))
        np.testing.assert_allclose(by_row, np.bincount(codes, case.w)[codes])
    np.testing.assert_allclose(case.layout.level_sums(case.layout.scatter(case.w)), case.d.T @ case.w)
    spread = case.layout.gather(case.layout.spread(case.layout.group_sums(case.layout.scatter(case.w))))
    np.testing.assert_allclose(spread, case.groups @ (case.groups.T @ case.w))


def test_normal_equations(case):
    g = case
    normal = g.layout.weighted(g.layout.scatter(g.w))
    hd = g.w[:, None] * centred(g, g.d)
    np.testing.assert_allclose(normal.product(g.u, np.array([0, 1])).sum(axis=0), g.u @ (g.d.T @ hd).T, atol=1e-11)
    only = normal.product(g.u, np.array([1])).sum(axis=0)
    assert not only[0].any()
    left = g.x.T - g.d @ g.u.T
    np.testing.assert_allclose(
        normal.residual(g.cells(g.x), g.u), (g.d.T @ (g.w[:, None] * centred(g, left))).T, atol=1e-11
    )
    diagonal = np.diag(g.d.T @ hd) if g.layout.n_levels else np.zeros(0)
    if getattr(g.layout, "groups", None) is None:
        np.testing.assert_allclose(normal.diagonal(), diagonal, atol=1e-12)
    assert np.all(normal.diagonal() >= diagonal - 1e-12)  # of groups spread over the tensor a bound
    assert np.all(normal.inverse >= 0)


def test_swept_columns_and_their_products(case):
    g = case
    normal = g.layout.weighted(g.layout.scatter(g.w))
    expected = centred(g, g.x.T - g.d @ g.u.T).T
    swept = normal.sweep(g.cells(g.x), g.u)
    np.testing.assert_allclose([g.layout.gather(s) for s in swept], expected, atol=1e-12)
    gram, slope = normal.gram(g.layout.scatter(g.y), g.cells(g.x), g.u)
    np.testing.assert_allclose(gram, (expected * g.w) @ expected.T)
    np.testing.assert_allclose(slope, expected @ (g.y - g.w), atol=1e-11)


def test_scores_by_group(case):
    g = case
    y = g.w * g.rng.uniform(0.5, 1.5, g.n)
    y *= g.groups @ ((g.groups.T @ g.w) / (g.groups.T @ y))  # the groups' sums are those of w
    expected = centred(g, g.x.T - g.d @ g.u.T).T * (y - g.w)
    scores = g.layout.weighted(g.layout.scatter(g.w)).group_scores(g.layout.scatter(y), g.cells(g.x), g.u)
    np.testing.assert_allclose(scores.sum(axis=1), expected.sum(axis=1), atol=1e-11)
    if g.layout.group_effect is not None:
        by_group = (g.groups.T @ expected.T).T
        np.testing.assert_allclose(scores @ scores.T, by_group @ by_group.T)


def test_cross_products(case):
    g = case
    normal, w, y = g.layout.weighted(g.layout.scatter(g.w)), g.w, g.layout.scatter(g.y)
    z, uz = g.rng.normal(size=(3, g.n)), g.rng.normal(size=(3, g.layout.n_levels))
    residual, own, other, slope = normal.cross(y, g.cells(g.x), g.u, g.cells(z), uz)
    left, beside = centred(g, g.x.T - g.d @ g.u.T).T, centred(g, z.T - g.d @ uz.T).T
    np.testing.assert_allclose(residual, (left * w) @ g.d, atol=1e-11)
    np.testing.assert_allclose(own, (left * w) @ left.T, atol=1e-11)
    np.testing.assert_allclose(other, (left * w) @ beside.T, atol=1e-11)
    np.testing.assert_allclose(slope, left @ (g.y - w), atol=1e-11)


def test_products_and_copies_of_cells(case):
    g = case
    cells = g.cells(g.x)
    np.testing.assert_allclose(g.layout.products(cells, g.cells(g.w)), (g.x @ g.w)[:, None], atol=1e-11)
    out = np.full(g.layout.n_cells, np.nan)
    g.layout.copy(cells[1], out)
    np.testing.assert_array_equal(out, cells[1])


def test_single_precision(case):
    g = case
    normal = g.layout.weighted(g.layout.scatter(g.w))
    which = np.array([0, 1])
    exact = normal.product(g.u, which).sum(axis=0)
    np.testing.assert_allclose(
        normal.single.product(g.u, which).sum(axis=0), exact, atol=1e-5 * np.abs(exact).max(initial=0)
    )
    np.testing.assert_array_equal(normal.single.inverse, normal.inverse)


@pytest.mark.parametrize("with_base", [False, True])
def test_poisson_means(case, with_base):
    g, layout = case, case.layout
    beta, factor = np.array([0.3, -0.2]), g.w if with_base else np.ones(g.n)
    base = layout.scatter(factor) if with_base or layout.needs_base else None
    total = layout.group_sums(layout.scatter(g.y))
    mu = np.empty(layout.n_cells)
    level, effect, score = layout.poisson(
        layout.scatter(g.y), g.cells(g.x), base, total, g.u[0], beta, np.zeros_like(total), mu
    )
    eta = beta @ g.x + g.d @ g.u[0]
    raw = factor * np.exp(eta)
    sums, totals = g.groups.T @ raw, g.groups.T @ g.y
    expected = raw * (g.groups @ (totals / sums))
    np.testing.assert_allclose(layout.gather(mu), expected, rtol=1e-12, atol=1e-300)
    assert mu.sum() == pytest.approx(g.y.sum())
    np.testing.assert_allclose(score, g.d.T @ (g.y - expected), atol=1e-11)
    good = totals > 0
    assert level == pytest.approx(g.y @ eta + totals[good] @ np.log(totals[good] / sums[good]))
    # with all that a Newton step needs there
    p, sums = g.rng.normal(size=(2, layout.n_levels)), g.d.T @ g.y
    again, normal = np.empty(layout.n_cells), layout.weighted(mu)
    at = layout.newton(
        layout.scatter(g.y), g.cells(g.x), base, total, sums, g.u[0], beta, np.zeros_like(total), p, again
    )
    assert at.likelihood == pytest.approx(level)
    for found, wanted in (
        (again, mu), (at.effect, effect), (at.score, score), (at.residual, normal.residual(g.cells(g.x), p)),
        (at.gram, normal.gram(layout.scatter(g.y), g.cells(g.x), p)[0]), (at.normal.by_level, normal.by_level),
        (at.slope, normal.gram(layout.scatter(g.y), g.cells(g.x), p)[1]), (at.normal.scale, normal.scale),
        (at.normal.inverse, normal.inverse), (at.normal.sums, normal.sums),
    ):  # fmt: skip
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-10)
    # from another start of the group effect the same
    again = layout.poisson(layout.scatter(g.y), g.cells(g.x), base, total, g.u[0], beta, effect + 0.5, mu)
    assert again[0] == pytest.approx(level)
    np.testing.assert_allclose(layout.gather(mu), expected, rtol=1e-12, atol=1e-300)


def test_part_of_a_sample(case):
    g = case
    keep = g.rng.uniform(size=g.n) < 0.7
    part = g.layout.restrict(g.layout.scatter(keep.astype(float)) > 0)
    rows = np.flatnonzero(keep)
    np.testing.assert_array_equal(part.rows(), rows)
    np.testing.assert_array_equal(part.gather(part.scatter(g.w)), g.w[rows])
    again = part.restrict(part.scatter(np.arange(g.n) % 2.0) > 0)
    np.testing.assert_array_equal(again.rows(), rows[rows % 2 == 1])
    assert part.levels_used() == [np.unique(c[rows]).size for c in g.codes]
    mean, spread, low, high = part.moments(g.w)
    np.testing.assert_allclose(
        (mean, spread, low, high), (g.w[rows].mean(), g.w[rows].std(), g.w[rows].min(), g.w[rows].max())
    )
    normal = part.weighted(part.indicator())
    u = np.zeros((1, part.n_levels))
    group, _ = part.codes()
    x = g.x[0][rows]
    mean_of = np.bincount(group, x, group.max() + 1) / np.maximum(np.bincount(group, minlength=group.max() + 1), 1)
    swept = part.gather(normal.sweep(part.scatter(g.x[0])[None], u)[0])
    np.testing.assert_allclose(swept, x - mean_of[group], atol=1e-12)
