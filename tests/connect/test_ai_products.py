import pytest

from indexer.connect.ai_products import about_ai_products, read_ai_products
from indexer.errors import FactsError
from indexer.resources import folder


def test_every_line_has_category_reason_and_source():
    table = read_ai_products()
    assert table[["category", "reason", "source", "description"]].notna().all().all()
    assert table.groupby("classification").size().to_dict() == {
        "EBOPS2010": 11,
        "HS2012": 270,
        "HS2017": 272,
        "HS2022": 295,
    }


def test_version_source_and_what_it_does_not_hold_are_said():
    about = about_ai_products()
    assert about["version"] == "1"
    assert "MIT" in about["source"]["licence"]
    assert "No classification isolates AI models" in about["notes"][0]


def test_a_faulty_list_of_ones_own_is_refused_by_line(tmp_path):
    text = (folder("indicators") / "_reference/products/ai_products.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([text[0], text[1].replace("data_services", "data"), text[2], text[2], ""]))
    with pytest.raises(FactsError) as error:
        read_ai_products(path)
    assert [(f.line, f.column) for f in error.value.faults] == [(2, "category"), (4, "classification,code")]
