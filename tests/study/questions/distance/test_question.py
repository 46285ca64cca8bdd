"""AI × ln distance against pyfixest and the ladder, and the study's words against its numbers."""

import numpy as np
import pyfixest as pf
import pytest

import indexer
from indexer.errors import UsageError
from indexer.study.frames import Facts, partners, within
from indexer.study.questions.distance.question import eleven, products, structural, study


@pytest.fixture(scope="module")
def found():
    return study(draws=0, simulations=0, lags=())


@pytest.fixture(scope="module")
def index():
    return indexer.build().without("trade_outcome")


@pytest.fixture(scope="module")
def flows(index):
    frame = eleven(Facts.shipped(), 2020, 2022, index, 0)
    year = frame["year"].astype(str)
    return frame.assign(
        ey=frame["exporter"] + year, iy=frame["importer"] + year, directed=frame["exporter"] + frame["importer"],
        trade=frame["trade"] / 1e6,
    )  # fmt: skip


@pytest.mark.parametrize("pair", [True, False])
@pytest.mark.parametrize(("said", "column"), [("exporter's AI", "ai_exporter"), ("importer's AI", "ai_importer")])
def test_slopes_of_all_pairs_agree_with_pyfixest(found, flows, said, column, pair):
    d = flows.assign(x=flows[column] * np.log(flows["distance"]))
    formula = "trade ~ x | ey + iy + directed" if pair else "trade ~ x + ln_distance | ey + iy"
    fit = pf.fepois(formula, d, vcov={"CRV1": "pair"})
    lines = found.table.set_index(["ai", "design"])
    line = lines.loc[(said, "exporter-year, importer-year" + (", pair" if pair else ""))]
    assert line["estimate"] == pytest.approx(10 * fit.coef()["x"], rel=1e-5, abs=1e-7)
    assert line["clusters"] == 55


def test_slopes_of_partners_agree_with_pyfixest(found, index):
    d = within(partners(Facts.shipped(), index), 2020, 2024).query("flow == 'exports'")
    d = d.assign(x=d["ai_partner"] * np.log(d["distance"]), lg=np.log(d["gdp_partner"]), t=d["trade"] / 1e6)
    fit = pf.fepois("t ~ ai_partner + x + lg + rcep | partner + year", d, vcov={"CRV1": "partner"})
    line = found.table.query("flows == 'China, exports' and design == '4 PPML of 3'").iloc[0]
    assert line["estimate"] == pytest.approx(10 * fit.coef()["x"], rel=1e-5)
    assert 0 <= line["p_bootstrap"] <= 1


def test_ln_distance_is_zero_at_home(flows):
    home = flows.head(1).assign(importer=flows["exporter"].iloc[0], distance=50.0)
    assert products(home)["ln_distance"].tolist() == [0.0]
    assert products(flows)["ai_mean_distance"].to_numpy() == pytest.approx(
        ((flows["ai_exporter"] + flows["ai_importer"]) / 2 * np.log(flows["distance"])).to_numpy()
    )


def test_without_pair_effects_distance_stands_in_the_equation():
    assert structural("exporter's AI", ("rta",), pair=False).formula == (
        "trade ~ ai_exporter_distance + ln_distance + rta | exporter^year + importer^year"
    )


def test_the_path_has_every_year_of_flows_among_all(found):
    path = found["path"]
    assert (
        path.groupby("design", sort=False)["year"].agg(["min", "max", "size"]).to_numpy().tolist()
        == [[2014, 2022, 9]] * 2
    )
    assert found["path_tests"]["p_constant_bootstrap"].between(0, 1).all()


def test_words_follow_the_numbers(found):
    tests = found["path_tests"].iloc[0]
    assert f"a constant path has p {tests['p_constant_bootstrap']:.2f} by the bootstrap" in found.sentence
    line = found.table.query("ai == \"exporter's AI\" and design == 'exporter-year, importer-year, pair'").iloc[0]
    assert f"exporter's AI {line['estimate']:+.2f} [{line['low']:+.2f}, {line['high']:+.2f}]" in found.sentence


def test_levels_and_changes_are_pictures_of_their_own(found):
    assert [one.name for one in found.figures] == ["study-distance-path", "study-distance-change"]
    for one, title in zip(found.figures, ("by year", "since 2014"), strict=True):
        assert title in str(one.draw().to_dict()["title"])


def test_years_are_chosen_of_files_only():
    with pytest.raises(UsageError, match="years are chosen of a world sample"):
        study(years=[2014, 2018])
