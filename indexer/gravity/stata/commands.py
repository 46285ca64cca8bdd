"""The commands of Stata behind fits, and the comparison of their numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indexer.gravity.result import Fit

EXPECT = """\
capture program drop expect
program define expect
    // term, estimate, standard error, factor that takes Stata's error to the one expected ("." leaves errors out)
    args term estimate error factor
    assert abs(_b[`term'] - (`estimate')) <= 1e-5 * `error'
    if "`factor'" != "." assert abs(_se[`term'] * `factor' - `error') <= 1e-5 * `error'
end
"""
SMALL = {
    # the small-sample factor in e(V) of each command, which differs in how it counts what effects take up
    ("reghdfe", "CRV1"): "(e(N) - 1) / (e(N) - e(df_m) - e(df_a) - (e(df_a_nested) > 0 & e(df_a_nested) < .)) "
    "* e(N_clust) / (e(N_clust) - 1)",
    ("reghdfe", "hetero"): "e(N) / (e(N) - e(df_m) - e(df_a))",
    ("reghdfe", "iid"): "(e(N) - 1) / (e(N) - e(df_m) - e(df_a))",
    ("regress", "CRV1"): "(e(N) - 1) / (e(N) - e(rank)) * e(N_clust) / (e(N_clust) - 1)",
    ("regress", "hetero"): "e(N) / (e(N) - e(rank))",
    ("regress", "iid"): "(e(N) - 1) / (e(N) - e(rank))",
    ("ivreghdfe", "CRV1"): "(e(N) - 1) / (e(N) - e(rankxx) - e(sdofminus)) * e(N_clust) / (e(N_clust) - 1)",
    ("ivreghdfe", "hetero"): "e(N) / (e(N) - e(rankxx) - e(sdofminus))",
    ("ivreghdfe", "iid"): "(e(N) - 1) / (e(N) - e(rankxx) - e(sdofminus))",
    ("ppmlhdfe", "CRV1"): "e(N_clust) / (e(N_clust) - 1)",
    ("ppmlhdfe", "hetero"): "e(N) / (e(N) - 1)",
}
SMALL |= {("poisson", kind): SMALL["ppmlhdfe", kind] for kind in ("CRV1", "hetero")}
SMALL |= {("poisson", "iid"): "1"}
SMALL |= {("ivreg2", kind): SMALL["ivreghdfe", kind] for kind in ("CRV1", "hetero", "iid")}


@dataclass(frozen=True)
class Model:
    """A fit under the names of its .dta.

    Attributes
    ----------
    heading : str
    fit : Fit or None
    file : str
    left : str
    regressors, endogenous, instruments, effects, clusters : tuple of str
    weights, offset, sample : str
        Empty where there are none; `sample` marks the rows where not all are used.
    terms : mapping of str to str
        Variable of each term.
    reason : str
        Why there is no fit.
    """

    heading: str
    fit: Fit | None = None
    file: str = ""
    left: str = ""
    regressors: tuple[str, ...] = ()
    endogenous: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    weights: str = ""
    offset: str = ""
    sample: str = ""
    terms: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def program(models: Sequence[Model]) -> str:
    """Return the text of a .do file that estimates the models again and stops where a number differs."""
    commands = [command(m) for m in models if m.fit is not None]
    needed = dict.fromkeys(word for c in commands for word in _packages(c.split()[0]))
    lines = ["* Estimates gravity equations again and compares: a number that differs stops the program."]
    if needed:
        lines += [f"* Needs: {', '.join(needed)} (ssc install, once)."]
    lines += ["version 14", "clear all", "set more off", "", EXPECT]
    opened = ""
    for k, model in enumerate(models, 1):
        lines.append(f"* ({k}) {comment(model.heading)}".rstrip())
        if model.fit is None:
            lines += [f"* not estimated: {comment(model.reason)}", ""]
            continue
        lines += [f"* {model.fit.estimator}: {comment(model.fit.formula)}"]
        if model.file != opened:
            lines.append(f'use "{model.file}", clear')
            opened = model.file
        lines += [command(model), f"assert e(N) == {model.fit.n_obs}", *_expected(model), f"estimates store m{k}", ""]
    return "\n".join([*lines, "estimates table *, b(%10.5f) se(%10.5f) stats(N)", ""])


def command(model: Model) -> str:
    """Return the command of one model."""
    fit = model.fit
    if fit is None:
        raise ValueError("a model without a fit has no command")
    name, kind = _name(fit), fit.specification.vcov.kind
    parts = [name, model.left, *model.regressors]
    if model.endogenous:
        parts.append(f"({' '.join(model.endogenous)} = {' '.join(model.instruments)})")
    if model.sample:
        parts.append(f"if {model.sample}")
    if model.weights:
        parts.append(f"[{'aw' if kind == 'iid' and not fit.is_poisson else 'pw'}={model.weights}]")
    options = []
    if name in ("reghdfe", "ppmlhdfe", "ivreghdfe"):
        options.append(f"absorb({' '.join(model.effects)})" if model.effects else "noabsorb")
    elif not fit.specification.parsed.intercept:
        options.append("noconstant")
    if name in ("ivreghdfe", "ivreg2"):  # options of ivreg2
        options += {"iid": [], "hetero": ["robust"], "CRV1": [f"cluster({' '.join(model.clusters)})"]}[kind]
        options.append("small")
    else:
        iid = "oim" if name == "poisson" else "robust" if name == "ppmlhdfe" else "unadjusted"
        if name == "regress" and kind == "iid":
            iid = "ols"
        options.append({"iid": f"vce({iid})", "hetero": "vce(robust)",
                        "CRV1": f"vce(cluster {' '.join(model.clusters)})"}[kind])  # fmt: skip
    if model.offset:
        options.append(f"offset({model.offset})")
    # their defaults stop at about six figures
    options += ["tolerance(1e-10)"] if name in ("ppmlhdfe", "reghdfe", "ivreghdfe") else []
    return f"{' '.join(parts)}, {' '.join(options)}"


def _name(fit: Fit) -> str:
    constant = bool(fit.design.effects) or fit.specification.parsed.intercept
    if fit.is_poisson:
        return "ppmlhdfe" if constant else "poisson"
    if fit.design.instruments:
        return "ivreghdfe" if fit.design.effects else "ivreg2"
    return "reghdfe" if constant else "regress"


def _packages(name: str) -> tuple[str, ...]:
    return {
        "reghdfe": ("ftools", "reghdfe"), "ppmlhdfe": ("ftools", "reghdfe", "ppmlhdfe"),
        "ivreghdfe": ("ftools", "reghdfe", "ivreg2", "ranktest", "ivreghdfe"), "ivreg2": ("ivreg2", "ranktest"),
    }.get(name, ())  # fmt: skip


def _expected(model: Model) -> list[str]:
    """The numbers of the fit, and how Stata's errors become comparable with them."""
    fit = model.fit
    if fit is None:
        raise ValueError("a model without a fit has no numbers")
    name, kind = _name(fit), fit.specification.vcov.kind
    factor, lines = ".", []
    if (name, kind) not in SMALL:
        lines.append("* ppmlhdfe has no errors that assume homoskedasticity: estimates alone are compared")
    elif fit.covariance.state == "repaired":
        lines.append(
            "* the covariance was made positive, which Stata does in other units: estimates alone are compared"
        )
    else:
        lines.append(f"local factor = sqrt({float(fit.ssc_factor)!r} / ({SMALL[name, kind]}))")
        factor = "`factor'"
    cells = zip(fit.solution.names, fit.coef.tolist(), fit.se.tolist(), strict=True)
    return lines + [f"expect {model.terms[t]} {b!r} {se!r} {factor}" for t, b, se in cells]


def comment(text: str) -> str:
    """Return text that ends with its line and opens no comment of another kind.

    Examples
    --------
    >>> comment("a /* b /// c")
    'a / * b / / / c'
    """
    return re.sub(r"\s+", " ", text).replace("/*", "/ *").replace("///", "/ / /").strip()
