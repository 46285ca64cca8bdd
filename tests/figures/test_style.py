"""What all charts share."""

import numpy as np
import pytest

from indexer import figures
from indexer.errors import UsageError
from indexer.figures.style import GROUPS, SHAPES, coloured


def lightness(colour):
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def dichromat(colour, matrix):
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2
    return matrix @ rgb


@pytest.mark.parametrize(
    "matrix",
    [
        # Viénot, Brettel & Mollon (1999): protanopia and deuteranopia in linear RGB
        [[0.1124, 0.8876, 0.0], [0.1124, 0.8876, 0.0], [0.0040, -0.0040, 1.0]],
        [[0.2928, 0.7072, 0.0], [0.2928, 0.7072, 0.0], [-0.0223, 0.0223, 1.0]],
    ],
    ids=["protanope", "deuteranope"],
)
def test_colour_blind_readers_tell_groups_apart(matrix):
    seen = [dichromat(c, np.array(matrix)) for c in GROUPS]
    apart = [np.linalg.norm(a - b) for k, a in enumerate(seen) for b in seen[:k]]
    assert min(apart) > 0.1


def test_every_colour_has_a_shape_of_its_own():
    assert len(set(SHAPES)) == len(GROUPS)


def test_more_groups_than_colours_are_refused():
    with pytest.raises(UsageError, match="8 groups"):
        coloured([str(k) for k in range(8)])


@pytest.mark.parametrize("title", ["", " ", None])
def test_a_chart_needs_a_title(tidy, title):
    with pytest.raises(UsageError, match="needs a title"):
        figures.coefficients(tidy, title, group="model")


def test_long_titles_and_sources_are_broken_and_nothing_is_cut(tidy, document):
    words = "a long title that says what was found and for whom and when and with which uncertainty it was found"
    spec = document(figures.coefficients(tidy, words, group="model", source=words * 3))
    assert len(spec["title"]["text"]) > 1
    assert " ".join(spec["title"]["text"]) == words
    assert spec["config"]["axis"]["labelLimit"] == spec["config"]["title"]["limit"] == 0


def test_the_source_stands_beneath(tidy, said):
    assert "Source: the Fund" in said(figures.coefficients(tidy, "What?", group="model", source="Source: the Fund"))
