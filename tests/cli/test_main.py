import subprocess
import sys
import time

import pytest


def indexer(*arguments, cwd=None):
    return subprocess.run([sys.executable, "-m", "indexer", *arguments], capture_output=True, text=True, cwd=cwd)


def test_help_names_every_command():
    done = indexer("--help")
    assert done.returncode == 0
    for command in ("build", "validate", "catalogue", "explain", "gravity", "study"):
        assert command in done.stdout


def test_help_starts_fast():
    # The promise is one second; a loaded machine gets some more, and the best of three counts.
    def once():
        start = time.perf_counter()
        indexer("--help")
        return time.perf_counter() - start

    assert min(once() for _ in range(3)) < 2.0


def test_version():
    assert indexer("--version").stdout.startswith("indexer 0.")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nonsense"], 2, "No such command"),
        (["build", "--years", "20:21"], 2, "is no span of years"),
        (["build", "--edition", "none"], 2, "no edition 'none'"),
        (["explain", "USA", "2020", "2021"], 2, "'USA' is not in edition"),
        (["study", "unknown"], 2, "no study 'unknown'"),
        (["build", "--indicators", "nowhere"], 2, "no such folder"),
    ],
)
def test_errors_go_to_stderr_with_a_code_and_no_trace(tmp_path, arguments, code, said):
    done = indexer(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_bad_facts_end_with_three_and_leave_the_release_alone(small_folder, tmp_path, edit):
    out = tmp_path / "out"
    assert indexer("build", "--indicators", str(small_folder), "--out", str(out)).returncode == 0
    before = (out / "mine/index.csv").read_bytes()
    edit(small_folder / "skills/articles.csv", "CHN,2020,41000", "CHN,2020,nan")
    done = indexer("build", "--indicators", str(small_folder), "--out", str(out))
    assert done.returncode == 3
    assert "articles.csv:2:value = 'nan'" in done.stderr
    assert (out / "mine/index.csv").read_bytes() == before


def test_a_place_that_cannot_be_written_is_an_error_of_use(small_folder, tmp_path):
    (tmp_path / "file").write_text("")
    done = indexer("build", "--indicators", str(small_folder), "--out", str(tmp_path / "file"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
