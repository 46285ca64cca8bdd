"""Weidner & Zylkin (2021): the authors' published examples, a dense implementation, what is refused."""

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import UsageError
from indexer.gravity import bias as module
from indexer.gravity.bias import FewCountriesWarning

THREE = "isoexp^year + isoimp^year + isoexp^isoimp"


@pytest.fixture(scope="module")
def example(shared):
    return pd.read_csv(shared / "wz" / "ppml_fe_bias_example_manuf.csv.gz")


def test_the_published_example(example):
    # README of the authors' program ppml_fe_bias: .1780290 (.0350079) becomes .1703722, standard error .0419558558
    fit = gravity.ppml(f"trade ~ fta | {THREE}", example, {"CRV1": "isoexp^isoimp"})
    found = fit.bias_corrected()
    assert (fit.n_obs, found.n_pairs, found.n_exporters, found.n_importers) == (20_600, 4_120, 65, 65)
    assert fit.coef["fta"] == pytest.approx(0.1780290, abs=5.1e-8)
    assert fit.se["fta"] == pytest.approx(0.0350079, abs=5.1e-8)
    assert found.uncorrected.loc["fta"].tolist() == pytest.approx([fit.coef["fta"], fit.se["fta"]], rel=1e-6)
    assert found.bias["fta"] == pytest.approx(0.0076567524, abs=5.1e-10)
    assert found.coef["fta"] == pytest.approx(0.1703722, abs=5.1e-8)
    assert found.se["fta"] == pytest.approx(0.0419558558, abs=5.1e-10)


def test_the_second_published_example(trade_data):
    d = pd.read_csv(trade_data / "ppml_fe_bias" / "example_trade_fta_data.csv.gz")
    found = gravity.ppml(f"trade ~ fta | {THREE}", d[d.category == "TOTAL"]).bias_corrected()
    assert found.coef["fta"] == pytest.approx(0.1863835, abs=5.1e-8)
    assert found.se["fta"] == pytest.approx(0.0527904093, abs=5.1e-10)
    assert found.bias["fta"] == pytest.approx(0.0060619547, abs=5.1e-10)


def test_two_way_errors_as_published(trade_data, shared):
    expected = pd.read_csv(shared / "wz" / "wz_published_twoway.csv").set_index("variable")
    d = pd.read_csv(trade_data / "ppml_fe_bias" / "ppml_fe_bias_example.csv.gz")
    formula = f"trade ~ ln_distw + contig + colony + comlang_off + comleg + fta | {THREE.rsplit(' + ', 1)[0]}"
    found = gravity.ppml(formula, d[d.category == "MANUF"]).bias_corrected()
    np.testing.assert_allclose(found.coef[expected.index], expected.coef, atol=5.1e-8)
    np.testing.assert_allclose(found.se[expected.index], expected.se_adjusted, atol=5.1e-8)
    assert not found.bias.any()


@pytest.mark.parametrize(("n", "t", "seed", "drop"), [(10, 4, 1, 0), (15, 3, 3, 0), (20, 5, 2, 0.1)])
@pytest.mark.filterwarnings("ignore::indexer.gravity.bias.FewCountriesWarning")
def test_against_a_dense_implementation(shared, load_module, n, t, seed, drop):
    table = pd.read_csv(shared / "wz" / "wz_expected.csv")
    expected = table[(table.n == n) & (table.t == t) & (table.seed == seed)].set_index("variable")
    assert len(expected) == 2
    d = load_module("make_data").make_panel(n, t, seed, drop=drop)
    found = gravity.ppml("y ~ x1 + x2 | exp^year + imp^year + exp^imp", d).bias_corrected()
    np.testing.assert_allclose(found.coef[expected.index], expected.corrected, rtol=1e-9)
    np.testing.assert_allclose(found.bias[expected.index], expected.bias, rtol=1e-9)
    np.testing.assert_allclose(found.se[expected.index], expected.se_adjusted, rtol=1e-9)


@pytest.mark.filterwarnings("ignore::indexer.gravity.bias.FewCountriesWarning")
@pytest.mark.parametrize("effects", ["ey + iy + pair", "exporter^importer + exporter^year + importer^year"])
def test_names_orders_and_units_do_not_matter(panel, effects):
    d = panel.sample(frac=1, random_state=2).assign(
        ey=panel.exporter * 10_000 + panel.year, iy=panel.importer * 10_000 + panel.year,
        pair=panel.exporter * 100 + panel.importer, x2=panel.x2 * 1e6, trade=panel.trade * 1e9,
    )  # fmt: skip
    a = gravity.ppml("trade ~ x1 + x2 | exporter^year + importer^year + exporter^importer", panel).bias_corrected()
    b = gravity.ppml(f"trade ~ x2 + x1 | {effects}", d).bias_corrected()
    units = pd.Series({"x1": 1.0, "x2": 1e6})
    for name in ("coef", "se", "bias"):
        np.testing.assert_allclose((getattr(b, name)[units.index] * units), getattr(a, name)[units.index], rtol=1e-6)


@pytest.mark.filterwarnings("ignore::indexer.gravity.bias.FewCountriesWarning")
def test_usual_errors_are_too_small_and_corrected_ones_less_so():
    usual, corrected, scatter = [], [], []
    for seed in range(100):
        g = np.random.default_rng(seed)
        n, t = 20, 2
        e, i, y = (v.ravel() for v in np.meshgrid(range(n), range(n), range(t), indexing="ij"))
        apart = e != i
        e, i, y = e[apart], i[apart], y[apart]
        a, b, p = g.normal(size=(n, t)), g.normal(size=(n, t)), g.normal(size=(n, n))
        x = 0.5 * (a[e, y] + b[i, y] + p[e, i]) + 0.5 * g.normal(size=e.size)
        mu = np.exp(0.25 * (a[e, y] + b[i, y] + p[e, i]) + x)
        d = pd.DataFrame({"e": e, "i": i, "y": y, "x": x, "trade": mu * g.lognormal(-0.5, 1, e.size)})
        fit = gravity.ppml("trade ~ x | e^y + i^y + e^i", d, {"CRV1": "e^i"})
        found = fit.bias_corrected()
        usual.append(fit.se["x"])
        corrected.append(found.se["x"])
        scatter.append(found.coef["x"])
    assert np.all(np.array(corrected) > usual)
    assert np.std(scatter) / np.mean(usual) > np.std(scatter) / np.mean(corrected) > 0.9


@pytest.mark.filterwarnings("ignore::indexer.gravity.bias.FewCountriesWarning")
def test_large_panels_use_the_leverage_of_own_effects(monkeypatch, panel):
    fit = gravity.ppml("trade ~ x1 + x2 | exporter^year + importer^year + exporter^importer", panel)
    exact = fit.bias_corrected()
    monkeypatch.setattr(module, "LARGEST", 10)
    other = fit.bias_corrected()
    assert exact.exact
    assert not other.exact
    pd.testing.assert_series_equal(exact.coef, other.coef)
    np.testing.assert_allclose(other.se, exact.se, rtol=0.15)
    assert (other.se != exact.se).any()
    assert "leverage of own effects only" in repr(other)


def test_few_countries_are_said(panel):
    with pytest.warns(FewCountriesWarning, match="10 countries"):
        gravity.ppml("trade ~ x1 + x2 | exporter^year + importer^year + exporter^importer", panel).bias_corrected()


@pytest.mark.filterwarnings("ignore::indexer.gravity.bias.FewCountriesWarning")
def test_text_and_table(panel):
    found = gravity.ppml("trade ~ x1 + x2 | exporter^year + importer^year + exporter^importer", panel).bias_corrected()
    table = found.tidy()
    assert list(table.columns) == [
        "term",
        "estimate",
        "std_error",
        "statistic",
        "p_value",
        "conf_low",
        "conf_high",
        "bias",
    ]
    np.testing.assert_allclose(table.estimate + table.bias, found.uncorrected.estimate)
    text = repr(found)
    assert "Weidner & Zylkin" in text
    assert f"{found.coef['x1']:.7f}" in text


REFUSED = {
    "a linear model": lambda d: gravity.ols("trade ~ x1 | exporter^year + importer^year + exporter^importer", d),
    "one effect": lambda d: gravity.ppml("trade ~ x1 | exporter^year", d),
    "other effects": lambda d: gravity.ppml("trade ~ x2 | exporter^year + importer + exporter^importer", d),
    "weights": lambda d: gravity.ppml(
        "trade ~ x1 | exporter^year + importer^year + exporter^importer", d.assign(w=1.0), weights="w"
    ),
    "undirected pairs": lambda d: gravity.ppml(
        "trade ~ x1 | exporter^year + importer^year + pair",
        d.assign(pair=np.minimum(d.exporter, d.importer) * 100 + np.maximum(d.exporter, d.importer)),
    ),
    "several rows of a pair and year": lambda d: gravity.ppml(
        "trade ~ x2 | exporter^year + importer^year + exporter^importer",
        pd.concat([d, d.assign(x2=d.x2 + 0.1 * d.trade)]),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refusals(panel, what):
    with pytest.raises(UsageError, match="bias_corrected"):
        REFUSED[what](panel).bias_corrected()
