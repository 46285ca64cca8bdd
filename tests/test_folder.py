"""A folder as a whole: what is read, what is refused, and all of it in one report."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indexer import folder
from indexer.errors import FactsError, Fault, UsageError
from indexer.resources import PACKAGE

Edit = Callable[[Path, str, str], None]
USERS = "networks/users_pct.csv"
USERS_META = "networks/users_pct.yaml"
FIRST = "CHN,2020,70.1\n"


def faults_of(root: Path) -> tuple[Fault, ...]:
    """Faults of a folder, which `read` raises and `check` reports alike."""
    report = folder.check(root)
    with pytest.raises(FactsError) as caught:
        folder.read(root)
    assert caught.value.faults == report.faults
    return report.faults


def test_a_valid_folder(small_folder: Path) -> None:
    read = folder.read(small_folder)
    assert read.root == small_folder
    assert [one.id for one in read.catalogue.sets] == ["skills", "networks"]
    assert [one.id for one in read.catalogue.indicators] == [
        "articles",
        "engineers_per_100",
        "schooling_years",
        "broadband_per_100",
        "server_price",
        "users_pct",
    ]
    assert [one.id for one in read.catalogue.context] == ["gdp_current_usd", "population_total"]
    assert (read.catalogue.title, read.catalogue.default_edition) == ("A small index", "mine")
    assert list(read.editions) == ["mine"]
    assert read.edition_bytes("mine") == (small_folder / "editions/mine.yaml").read_bytes()
    assert read.names["VNM"] == "Viet Nam"
    assert read.economies["economy"].tolist() == ["CHN", "DEU", "IDN", "SGP", "THA", "VNM"]


def test_facts_are_sorted_and_hold_indicators_and_context(small_folder: Path) -> None:
    facts = folder.read(small_folder).facts
    assert list(facts.columns) == ["economy", "year", "value", "indicator"]
    assert facts["year"].dtype == np.int64
    assert facts["value"].dtype == np.float64
    assert len(facts) == 8 * 15
    order = facts.sort_values(["indicator", "economy", "year"], ignore_index=True)
    pd.testing.assert_frame_equal(facts, order)
    one = facts[(facts["indicator"] == "users_pct") & (facts["economy"] == "CHN")]
    assert one["value"].tolist() == [70.1, 71.4, 72.7]


def test_the_order_of_rows_in_a_file_does_not_matter(small_folder: Path, edit: Edit) -> None:
    before = folder.read(small_folder).facts
    edit(small_folder / USERS, FIRST, "")
    with (small_folder / USERS).open("a") as file:
        file.write(FIRST)
    pd.testing.assert_frame_equal(folder.read(small_folder).facts, before)


def test_a_check_counts_what_it_looked_at(small_folder: Path) -> None:
    report = folder.check(small_folder)
    assert (report.faults, report.n_files) == ((), 22)
    assert report.n_rows == 8 * 15 + 6 + 2
    counts = {"sets": 2, "indicators": 6, "context": 2, "corrections": 0, "editions": 1, "trade": 0}
    assert report.counts == counts


# File, passage, replacement; then file, line, column, value and words of the message of the fault.
REFUSED = {
    "unknown-economy": (USERS, FIRST, "CHX,2020,70.1\n", USERS, 2, "economy", "CHX", "unknown economy"),
    "code-with-line-end": (USERS, FIRST, '"CHN\n",2020,70.1\n', USERS, 2, "economy", "CHN\n", "a line break inside"),
    "code-in-small-letters": (USERS, FIRST, "chn,2020,70.1\n", USERS, 2, "economy", "chn", "alpha-3"),
    "duplicate": (USERS, "CHN,2021,", "CHN,2020,", USERS, 3, "economy,year", "CHN,2020", "already on line 2"),
    "out-of-range": (USERS, FIRST, "CHN,2020,-70.1\n", USERS, 2, "value", "-70.1", "below 0"),
    "infinite": (USERS, FIRST, "CHN,2020,inf\n", USERS, 2, "value", "inf", "not a finite number"),
    "fractional-year": (USERS, FIRST, "CHN,2020.0,70.1\n", USERS, 2, "year", "2020.0", "not a whole number"),
    "year-1820": (USERS, FIRST, "CHN,1820,70.1\n", USERS, 2, "year", "1820", "outside 1900 to 2100"),
    "repeated-key": (
        USERS_META,
        "role: core\n",
        "role: core\nrole: core\n",
        USERS_META,
        16,
        "role",
        "role",
        "stands twice",
    ),
    "unknown-key": (
        USERS_META,
        "role: core\n",
        "role: core\nroll: core\n",
        USERS_META,
        16,
        "roll",
        "roll",
        "unknown key",
    ),
    "wrong-type": (
        USERS_META,
        'vintage: "2024"',
        "vintage: 2024",
        USERS_META,
        10,
        "source.vintage",
        "2024",
        "not a text",
    ),
    "id": (USERS_META, "id: users_pct\n", "id: user_pct\n", USERS_META, 1, "id", "user_pct", "name of its file"),
    "set": (USERS_META, "set: networks", "set: skills", USERS_META, 3, "set", "skills", "the folder of its file"),
    "set-id": ("skills/set.yaml", "id: skills", "id: skill", "skills/set.yaml", 1, "id", "skill", "name of its file"),
    "default": ("index.yaml", "mine", "yours", "index.yaml", 2, "default_edition", "yours", "no edition"),
    "weights": (
        "editions/mine.yaml",
        "0.3,",
        "0.4,",
        "editions/mine.yaml",
        20,
        "sets.networks.weight.weights",
        "1.1",
        "sum to 1",
    ),
    "alias-of-unknown": (
        "_reference/aliases.csv",
        "Vietnam,VNM",
        "Vietnam,VNN",
        "_reference/aliases.csv",
        2,
        "economy",
        "VNN",
        "unknown economy",
    ),
}


@pytest.mark.parametrize(
    ("where", "old", "new", "file", "line", "column", "value", "message"), REFUSED.values(), ids=REFUSED
)
def test_refused(
    small_folder: Path,
    edit: Edit,
    where: str,
    old: str,
    new: str,
    file: str,
    line: int,
    column: str | None,
    value: str,
    message: str,
) -> None:
    edit(small_folder / where, old, new)
    (fault,) = faults_of(small_folder)
    assert (fault.file, fault.line, fault.column, fault.value) == (file, line, column, value)
    assert message in fault.message
    assert fault.remedy


def swapped(line: bytes) -> bytes:
    """A line of facts with the year before the economy."""
    economy, year, value = line.split(b",")
    return b",".join([year, economy, value]) + b"\n"


BYTES = {
    "byte-order-mark": (lambda data: b"\xef\xbb\xbf" + data, "byte order mark"),
    "utf-16": (lambda data: data.decode().encode("utf-16"), "UTF-16"),
    "invalid": (lambda data: data.replace(b"CHN,2020", b"CH\xff,2020"), "not UTF-8"),
    "nul": (lambda data: data.replace(b"CHN,2020", b"CHN\x00,2020"), "control character"),
    "no-bytes": (lambda data: b"", "the file is empty"),
    "header-only": (lambda data: data[: data.index(b"\n") + 1], "no row"),
    "reordered": (lambda data: b"".join(swapped(line) for line in data.splitlines()), "another order"),
    "blank-line": (lambda data: data.replace(b"CHN,2021", b"\nCHN,2021"), "blank"),
}


@pytest.mark.parametrize(("change", "message"), BYTES.values(), ids=BYTES)
def test_refused_bytes(small_folder: Path, change: Callable[[bytes], bytes], message: str) -> None:
    path = small_folder / USERS
    path.write_bytes(change(path.read_bytes()))
    (fault,) = faults_of(small_folder)
    assert fault.file == USERS
    assert message in fault.message


@pytest.mark.parametrize(("gone", "message"), [(USERS, "without facts"), (USERS_META, "without metadata")])
def test_a_missing_half_of_an_indicator(small_folder: Path, gone: str, message: str) -> None:
    (small_folder / gone).unlink()
    (fault,) = faults_of(small_folder)
    assert fault.file == {USERS: USERS_META, USERS_META: USERS}[gone]
    assert message in fault.message


def test_every_fault_of_every_file_in_one_report(small_folder: Path, edit: Edit) -> None:
    edit(small_folder / USERS, FIRST, "CHX,2020,inf\n\nDEU,20,1\n")
    edit(small_folder / USERS_META, "basis: rate", "basis: ratio")
    edit(small_folder / "skills/articles.csv", "CHN,2020,", "CHN,2020,,")
    edit(small_folder / "editions/mine.yaml", "VNM]", "VNX]")
    edit(small_folder / "index.yaml", "title:", "titel:")
    (small_folder / "skills/stray.csv").write_text("x")
    (small_folder / "_reference/aliases.csv").write_text("alias,economy\nX,QQQ\n")
    found = [(fault.file, fault.line, fault.column) for fault in faults_of(small_folder)]
    assert found == [
        ("_reference/aliases.csv", 2, "economy"),
        ("editions/mine.yaml", 4, "economies[4]"),
        ("index.yaml", 1, "titel"),
        ("index.yaml", 1, "title"),
        (USERS, 2, "economy"),
        (USERS, 2, "value"),
        (USERS, 3, None),
        (USERS, 4, "year"),
        (USERS_META, 16, "basis"),
        ("skills/articles.csv", 2, "field 4"),
        ("skills/stray.csv", None, None),
    ]


def test_the_report_as_json(small_folder: Path, edit: Edit) -> None:
    edit(small_folder / USERS, FIRST, "Vietnam,2020,70.1\n")
    report = json.loads(json.dumps(folder.check(small_folder).as_dict()))
    assert report["files"] == 22
    assert report["faults"] == [
        {
            "file": USERS,
            "line": 2,
            "column": "economy",
            "value": "Vietnam",
            "message": "is not an ISO 3166-1 alpha-3 code in capitals, such as VNM",
            "remedy": "write VNM (Viet Nam)",
        }
    ]


def test_an_absent_set_is_named_once(small_folder: Path, edit: Edit) -> None:
    (small_folder / "networks").rename(small_folder / "network")
    assert [(fault.file, fault.line) for fault in faults_of(small_folder)] == [("index.yaml", 4), ("network/", None)]


def test_no_such_folder(tmp_path: Path) -> None:
    for call in (folder.read, folder.check, folder.read_trade):
        with pytest.raises(UsageError, match="no such folder") as caught:
            call(tmp_path / "none")
        assert "docs/bring-your-own.md" in caught.value.remedy


def test_a_file_in_place_of_a_folder(small_folder: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        folder.read(small_folder / "index.yaml")


def test_a_folder_without_index(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path)
    assert fault.file == "index.yaml"
    assert "editions/<name>.yaml" in fault.remedy
    assert "docs/bring-your-own.md" in fault.remedy


def test_economies_and_context_are_lent_by_the_shipped_folder(
    small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lender = tmp_path / "lender"
    lender.mkdir()
    (small_folder / "_reference").rename(lender / "_reference")
    monkeypatch.setattr(folder, "shipped_folder", lambda name: lender)
    read = folder.read(small_folder)
    assert read.names["VNM"] == "Viet Nam"
    assert [one.id for one in read.catalogue.context] == ["gdp_current_usd", "population_total"]
    assert len(read.facts) == 8 * 15


def test_lent_series_keep_to_the_economies_of_the_folder(
    small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: Edit
) -> None:
    lender = tmp_path / "lender/_reference"
    lender.mkdir(parents=True)
    for name in ("population_total", "gdp_current_usd"):
        for end in (".yaml", ".csv"):
            (small_folder / f"_reference/{name}{end}").rename(lender / f"{name}{end}")
    with (lender / "population_total.csv").open("a") as file:
        file.write("USA,2020,331000000\n")
    monkeypatch.setattr(folder, "shipped_folder", lambda name: lender.parent)
    facts = folder.read(small_folder).facts
    assert set(facts["economy"]) == {"CHN", "IDN", "SGP", "THA", "VNM"}


def test_a_fault_in_a_lent_file_says_whose_it_is(
    small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: Edit
) -> None:
    lender = tmp_path / "lender"
    lender.mkdir()
    (small_folder / "_reference").rename(lender / "_reference")
    edit(lender / "_reference/gdp_current_usd.csv", "CHN,2020,", "CHN,2020.5,")
    monkeypatch.setattr(folder, "shipped_folder", lambda name: lender)
    (fault,) = faults_of(small_folder)
    assert fault.file == "(shipped) _reference/gdp_current_usd.csv"


def test_any_licence_may_be_used_but_not_shipped(
    small_folder: Path, monkeypatch: pytest.MonkeyPatch, edit: Edit
) -> None:
    edit(small_folder / USERS_META, "CC0 1.0", "CC BY-NC 4.0")
    assert folder.check(small_folder).faults == ()
    monkeypatch.setattr(folder, "shipped_folder", lambda name: small_folder)
    for root in (None, small_folder):
        (fault,) = folder.check(root).faults
        assert (fault.file, fault.column, fault.value) == (USERS_META, "source.licence", "CC BY-NC 4.0")


def test_the_hash_of_the_inputs_follows_facts_and_metadata_only(small_folder: Path, tmp_path: Path, edit: Edit) -> None:
    before = folder.read(small_folder).inputs_sha256
    edit(small_folder / "editions/mine.yaml", "To test with.", "To test.")
    assert folder.read(small_folder).inputs_sha256 == before
    moved = small_folder.rename(tmp_path / "elsewhere")
    assert folder.read(moved).inputs_sha256 == before
    edit(moved / USERS, "CHN,2020,70.1", "CHN,2020,70.2")
    assert folder.read(moved).inputs_sha256 != before


TRADE_META = """\
id: {id}
name: A table
definition: Made for tests.
source: {{publisher: P, dataset: D, vintage: "1", url: https://example.org, licence: Etalab 2.0, retrieved: 2024-01-31}}
notes: [A note.]
"""


@pytest.fixture
def trading(small_folder: Path) -> Path:
    """The small folder with trade tables."""
    room = small_folder / "trade"
    room.mkdir()
    for name in folder.trade_tables():
        (room / f"{name}.yaml").write_text(TRADE_META.format(id=name))
    (room / "flows.csv").write_text(
        "exporter,importer,year,trade_usd,basis,source\nCHN,VNM,2020,0,fob,x\nVNM,CHN,2020,12.5,cif,x\n"
    )
    (room / "distances.csv").write_text("exporter,importer,distance_km\nCHN,VNM,2330\n")
    (room / "rcep.csv").write_text("economy,in_force,note\nCHN,2022-01-01,\nIDN,,not yet\n")
    (room / "shipping.csv").write_text("exporter,importer,year,lsbci\nCHN,VNM,2020,0.5751\n")
    (room / "world_services.csv").write_text("year,exports_usd,imports_usd\n2020,3324128000000,2973808000000\n")
    return small_folder


def test_trade_tables(trading: Path) -> None:
    trade = folder.read_trade(trading)
    assert trade.flows["trade_usd"].tolist() == [0.0, 12.5]
    assert trade.distances["distance_km"].tolist() == [2330.0]
    assert trade.rcep["in_force"].isna().tolist() == [False, True]
    assert trade.shipping["lsbci"].tolist() == [0.5751]
    assert trade.world_services["exports_usd"].tolist() == [3324128000000.0]
    assert trade.sources["flows"].licence == "Etalab 2.0"
    assert trade.notes["rcep"] == ("A note.",)
    assert folder.check(trading).counts["trade"] == 5
    assert pickle.loads(pickle.dumps(trade)).distances.equals(trade.distances)


def test_a_folder_may_hold_some_trade_tables(trading: Path) -> None:
    for name in ("rcep", "shipping", "world_services"):
        (trading / f"trade/{name}.yaml").unlink()
        (trading / f"trade/{name}.csv").unlink()
    trade = folder.read_trade(trading)
    assert list(trade.tables) == ["flows", "distances"]
    with pytest.raises(UsageError, match="no trade table 'shipping'") as caught:
        trade.shipping  # noqa: B018
    assert "trade/shipping.csv" in caught.value.remedy
    with pytest.raises(AttributeError, match="no trade table 'flow'; there are flows"):
        trade.flow  # noqa: B018


def test_other_files_among_the_trade_tables(trading: Path) -> None:
    (trading / "trade/shiping.csv").write_text("exporter,importer,year,lsbci\n")
    (trading / "trade/flows.CSV").write_text("")
    (trading / "trade/README.md").write_text("Notes.")
    faults = folder.check(trading).faults
    assert [(fault.file, fault.message) for fault in faults] == [
        ("trade/flows.CSV", "not a trade table"),
        ("trade/shiping.csv", "not a trade table"),
    ]
    assert "write shipping" in faults[1].remedy


def test_faults_of_trade_tables(trading: Path, edit: Edit) -> None:
    edit(trading / "trade/flows.csv", "CHN,VNM,2020,0", "CHN,VNX,2020,-1")
    edit(trading / "trade/rcep.yaml", "id: rcep", "id: flows")
    (trading / "trade/distances.csv").unlink()
    with pytest.raises(FactsError) as caught:
        folder.read_trade(trading)
    assert caught.value.faults == folder.check(trading).faults
    assert [(fault.file, fault.line, fault.column) for fault in caught.value.faults] == [
        ("trade/distances.csv", None, None),
        ("trade/flows.csv", 2, "importer"),
        ("trade/flows.csv", 2, "trade_usd"),
        ("trade/rcep.yaml", 1, "id"),
    ]


def test_a_folder_without_trade_tables(small_folder: Path) -> None:
    with pytest.raises(UsageError, match="no trade tables"):
        folder.read_trade(small_folder)


def test_one_table_of_the_user(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("economy,year,gdp_usd,users_pct\nDEU,2020,1.5,\nFRA,2020,2.5,80\n")
    frame = folder.read_table(path, "facts_wide")
    assert frame["gdp_usd"].tolist() == [1.5, 2.5]
    path.write_text("economy,year,gdp_usd\nDEU,2020,x\nDEU,2020,1\nde,2020,1\n")
    with pytest.raises(FactsError) as caught:
        folder.read_table(str(path), "facts_wide")
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [
        (2, "gdp_usd"),
        (3, "economy,year"),
        (4, "economy"),
    ]
    assert caught.value.faults[0].file == str(path)


def test_the_shipped_folder_has_no_fault() -> None:
    report = folder.check()
    assert report.faults == ()
    assert report.counts["indicators"] > 0


def test_a_check_leaves_heavy_libraries_alone(small_folder: Path) -> None:
    code = (
        "import sys; from indexer.folder import check; report = check(sys.argv[1]); "
        "heavy = {'sklearn', 'factor_analyzer', 'formulaic'} & set(sys.modules); "
        "sys.exit(f'{heavy} {report.faults}' if heavy or report.faults else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(small_folder)], cwd=PACKAGE.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_folder_that_has_not_changed_is_read_once(small_folder, monkeypatch):
    from indexer.reading import Reading

    times = []
    everything = Reading.everything
    monkeypatch.setattr(Reading, "everything", lambda self: (times.append(1), everything(self)))
    first = folder.read(small_folder)
    again = folder.read(small_folder)
    assert len(times) == 1
    pd.testing.assert_frame_equal(first.facts, again.facts)
    first.facts.loc[0, "value"] = -1.0  # whoever changes a table changes their own
    assert folder.read(small_folder).facts.loc[0, "value"] == again.facts.loc[0, "value"]


def test_a_folder_that_has_changed_is_read_again(small_folder):
    before = folder.read(small_folder)
    path = next(p for p in sorted(small_folder.glob("*/*.csv")) if not p.parent.name.startswith("_"))
    lines = path.read_text(encoding="utf-8").splitlines()
    code, year, _ = lines[1].split(",")
    path.write_text("\n".join([lines[0], f"{code},{year},1.25", *lines[2:]]) + "\n", encoding="utf-8")
    after = folder.read(small_folder)
    assert after.inputs_sha256 != before.inputs_sha256
    at = (after.facts["economy"] == code) & (after.facts["year"] == int(year)) & (after.facts["indicator"] == path.stem)
    assert after.facts.loc[at, "value"].tolist() == [1.25]
