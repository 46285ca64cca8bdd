"""Fitted parameters as JSON-ready values, and back to the same plan to the last bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexer.composite import Node, Plan, Step
from indexer.methods import Choice, together


def to_parameters(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON-ready values: what was fitted of each indicator, and the tree with its weights."""
    indicators: dict[str, dict[str, Any]] = {
        name: {"direction": "lower_better" if lower else "higher_better"}
        for name, lower in zip(plan.indicators, plan.lower_better, strict=True)
    }
    steps = [("treat", plan.treatment), ("normalise", plan.normalisation)]
    steps += [("impute", (plan.imputation,) if plan.imputation else ())]
    for stage, fitted in steps:
        for step in fitted:
            for j, values in zip(step.columns, step.parameters, strict=True):
                indicators[plan.indicators[j]][stage] = {**_written(step.choice), "fitted": dict(values)}
    return {
        "range": None if plan.low is None or plan.high is None else [plan.low, plan.high],
        "indicators": indicators,
        "tree": {node.id: _node(plan, node) for node in plan.nodes},
    }


def _node(plan: Plan, node: Node) -> dict[str, Any]:
    members = {
        name: {"weight": float(w), **({"fitted": dict(values)} if values else {})}
        for name, w, values in zip(plan.members(node), node.weights, node.parameters, strict=True)
    }
    return {
        "aggregate": {"method": node.aggregate, **({"options": dict(node.options)} if node.options else {})},
        "min_share": node.min_share,
        "members": members,
    }


def from_parameters(parameters: Mapping[str, Any]) -> Plan:
    """Read a plan back from the `scoring` part of parameters.json."""
    indicators = parameters["indicators"]
    names = tuple(indicators)
    low, high = parameters["range"] or (None, None)
    at = {name: j for j, name in enumerate(names)}
    nodes = []
    for identifier, one in parameters["tree"].items():
        members = one["members"]
        nodes.append(
            Node(
                identifier,
                tuple(at[name] for name in members),
                np.array([member["weight"] for member in members.values()]),
                one["aggregate"]["method"],
                one["aggregate"].get("options", {}),
                [member.get("fitted", {}) for member in members.values()],
                float(one["min_share"]),
            )
        )
        at[identifier] = len(at)
    imputation = _steps(indicators, "impute")
    return Plan(
        names,
        np.array([one["direction"] == "lower_better" for one in indicators.values()]),
        None if low is None else float(low),
        None if high is None else float(high),
        _steps(indicators, "treat"),
        imputation[0] if imputation else None,
        _steps(indicators, "normalise"),
        tuple(nodes),
    )


def _steps(indicators: Mapping[str, Any], stage: str) -> tuple[Step, ...]:
    columns = [j for j, one in enumerate(indicators.values()) if stage in one]
    given = [one[stage] for one in indicators.values() if stage in one]
    choices = [Choice(one["method"], one.get("options", {})) for one in given]
    return tuple(
        Step(choice, tuple(columns[k] for k in at), [given[k]["fitted"] for k in at])
        for choice, at in together(choices)
    )


def _written(choice: Choice) -> dict[str, Any]:
    return {"method": choice.method, **({"options": dict(choice.options)} if choice.options else {})}
