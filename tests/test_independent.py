"""The headline edition once more, from raw cells to scores, in plain Python and numpy and by another route.

Nothing of the package is used but the files of facts: the choices of the edition are written out again here,
components come from a singular value decomposition instead of an eigen-solver, filling is done cell by cell.
"""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

import indexer

FACTS = Path(__file__).parents[1] / "indicators"
ECONOMIES = ["BRN", "CHN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM"]
YEARS = range(2020, 2025)
# id -> (set, basis change, transform, carry)
CHOICES = {
    "known_ai_supercomputer_h100_equivalents": ("computing_power", "as is", math.log1p, 2),
    "secure_internet_servers_per_million": ("computing_power", "times people per million", math.log, 2),
    "fixed_broadband_per_100": ("computing_power", "as is", float, 2),
    "internet_users_pct": ("digital_services", "as is", float, 4),
    "population_covered_4g_pct": ("digital_services", "as is", float, 4),
    "mobile_subscriptions_per_100": ("digital_services", "as is", float, 2),
    "github_organizations": ("digital_services", "as is", math.log, 2),
    "digitally_deliverable_services_imports_musd": ("digital_services", "millions over GDP", math.log, 4),
    "github_developers": ("ai_readiness", "per million people", math.log, 2),
    "scientific_articles": ("ai_readiness", "per million people", math.log, 2),
    "mean_years_schooling": ("ai_readiness", "as is", float, 5),
    "notable_ai_models_cumulative": ("ai_readiness", "as is", math.log1p, 2),
    "wgi_regulatory_quality": ("digital_trade_rules", "as is", float, 2),
    "dstri": ("digital_trade_rules", "less is better", float, 2),
    "digital_agreements_in_force": ("digital_trade_rules", "as is", float, 2),
    "data_protection_law_in_force": ("digital_trade_rules", "as is", float, 2),
}
TRADE = "digitally_deliverable_services_imports_musd"


def read(folder, name):
    with open(FACTS / folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        return {
            (r["economy"], int(r["year"])): float(r["value"]) for r in csv.DictReader(file) if int(r["year"]) <= 2024
        }


def treated(name):
    folder, change, transform, carry = CHOICES[name]
    people, gdp = read("_reference", "population_total"), read("_reference", "gdp_current_usd")
    cells = {}
    for key, value in read(folder, name).items():
        if key[0] not in ECONOMIES:
            continue
        if change == "times people per million":
            value = value * people[key] / 1e6
        elif change == "per million people":
            value = value / people[key] * 1e6
        elif change == "millions over GDP":
            value = value * 1e6 / gdp[key]
        elif change == "less is better":
            value = -value
        cells[key] = transform(value)
    filled = {}
    repeats = (2020, 2021, 2022, 2023) if name == "mean_years_schooling" else ()
    for economy in ECONOMIES:
        own = sorted(year for e, year in cells if e == economy)
        seen = [y for y in own if not (y in repeats and cells.get((economy, y - 1)) == cells[economy, y])]
        for year in YEARS:
            before, after = [y for y in own if y <= year], [y for y in own if y >= year]
            if before and before[-1] == year:
                filled[economy, year] = cells[economy, year]
            elif before and after:
                a, b = before[-1], after[0]
                left, right = cells[economy, a], cells[economy, b]
                filled[economy, year] = left + (right - left) * (year - a) / (b - a)
            elif before and year - max(y for y in seen if y <= year) <= carry:
                filled[economy, year] = cells[economy, before[-1]]
    return np.array([[filled.get((e, y), math.nan) for y in YEARS] for e in ECONOMIES]).ravel()


def communality(y, kept=None):
    z = y[~np.isnan(y).any(axis=1)]
    z = (z - z.mean(axis=0)) / z.std(axis=0, ddof=1)
    _, s, v = np.linalg.svd(z / math.sqrt(len(z) - 1), full_matrices=False)
    kept = kept or max(1, sum(s**2 >= 1))
    h = ((v.T * s)[:, :kept] ** 2).sum(axis=1)
    return h / h.sum()


def entropy(y):
    divergence = []
    for column in y.T:
        p = [v / np.nansum(column) for v in column if not math.isnan(v)]
        divergence.append(1 + sum(v * math.log(v) for v in p if v > 0) / math.log(len(p)))
    return np.array(divergence) / sum(divergence)


def mean(y, w):
    out = []
    for row in y:
        present = [(v, weight) for v, weight in zip(row, w, strict=True) if not math.isnan(v)]
        share = sum(weight for _, weight in present)
        out.append(sum(v * weight for v, weight in present) / share if share >= 0.6666 else math.nan)
    return np.array(out)


def scores(names):
    sets = dict.fromkeys(CHOICES[name][0] for name in names)
    columns = []
    for one in sets:
        y = np.column_stack([treated(name) for name in names if CHOICES[name][0] == one])
        y = (y - np.nanmin(y, axis=0)) / (np.nanmax(y, axis=0) - np.nanmin(y, axis=0))
        if one == "digital_trade_rules":
            w = np.full(y.shape[1], 1 / y.shape[1])
        else:
            w = communality(y, kept=1 if one == "digital_services" else None)
        columns.append(mean(100 * y, w))
    sets_scores = np.column_stack(columns)
    return mean(sets_scores, entropy(sets_scores / 100)), sets_scores


@pytest.fixture(scope="module")
def index():
    return indexer.build()


@pytest.mark.parametrize("trade", [True, False], ids=["headline", "without trade outcomes"])
def test_every_score_agrees(index, trade):
    names = [name for name in CHOICES if trade or name != TRADE]
    expected, expected_sets = scores(names)
    got = (index if trade else index.without("trade_outcome")).scores
    np.testing.assert_allclose(got["index"], expected, rtol=1e-12)
    np.testing.assert_allclose(got.iloc[:, 4:8], expected_sets, rtol=1e-12, atol=1e-12)
    assert len(got) == 55
