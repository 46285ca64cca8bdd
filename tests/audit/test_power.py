import numpy as np
import pytest

from indexer.audit.check import WRONG, check
from indexer.audit.power import power, random_table
from indexer.errors import UsageError


def test_random_tables_without_a_slip_never_fail():
    rng = np.random.default_rng(7)
    for _ in range(50):
        assert not (check(random_table(rng))["verdict"] == WRONG).any()


@pytest.fixture(scope="module")
def found():
    return power(40, seed=3).set_index("kind")


def test_four_kinds_are_planted(found):
    assert found.index.tolist() == ["transposed digits", "lost sign", "lost decimal point", "wrong base year"]
    assert (found["tables"] == 40).all()


def test_nearly_all_are_found_and_rightly_repaired_first(found):
    # 160 slips; a transposition among the last digits of an amount may be too small to see
    assert (found["detected"] >= 0.8).all()
    assert (found["ranked_first"] >= 0.8).all()
    assert (found["ranked_first"] <= found["ranked_in_three"]).all()
    assert (found["ranked_in_three"] <= found["detected"]).all()


def test_there_is_no_false_alarm(found):
    assert (found["false_alarms"] == 0).all()
    assert (found["checked"] >= 40 * 16).all()


def test_the_same_seed_gives_the_same_table(found):
    assert power(40, seed=3).set_index("kind").equals(found)
    assert not power(40, seed=4).set_index("kind").equals(found)


def test_no_draw_is_refused():
    with pytest.raises(UsageError, match="0 draws"):
        power(0)
