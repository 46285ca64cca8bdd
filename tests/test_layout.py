"""The tests mirror the package: whoever looks for the test of a module finds it by its name."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMES_ONLY = {"columns.py"}
MODULES = sorted(
    p.relative_to(ROOT / "indexer")
    for p in (ROOT / "indexer").rglob("*.py")
    if not p.name.startswith("__") and p.name not in NAMES_ONLY and "_data" not in p.parts
)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_has_its_test_file(module):
    assert (ROOT / "tests" / module.parent / f"test_{module.name}").is_file()


def test_no_test_file_without_its_module():
    own = {
        "test_boundaries.py",
        "test_layout.py",
        "test_docs.py",
        "test_doctests.py",
        "test_independent.py",
        "test_shipped_facts.py",
        "test_installed.py",
        "test_release_of_edition.py",
        "test_published_gravity.py",
        "test_published_validity.py",
        "test_properties.py",
        "test_new_method.py",
    }
    for path in (ROOT / "tests").rglob("test_*.py"):
        relative = path.relative_to(ROOT / "tests")
        if relative.name in own and len(relative.parts) == 1:
            continue
        module = relative.parent / relative.name.removeprefix("test_")
        assert (
            (ROOT / "indexer" / module).is_file()
            or (ROOT / "indexer" / module.with_suffix("")).is_dir()
            or (ROOT / "indexer" / module.with_suffix(".js")).is_file()
        ), relative
