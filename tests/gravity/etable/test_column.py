"""What results contribute to a table."""

import pytest

from indexer.errors import UsageError
from indexer.gravity.etable.column import read


def one(result, **more):
    return read([result], **more)[0]


def test_a_fit_gives_its_numbers(results):
    fit, column = results["ols"], one(results["ols"])
    assert column.terms["estimate"].tolist() == fit.coef.tolist()
    assert column.terms["std_error"].tolist() == fit.se.tolist()
    assert (column.n_obs, column.clusters, column.effects) == (fit.n_obs, fit.n_clusters, tuple(fit.effects))


@pytest.mark.parametrize(
    ("name", "measures"),
    [
        ("ols", {"R²", "Within R²"}),
        ("plain", {"R²"}),
        ("ppml", {"Pseudo R²"}),
        ("iv", {"Effective F of the instruments"}),
    ],
)
def test_measures_are_those_of_the_estimator(results, name, measures):
    assert set(one(results[name]).measures) == measures


def test_the_effective_f_is_that_of_the_fit(results):
    assert one(results["iv"]).measures["Effective F of the instruments"] == results["iv"].effective_f()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ols", "clustered by exporter^importer, factor G/(G-1)·(n-1)/(n-K), t law with 83 degrees of freedom"),
        ("ppml", "robust to heteroskedasticity, no small-sample factor, normal law"),
        ("few", "clustered by exporter, factor G/(G-1), normal law"),
        ("plain", "assuming homoskedasticity, factor (n-1)/(n-K), t law with 287 degrees of freedom"),
    ],
)
def test_errors_are_named_with_factor_and_law(results, name, said):
    assert one(results[name]).errors == said


def test_few_clusters_bring_the_bootstrap(results):
    found, column = results["few"].few_clusters, one(results["few"])
    assert {t: p for t, (p, _) in column.bootstrap.items()} == dict(zip(("x1", "x2"), found["p_value"], strict=True))
    assert "score bootstrap" in column.about_bootstrap


def test_the_bootstrap_can_be_left(results):
    assert not one(results["few"], bootstrap=False).bootstrap


def test_a_correction_takes_left_side_and_effects_from_its_fit(results):
    column = read([results["ppml"], results["three"], results["corrected"]])[2]
    assert (column.left, column.n_obs) == ("trade", results["three"].n_obs)
    assert column.effects == tuple(results["three"].effects)
    assert column.terms["estimate"].tolist() == results["corrected"].coef.tolist()


def test_a_correction_without_its_fit_says_so(results):
    column = one(results["corrected"])
    assert (column.left, column.n_obs, column.effects) == ("", None, ())
    assert any("put the fit" in note for note in column.notes)


def test_a_second_stage_has_country_and_year_effects(results):
    column = one(results["second"])
    assert column.effects == ("exporter", "year")
    assert column.clusters == {"country": results["second"].n_countries}
    assert column.terms.loc["ai", "std_error"] == results["second"].se["ai"]


def test_a_control_function_has_its_own_errors_and_strength(panel):
    from indexer.gravity.control_function import control_function

    d = panel.assign(z=panel["x2"] + panel["ln_distance"])
    found = control_function("trade ~ x1 | exporter + importer | x2 ~ z", d, {"CRV1": "exporter^importer"}, draws=20)
    column = one(found)
    assert column.terms["std_error"].to_dict() == found.se[list(found.coef.index)].to_dict()
    assert column.measures == {"Effective F of the instruments": found.effective_f()}
    assert column.errors == f"from a {found.vcov}, normal law"
    assert column.left == "trade"


def test_an_error_of_ours_is_told_without_its_remedy(results):
    reason = one(results["absorbed"]).reason
    assert "absorbed" in reason
    assert "\n" not in reason


@pytest.mark.parametrize("reason", ["too few years", ValueError("too few years")], ids=["text", "exception"])
def test_a_reason_stands_for_a_result(reason):
    assert one(reason).reason == "too few years"


@pytest.mark.parametrize("wrong", [None, 3, "", {"a": 1}], ids=repr)
def test_anything_else_is_refused(wrong):
    with pytest.raises(UsageError, match="no result of an estimation"):
        one(wrong)
