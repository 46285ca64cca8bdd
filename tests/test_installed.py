"""The wheel works alone: installed into a folder, run outside the checkout, with its own facts and schemas."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The content of the wheel, in a folder that can be put on the path."""
    source = tmp_path_factory.mktemp("source")
    for name in ("indexer", "indicators", "schemas", "pyproject.toml", "README.md", "LICENSE"):
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source / name)
    out = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "-q", "-w", str(out)]
    command = [sys.executable, "-m", "pip", "wheel", *options, str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(done.stderr)
    [wheel] = out.glob("ai_trade_indexer-*.whl")
    place = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(place)
    return place


def run(code, unpacked, cwd):
    path = f"import sys; sys.path.insert(0, {str(unpacked)!r}); "
    return subprocess.run(
        [sys.executable, "-c", path + code], cwd=cwd, capture_output=True, text=True, check=True
    ).stdout


def test_it_builds_outside_the_checkout(unpacked, tmp_path):
    code = "import indexer; i = indexer.build(); print(indexer.__file__); print(i.folder.root); print(len(i.scores))"
    file, root, n = run(code, unpacked, tmp_path).splitlines()
    assert file.startswith(str(unpacked))
    assert root.startswith(str(unpacked))
    assert n == "55"


def test_it_carries_licence_and_command(unpacked):
    metadata = next(unpacked.glob("*.dist-info/METADATA")).read_text()
    assert "License-Expression: GPL-3.0-or-later" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert "indexer = indexer.cli.main:main" in next(unpacked.glob("*.dist-info/entry_points.txt")).read_text()


def test_the_study_runs_from_it(unpacked, tmp_path):
    assert "What it shows" in run(
        "import indexer; print(indexer.study.china_asean(draws=0, simulations=0).text())", unpacked, tmp_path
    )
