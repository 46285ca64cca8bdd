from indexer.study.estimate import FLOWS


def test_every_check_for_every_flow(study):
    by = study.checks.groupby(["check", "design"])["flow"].apply(list)
    assert all(flows == list(FLOWS) for flows in by)
    assert study.checks["check"].nunique() == 7


def test_ranges_hold_the_estimate_or_are_one_number(study):
    assert (study.checks["low"] <= study.checks["high"]).all()
    ranges = study.checks[study.checks["check"].str.startswith("leaving out")]
    assert (ranges["low"] < ranges["high"]).all()


def test_income_and_placebo_are_between_partners_only(study):
    only = study.checks[study.checks["check"].str.contains("GDP per head|placebo")]
    assert set(only["design"]) == {"between"}
