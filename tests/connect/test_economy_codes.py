"""Economies are written by code, and what is unknown is named."""

import pandas as pd
import pytest

from indexer.connect.economy_codes import coded, meanings
from indexer.folder import read


@pytest.fixture(scope="module")
def meant():
    return meanings(read())


@pytest.mark.parametrize(
    ("word", "code"),
    [("VNM", "VNM"), (" viet nam", "VNM"), ("China, P.R.: Macao", "MAC"), ("NA", "NAM"), ("ROM", "ROU")],
)
def test_names_aliases_and_former_codes(meant, word, code):
    found, _ = coded(pd.DataFrame({"exporter": [word], "importer": ["CHN"]}), meant)
    assert found["exporter"].tolist() == [code]


def test_what_was_changed_and_what_is_unknown_is_said(meant):
    frame = pd.DataFrame({"exporter": ["ROM", "WLD", "CHN"], "importer": ["CHN", "CHN", "YUG"]})
    found, notes = coded(frame, meant)
    assert found["exporter"].tolist() == ["ROU", "WLD", "CHN"]
    assert notes[0] == "Codes written anew (1): ROM → ROU."
    assert notes[1] == "Unknown codes, without index and shipped GDP (2): WLD, YUG."


def test_known_codes_need_no_words(meant):
    assert coded(pd.DataFrame({"exporter": ["CHN"], "importer": ["VNM"]}), meant)[1] == []
