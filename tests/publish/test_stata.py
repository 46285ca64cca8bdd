import io

import pandas as pd
import pyreadstat
import pytest

from indexer.publish import layout
from indexer.publish.release import files
from indexer.publish.stata import shortened, variable_names


def plain(frame):
    """Texts with an empty one for a missing one, as Stata has them."""
    out = frame.astype(object)
    return out.where(out.notna(), "")


@pytest.mark.parametrize("name", layout.TABLES)
def test_read_back_by_pandas_it_is_the_csv(shipped, name):
    found = pd.read_stata(io.BytesIO(shipped.content[f"{name}.dta"]), preserve_dtypes=False)
    assert list(found.columns) == list(shipped.csvs[name].columns)
    assert plain(found).values.tolist() == plain(shipped.csvs[name]).values.tolist()


@pytest.mark.parametrize("name", ["index", "cells", "sources"])
def test_read_back_by_readstat_as_r_does_it_is_the_csv(shipped, tmp_path, name):
    (tmp_path / "x.dta").write_bytes(shipped.content[f"{name}.dta"])
    found, meta = pyreadstat.read_dta(str(tmp_path / "x.dta"), apply_value_formats=True, formats_as_category=False)
    assert plain(found).values.tolist() == plain(shipped.csvs[name]).values.tolist()
    assert all(meta.column_names_to_labels.values())


def test_labels_of_variables_and_of_coded_values(shipped):
    with pd.read_stata(io.BytesIO(shipped.content["cells.dta"]), iterator=True) as reader:
        labels = reader.variable_labels()
        assert labels["economy"] == "An ISO 3166-1 alpha-3 code in capitals, such as VNM"
        status = reader.value_labels()["status"]
        assert status == dict(
            enumerate(["observed", "corrected", "interpolated", "carried", "imputed", "missing"], start=1)
        )
        assert reader.data_label == "cells, edition 2024.1, CC BY 4.0"
        assert reader.time_stamp == "22 Nov 2026 00:00"
    with pd.read_stata(io.BytesIO(shipped.content["index.dta"]), iterator=True) as reader:
        assert reader.value_labels()["name"][1] == "Brunei Darussalam"
        assert len(reader.value_labels()["name"]) == 11


def test_names_that_stata_takes():
    long = "a_set_of_indicators_with_a_very_long_name"
    made = variable_names(["float", "str20", long, f"{long}_2", "economy"])
    assert made == ["float_", "str20_", long[:32], f"{long[:30]}_2", "economy"]
    assert len(set(made)) == 5
    assert max(map(len, made)) == 32


def test_long_names_of_sets_reach_the_file_each_once(small_folder, edit, recwarn):
    import indexer

    for old, new in (("skills", "s" * 40), ("networks", "s" * 39 + "t")):
        (small_folder / old).rename(small_folder / new)
        for path in [
            small_folder / "index.yaml",
            small_folder / "editions/mine.yaml",
            *(small_folder / new).glob("*.yaml"),
        ]:
            path.write_text(path.read_text().replace(old, new))
    data = files(indexer.build(small_folder), ["dta"])["index.dta"]
    found = pd.read_stata(io.BytesIO(data))
    assert list(found.columns)[7:9] == ["s" * 32, "s" * 30 + "_2"]
    assert not [one for one in recwarn if "renamed" in str(one.message) or "Stata" in str(one.message)]


def test_a_text_longer_than_2045_bytes_is_kept_whole(small_folder, edit):
    import indexer

    edit(small_folder / "skills/articles.yaml", "publisher: Nobody", f"publisher: {'é' * 3000}")
    data = files(indexer.build(small_folder), ["dta"])["sources.dta"]
    found = pd.read_stata(io.BytesIO(data)).set_index("indicator")["publisher"]
    assert found["articles"] == "é" * 3000
    assert found["users_pct"] == "Nobody"


def test_labels_are_cut_at_a_word():
    assert shortened("a short one", 80) == "a short one"
    cut = shortened("word " * 30, 80)
    assert len(cut) <= 80
    assert cut.endswith("word…")
