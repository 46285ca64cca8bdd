"""The committed release of the shipped edition is what its facts give, byte for byte, however it is built."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RELEASE = ROOT / "outputs" / "2024.1"
WAYS = {
    "one": {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TZ": "UTC", "LC_ALL": "C"},
    "other": {
        "PYTHONHASHSEED": "4242",
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
        "TZ": "Asia/Shanghai",
        "LC_ALL": "C.UTF-8",
    },
}


@pytest.mark.parametrize("way", WAYS)
def test_rebuilt_byte_for_byte(tmp_path, way):
    place = tmp_path / way / "deep er"
    place.mkdir(parents=True)
    code = "import indexer; indexer.build().publish('out')"
    environment = {**os.environ, **WAYS[way], "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], cwd=place, env=environment, check=True)
    built = {p.name: p.read_bytes() for p in (place / "out/2024.1").iterdir() if p.name != "environment.json"}
    committed = {p.name: p.read_bytes() for p in RELEASE.iterdir() if p.name != "environment.json"}
    assert sorted(built) == sorted(committed)
    for name in committed:
        assert built[name] == committed[name], f"{name} differs from outputs/2024.1"
