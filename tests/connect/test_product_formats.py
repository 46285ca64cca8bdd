import gzip

import pytest

from indexer.connect.product_formats import detect
from indexer.errors import UsageError


def written(tmp_path, header, name="a.csv"):
    path = tmp_path / name
    path.write_text(header + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("refYear,reporterISO,flowCode,partnerISO,classificationCode,cmdCode,primaryValue", "comtrade"),
        ('Year,Reporter ISO,Partner ISO,Trade Flow,Commodity Code,Classification,"Trade Value (US$)"', "comtrade_old"),
        ("Year,Reporter ISO,Partner ISO,TradeFlow,Commodity Code,Classification,TradeValueUS", "comtrade_old"),
        ("t,i,j,k,v,q", "baci"),
        ("t,k,i,j,v,q", "baci"),
        ("country_code,country_name,country_iso2,country_iso3", "countries"),
        ("country_code,country_name_abbreviation,country_name_full,iso_2digit_alpha,iso_3digit_alpha", "countries"),
        ("exporter,importer,year,classification,product,value_usd", "long"),
        ("\ufefft,i,j,k,v,q", "baci"),
    ],
)
def test_the_header_tells_the_format(tmp_path, header, kind):
    assert detect(written(tmp_path, header)).kind == kind


@pytest.mark.parametrize(
    ("name", "vintage"), [("BACI_HS17_Y2020_V202501.csv", "HS2017"), ("baci_hs92_y1999.csv", "HS1992")]
)
def test_the_name_of_a_baci_file_tells_the_vintage(tmp_path, name, vintage):
    assert detect(written(tmp_path, "t,i,j,k,v,q", name)).vintage == vintage


@pytest.mark.parametrize(
    ("header", "said"),
    [("a,b,c", "the header is a,b,c"), ("t,i,j,k,v,v", "column 'v' stands twice"), ("", "the file is empty")],
)
def test_another_header_is_refused(tmp_path, header, said):
    with pytest.raises(UsageError, match=said):
        detect(written(tmp_path, header))


def test_what_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        detect(tmp_path / "no.csv")
    (tmp_path / "a.parquet").write_text("no parquet")
    with pytest.raises(UsageError, match="cannot be read"):
        detect(tmp_path / "a.parquet")
    (tmp_path / "a.csv.gz").write_text("no gzip")
    with pytest.raises(UsageError, match="cannot be read"):
        detect(tmp_path / "a.csv.gz")


@pytest.mark.parametrize("rest", [b"", b"\xff" * 8])
def test_a_damaged_compressed_file_is_refused(tmp_path, rest):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"t,i,j,k,v,q\n")[:12] + rest)
    with pytest.raises(UsageError, match="damaged"):
        detect(path)


def test_a_file_that_is_no_text_is_refused_in_words(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("t,i,j,k,v,q\n".encode("utf-16"))
    with pytest.raises(UsageError, match="UTF-16 or not text"):
        detect(path)
