"""The result as text: the table and everything needed to judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.errors import EstimationError

if TYPE_CHECKING:
    import pandas as pd

    from indexer.gravity.result import Fit


def summary(fit: Fit) -> str:
    """Return the table of a fit; the last line says what was identified.

    Below thirty clusters the p-values of the cluster bootstrap stand beside those of the normal or t law.
    """
    law = "z" if fit.distribution == "z" else f"t({fit.dof})"
    lines = [
        f"{fit.estimator}: {fit.formula}",
        f"rows: {fit.n_obs}" + "".join(f", {n} {k}" for k, n in fit.effects.items()),
        f"errors: {fit.vcov}, ssc={fit.ssc!r} (factor {fit.ssc_factor:.6g}), {law}",
        "",
    ]
    bootstrap, why = _bootstrap(fit)
    lines += _table(fit, law, bootstrap)
    lines += ["", "  ".join(f"{n}: {v:.6g}" for n, v in _measures(fit))]
    if fit.is_poisson:
        lines.append(f"steps: {fit.n_iter}, scaled gradient {fit.gradient:.0e}")
    if fit.design.instruments:
        lines += _instruments(fit)
    lines += [
        f"left out: {count} {kind}, {item}: {reason}"
        for kind, item, count, reason in fit.dropped[["kind", "item", "count", "reason"]].itertuples(index=False)
    ]
    lines += [f"note: {n}" for n in (*fit.notes, *why)]
    return "\n".join([*lines, f"identified: {fit.identified}"])


def as_dict(fit: Fit) -> dict[str, Any]:
    """Return what the summary says as text, numbers, lists and mappings; None where a number does not exist."""
    bootstrap, why = _bootstrap(fit)
    out: dict[str, Any] = {
        "estimator": fit.estimator, "formula": fit.formula, "n_obs": fit.n_obs, "effects": fit.effects,
        "vcov": fit.vcov, "ssc": fit.ssc, "ssc_factor": fit.ssc_factor, "n_clusters": fit.n_clusters,
        "distribution": fit.distribution, "dof": None if fit.distribution == "z" else fit.dof,
        "coefficients": _records(fit.tidy()), "measures": dict(_measures(fit)),
        "bootstrap": [] if bootstrap is None else _records(bootstrap),
        "dropped": _records(fit.dropped[["kind", "item", "count", "reason"]]),
        "notes": [*fit.notes, *why], "identified": fit.identified,
    }  # fmt: skip
    if fit.is_poisson:
        out |= {"steps": fit.n_iter, "scaled_gradient": fit.gradient}
    if fit.design.instruments:
        out["first_stage"] = _records(fit.first_stage())
        if len(fit.design.names) and fit.design.n_endogenous == 1:
            out["anderson_rubin"] = [list(part) for part in fit.anderson_rubin()]
    return out


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(k): v.item() if isinstance(v, np.generic) else v for k, v in r.items()} for r in rows]


def _table(fit: Fit, law: str, bootstrap: pd.DataFrame | None) -> list[str]:
    table = fit.tidy()
    width = max([len(t) for t in table["term"]], default=4)
    known: dict[str, str] = {}
    if bootstrap is not None:
        cells = bootstrap[["hypothesis", "p_value", "draws"]].itertuples(index=False)
        # a share of 0 among so many draws is no probability of 0
        known = {h.removesuffix(" = 0"): f"{p:.4f}" if p > 0 else f"<{1 / n:.4f}" for h, p, n in cells}
    more = f" {'p boot':>8}" if known else ""
    out = [f"{'term':<{width}} {'estimate':>12} {'std_error':>12} {law:>9} {'p':>8}{more}  interval 95 %"]
    for r in table.itertuples():
        p = "" if not known else f" {known[str(r.term)]:>8}" if r.term in known else " " * 9
        out.append(
            f"{r.term:<{width}} {r.estimate:>12.6g} {r.std_error:>12.6g} {r.statistic:>9.2f} {r.p_value:>8.4f}{p}"
            f"  [{r.conf_low:.6g}, {r.conf_high:.6g}]"
        )
    return out


def _bootstrap(fit: Fit) -> tuple[pd.DataFrame | None, list[str]]:
    """Bootstrap p-values where there are few clusters, and what to say of them."""
    try:
        found = fit.few_clusters
    except EstimationError as fault:
        return None, [f"no bootstrap: {fault}"]
    if found is None or found.empty:
        return None, []
    method, draws, weights, g = found[["method", "draws", "weights", "clusters"]].iloc[0]
    name = "wild cluster" if method == "wild" else "score"
    kinds = {"webb": "draws of Webb's weights", "rademacher": "draws of Rademacher's weights"}
    how = "sign changes, all there are" if weights == "rademacher" and draws == 2**g else kinds[weights]
    return found, [f"p boot: restricted {name} bootstrap, {draws} {how}"]


def _instruments(fit: Fit) -> list[str]:
    """Strength of the instruments, and an interval that does not depend on it."""
    table = fit.first_stage()
    if "effective_F" not in table:
        each = table.drop_duplicates("endogenous")
        return [f"first stage: F of {n} {f:.4g}" for n, f in each[["endogenous", "F"]].itertuples(index=False)]
    parts = " or ".join(f"[{low:.6g}, {high:.6g}]" for low, high in fit.anderson_rubin())
    return [f"first stage: effective F {table['effective_F'].iloc[0]:.4g}",
            f"Anderson-Rubin interval 95 %: {parts or 'empty (the model itself is rejected)'}"]  # fmt: skip


def _measures(fit: Fit) -> list[tuple[str, float]]:
    pairs = [
        ("R2", fit.r2), ("within R2", fit.r2_within), ("pseudo R2", fit.pseudo_r2), ("log-likelihood", fit.loglik),
        ("AIC", fit.aic), ("BIC", fit.bic),
    ]  # fmt: skip
    return [(n, v) for n, v in pairs if np.isfinite(v)]
