"""Results of every kind for tables, estimated once."""

import warnings

import pytest

from indexer import gravity
from indexer.errors import AbsorbedRegressorError

EFFECTS = "exporter^year + importer^year + exporter^importer"
PAIR = {"CRV1": "exporter^importer"}


@pytest.fixture(scope="session")
def results(panel):
    """By name: ols, ppml, few (clusters), absorbed (an error), three-way, corrected, second stage, iv."""
    out = {
        "ols": gravity.ols(f"log(trade) ~ x1 + x2 | {EFFECTS}", panel, PAIR),
        "ppml": gravity.ppml("trade ~ x1 + ln_distance | exporter^year + importer^year", panel, "hetero"),
        "few": gravity.ppml("trade ~ x1 + x2 | exporter^year + importer^year", panel, {"CRV1": "exporter"}),
        "three": gravity.ppml(f"trade ~ x1 + x2 | {EFFECTS}", panel, PAIR),
        "iv": gravity.ols("log(trade) ~ x1 | exporter^year + importer^year | x2 ~ ln_distance + border", panel, PAIR),
        "plain": gravity.ols("log(trade) ~ x1 + ln_distance", panel, "iid"),
    }
    with pytest.raises(AbsorbedRegressorError) as refused:
        gravity.ppml(f"trade ~ ai | {EFFECTS}", panel, PAIR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gravity.FewCountriesWarning)
        out["corrected"] = out["three"].bias_corrected()
    return out | {"absorbed": refused.value, "second": gravity.second_stage(out["three"], "ai", "exporter^year")}


@pytest.fixture(scope="session")
def odd():
    """Text with everything that means something to some format."""
    return r"a_b & 50% of $c^2 #1 {x} ~<b>|`*z*`[0]\ β × –"


@pytest.fixture(scope="session")
def table(results, odd):
    """A table of all kinds of results, with such text in title, headings, labels and notes."""
    kinds = ["ols", "ppml", "absorbed", "three", "corrected", "second"]
    return gravity.etable(
        [results[k] for k in kinds], headings=["logs", "levels", "levels", odd, odd, "effects"], labels={"x1": odd},
        title=odd, notes=odd, stars=True,
    )  # fmt: skip
