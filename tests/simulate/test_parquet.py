import sys

import numpy as np
import pandas as pd
import pytest

from indexer.errors import UsageError
from indexer.simulate import parquet
from indexer.simulate.uncertainty import uncertainty


@pytest.fixture
def found(gappy):
    return uncertainty(gappy, 30, over=["weights"])


def test_the_table_holds_every_draw(found, tmp_path):
    pytest.importorskip("pyarrow")
    frame = pd.read_parquet(found.to_parquet(tmp_path / "draws.parquet"))
    assert frame.columns.tolist() == ["draw", "economy", "year", "index"]
    np.testing.assert_array_equal(frame["index"].to_numpy(dtype=np.float32).reshape(found.draws.shape), found.draws)
    expected = pd.MultiIndex.from_product([range(30), found.economies, found.years])
    assert list(zip(frame["draw"], frame["economy"], frame["year"], strict=True)) == expected.tolist()


def test_draws_are_written_in_parts(found, tmp_path, monkeypatch):
    pq = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(parquet, "ROWS", 100)  # 15 cases: 6 draws
    path = found.to_parquet(tmp_path / "draws.parquet")
    assert pq.ParquetFile(path).num_row_groups == 5
    np.testing.assert_array_equal(pd.read_parquet(path)["index"].to_numpy().reshape(found.draws.shape), found.draws)


def test_what_has_no_score_is_missing(found, tmp_path):
    pytest.importorskip("pyarrow")
    found.draws[3] = np.nan
    frame = pd.read_parquet(found.to_parquet(tmp_path / "draws.parquet"), dtype_backend="pyarrow")
    assert frame["index"].isna().sum() == 15
    assert set(frame.loc[frame["index"].isna(), "draw"]) == {3}


def test_the_same_draws_are_the_same_file(gappy, tmp_path):
    pytest.importorskip("pyarrow")
    one, other = (
        uncertainty(gappy, 30, over=["weights"]).to_parquet(tmp_path / name).read_bytes() for name in ("a", "b")
    )
    assert one == other


def test_without_pyarrow_the_extra_is_named(found, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="Parquet needs pyarrow") as error:
        found.to_parquet(tmp_path / "draws.parquet")
    assert "[parquet]" in error.value.remedy
    assert not (tmp_path / "draws.parquet").exists()
