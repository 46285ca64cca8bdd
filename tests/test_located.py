import warnings

import pytest

from indexer.errors import MethodError
from indexer.located import located, of_cases, warned

LABELS = [("CHN", 2020), ("CHN", 2021), ("THA", 2020), ("THA", 2021)]


def refusal(raised):
    """The error that comes out of `raised`."""
    with pytest.raises(MethodError) as caught:
        raised()
    return caught.value


def within(context, message="bad", **more):
    def raised():
        with context:
            raise MethodError(message, **more)

    return refusal(raised)


def test_a_refusal_names_its_level_and_keeps_the_rest():
    error = within(located("skills"), rows=(3,), remedy="mend it")
    assert (error.where, error.message, error.rows, error.remedy) == ("skills", "bad", (3,), "mend it")


def test_levels_and_places_inside_them_stand_one_behind_the_other():
    assert within(located("skills"), where="articles").where == "skills, articles"
    assert within(located("skills"), where="skills").where == "skills"


def test_a_warning_names_its_level():
    with pytest.warns(UserWarning, match="^skills: look again$"), warned("skills"):
        warnings.warn("look again", UserWarning, stacklevel=1)


def test_cases_are_called_by_economy_and_year():
    error = within(of_cases(LABELS), "2 are not (first: case 3, users_pct)", rows=[(3, 1), (0, 1)])
    assert error.message == "2 are not (first: THA 2021, users_pct)"
    assert error.rows == ("THA 2021", "CHN 2020")


def test_cases_that_the_message_leaves_out_are_added():
    assert within(of_cases(LABELS), "no ratio", rows=[2]).message == "no ratio (first: THA 2020)"


@pytest.mark.parametrize("rows", [(), ("THA 2021 = 0",), (7,), (True,)])
def test_rows_that_are_no_cases_stay(rows):
    error = within(of_cases(LABELS), "case 7", rows=rows)
    assert (error.message, error.rows) == ("case 7", rows)
