"""One pass over a folder: what is looked at, and how faults of one file bear on the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.reading import Reading

Edit = Callable[[Path, str, str], None]


def everything(root: Path) -> Reading:
    reading = Reading(root, root.parent / "none")
    reading.everything()
    return reading


def test_hidden_files_and_other_folders_are_not_looked_at(small_folder: Path) -> None:
    (small_folder / ".git").mkdir()
    (small_folder / ".git/x.csv").write_text("x")
    (small_folder / "notes").mkdir()
    (small_folder / "notes/readme.md").write_text("x")
    (small_folder / "skills/.x.csv").write_text("x")
    assert everything(small_folder).faults == []


def test_an_edition_file_with_another_ending(small_folder: Path) -> None:
    (small_folder / "editions/next.yml").write_text("edition: next\n")
    (fault,) = everything(small_folder).faults
    assert fault.file == "editions/next.yml"


def test_without_an_index_nothing_is_read(tmp_path: Path) -> None:
    assert everything(tmp_path).n_files == 0


def test_with_a_faulty_index_the_rest_is_still_read(small_folder: Path, edit: Edit) -> None:
    edit(small_folder / "index.yaml", "sets: [skills, networks]", "sets: skills")
    edit(small_folder / "skills/articles.csv", "CHN,2020,41000", "CHN,2020,many")
    assert [fault.file for fault in everything(small_folder).faults] == ["index.yaml", "skills/articles.csv"]


def test_a_faulty_indicator_is_not_called_unknown_in_the_edition(small_folder: Path, edit: Edit) -> None:
    edit(small_folder / "skills/articles.yaml", "id: articles", "id: article")
    assert [fault.file for fault in everything(small_folder).faults] == ["skills/articles.yaml"]


def test_a_faulty_default_edition_is_not_called_missing(small_folder: Path, edit: Edit) -> None:
    edit(small_folder / "editions/mine.yaml", "min_share: 0.5", "min_share: x")
    assert [fault.file for fault in everything(small_folder).faults] == ["editions/mine.yaml"]


def test_faulty_economies_do_not_make_all_codes_unknown(small_folder: Path, edit: Edit) -> None:
    edit(small_folder / "_reference/economies.csv", "Pacific,1,1\nTHA", "Pacific,x,1\nTHA")
    assert [(fault.file, fault.column) for fault in everything(small_folder).faults] == [
        ("_reference/economies.csv", "asean")
    ]


def test_own_aliases_hold_beside_lent_economies(small_folder: Path, edit: Edit) -> None:
    lender = small_folder.parent / "none/_reference"
    lender.mkdir(parents=True)
    (small_folder / "_reference/economies.csv").rename(lender / "economies.csv")
    (lender / "aliases.csv").write_text("alias,economy\nMainland,CHN\n")
    edit(small_folder / "skills/articles.csv", "CHN,2020,41000", "Vietnam,2020,41000")
    (fault,) = everything(small_folder).faults
    assert fault.remedy == "write VNM (Viet Nam)"
    (small_folder / "_reference/aliases.csv").unlink()
    (fault,) = everything(small_folder).faults
    assert "perhaps VNM (Viet Nam)" in fault.remedy


def test_an_unreadable_file_is_a_fault(small_folder: Path) -> None:
    (small_folder / "skills/set.yaml").unlink()
    (small_folder / "skills/set.yaml").mkdir()
    assert [fault.file for fault in everything(small_folder).faults] == ["skills/set.yaml"]


FILES = ("index.yaml", "editions/mine.yaml", "skills/set.yaml", "skills/articles.yaml", "skills/articles.csv",
         "_reference/economies.csv", "_reference/aliases.csv", "_reference/gdp_current_usd.csv")  # fmt: skip


@pytest.mark.parametrize("file", FILES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=80))
def test_whatever_a_file_holds_there_is_a_report(small_folder: Path, file: str, data: bytes) -> None:
    (small_folder / file).write_bytes(data)
    # No random bytes make a valid file of any of these kinds.
    assert everything(small_folder).faults


@pytest.mark.parametrize("file", FILES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), mark=st.sampled_from([b"\n", b",", b":", b"- ", b'"', b"1", b"\x00", b"\xff", b"  "]))
def test_a_damaged_file_is_reported_or_still_valid(small_folder: Path, file: str, at: int, mark: bytes) -> None:
    path = small_folder / file
    whole = path.read_bytes()
    cut = at % len(whole)
    path.write_bytes(whole[:cut] + mark + whole[cut:])
    reading = everything(small_folder)
    path.write_bytes(whole)
    assert all(fault.message and fault.remedy for fault in reading.faults)
    assert reading.faults or len(reading.indicators) == 6


CORRECTED = "- {economy: CHN, year: 2020, old: 41000, new: 41.5, reason: In thousands., reference: The yearbook}\n"


def test_corrections_are_applied_and_enter_the_hash_of_the_inputs(small_folder: Path) -> None:
    before = everything(small_folder)
    (small_folder / "skills/articles.corrections.yaml").write_text(CORRECTED)
    after = everything(small_folder)
    assert after.faults == []
    changed = after.facts["articles"]["value"].ne(before.facts["articles"]["value"])
    assert after.facts["articles"].loc[changed].to_numpy().tolist() == [["CHN", 2020, 41.5]]
    assert after.n_files == before.n_files + 1
    first = after.inputs_sha256()
    (small_folder / "skills/articles.corrections.yaml").write_text(CORRECTED + "# looked at again\n")
    assert len({before.inputs_sha256(), first, everything(small_folder).inputs_sha256()}) == 3


def test_a_correction_can_mend_a_value_that_is_not_valid(small_folder: Path, edit: Edit) -> None:
    edit(small_folder / "skills/articles.yaml", "valid: {minimum: 0}", "valid: {minimum: 0, maximum: 40000}")
    assert [fault.line for fault in everything(small_folder).faults] == [2, 3, 4]
    entries = [CORRECTED, CORRECTED.replace("2020", "2021").replace("41000", "41037")]
    entries.append(CORRECTED.replace("2020", "2022").replace("41000", "41074"))
    (small_folder / "skills/articles.corrections.yaml").write_text("".join(entries))
    assert everything(small_folder).faults == []


@pytest.mark.parametrize("content", ["", "# nothing\n", "[]\n", "economy: CHN\n", "- 1\n", "- {economy: CHN}\n"])
def test_corrections_of_another_shape_are_refused(small_folder: Path, content: str) -> None:
    (small_folder / "skills/articles.corrections.yaml").write_text(content)
    assert {fault.file for fault in everything(small_folder).faults} == {"skills/articles.corrections.yaml"}


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("year: 2020", "year: 2020.5", "[0].year"),
        ("year: 2020", "year: 20201", "[0].year"),
        ("new: 41.5", "new: many", "[0].new"),
        ("new: 41.5", "new: .inf", "[0].new"),
        ("new: 41.5", "new: 1e305", "[0].new"),
        ("reason: In thousands.", "reason: ''", "[0].reason"),
        (", reference: The yearbook", "", "[0].reference"),
        ("new: 41.5", "new: 41.5, by: me", "[0].by"),
    ],
)
def test_entries_keep_their_schema(small_folder: Path, old: str, new: str, column: str) -> None:
    assert old in CORRECTED
    (small_folder / "skills/articles.corrections.yaml").write_text(CORRECTED.replace(old, new))
    (fault,) = everything(small_folder).faults
    assert (fault.file, fault.line, fault.column) == ("skills/articles.corrections.yaml", 1, column)


def test_context_series_are_corrected_and_lent_ones_come_corrected(small_folder: Path) -> None:
    entry = "- {economy: CHN, year: 2020, old: 1411000000, new: 1412000000, reason: A slip., reference: The census}\n"
    own = small_folder / "_reference"
    (own / "population_total.corrections.yaml").write_text(entry)
    lender = small_folder.parent / "none/_reference"
    for folder in (own, lender):
        reading = everything(small_folder)
        assert reading.faults == []
        population = reading.facts["population_total"].set_index(["economy", "year"])["value"]
        assert population["CHN", 2020] == 1.412e9
        assert [one["new"] for one in reading.corrections["population_total"]] == [1412000000]
        if folder is own:
            lender.mkdir(parents=True)
            for file in sorted(own.glob("population_total.*")):
                file.rename(lender / file.name)


def test_corrections_of_a_series_that_is_lent_need_a_copy_of_it(small_folder: Path) -> None:
    lender = small_folder.parent / "none/_reference"
    lender.mkdir(parents=True)
    for file in sorted((small_folder / "_reference").glob("population_total.*")):
        file.rename(lender / file.name)
    (small_folder / "_reference/population_total.corrections.yaml").write_text("- 1\n")
    (fault,) = everything(small_folder).faults
    assert (fault.file, fault.message) == (
        "_reference/population_total.corrections.yaml",
        "corrections without their indicator",
    )
