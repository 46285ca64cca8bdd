"""Time from the folder of facts to the published release, stage by stage: python benchmarks/build.py."""

import sys
import tempfile
import time

import indexer
from indexer.folder import read
from indexer.methodology import Edition
from indexer.pipeline import assemble


def main() -> None:
    """Print the time of reading and checking, of fitting and scoring, and of all tables, variants and files."""
    start = time.perf_counter()
    folder = read()
    reading = time.perf_counter()
    index = assemble(folder, Edition.from_document(folder.editions[folder.catalogue.default_edition]))
    fitted = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        index.publish(out)
    done = time.perf_counter()
    sys.stdout.write(
        f"{indexer.__version__}: read and check {len(folder.facts)} facts {reading - start:.2f} s, fit and score "
        f"{fitted - reading:.3f} s, tables, variants and release {done - fitted:.2f} s\n"
    )


if __name__ == "__main__":
    main()
