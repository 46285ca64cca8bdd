"""The difference of the importer's and the exporter's coefficient, against a regression that estimates it directly."""

import numpy as np
import pytest

from indexer import gravity
from indexer.study.frames import Facts
from indexer.study.options import Options
from indexer.study.questions.asymmetry.question import study
from indexer.study.questions.asymmetry.world import difference, world_asymmetry
from indexer.study.questions.china_asean.world import with_index, world_index
from indexer.study.samples import read_sample

OPTIONS = Options.of(draws=0, simulations=0, lags=())


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The shipped flows as a user's trade table with its file of pairs."""
    trade = Facts.shipped().trade
    folder = tmp_path_factory.mktemp("flows")
    trade.flows[trade.flows["year"] <= 2022].to_csv(folder / "flows.csv", index=False)
    trade.distances.to_csv(folder / "pairs.csv", index=False)
    return [folder / "flows.csv", folder / "pairs.csv"]


@pytest.fixture(scope="module")
def sample(files):
    return read_sample(files)


@pytest.fixture(scope="module")
def found(sample):
    return world_asymmetry(sample, OPTIONS)


def test_the_difference_is_the_coefficient_of_the_importer_beside_the_sum(sample, found):
    frame = with_index(sample, world_index(OPTIONS))
    frame = frame.assign(ai_sum=frame["ai_exporter"] + frame["ai_importer"])
    formula = "trade ~ ai_sum + ai_importer + log(gdp_exporter) + log(gdp_importer) | exporter^importer + year"
    fit = gravity.ppml(formula, frame, {"CRV1": "pair"}, ssc="default")
    line = found.table.set_index("rung").loc["4 PPML of 3"]
    assert line["estimate"] == pytest.approx(10 * fit.coef["ai_importer"], rel=1e-5)
    assert line["se"] == pytest.approx(10 * fit.se["ai_importer"], rel=1e-5)
    assert line["estimate"] == pytest.approx(line["importer"] - line["exporter"], abs=1e-12)


def test_its_p_is_that_of_the_wald_test(sample):
    frame = with_index(sample, world_index(OPTIONS))
    fit = gravity.ols(
        "log(trade) ~ ai_exporter + ai_importer + log(gdp_exporter) + log(gdp_importer) + log(distance) | year", frame,
        {"CRV1": "pair"},
    )  # fmt: skip
    assert difference(fit)["p"] == pytest.approx(fit.wald("ai_importer = ai_exporter").p_value, rel=1e-8)


def test_structural_effects_are_a_row_with_its_reason(found):
    line = found.table.iloc[-1]
    assert np.isnan(line["estimate"])
    assert "absorbed" in line["note"]


def test_the_study_takes_the_same_files(files, found):
    other = study(data=files, draws=0, simulations=0, lags=())
    assert other.table.equals(found.table)
    assert other.sentence == found.sentence
