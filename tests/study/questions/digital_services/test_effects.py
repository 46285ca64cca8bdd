"""Equations of the study of digital services against pyfixest."""

import warnings

import pytest

from indexer.study.frames import Facts
from indexer.study.questions.digital_services import effects
from indexer.study.questions.digital_services.panel import RCEP, WORLD, Panel

RIGHT = "size + institutions + infrastructure + ict"


@pytest.fixture(scope="module")
def panel():
    return Panel(Facts.shipped())


@pytest.fixture(scope="module")
def blocks(panel):
    return effects.blocks(panel).set_index(["sample", "effects", "estimator", "regressor"]).sort_index()


def peer(frame, estimator, right, vcov=None):
    pf = pytest.importorskip("pyfixest")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if estimator == "ols":
            frame = frame[frame["services"] > 0]
            return pf.feols(f"log(services) ~ {right}", frame, vcov=vcov or {"CRV1": "exporter"})
        frame = frame.assign(services=frame["services"] / frame["services"].mean())
        return pf.fepois(
            f"services ~ {right}", frame, vcov={"CRV1": "exporter"}, ssc=pf.ssc(k_adj=True, k_fixef="nonnested"),
            iwls_tol=1e-12,
        )  # fmt: skip


@pytest.mark.parametrize("sample", [RCEP, WORLD])
@pytest.mark.parametrize("design", ["between", "within"])
@pytest.mark.parametrize("estimator", ["ols", "ppml"])
def test_coefficients_and_errors_are_those_of_pyfixest(blocks, panel, sample, design, estimator):
    fit = peer(panel.rows(sample), estimator, f"{RIGHT} | {effects.DESIGNS[design]}")
    mine = blocks.loc[(sample, design, estimator)]
    for name in effects.REGRESSORS:
        assert mine.loc[name, "estimate"] == pytest.approx(float(fit.coef()[name]), abs=2e-6)
        assert mine.loc[name, "se"] == pytest.approx(float(fit.se()[name]), rel=2e-3)


def test_what_a_regressor_explains_of_the_rest_follows_from_its_t(blocks, panel):
    fit = peer(panel.rows(RCEP), "ols", f"{RIGHT} | year", "iid")
    years = panel.rows(RCEP).dropna(subset=list(effects.REGRESSORS))["year"].nunique()
    free = fit._N - years - len(effects.REGRESSORS)
    t = fit.tstat()
    for name in effects.REGRESSORS:
        expected = t[name] ** 2 / (t[name] ** 2 + free)
        assert blocks.loc[(RCEP, "between", "ols", name), "left_over"] == pytest.approx(expected, rel=1e-6)


def test_changes_in_ten_years_are_interactions_with_the_trend(panel):
    moving = " + ".join(f"{name}:trend" for name in effects.MOVING)
    fit = peer(panel.rows(RCEP), "ols", f"{RIGHT} + {moving} | exporter + year")
    table = effects.falling(panel).set_index(["sample", "effects", "estimator", "regressor"]).sort_index()
    mine = table.loc[(RCEP, "within", "ols")]
    for name in effects.MOVING:
        assert mine.loc[name, "estimate"] == pytest.approx(float(fit.coef()[f"{name}:trend"]), abs=1e-6)
    assert panel.frame.groupby("year")["trend"].first().diff().dropna().to_numpy() == pytest.approx(0.1)


def test_a_window_is_the_equation_on_its_five_years(panel):
    fit = peer(panel.rows(WORLD, 2016, 2020), "ols", f"{RIGHT} | year")
    table = effects.rolling(panel)
    at = (table["sample"] == WORLD) & (table["effects"] == "between") & (table["last"] == 2020)
    mine = table[at].set_index("regressor")
    assert mine["first"].unique() == [2016]
    for name in effects.REGRESSORS:
        assert mine.loc[name, "estimate"] == pytest.approx(float(fit.coef()[name]), abs=1e-6)


def test_leaving_out_one_economy_is_estimating_without_it(panel):
    row = (
        effects.left_out(panel).set_index(["effects", "estimator", "regressor"]).loc[("within", "ols", "institutions")]
    )
    frame = panel.rows(RCEP)
    fit = peer(frame[frame["exporter"] != row["without_low"]], "ols", f"{RIGHT} | exporter + year")
    assert row["lowest"] == pytest.approx(float(fit.coef()["institutions"]), abs=1e-6)
    assert row["lowest"] < row["estimate"] < row["highest"]
