import inspect

import pytest

from indexer.stages import METHODS

FITTED = [(stage, name) for stage, methods in METHODS.items() for name in methods]


def test_every_stage_of_an_edition_is_here():
    assert list(METHODS) == ["treat", "impute", "normalise", "weight", "aggregate"]


@pytest.mark.parametrize(("stage", "name"), FITTED)
def test_a_method_takes_the_options_that_it_declares(stage, name):
    method = METHODS[stage][name]
    for function in (method.fit, method.apply):
        if function is None:
            assert stage == "weight"
            continue
        taken = inspect.signature(function).parameters
        if not any(one.kind is inspect.Parameter.VAR_KEYWORD for one in taken.values()):
            assert set(method.options) <= set(taken)


def test_the_default_of_every_step_is_there():
    assert {"none"} <= set(METHODS["treat"]) & set(METHODS["impute"])
    assert "min_max" in METHODS["normalise"]
