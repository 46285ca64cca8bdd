"""Variables of the .dta: names, labels, codes."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.gravity.stata.data import RESERVED, stata_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("trade", "trade"),
        ("log(trade)", "ln_trade"),
        ("tariff rate:log(dist)", "tariff_rate_x_ln_dist"),
        ("x^2", "x_2"),
        ("C(group)[T.north]", "group_north"),
        ("i(year, rta, ref=2000)[2001]", "year_rta_ref_2000_2001"),
        ("1st", "v1st"),
        ("été", "ete"),
        ("贸易", "v"),
        ("if", "if_"),
        ("str12", "str12_"),
        ("a" * 40, "a" * 32),
    ],
)
def test_names_are_those_that_stata_takes(text, name):
    assert stata_name(text) == name


def test_names_that_are_taken_get_a_number_and_stay_short():
    taken = []
    for _ in range(12):
        taken.append(stata_name("a" * 50, taken))
    assert len(set(taken)) == 12
    assert all(re.fullmatch(r"[A-Za-z_]\w{0,31}", name) for name in taken)


def test_no_name_is_a_word_of_stata(written):
    names = pd.read_stata(written.data, convert_categoricals=False).columns
    assert not set(names) & RESERVED


def test_text_is_coded_with_its_labels(written, data, fits):
    used = np.logical_or.reduce([f.sample for f in fits.values()])
    assert pd.read_stata(written.data)["exporter"].tolist() == data.loc[used, "exporter"].tolist()


def test_whole_years_stay_as_they_are(written, data, fits):
    used = np.logical_or.reduce([f.sample for f in fits.values()])
    assert pd.read_stata(written.data)["year"].tolist() == data.loc[used, "year"].tolist()


def test_identifiers_that_stata_would_not_take_are_coded(tmp_path):
    g = np.random.default_rng(0)
    d = pd.DataFrame({"y": g.gamma(2, size=60), "x": g.normal(size=60), "half": g.integers(-3, 3, 60) / 2})
    path = gravity.to_stata(gravity.ppml("y ~ x | half", d), tmp_path)[0]
    raw = pd.read_stata(path, convert_categoricals=False)["half"]
    assert raw.min() >= 1
    assert pd.read_stata(path)["half"].astype(float).tolist() == d["half"].tolist()


def test_text_that_looks_like_a_number_is_not_that_number(tmp_path):
    g = np.random.default_rng(0)
    d = pd.DataFrame({"y": g.gamma(2, size=60), "x": g.normal(size=60), "who": [1, "1", 2] * 20})
    fit = gravity.ppml("y ~ x | who", d)
    path = gravity.to_stata(fit, tmp_path)[0]
    assert pd.read_stata(path, convert_categoricals=False)["who"].nunique() == fit.effects["who"] == 3


def test_combinations_are_those_of_their_columns(written):
    table = pd.read_stata(written.data, convert_categoricals=False)
    groups = table.groupby(["exporter", "importer"])["exporter_importer"].nunique()
    assert (groups == 1).all()
    assert table["exporter_importer"].nunique() == len(groups)


def test_read_by_an_independent_reader_labels_are_there(written):
    pyreadstat = pytest.importorskip("pyreadstat")
    table, meta = pyreadstat.read_dta(str(written.data))
    assert meta.column_names_to_labels["rta"] == "Agreement in force"
    assert meta.column_names_to_labels["ln_trade"] == "ln trade"
    assert all(label and len(label) <= 80 for label in meta.column_names_to_labels.values())
    assert meta.file_label == "Estimation sample of gravity equations"
    assert table["ln_dist"].dropna().to_numpy() == pytest.approx(np.log(table.loc[table["ln_dist"].notna(), "dist"]))


def test_raw_columns_stand_beside_what_was_made_of_them(written):
    names = pd.read_stata(written.data, convert_categoricals=False).columns
    assert {"trade", "ln_trade", "dist", "ln_dist", "dist_10"} <= set(names)


def test_the_same_fits_give_the_same_bytes_and_no_warning(fits, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one, other = (gravity.to_stata(fits, tmp_path / k) for k in ("a", "b"))
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]


def test_text_too_long_for_labels_becomes_a_variable(tmp_path):
    g = np.random.default_rng(0)
    who = [f"product {k} " + "described at length " * 5 for k in range(400)] * 2
    d = pd.DataFrame({"y": g.gamma(2, size=800), "x": g.normal(size=800), "who": who})
    table = pd.read_stata(gravity.to_stata(gravity.ppml("y ~ x | who", d), tmp_path)[0])
    assert table["who_text"].tolist() == who
    assert table.groupby("who")["who_text"].nunique().eq(1).all()
    assert table["who"].nunique() == 400


def test_long_labels_are_cut_at_eighty(fits, tmp_path):
    path = gravity.to_stata(fits["PPML"], tmp_path, labels={"rta": "β" * 100})[0]
    with pd.io.stata.StataReader(path) as reader:
        assert reader.variable_labels()["rta"] == "β" * 79 + "…"
