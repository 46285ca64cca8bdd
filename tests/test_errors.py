import pickle

import pytest

from indexer.errors import (
    AbsorbedRegressorError,
    EstimationError,
    FactsError,
    Fault,
    IndexerError,
    MethodError,
    UsageError,
)

FAULT = Fault("a.csv", 3, "value", "1,5", "a decimal comma", "write 1.5")


def test_a_fault_names_place_value_and_remedy():
    assert str(FAULT) == "a.csv:3:value = '1,5': a decimal comma\n    to mend it: write 1.5"
    assert str(Fault("b.csv", None, None, None, "is empty", "add rows")).startswith("b.csv: is empty")
    assert FAULT.as_dict()["line"] == 3


def test_facts_errors_list_all_faults():
    error = FactsError([FAULT, FAULT])
    assert str(error).startswith("2 faults in the input")
    assert error.faults == (FAULT, FAULT)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(IndexerError, 1), (UsageError, 2), (MethodError, 2), (EstimationError, 4), (AbsorbedRegressorError, 4)],
)
def test_exit_codes_and_parts(kind, code):
    error = kind("no", where="here", rows=[1], remedy="do")
    assert error.exit_code == code
    assert (error.where, error.rows, error.remedy) == ("here", (1,), "do")
    assert str(error) == "here: no\n    to mend it: do"


def test_bad_input_is_a_value_error():
    assert issubclass(UsageError, ValueError)
    assert issubclass(FactsError, ValueError)
    assert FactsError.exit_code == 3


def test_faults_survive_pickling():
    again = pickle.loads(pickle.dumps(FactsError([FAULT, FAULT])))
    assert again.faults == (FAULT, FAULT)
    assert str(again).startswith("2 faults in the input")
