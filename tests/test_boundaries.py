"""Imports point one way: commands → studies → pipeline → stages → records; no stage knows another."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "indexer"
STAGES = {"load", "validate", "treat", "impute", "normalise", "weight", "aggregate"}
RECORDS = {
    "errors",
    "columns",
    "panel",
    "methodology",
    "recipe",
    "catalogue",
    "resources",
    "schemas",
    "material",
    "methods",
    "assumptions",
    "statistics",
    "structure",
}
# Where stages are put in order: reading a folder, preparing a panel, the tree, the index in memory, and their names.
ORDERING = {"reading", "folder", "prepare", "tree", "composite", "composite_index", "stages", "simulate"}
# Rooms that use the plain functions of one stage and order nothing.
USERS = {
    "analyse": {"aggregate"},
    "publish": {"validate"},
    "tables": {"normalise", "treat", "weight"},
    "parameter_check": {"validate"},
}
# The one place of a room that writes what its user asked for.
WRITERS = {"gravity/files.py", "figures/saving.py", "study/files.py"}
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts)


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path):
    """Rooms of the package that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("indexer"):
            parts = (node.module or "").split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("indexer.")}
    return found - {room(path)}


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in STAGES], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_stage_imports_another(path):
    assert imports(path) <= RECORDS


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in RECORDS], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_records_import_only_records(path):
    assert imports(path) <= RECORDS


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room(p) == "gravity"], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_gravity_knows_the_index_only_as_a_frame(path):
    assert imports(path) <= {"errors", "columns"}


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room(p) == "figures"], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_figures_know_nothing_but_frames(path):
    assert imports(path) <= {"errors"}


def test_only_these_put_stages_in_order():
    users = {room(p) for p in MODULES if imports(p) & STAGES} - STAGES
    assert users == ORDERING | set(USERS)
    for path in MODULES:
        if room(path) in USERS:
            assert imports(path) & STAGES <= USERS[room(path)]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_io_rooms_open_files(path):
    if path.relative_to(PACKAGE).as_posix() in WRITERS:
        return
    if room(path) in {"load", "reading", "folder", "schemas", "publish", "connect", "cli", "resources"}:
        return
    calls = {
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not calls & {"open", "read_csv", "read_text", "read_bytes", "write_text", "write_bytes", "to_csv"}


def loaded(*code):
    line = f"import sys; {'; '.join(code)}; print(' '.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert not loaded("import indexer") & {"numpy", "pandas", "sklearn", "factor_analyzer", "pandera"}


def test_help_loads_nothing_heavy():
    modules = loaded(
        "from typer.testing import CliRunner", "from indexer.cli.main import app", "CliRunner().invoke(app, ['--help'])"
    )
    assert not modules & {"pandas", "sklearn", "factor_analyzer", "pandera", "scipy"}


def test_validate_leaves_the_statistics_out(tmp_path):
    modules = loaded("from indexer.folder import check", "check()")
    assert not modules & {"sklearn", "factor_analyzer"}
