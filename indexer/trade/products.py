"""Which codes of a classification the list of AI goods and services takes in, under a stated rule."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from indexer.errors import UsageError

CATEGORIES = ("computing_power", "data_services", "models", "downstream_applications")
VINTAGES = ("HS2012", "HS2017", "HS2022")
SERVICES = "EBOPS2010"
TIERS = ("core", "wide")
RULES = ("stable", "any", "heading")


def select(
    products: pd.DataFrame, classification: str, *, tier: str = "core", rule: str = "stable", threshold: float = 0.5
) -> pd.DataFrame:
    """Return the codes of one classification that count, each in one category.

    Parameters
    ----------
    products : DataFrame
        The list: classification, code, category, tier, stable, n_hs10_listed, n_hs10_in_hs6.
    classification : str
        HS2012, HS2017, HS2022 or EBOPS2010.
    tier : {"core", "wide"}
        "core" leaves out what surrounds computing (power, cooling, buildings, materials); "wide" takes in both.
    rule : {"stable", "any", "heading"}
        How vintages of the HS are made to compare. "stable": only codes with the same number in HS 2012, 2017 and
        2022. "any": in an older vintage, every code that a listed one was taken from counts whole, goods that
        are not listed with it. "heading": the whole four-digit heading of every listed code counts. A value is never
        split between codes. Services have one classification and no rule.
    threshold : float
        Share of the ten-digit lines in a six-digit code that the source lists, at least, from 0 to 1.

    Returns
    -------
    DataFrame
        code, category, digits (6, or 4 for a heading; length of the code for services).

    Raises
    ------
    UsageError
        For another classification, tier, rule or threshold.
    """
    for name, value, choices in (("tier", tier, TIERS), ("rule", rule, RULES)):
        if value not in choices:
            raise UsageError(f"{name}={value!r}", where=name, remedy=f"one of: {', '.join(choices)}")
    if not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise UsageError(f"threshold={threshold!r}", where="threshold", remedy="give a share from 0 to 1")
    if classification not in (*VINTAGES, SERVICES):
        raise UsageError(
            f"no codes are listed for {classification}", where="classification",
            remedy=f"give files in {', '.join(VINTAGES)}, or services in {SERVICES}",
        )  # fmt: skip
    part = products[products["classification"] == classification]
    if tier == "core":
        part = part[part["tier"] == "core"]
    if classification == SERVICES:
        return _codes(part, part["code"].str.len().to_numpy())
    share = part["n_hs10_listed"].astype(float) / part["n_hs10_in_hs6"].astype(float)
    part = part[~(share < threshold)]
    if rule == "stable":
        part = part[part["stable"] == 1]
    if rule == "heading":
        part = part.assign(code=part["code"].str[:4]).sort_values(["code", "category"], kind="stable")
        return _codes(_one_category(part), np.full(part["code"].nunique(), 4))
    return _codes(part, np.full(len(part), 6))


def whole(codes: Iterable[str], services: pd.DataFrame) -> pd.DataFrame:
    """Return the listed services that count in a file: an item in total only where none of its parts is there.

    Parameters
    ----------
    codes : iterable of str
        Items in the file.
    services : DataFrame
        `select(products, "EBOPS2010")`.
    """
    present = set(codes)
    here = services[services["code"].isin(present)]
    parts = {code for code in here["code"] if any(other != code and other.startswith(code) for other in here["code"])}
    return here[~here["code"].isin(parts)].reset_index(drop=True)


def _one_category(part: pd.DataFrame) -> pd.DataFrame:
    """A heading takes the category that most of its listed codes have; the first of CATEGORIES where two tie."""
    rank = {name: k for k, name in enumerate(CATEGORIES)}
    counts = part.groupby(["code", "category"]).size().rename("n").reset_index()
    counts["rank"] = counts["category"].map(rank)
    return counts.sort_values(["code", "n", "rank"], ascending=[True, False, True]).drop_duplicates("code")


def _codes(part: pd.DataFrame, digits: np.ndarray) -> pd.DataFrame:
    return part[["code", "category"]].assign(digits=digits.astype(int)).reset_index(drop=True)
