"""Views of the indicators: what stands where, what nothing measures, and plain means of the normalised cells."""

import numpy as np
import pandas as pd
import pytest

import indexer
from indexer import views
from indexer.errors import FactsError, UsageError
from indexer.folder import read

VIEWS = """\
views:
  side:
    name: Two sides
    definition: To test with.
    members:
      use: {name: Use, definition: Who uses it.}
      price: {name: Price, definition: What it costs., note: Nobody publishes it.}
"""


@pytest.fixture
def viewed(small_folder):
    """The small folder with a view of two members, of which one is empty."""
    with open(small_folder / "index.yaml", "a", encoding="utf-8") as file:
        file.write(VIEWS)
    for name in ("broadband_per_100", "users_pct"):
        with open(small_folder / f"networks/{name}.yaml", "a", encoding="utf-8") as file:
            file.write("views: {side: use}\n")
    return small_folder


def test_indicators_by_member_with_their_cells(viewed):
    found = views.view(read(viewed), "side")
    assert found["indicator"].tolist()[:2] == ["broadband_per_100", "users_pct"]
    assert found["n_cells"].tolist() == [15, 15, 0]


def test_a_member_without_an_indicator_keeps_its_line(viewed):
    last = views.view(read(viewed), "side").iloc[-1]
    assert last["member"] == "price"
    assert pd.isna(last["indicator"])


def test_scores_are_plain_means_of_the_normalised_cells(viewed):
    index = indexer.build(viewed)
    found = views.scores(index, "side")
    cells = index.cells[index.cells["indicator"].isin(["broadband_per_100", "users_pct"])]
    by_hand = cells.pivot(index=["economy", "year"], columns="indicator", values="normalised").mean(axis=1)
    use = found[found["member"] == "use"].set_index(["economy", "year"])
    np.testing.assert_allclose(use["score"], by_hand.reindex(use.index), rtol=0, atol=1e-12)
    assert (use[["n_indicators", "n_observed", "n_of"]] == 2).all(axis=None)


def test_a_member_without_facts_has_no_score(viewed):
    found = views.scores(indexer.build(viewed), "side")
    price = found[found["member"] == "price"]
    assert price["score"].isna().all()
    assert (price["n_of"] == 0).all()


def test_a_missing_cell_is_left_out_and_counted(viewed):
    path = viewed / "networks/users_pct.csv"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("VNM,")]
    path.write_text("\n".join(lines) + "\n")
    found = views.scores(indexer.build(viewed), "side")
    one = found[(found["member"] == "use") & (found["economy"] == "VNM")]
    assert one["n_indicators"].tolist() == [1, 1, 1]
    assert one["score"].notna().all()


def test_a_carried_cell_counts_as_present_but_not_as_observed(viewed):
    path = viewed / "networks/users_pct.csv"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("VNM,2022")))
    found = views.scores(indexer.build(viewed), "side")
    one = found[(found["member"] == "use") & (found["economy"] == "VNM") & (found["year"] == 2022)].iloc[0]
    assert (one["n_indicators"], one["n_observed"]) == (2, 1)


@pytest.mark.parametrize(("line", "said"), [("side: speed", "no such member"), ("colour: red", "no such view")])
def test_a_group_that_is_not_defined_is_refused_with_its_file(viewed, line, said):
    path = viewed / "networks/users_pct.yaml"
    path.write_text(path.read_text().replace("side: use", line))
    with pytest.raises(FactsError, match=said) as refused:
        views.view(read(viewed), "side")
    assert refused.value.faults[0].file == "networks/users_pct.yaml"


def test_an_unknown_view_names_those_there_are(viewed):
    with pytest.raises(UsageError, match="one of: side"):
        views.view(read(viewed), "strand")


def test_a_folder_without_views(small_folder):
    assert views.views(read(small_folder)) == ()
    with pytest.raises(UsageError, match="define `views`"):
        views.view(read(small_folder), "side")


def test_the_schema_refuses_a_member_without_a_definition(viewed):
    path = viewed / "index.yaml"
    path.write_text(path.read_text().replace("{name: Use, definition: Who uses it.}", "{name: Use}"))
    with pytest.raises(FactsError, match="definition"):
        read(viewed)


def test_the_shipped_views_say_that_no_fact_measures_cross_border_e_commerce():
    folder = read()
    strand = views.view(folder, "strand")
    empty = strand.loc[strand["indicator"].isna(), "member"].tolist()
    assert empty == ["cross_border_e_commerce"]
    members = {one.id: one for one in views.named(folder, "strand").members}
    assert "No fact" in members["cross_border_e_commerce"].note
    assert views.view(folder, "dimension")["indicator"].notna().all()
