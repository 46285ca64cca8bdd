"""All estimates sorted, and the choices beneath."""

import itertools

import numpy as np
import pandas as pd
import pytest

from indexer import figures
from indexer.errors import UsageError

CHOICES = ["estimator", "sample"]


@pytest.fixture
def many():
    g = np.random.default_rng(0)
    out = pd.DataFrame(list(itertools.product(["OLS", "PPML"], ["all", "without China", "early"])), columns=CHOICES)
    out["estimate"] = g.normal(size=6)
    out["main"] = [True, *[False] * 5]
    return out.assign(conf_low=out["estimate"] - 0.5, conf_high=out["estimate"] + 0.5)


def test_estimates_are_sorted(many, rows):
    drawn = rows(figures.specification_curve(many, "Robust?", choices=CHOICES), "rank")
    assert drawn["estimate"].tolist() == pytest.approx(sorted(many["estimate"]))
    assert drawn["rank"].tolist() == [1, 2, 3, 4, 5, 6]


def test_each_estimate_stands_over_its_own_choices(many, rows):
    drawn = rows(figures.specification_curve(many, "Robust?", choices=CHOICES), "rank", "c0")
    own = many.sort_values("estimate")
    assert drawn[["c0", "c1"]].to_numpy().tolist() == own[CHOICES].to_numpy().tolist()


def test_there_is_a_panel_for_each_choice_with_a_line_for_each_option(many, document):
    named = dict(zip(CHOICES, ["Estimator", "Sample"], strict=True))
    spec = document(figures.specification_curve(many, "Robust?", choices=named))
    panels = spec["vconcat"][0]["vconcat"][1:]
    assert [p["encoding"]["y"]["title"] for p in panels] == ["Estimator", "Sample"]
    assert [len(p["encoding"]["y"]["scale"]["domain"]) for p in panels] == [2, 3]


def test_the_headline_is_marked(many, rows):
    drawn = rows(figures.specification_curve(many, "Robust?", choices=CHOICES, main="main"), "kind")
    assert drawn.loc[drawn["kind"] == "headline", "estimate"].tolist() == pytest.approx([many["estimate"].iloc[0]])


def test_the_subtitle_counts(many, document):
    subtitle = " ".join(document(figures.specification_curve(many, "Robust?", choices=CHOICES))["title"]["subtitle"])
    assert f"6 specifications, sorted; {(many['estimate'] > 0).sum()} above 0" in subtitle
    clear = ((many["conf_low"] > 0) | (many["conf_high"] < 0)).sum()
    assert f"{clear} with an interval without it" in subtitle


@pytest.mark.parametrize("choices", [[], "estimator", ["none"]], ids=repr)
def test_choices_that_are_none_are_refused(many, choices):
    with pytest.raises(UsageError):
        figures.specification_curve(many, "Robust?", choices=choices)


def test_choices_with_too_many_options_are_refused(many):
    wide = pd.concat([many.assign(seed=k) for k in range(50)])
    with pytest.raises(UsageError, match="50 options"):
        figures.specification_curve(wide, "Robust?", choices=["seed"])
