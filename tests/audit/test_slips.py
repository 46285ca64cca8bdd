import pytest

from indexer.audit.printed import Printed
from indexer.audit.slips import KINDS, slips


@pytest.mark.parametrize(
    ("right", "printed", "usual", "kind"),
    [
        ("176529", "175629", 0, "transposed digits"), ("17.4", "14.7", 1, "transposed digits"),
        ("-7.2", "7.2", 1, "lost sign"),
        ("7.2", "-7.2", 1, "added sign"), ("2.4", "24", 1, "lost decimal point"),
        ("-0.5", "-5", 1, "lost decimal point"),
        ("0.05", "5", 2, "lost decimal point"), ("2.40", "24.0", 1, "moved decimal point"),
        ("89393", "82393", 0, "digit misread"), ("62372", "6237", 0, "dropped digit"),
        ("12.4", "2.4", 1, "dropped digit"),
        ("2.45", "2.4", 1, "dropped digit"), ("22.4", "2.4", 1, "dropped digit"), ("2.4", "22.4", 1, "added digit"),
        ("6237", "62372", 0, "added digit"),
    ],
)  # fmt: skip
def test_the_number_before_the_slip_is_among_them(right, printed, usual, kind):
    assert right in slips(Printed(printed), usual)[kind]


def test_how_many_there_are_by_hand():
    found = slips(Printed("24"), 1)
    assert {kind: len(texts) for kind, texts in found.items()} == {
        "transposed digits": 1,  # 42
        "lost sign": 1,  # -24
        "lost decimal point": 1,  # 2.4
        "digit misread": 8 + 9,  # 14, 34 … 94 (04 is no number); 20 … 29
        "dropped digit": 9 + 10 + 10 - 2,  # 124 …, 204 …, 240 …; 224 and 244 in two ways
        "added digit": 2,  # 2, 4
    }
    assert set(found) <= set(KINDS)


@pytest.mark.parametrize("text", ["0", "7", "0.0", "-3.5", "10203", "99.99"])
def test_no_slip_gives_the_printed_number_or_one_number_twice(text):
    found = slips(Printed(text), 1)
    every = [one for texts in found.values() for one in texts]
    assert text not in every
    assert len(every) == len(set(every))
    assert all(Printed(one).value is not None for one in every)
