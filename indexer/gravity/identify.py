"""What can be identified: every regressor against the fixed effects and the other regressors, on the final sample."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from indexer.errors import AbsorbedRegressorError
from indexer.gravity.demean import Effects, demean
from indexer.gravity.design import INTERCEPT

ABSORBED = 1e-9
NEARLY = 1e-4
WEAK = 0.1
_FLAT = ("constant", "zero in")

ALTERNATIVES = (
    "what would be identified instead of a country-year index: its product with an international-border dummy when "
    "domestic trade is in the data (its effect on international relative to domestic trade), its product with log "
    "distance (how the effect varies with distance, not its level), or a pair form such as |a - b|, min or product "
    "(similarity of the two economies, not level); or leave the effect out that absorbs it, or pass on_absorbed='drop'"
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
    `share` is |what is left| / |x - mean|, beside the effects and the identified regressors before it.
    """

    name: str
    kind: str
    by: str
    share: float


def verdicts(x: np.ndarray, names: Sequence[str], codes: dict[str, np.ndarray]) -> list[Verdict]:
    """Judge each column of x in turn, in arithmetic free of its scale and offset.

    Parameters
    ----------
    x : ndarray, shape (n, p)
        Regressors on the final sample, an intercept first where there is one.
    codes : dict of str to ndarray of int
        Fixed effects.

    Notes
    -----
    A column is absorbed where less than 1e-9 of its variation is left (more where a large offset has eaten digits).
    Of collinear regressors the first in order is kept.
    """
    n, p = x.shape
    constant = bool(codes) or INTERCEPT in names
    centred = x - x.mean(axis=0) if constant else x.copy()
    for k, name in enumerate(names):
        if name == INTERCEPT:
            centred[:, k] = x[:, k]
    size = np.linalg.norm(centred, axis=0)
    offset = np.sqrt(n) * np.abs(x).max(axis=0, initial=0.0)
    flat = size <= 1e-13 * offset  # what is left of a constant is rounding
    unit = np.where(flat, 0.0, centred / np.where(flat, 1.0, size))
    least = np.maximum(ABSORBED, 1e-13 * offset / np.where(flat, 1.0, size))
    left = demean(unit, Effects(list(codes.values())))
    basis, out = np.zeros((n, 0)), []
    kept: list[int] = []
    for k in range(p):
        if flat[k]:
            by = " or ".join(codes) if codes else INTERCEPT
            what = "zero in every row of the final sample" if not x[:, k].any() else f"constant, as is {by}"
            out.append(Verdict(names[k], "absorbed" if codes else "collinear", what, 0.0))
            continue
        if codes and np.linalg.norm(left[:, k]) < least[k]:
            out.append(Verdict(names[k], "absorbed", _absorbed_by(unit[:, k], codes, least[k]), 0.0))
            continue
        r = left[:, k]
        for _ in range(2):
            r = r - basis @ (basis.T @ r)
        share = float(np.linalg.norm(r))
        if share < least[k]:
            before = left[:, np.array(kept, dtype=int)]
            part = np.abs(np.linalg.lstsq(before, left[:, k], rcond=None)[0]) * np.linalg.norm(before, axis=0)
            who = [names[j] for j, v in zip(kept, part, strict=True) if v > 1e-7 * part.max()]
            by = ", ".join(who) + (" beside the fixed effects" if codes else "")
            out.append(Verdict(names[k], "collinear", by, 0.0))
            continue
        basis = np.column_stack([basis, r / share])
        kept.append(k)
        out.append(Verdict(names[k], "identified", "", share))
    return out


def _absorbed_by(x: np.ndarray, codes: dict[str, np.ndarray], least: float) -> str:
    """The smallest sets of effects that span x: 'a', 'a or b', 'a and b together'."""
    for size in range(1, len(codes) + 1):
        hits = [
            " and ".join(group) + (" together" if size > 1 else "")
            for group in combinations(codes, size)
            if np.linalg.norm(demean(x, Effects([codes[g] for g in group]))) < least
        ]
        if hits:
            return " or ".join(hits)
    return " and ".join(codes) + " together"


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
        if v.share < NEARLY:
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
        return f"{verdict.name!r} is absorbed by the fixed effects {verdict.by}: it does not vary beside them"
    return f"{verdict.name!r} is collinear with {verdict.by}"


def meaning(term: str, effects: Sequence[str]) -> str:
    """Say what the coefficient of a form of the index measures under exporter-year and importer-year effects."""
    if not {"exporter^year", "importer^year"} <= set(effects) or "ai_" not in term:
        return ""
    return next((text for part, text in MEANING.items() if part in term), "")
