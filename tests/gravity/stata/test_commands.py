"""Commands of the .do file and the small-sample factors in it."""

import re

import pytest

from indexer import gravity
from indexer.gravity.stata.commands import SMALL, comment


def value(expression, **e):
    """An expression on Stata's e() as Python reads it; a result that is not there is larger than any number."""
    text = re.sub(r"e\((\w+)\)", lambda m: repr(e.get(m[1], 1e300)), expression).replace("< .", "< 1e299")
    return eval(text.replace("&", "and"))


@pytest.mark.parametrize(("vcov", "kind"), [("iid", "iid"), ("hetero", "hetero"), ({"CRV1": "year"}, "CRV1")], ids=str)
def test_with_one_effect_stata_counts_as_we_do(data, vcov, kind):
    # reghdfe takes the levels of a single effect as df_a, the regressors as df_m
    fit = gravity.ols("log(trade) ~ rta + log(dist) | exporter", data, vcov)
    e = {"N": fit.n_obs, "df_m": 2, "df_a": fit.effects["exporter"], "df_a_nested": 0, "N_clust": 4}
    assert value(SMALL["reghdfe", kind], **e) == pytest.approx(fit.ssc_factor, rel=1e-12)


def test_an_effect_within_the_clusters_costs_one(data):
    fit = gravity.ols("log(trade) ~ rta + log(dist) | exporter", data, {"CRV1": "exporter"})
    e = {"N": fit.n_obs, "df_m": 2, "df_a": 0, "df_a_nested": fit.effects["exporter"],
         "N_clust": fit.n_clusters["exporter"]}  # fmt: skip
    assert value(SMALL["reghdfe", "CRV1"], **e) == pytest.approx(fit.ssc_factor, rel=1e-12)


@pytest.mark.parametrize(("vcov", "kind"), [("iid", "iid"), ("hetero", "hetero"), ({"CRV1": "year"}, "CRV1")], ids=str)
def test_instruments_count_as_regressors_do(data, vcov, kind):
    fit = gravity.ols("log(trade) ~ rta | exporter | `tariff rate` ~ shifted", data, vcov)
    e = {"N": fit.n_obs, "rankxx": 2, "sdofminus": fit.effects["exporter"], "N_clust": 4}
    assert value(SMALL["ivreghdfe", kind], **e) == pytest.approx(fit.ssc_factor, rel=1e-12)


def test_poisson_has_the_factor_of_clusters_alone(data):
    fit = gravity.ppml("trade ~ rta | exporter", data, {"CRV1": "importer"})
    assert value(SMALL["ppmlhdfe", "CRV1"], N_clust=fit.n_clusters["importer"]) == pytest.approx(fit.ssc_factor)


@pytest.mark.parametrize(
    ("run", "formula", "options", "said"),
    [
        ("ols", "trade ~ 0 + rta + dist", {"vcov": "iid"}, "regress trade rta dist, noconstant vce(ols)"),
        ("ppml", "trade ~ 0 + rta", {"vcov": "hetero"}, "poisson trade rta, noconstant vce(robust)"),
        ("ppml", "trade ~ rta", {"vcov": "hetero"}, "ppmlhdfe trade rta, noabsorb vce(robust) tolerance(1e-10)"),
        ("ols", "trade ~ rta | year", {"vcov": "iid", "weights": "w"},
         "reghdfe trade rta [aw=w], absorb(year) vce(unadjusted) tolerance(1e-10)"),
        ("ols", "trade ~ rta | year", {"vcov": "hetero", "weights": "w"},
         "reghdfe trade rta [pw=w], absorb(year) vce(robust) tolerance(1e-10)"),
        ("ols", "trade ~ z | rta ~ shifted", {"vcov": {"CRV1": "exporter + importer"}},
         "ivreg2 trade z (rta = shifted), cluster(exporter importer) small"),
        ("ols", "trade ~ rta | year", {"vcov": "iid", "offset": "off"},
         "reghdfe trade_less_off rta, absorb(year) vce(unadjusted) tolerance(1e-10)"),
        ("ppml", "trade ~ rta | year", {"vcov": "hetero", "offset": "off"},
         "ppmlhdfe trade rta, absorb(year) vce(robust) offset(off) tolerance(1e-10)"),
    ],
)  # fmt: skip
def test_commands(data, tmp_path, run, formula, options, said):
    d = data.assign(off=data["off"].fillna(0.1))
    fit = getattr(gravity, run)(formula, d, **options)
    text = gravity.to_stata(fit, tmp_path)[-1].read_text(encoding="utf-8")
    assert said in text.splitlines()


def test_errors_that_stata_has_not_are_left_out_of_the_comparison(data, tmp_path):
    text = gravity.to_stata(gravity.ppml("trade ~ rta | year", data, "iid"), tmp_path)[-1].read_text(encoding="utf-8")
    assert "vce(robust)" in text
    assert re.search(r"^expect rta \S+ \S+ \.$", text, re.M)


def test_packages_are_those_of_the_commands(written):
    assert "* Needs: ftools, reghdfe, ppmlhdfe, ivreg2, ranktest, ivreghdfe (ssc install, once)." in written.text


def test_what_a_user_wrote_opens_no_comment(fits, tmp_path):
    path = gravity.to_stata({"a /* b\n///": fits["PPML"]}, tmp_path)[-1]
    text = path.read_text(encoding="utf-8")
    assert "* (1) a / * b / / /" in text.splitlines()


def test_comments_stay_on_their_line():
    assert comment("a\n\tb") == "a b"


def test_every_line_of_the_program_is_one_that_stata_has(written):
    words = {"version", "clear", "set", "capture", "program", "args", "assert", "if", "end", "use", "local", "expect",
             "estimates", "ppmlhdfe", "reghdfe", "ivreghdfe"}  # fmt: skip
    for line in written.text.splitlines():
        if line.strip() and not line.lstrip().startswith(("*", "//")):
            assert line.split()[0] in words, line
