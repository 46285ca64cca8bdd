import json

import pytest
from typer.testing import CliRunner

from indexer.catalogue import Catalogue, Indicator
from indexer.cli.main import app

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


def test_views_of_an_indicator():
    assert Indicator.from_document(DOCUMENT).views == {}
    assert Indicator.from_document(DOCUMENT | {"views": {"strand": "rules"}}).views == {"strand": "rules"}


def test_the_command_groups_by_a_view_and_says_where_there_is_no_fact():
    done = CliRunner().invoke(app, ["catalogue", "--view", "strand"], catch_exceptions=False)
    empty, after = done.output.split("(cross_border_e_commerce)")[1].split("Digital services (digital_services)")
    assert "no fact" in empty
    assert "no fact" not in after
    assert "dstri" in after.split("(digital_rules)")[1]


def test_the_command_gives_a_view_as_json():
    done = CliRunner().invoke(app, ["catalogue", "--view", "strand", "--json"], catch_exceptions=False)
    rows = json.loads(done.output)
    assert rows[0] == {
        "view": "strand", "member": "cross_border_e_commerce", "indicator": None, "name": None, "n_cells": 0,
    }  # fmt: skip
