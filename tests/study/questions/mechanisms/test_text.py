import numpy as np
import pandas as pd
import pytest

from indexer.study.questions.mechanisms.series import MEDIATORS
from indexer.study.questions.mechanisms.text import caveats, sentence, short

LINE = {
    "mediator": MEDIATORS[0].label, "window": "2015–23", "flow": "total", "clusters": 9, "c": 0.1, "a": 0.3, "b": 1.2,
    "ab": 0.36,
    "c'": -0.26, "c_p": 0.2, "a_p": 0.01, "b_p": 0.001, "c'_p": 0.3, "sobel_p": 0.01, "sobel_low": 0.2,
    "sobel_high": 0.5, "percentile_p": 0.2, "percentile_low": -0.1, "percentile_high": 0.6,
}  # fmt: skip


def lines(**change):
    return pd.DataFrame([LINE | {"design": design} | change for design in ("between", "within")])


def placebo(ab):
    return pd.DataFrame([LINE | {"check": "placebo: trade 5 years earlier", "design": "between", "ab": ab}])


def test_a_star_is_a_p_below_five_per_cent():
    assert short(lines(), ("mediator",)).iloc[0].to_dict() == {
        "mediator": "shipping", "c": "0.10", "a": "0.30*", "b": "1.20*", "ab": "0.36", "interval": "[-0.10, 0.60]",
        "p": "0.01|0.20", "c'": "-0.26",
    }  # fmt: skip


def test_a_row_without_numbers_is_dashes():
    assert set(short(lines(ab=np.nan), ()).iloc[0]) == {"—"}


@pytest.mark.parametrize(("ab", "takes_back"), [(0.35, True), (0.02, False), (-0.35, False)])
def test_the_placebo_takes_back_only_what_is_as_large(ab, takes_back):
    assert ("rather than what AI did" in sentence(lines(), placebo(ab))) is takes_back


def test_the_placebo_is_held_against_its_own_window():
    """As large as the headline, but small beside the effect in its own years."""
    both = pd.concat([lines(), lines(window="2020–24", ab=2.0)])
    said = sentence(both, placebo(0.35).assign(window="2020–24"))
    assert "Index and shipping of 2020–24 on trade of five years earlier" in said
    assert "on that of the same years +2.00. Within" in said


def test_partners_are_counted():
    assert "(2015–23, 7 with a coast)" in sentence(lines(clusters=7), placebo(0.3))


def test_firm_effects_are_counted_and_named():
    said = sentence(lines(), placebo(0.3))
    assert "Of 2 indirect effects 2 are firm by Sobel and 0 by draws of partners" in said
    firm = sentence(lines(percentile_low=0.1), placebo(0.3))
    assert "and 2 by draws of partners (shipping, total, 2015–23, between; shipping, total, 2015–23, within)" in firm


def test_draws_are_said():
    assert any("(77 draws)" in one for one in caveats(77))
