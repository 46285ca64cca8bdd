"""The shipped list against its two sources, and the rules by hand."""

import csv
import importlib.util
import io
from pathlib import Path

import pandas as pd
import pytest

from indexer.connect.ai_products import read_ai_products
from indexer.errors import UsageError
from indexer.trade.products import CATEGORIES, VINTAGES, select, whole

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def products():
    return read_ai_products()


def codes(frame):
    return set(frame["code"])


def test_the_list_is_what_its_maker_makes_of_the_sources():
    folder = ROOT.parent / "shared/data/mechanisms"
    if not (folder / "ai_goods_hs6.csv").is_file():
        pytest.skip(f"no lists at {folder}")
    spec = importlib.util.spec_from_file_location("make", ROOT / "tests/reference/ai_products/make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    out = io.StringIO()
    make.write(make.make(folder), out)
    shipped = (ROOT / "indicators/_reference/products/ai_products.csv").read_text(encoding="utf-8")
    assert out.getvalue() == shipped
    with open(folder / "ai_goods_hs6.csv", encoding="utf-8", newline="") as file:
        listed = {row["hs6"] for row in csv.DictReader(file)}
    assert len(listed) == 295
    assert {r["code"] for r in csv.DictReader(io.StringIO(shipped)) if r["classification"] == "HS2022"} == listed


def test_four_categories_and_two_of_them_have_goods(products):
    assert set(products["category"]) == set(CATEGORIES)
    goods = products[products["classification"].isin(VINTAGES)]
    assert set(goods["category"]) == {"computing_power", "downstream_applications"}


def test_stable_codes_are_the_same_in_every_vintage(products):
    found = [codes(select(products, vintage, threshold=0)) for vintage in VINTAGES]
    assert found[0] == found[1] == found[2]
    assert {"847150", "854231", "848620", "847130"} <= found[0]
    assert not {"851713", "854149", "852852"} & found[0]


def test_any_takes_the_older_code_whole(products):
    old = codes(select(products, "HS2017", rule="any"))
    assert {"854140", "851712", "851770", "854150"} <= old
    new = codes(select(products, "HS2022", rule="any"))
    assert {"854149", "851713", "851779", "854151", "854159"} <= new


def test_codes_sent_to_another_heading_are_not_followed(products):
    goods = products[products["classification"].isin(["HS2012", "HS2017"]) & (products["code"] != "854150")]
    assert all({one[:4] for one in row["from_hs2022"].split()} == {row["code"][:4]} for row in goods.to_dict("records"))


def test_a_heading_counts_once_with_the_category_of_most_of_its_codes(products):
    found = select(products, "HS2022", rule="heading").set_index("code")
    assert found.index.is_unique
    # one portable computer against six other machines of 8471; 8528 holds monitors only
    assert found.loc["8471", "category"] == "computing_power"
    assert found.loc["8528", "category"] == "downstream_applications"
    assert set(found["digits"]) == {4}


def test_the_threshold_is_the_share_of_ten_digit_lines(products):
    assert "852560" in codes(select(products, "HS2022", rule="any", threshold=1 / 6))
    assert "852560" not in codes(select(products, "HS2022", rule="any", threshold=0.17))
    # one source lists 1 of 6 lines, the other all six: the greater counts
    assert "854149" in codes(select(products, "HS2022", rule="any", threshold=1))


def test_wide_takes_in_what_surrounds_computing(products):
    core, wide = (codes(select(products, "HS2022", tier=tier, rule="any", threshold=0)) for tier in ("core", "wide"))
    assert core < wide
    assert len(wide) == 295


def test_services_in_total_count_only_without_their_parts(products):
    services = select(products, "EBOPS2010", tier="wide")
    assert codes(whole(["SI", "SH", "SA"], services)) == {"SI", "SH"}
    assert codes(whole(["SI", "SI2", "SH", "SH3", "SJ"], services)) == {"SI2", "SH3", "SJ"}
    models = services[services["category"] == "models"]
    assert codes(models) == {"SI2", "SH", "SH3", "SJ1"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"classification": "HS1992"}, "no codes are listed for HS1992"), ({"tier": "all"}, "tier='all'"),
        ({"rule": "split"}, "rule='split'"), ({"threshold": 1.5}, "threshold=1.5"),
    ],
)  # fmt: skip
def test_refused(products, options, said):
    with pytest.raises(UsageError, match=said):
        select(products, **({"classification": "HS2022"} | options))


def test_a_list_of_ones_own():
    mine = pd.DataFrame(
        {"classification": ["EBOPS2010"], "code": ["SI2"], "category": ["models"], "tier": ["core"], "stable": [1]}
    )
    assert select(mine, "EBOPS2010").to_dict("records") == [{"code": "SI2", "category": "models", "digits": 3}]
