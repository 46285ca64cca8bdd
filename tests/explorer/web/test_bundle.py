"""The script and style inside the package are those that the source beside them gives."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import indexer

WEB = Path(indexer.__file__).parent / "explorer/web"
FILES = ["explorer.js", "explorer.css", "licences.txt"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A bundle made anew."""
    node = shutil.which("node")
    if node is None or not (WEB / "node_modules/esbuild").is_dir():
        pytest.skip("the bundler is not there: install node, then npm ci --prefix indexer/explorer/web")
    out = tmp_path_factory.mktemp("bundle")
    done = subprocess.run([node, WEB / "build.mjs", out], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


@pytest.mark.parametrize("name", FILES)
def test_the_bundle_is_that_of_its_source(made, name):
    assert (made / name).read_bytes() == (WEB / "bundle" / name).read_bytes(), (
        "run npm run build in indexer/explorer/web"
    )


def test_the_licence_of_every_library_stands_in_it():
    text = (WEB / "bundle/licences.txt").read_text(encoding="utf-8")
    for name in json.loads((WEB / "package.json").read_text())["dependencies"]:
        assert name in text
    sections = text.split("-" * 80)
    assert len(sections) > 10
    for one in sections:
        assert re.match(r"\S+ \d+\.\d+\.\d+ \((?:ISC|MIT|BSD-3-Clause)\)\n", one.lstrip())
        assert re.search(r"Permission to use, copy|Permission is hereby granted|Redistribution and use in source", one)


def test_the_lock_names_no_other_place():
    """Packages come from the registry that npm is set to, held to their checksums."""
    lock = json.loads((WEB / "package-lock.json").read_text())["packages"]
    places = [one["resolved"] for one in lock.values() if "resolved" in one]
    assert [one for one in places if not one.startswith("https://registry.npmjs.org/")] == []
    assert all("integrity" in one for name, one in lock.items() if name)
