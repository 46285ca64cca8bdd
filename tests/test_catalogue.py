import pytest

from indexer.catalogue import Catalogue, Indicator

DOCUMENT = {
    "id": "x", "name": "X", "set": "s", "unit": "%", "definition": "d",
    "direction": "lower_better", "role": "core", "basis": "rate",
    "source": {
        "publisher": "p", "dataset": "d", "vintage": "v", "url": "u", "licence": "CC0 1.0", "retrieved": "2026-01-01",
    },
    "valid": {"minimum": 0, "integer": True}, "breaks": [{"years": [2020], "note": "n"}], "weak": ["w"],
}  # fmt: skip


def test_an_indicator_is_read_from_its_document():
    one = Indicator.from_document(DOCUMENT)
    assert (one.minimum, one.maximum, one.integer, one.carry, one.trade_outcome) == (0, None, True, 2, False)
    assert one.breaks[0].years == (2020,)
    assert one.source.licence == "CC0 1.0"
    assert DOCUMENT["valid"] == {"minimum": 0, "integer": True}


def test_looking_up():
    one = Indicator.from_document(DOCUMENT)
    catalogue = Catalogue("t", "e", "l", (), (one,))
    assert catalogue.indicator("x") is one
    with pytest.raises(KeyError):
        catalogue.indicator("y")
