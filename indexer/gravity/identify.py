"""What can be identified: every regressor against the fixed effects and the other regressors, on the final sample."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from indexer.errors import AbsorbedRegressorError
from indexer.gravity.layout import Layout, Weighted
from indexer.gravity.scaling import Scaled
from indexer.gravity.solve import conjugate_gradients, project
from indexer.gravity.terms import INTERCEPT

ABSORBED = 1e-9
NEARLY, COARSE = 1e-4, 0.02
"""Share that is left below which rounding is taken to be all of it where it may be; below which it may be at all."""
WEAK = 0.1
CLEAR, CLEARER = 1e-6, 0.01
"""Least eigenvalue of the scaled cross products that leaves no doubt that all regressors are identified; the same where
the projections are rough."""
SPANLESS = 1e-8
"""Product of a witness with any dummy of the effects, relative to the rows, up to which it is none."""
_FLAT = ("constant", "zero in")

ALTERNATIVES = (
    "what would be identified instead of a country-year index: its product with an international-border dummy when "
    "domestic trade is in the data (its effect on international relative to domestic trade), its product with log "
    "distance (how the effect varies with distance, not its level), or a pair form such as |a - b|, min or product "
    "(similarity of the two economies, not level); instead of a variable of pairs: its product with one that varies "
    "over time; or leave the effect out that absorbs it, or pass on_absorbed='drop'"
)
MEANING = {
    "_international": "the effect on international relative to domestic trade",
    "ai_min": "similarity of the two economies, not their level",
    "ai_max": "similarity of the two economies, not their level",
    "ai_product": "similarity of the two economies, not their level",
    "ai_gap": "similarity of the two economies, not their level",
    "distance": "how the effect varies with distance, not its level",
}


class NearlyAbsorbedWarning(UserWarning):
    """A regressor keeps so little variation beside the effects that rounding of the data may decide its coefficient."""


@dataclass(frozen=True)
class Verdict:
    """Whether one regressor is identified.

    `kind` is identified, absorbed (by effects) or collinear (with regressors); `by` says by which;
    `share` is |what is left| / |x - mean|, beside the effects and the identified regressors before it. `rounded` says
    that what is left is no more than the rounding of its values.
    """

    name: str
    kind: str
    by: str
    share: float
    rounded: bool = False


def verdicts(
    layout: Layout, x: Scaled, names: Sequence[str], subset: Callable[[Sequence[str]], Layout],
    effects: Sequence[str], step: Callable[[int], float] = lambda k: 0.0,
) -> list[Verdict]:  # fmt: skip
    """Judge each column of x in turn, in arithmetic free of its scale and offset.

    Parameters
    ----------
    layout : Layout
        The final sample.
    x : Scaled
        Regressors on it, an intercept first where there is one.
    subset : callable
        Returns the layout of the same rows with some of the effects only, by their names.
    effects : sequence of str
        Names of the fixed effects.
    step : callable, optional
        Returns the step to which the values of a column are rounded, in the units of x, 0 where none is seen.

    Notes
    -----
    A column is absorbed where less than 1e-9 of its variation is left (more where a large offset has eaten digits), or
    where what is left is no more than the rounding of its values. Of collinear regressors the first in order is kept.
    """
    n = layout.n_rows
    normal = layout.weighted(layout.indicator())
    u = project(layout, normal, x.cells)
    left = normal.sweep(x.cells, u) / np.sqrt(n)
    left *= normal.w
    size = np.linalg.norm(x.cells, axis=1) / np.sqrt(n)
    least = np.maximum(ABSORBED, x.noise)
    out: list[Verdict] = []
    basis: list[np.ndarray] = []
    kept: list[int] = []
    for k, name in enumerate(names):
        if x.flat[k]:
            by = " or ".join(effects) if effects else INTERCEPT
            what = "zero in every row of the final sample" if x.shift[k] == 0 else f"constant, as is {by}"
            out.append(Verdict(name, "absorbed" if effects else "collinear", what, 0.0))
            continue
        beside = float(np.linalg.norm(left[k]))
        nothing = beside < least[k] * size[k]
        rounding = not nothing and beside < COARSE * size[k] and _rounding(left[k] * np.sqrt(n), step(k))
        if effects and (nothing or (rounding and beside < NEARLY * size[k])):
            limit = max(least[k] * size[k], 2 * beside if rounding else 0.0)
            by = _absorbed_by(layout, x.cells[k], effects, subset, limit)
            out.append(Verdict(name, "absorbed", by, 0.0, rounding))
            continue
        r = left[k]
        for _ in range(2):
            for b in basis:
                r = r - b * (b @ r)
        share = float(np.linalg.norm(r)) / size[k]
        if share < least[k]:
            before = left[kept]
            part = np.abs(np.linalg.lstsq(before.T, left[k], rcond=None)[0]) * np.linalg.norm(before, axis=1)
            who = [names[j] for j, v in zip(kept, part, strict=True) if v > 1e-7 * part.max()]
            by = ", ".join(who) + (" beside the fixed effects" if effects else "")
            out.append(Verdict(name, "collinear", by, 0.0))
            continue
        basis.append(r / np.linalg.norm(r))
        kept.append(k)
        out.append(Verdict(name, "identified", "", share, rounding))
    return out


def surely(
    layout: Layout, x: Scaled, names: Sequence[str], products: np.ndarray | None = None, part: bool = False
) -> list[Verdict] | None:
    """Return the verdicts where all regressors are identified beyond doubt, else None.

    Parameters
    ----------
    products : ndarray, shape (p, p), optional
        Cross products of the scaled regressors beside the effects, by row of the sample. Made here where not given, or
        where they are over part of the sample and a share is small enough to be told.
    part : bool
        Whether the products are over part of the sample: then they are bounds from below, since what is left of a
        regressor on all rows is no less than what other coefficients leave on some.
    """
    if products is not None and not _clear(products):
        if not part:
            return None
        products = None
    shares = None if products is None else _shares(products)
    if shares is None or (part and shares.min(initial=1.0) < WEAK):
        products = prove(layout, layout.weighted(layout.indicator()), x)
        shares = None if products is None else _shares(products)
    if shares is None or shares.min(initial=1.0) < COARSE:
        return None
    return [Verdict(name, "identified", "", float(s)) for name, s in zip(names, shares, strict=True)]


def _clear(products: np.ndarray) -> bool:
    return not products.size or float(np.linalg.eigvalsh(products)[0]) > CLEAR


def _shares(gram: np.ndarray) -> np.ndarray:
    """What is left of each column beside the effects and the columns before it, relative to itself."""
    return np.diag(np.linalg.cholesky(gram)) if gram.size else np.zeros(0)


def prove(layout: Layout, normal: Weighted, x: Scaled) -> np.ndarray | None:
    """Return cross products of the scaled regressors beside the effects where they prove that all are identified.

    Over the rows of the weights, and divided by the number of all rows. The projections are stopped once their error is
    far below the least eigenvalue that counts as proof.
    """
    n = float(layout.n_rows)
    r = normal.residual(x.cells, np.zeros((len(x), layout.n_levels)))
    u = np.zeros_like(r)
    for line, least in ((1e-4, CLEARER), (1e-6 * CLEAR, CLEAR)):
        solved = conjugate_gradients(normal, r, np.full(len(x), line * n), u, stalled=True)
        gram, _ = normal.gram(normal.w, x.cells, u)
        gram = gram / n
        if not len(x) or (np.all(solved.error <= line * n) and float(np.linalg.eigvalsh(gram)[0]) > least):
            return np.asarray(gram)
    return None


@dataclass(frozen=True)
class Witnesses:
    """Columns e with D'e = 0: what is spanned by the effects has no product with any of them.

    Attributes
    ----------
    layout : Layout
    cells : ndarray, shape (q, n_cells)
        Some regressors beside the effects, times the weights.
    inverse : ndarray, shape (q, q)
        Of their cross products, by row.
    n : float
        Rows of the sample.
    """

    layout: Layout
    cells: np.ndarray
    inverse: np.ndarray
    n: float

    def prove(self, x: Scaled) -> np.ndarray | None:
        """Return cross products of other regressors no greater than those of `prove`; None where they prove too little.

        They are those of projections on the witnesses, for which no equation has to be solved.
        """
        products = self.layout.products(self.cells, x.cells) / self.n
        gram = products.T @ self.inverse @ products
        return np.asarray(gram) if _clear(gram) else None


def witnesses(layout: Layout, normal: Weighted, x: Scaled) -> Witnesses | None:
    """Return what is left of some regressors beside the effects as witnesses; None where hardly anything is."""
    n = float(layout.n_rows)
    left = normal.sweep(x.cells, project(layout, normal, x.cells, tol=1e-10)) * normal.w
    gram = layout.products(left, x.cells) / n
    if not len(x) or not _clear(gram):
        return None
    if max(np.abs(layout.level_sums(one)).max(initial=0.0) for one in left) > SPANLESS * n:
        return None
    return Witnesses(layout, left, np.linalg.inv((gram + gram.T) / 2), n)


def _rounding(left: np.ndarray, step: float) -> bool:
    """Whether what is left of a column is no more than the rounding of its values."""
    return step > 0 and float(np.abs(left).max()) <= 2 * step


def grain(column: np.ndarray) -> float:
    """Return the step to which values are rounded; 0 where none is seen.

    The coarsest power of ten of which all are multiples, down to 1e-8, or that of numbers of single precision.

    Examples
    --------
    >>> grain(np.array([0.25, 1.5, 3.0]))
    0.01
    >>> grain(np.array([0.1234567, 0.7], dtype=np.float32).astype(float)) < 1e-7
    True
    """
    largest = float(np.abs(column).max(initial=0.0))
    with np.errstate(over="ignore"):
        single = np.array_equal(column.astype(np.float32), column)
    digit = float(np.finfo(np.float32).eps) * largest if single else 0.0
    for digits in range(9):
        step = 10.0**-digits
        if step < 4 * digit:
            return digit
        scaled = column / step
        if np.all(np.abs(scaled - np.rint(scaled)) * step <= max(1e-14 * largest, digit)):
            return step
    return digit


def _absorbed_by(
    layout: Layout, x: np.ndarray, effects: Sequence[str], subset: Callable[[Sequence[str]], Layout], limit: float
) -> str:
    """The smallest sets of effects that span x: 'a', 'a or b', 'a and b together'."""
    by_row = layout.gather(x)
    for size in range(1, len(effects) + 1):
        hits = []
        for group in combinations(effects, size):
            part = subset(group)
            v = part.scatter(by_row)[None]
            normal = part.weighted(part.indicator())
            left = normal.sweep(v, project(part, normal, v))[0] * normal.w
            if np.linalg.norm(left) / np.sqrt(layout.n_rows) < limit:
                hits.append(" and ".join(group) + (" together" if size > 1 else ""))
        if hits:
            return " or ".join(hits)
    return " and ".join(effects) + " together"


def check(found: Sequence[Verdict], effects: Sequence[str], on_absorbed: str) -> tuple[str, ...]:
    """Refuse regressors that are not identified (unless they are to be dropped); return notes on weak ones."""
    lost = [v for v in found if v.kind != "identified"]
    if lost and on_absorbed == "raise":
        raise AbsorbedRegressorError(
            "; ".join(reason(v) for v in lost),
            where=f"regressor {', '.join(repr(v.name) for v in lost)}",
            remedy=_remedy(lost),
        )
    notes = []
    for v in found:
        if v.kind != "identified" or v.share >= WEAK or v.name == INTERCEPT:
            continue
        notes.append(f"{v.name} keeps {100 * v.share:.2g} % of its variation beside the effects and other regressors")
        if v.rounded:
            notes[-1] += ", which is no more than the rounding of its values"
        if v.rounded or v.share < NEARLY:
            warnings.warn(f"{notes[-1]}: rounding of the data may decide its coefficient", NearlyAbsorbedWarning,
                          stacklevel=4)  # fmt: skip
    return tuple(notes)


def _remedy(lost: Sequence[Verdict]) -> str:
    if any(v.kind == "absorbed" and not v.by.startswith(_FLAT) for v in lost):
        return ALTERNATIVES
    if any(v.by.startswith(_FLAT) for v in lost):
        return (
            "leave it out, or pass on_absorbed='drop'; where it varies in the data given, it does so only in rows left "
            "out for missing values, separation or as singletons"
        )
    return "leave one of the collinear regressors out, or pass on_absorbed='drop' to drop the later ones"


def reason(verdict: Verdict) -> str:
    """Say in words why a regressor has no coefficient."""
    if verdict.by.startswith(_FLAT):
        return f"{verdict.name!r} is {verdict.by}"
    if verdict.kind == "absorbed":
        beside = (
            "what varies beside them is no more than the rounding of its values"
            if verdict.rounded
            else ("it does not vary beside them")
        )
        return f"{verdict.name!r} is absorbed by the fixed effects {verdict.by}: {beside}"
    return f"{verdict.name!r} is collinear with {verdict.by}"


def meaning(term: str, effects: Sequence[str]) -> str:
    """Say what the coefficient of a form of the index measures under exporter-year and importer-year effects."""
    if not {"exporter^year", "importer^year"} <= set(effects) or "ai_" not in term:
        return ""
    return next((text for part, text in MEANING.items() if part in term), "")
