import pytest

from indexer.errors import UsageError
from indexer.publish.names import LONGEST, file_name


@pytest.mark.parametrize("name", ["2024.1", "mine-CHN-SGP-2021-2022", "a", "A_b", "console", "com10", "nully.2024"])
def test_names_that_every_system_can_hold(name):
    assert file_name(name, "edition name") == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", "/etc", "C:x", ".hidden", "-o", "a b", "x.", "é", "a\n", "a\0", "~"]
)
def test_what_leads_elsewhere_or_cannot_be_written(name):
    with pytest.raises(UsageError, match="cannot name a file"):
        file_name(name, "edition name")


@pytest.mark.parametrize("name", ["CON", "con", "Nul.txt", "aux.2024.1", "PRN", "com1", "LPT9", "COM0"])
def test_devices_of_windows(name):
    with pytest.raises(UsageError, match=r"indicator id .* is the name of a device on Windows"):
        file_name(name, "indicator id")


def test_a_name_too_long():
    assert file_name("a" * LONGEST, "x")
    with pytest.raises(UsageError, match="121 characters long"):
        file_name("a" * (LONGEST + 1), "x")
