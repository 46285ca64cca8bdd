"""Weights from principal components of the correlation matrix, by rules that have names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexer.errors import MethodError
from indexer.methods import Evidence, Method, Option, near
from indexer.weight.cases import matrix
from indexer.weight.components import SEED, PrincipalComponents, principal_components
from indexer.weight.level import Level
from indexer.weight.options import Retain
from indexer.weight.signs import DRAWS, pca_sign_stability, stability_of

RULES = ("communality", "first", "variance")
NEGATIVE = ("refuse", "drop", "zero")
STABLE = 0.9
"""Share of bootstrap draws in which a component must keep its sign for the rule `variance`."""
# A correlation of zero may come out as -1e-17, by the luck of the solver: that is not against the rest.
NOTHING = 1e-9


def pca_weights(
    y: np.ndarray,
    rule: str = "communality",
    names: tuple[str, ...] = (),
    retain: str | int | float = "kaiser",
    negative: str = "refuse",
    seed: int = SEED,
) -> np.ndarray:
    """Return weights from the principal components of the correlation matrix.

    `communality`: h_j²/Σh², with h_j² = Σ_k λ_k v_jk² over the retained components (no sign enters).
    `first`: the first eigenvector turned positive, rescaled to sum 1.
    `variance`: Σ_k λ_k v_jk over the retained components, each turned to a positive sum, rescaled to sum 1.

    Parameters
    ----------
    y : ndarray, shape (n_cases, n_indicators)
        Values with better higher, on any scale; cases with a missing value are left out.
    rule : {"communality", "first", "variance"}
    names : tuple of str
        Names of the columns, for errors.
    retain : {"kaiser", "parallel"}, int or float
        See `principal_components`.
    negative : {"refuse", "drop", "zero"}
        What happens to an indicator that correlates negatively with the first component (or whose sum is negative,
        by the rule `variance`): an error; it is left out, the most negative first, and the rest fitted again; or its
        weight is set to 0 and the others rescaled.
    seed : int
        Seed of the parallel analysis and of the bootstrap.

    Returns
    -------
    ndarray, shape (n_indicators,)

    Raises
    ------
    MethodError
        As `principal_components`; if an indicator is negative and is not to be: it measures something else than the
        rest, and no weight mends that; if the first component has no side that is stronger; or, by the rule
        `variance`, if a later component keeps its sign in fewer than 90 % of bootstrap draws.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.1.
    """
    y, label = matrix(y, names)
    for said, value, allowed in (("rule", rule, RULES), ("treatment of negatives", negative, NEGATIVE)):
        if value not in allowed:
            raise MethodError(f"unknown {said} {value!r}", remedy=near(str(value), allowed))
    kept = list(range(len(label)))
    while True:
        kept_names = tuple(label[j] for j in kept)
        pc = principal_components(y[:, kept], kept_names, retain, seed)
        _refuse_no_side(pc, kept_names)
        values = _RULES[rule](pc)
        first = pc.eigenvectors[:, 0]
        score = np.minimum(first, values) if rule == "variance" else first
        against = np.flatnonzero(score < -NOTHING)
        if not against.size or negative != "drop":
            break
        kept = [j for j, one in zip(kept, score, strict=True) if one > score.min() + NOTHING]
    if against.size and negative == "refuse":
        _refuse_negative(pc, kept_names, against, first[against] >= -NOTHING)
    if rule == "variance":
        _refuse_luck(pc, y[:, kept], kept_names, seed)
    values = np.where(values > NOTHING, values, 0.0) if rule != "communality" else values
    values[against] = 0.0
    weights = np.zeros(len(label))
    weights[kept] = values / values.sum()
    return weights


def _communality(pc: PrincipalComponents) -> np.ndarray:
    return np.asarray((pc.loadings**2).sum(axis=1))


def _first(pc: PrincipalComponents) -> np.ndarray:
    return pc.eigenvectors[:, 0].copy()


def _variance(pc: PrincipalComponents) -> np.ndarray:
    k = pc.retained
    return np.asarray(pc.eigenvectors[:, :k] @ pc.eigenvalues[:k] / pc.eigenvalues[:k].sum())


_RULES = {"communality": _communality, "first": _first, "variance": _variance}


def _refuse_no_side(pc: PrincipalComponents, label: tuple[str, ...]) -> None:
    first = pc.eigenvectors[:, 0]
    if first.sum() > NOTHING:
        return
    sides = [", ".join(sorted(n for n, v in zip(label, first * s, strict=True) if v > NOTHING)) for s in (1, -1)]
    raise MethodError(
        f"the first principal component sets {' against '.join(sorted(sides))}, and neither side is stronger",
        remedy="check their directions; if those are right, they belong to different sets",
    )


def _refuse_negative(pc: PrincipalComponents, label: tuple[str, ...], against: np.ndarray, by_sum: np.ndarray) -> None:
    said = []
    for j, only_sum in zip(against, by_sum, strict=True):
        others = sorted((float(pc.correlation[j, i]), label[i]) for i in range(len(label)) if i != j)
        what = pc.eigenvectors[j, 0] * np.sqrt(pc.eigenvalues[0])
        sum_said = ", its sum over the components is negative" if only_sum else ""
        said.append(
            f"{label[j]!r} (correlation with the component {what:.2f}{sum_said}; "
            f"with {', '.join(f'{name} {r:.2f}' for r, name in others)})"
        )
    where = "among the components" if by_sum.all() else "on the first principal component"
    raise MethodError(
        f"negative {where}: {'; '.join(said)}",
        remedy="check its direction; if that is right, move it to another set or weight this set equally",
    )


def _refuse_luck(pc: PrincipalComponents, y: np.ndarray, label: tuple[str, ...], seed: int) -> None:
    k = pc.retained
    if k == 1:
        return
    values = pc.eigenvalues[:k]
    equal = np.flatnonzero(values[:-1] - values[1:] < NOTHING * values[:-1])
    if equal.size:
        raise MethodError(
            f"components {equal[0] + 1} and {equal[0] + 2} of {', '.join(label)} are equally strong: "
            "their directions are a matter of luck",
            remedy="weigh by communality",
        )
    share = stability_of(pc, y[~np.isnan(y).any(axis=1)], DRAWS, seed)
    for component in range(1, k):
        if share[component] < STABLE:
            raise MethodError(
                f"the loadings of component {component + 1} of {', '.join(label)} sum to nearly 0 "
                f"({pc.loadings[:, component].sum():.2f}): its sign is the same in only {share[component]:.0%} "
                "of bootstrap draws",
                remedy="weigh by communality, or retain 1",
            )


def _fit(level: Level, rule: str, retain: str | int | float, negative: str) -> np.ndarray:
    return pca_weights(level.y, rule, level.names, retain, negative)


def _label(options: Mapping[str, Any]) -> str:
    said = [str(options["rule"])]
    if str(options["retain"]) != "kaiser":
        said.append(f"retain {options['retain']}")
    if options["negative"] != "refuse":
        said.append("negative dropped" if options["negative"] == "drop" else "negative zero")
    return ", ".join(said)


def _evidence(
    y: np.ndarray, names: tuple[str, ...], weights: np.ndarray | None, rule: str, retain: Any, negative: str
) -> list[Evidence]:
    """Show how often each component keeps its sign over bootstrap draws, where the weights depend on its sign."""
    if rule != "variance":
        return []
    kept = np.ones(len(names), dtype=bool)
    if negative == "drop" and weights is not None:
        kept = np.asarray(weights) > 0
    shares = pca_sign_stability(y[:, kept], tuple(name for name, one in zip(names, kept, strict=True) if one), retain)
    return [
        Evidence(
            f"sign stability of component {k}", share, STABLE, share >= STABLE,
            f"component {k} keeps its sign in {share:.0%} of bootstrap draws", "weigh by communality, or retain 1",
        )
        for k, share in enumerate(shares.tolist(), start=1)
    ]  # fmt: skip


METHOD = Method(
    fit=_fit,
    options={
        "rule": Option("communality", choices=RULES),
        "retain": Retain("kaiser", choices=("kaiser", "parallel")),
        "negative": Option("refuse", choices=NEGATIVE),
    },
    traits=frozenset({"correlations"}),
    label=_label,
    evidence=_evidence,
)
