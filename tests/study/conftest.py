"""The study is run once for all its tests."""

import pytest

from indexer.study import china_asean


@pytest.fixture(scope="session")
def study():
    return china_asean(draws=20, simulations=0, leads=(6,))
