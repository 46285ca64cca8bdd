"""The text of a fit: its lines, its order, nothing left out."""

import pytest

from indexer import gravity
from indexer.gravity.summary import summary


@pytest.fixture
def fit(flows):
    flows.loc[3, "dist"] = -1.0
    return gravity.ppml("trade ~ rta + log(dist) | exporter^year + importer", flows, {"CRV1": "exporter^importer"})


def test_names_everything_and_ends_with_what_was_identified(fit):
    text = summary(fit)
    assert text == fit.summary() == repr(fit)
    for part in ("PPML: trade ~", "ssc='G'", "clustered by exporter^importer", " z", "log(dist)", "pseudo R2",
                 "left out: 1 missing, log(dist): log of a non-positive number"):  # fmt: skip
        assert part in text
    last = text.splitlines()[-1]
    assert last.startswith("identified: rta, log(dist)")
    assert last.endswith(f"({fit.n_obs} rows, {fit.n_clusters['exporter^importer']} clusters by exporter^importer)")
