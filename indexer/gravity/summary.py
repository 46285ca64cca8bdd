"""The result as text: the table and everything needed to judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from indexer.gravity.result import Fit


def summary(fit: Fit) -> str:
    """Return the table of a fit; the last line says what was identified."""
    table = fit.tidy()
    width = max([len(t) for t in table["term"]], default=4)
    law = "z" if fit.distribution == "z" else f"t({fit.dof})"
    lines = [
        f"{fit.estimator}: {fit.formula}",
        f"rows: {fit.n_obs}" + "".join(f", {n} {k}" for k, n in fit.effects.items()),
        f"errors: {fit.vcov}, ssc={fit.ssc!r} (factor {fit.ssc_factor:.6g}), {law}",
        "",
        f"{'term':<{width}} {'estimate':>12} {'std_error':>12} {law:>9} {'p':>8}  interval 95 %",
    ]
    lines += [
        f"{r.term:<{width}} {r.estimate:>12.6g} {r.std_error:>12.6g} {r.statistic:>9.2f} {r.p_value:>8.4f}"
        f"  [{r.conf_low:.6g}, {r.conf_high:.6g}]"
        for r in table.itertuples()
    ]
    lines += ["", "  ".join(f"{n}: {v:.6g}" for n, v in _measures(fit))]
    lines += [
        f"left out: {r.count} {r.kind}, {r.item}: {r.reason}"
        for r in fit.dropped[["kind", "item", "count", "reason"]].rename(columns={"count": "count"}).itertuples()
    ]
    lines += [f"note: {n}" for n in fit.notes]
    return "\n".join([*lines, f"identified: {fit.identified}"])


def _measures(fit: Fit) -> list[tuple[str, float]]:
    pairs = [("R2", fit.r2), ("within R2", fit.r2_within), ("pseudo R2", fit.pseudo_r2)]
    return [(n, v) for n, v in pairs if np.isfinite(v)]
