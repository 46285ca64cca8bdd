"""The .dta estimated again by pyfixest, under the options that the .do file states."""

import re

import numpy as np
import pandas as pd
import pytest

from indexer import gravity
from indexer.errors import UsageError

NUMBER = r"(-?[\d.]+(?:e[-+]\d+)?)"


def blocks(text):
    """Command, terms with estimates and errors, and the factor line of each model, as the .do file has them."""
    out = []
    for part in re.split(r"^\* \(\d+\)", text, flags=re.M)[1:]:
        command = re.search(r"^(?:ppmlhdfe|reghdfe|ivreghdfe|ivreg2|regress|poisson) .*$", part, re.M)
        terms = re.findall(rf"^expect (\w+) {NUMBER} {NUMBER} (\S+)$", part, re.M)
        out.append((command and command.group(), [(t, float(b), float(s), f) for t, b, s, f in terms], part))
    return out


def taken_apart(command):
    """What the command says: name, left side, regressors, endogenous, instruments, and options by name."""
    head, options = command.rsplit(", ", 1)
    found = dict(re.findall(r"(\w+)\(([^)]*)\)", options))
    weights = re.search(r"\[(\w+)=(\w+)\]", head)
    head = re.sub(r"\[.*?\]", "", head)
    head, _, sample = head.partition(" if ")
    inside = re.search(r"\((.*?) = (.*?)\)", head)
    name, left, *x = re.sub(r"\(.*?\)", "", head).split()
    return {
        "name": name, "left": left, "x": x, "sample": sample.strip(), "weights": weights and weights.group(2),
        "endogenous": inside and inside.group(1).split(), "instruments": inside and inside.group(2).split(),
        "absorb": found.get("absorb", "").split(), "offset": found.get("offset"),
        "cluster": found.get("cluster", found.get("vce", "").removeprefix("cluster").strip()).split(),
        "flat": options,
    }  # fmt: skip


def again(said, table):
    """Estimate by pyfixest what a command of Stata says."""
    pf = pytest.importorskip("pyfixest")
    rows = table if not said["sample"] else table[table[said["sample"]] == 1]
    right = " + ".join(said["x"]) or "1"
    formula = f"{said['left']} ~ {right}" + (f" | {' + '.join(said['absorb'])}" if said["absorb"] else "")
    if said["endogenous"]:
        formula += f" | {said['endogenous'][0]} ~ {' + '.join(said['instruments'])}"
    kind = "hetero" if "robust" in said["flat"] else "iid"
    vcov = {"CRV1": " + ".join(said["cluster"])} if said["cluster"] and kind == "iid" else kind
    vcov = "iid" if "unadjusted" in said["flat"] else vcov
    more = {"weights": said["weights"]} if said["weights"] else {}
    if said["name"] == "ppmlhdfe":
        more |= {"offset": said["offset"], "ssc": pf.ssc(k_adj=False, G_adj=True), "iwls_tol": 1e-13}
        return pf.fepois(formula, rows, vcov=vcov, **more)
    return pf.feols(formula, rows, vcov=vcov, **more)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", range(8))
def test_the_options_of_the_do_file_give_the_numbers_in_it(written, fits, number):
    command, terms, _ = blocks(written.text)[number]
    table = pd.read_stata(written.data, convert_categoricals=False)
    theirs = again(taken_apart(command), table)
    found = theirs.tidy().rename(index={"Intercept": "_cons"})
    for term, estimate, error, _ in terms:
        assert found.loc[term, "Estimate"] == pytest.approx(estimate, rel=1e-7, abs=1e-9)
        assert found.loc[term, "Std. Error"] == pytest.approx(error, rel=1e-7)
    fit = list(fits.values())[number]
    assert [b for _, b, _, _ in terms] == fit.coef.tolist()
    assert [s for _, _, s, _ in terms] == fit.se.tolist()


def test_every_model_is_in_the_do_file(written, fits):
    assert len(blocks(written.text)) == len(fits)
    assert all(command and terms for command, terms, _ in blocks(written.text))


def test_names_of_the_do_file_are_variables_of_the_dta(written):
    present = set(pd.read_stata(written.data, convert_categoricals=False).columns)
    for command, terms, _ in blocks(written.text):
        said = taken_apart(command)
        used = {said["left"], *said["x"], *(said["endogenous"] or ()), *(said["instruments"] or ()), *said["absorb"]}
        used |= {n for n in (said["sample"], said["weights"], said["offset"]) if n}
        used |= set() if {"robust", "unadjusted"} & set(said["cluster"]) else set(said["cluster"])
        assert used | {t for t, *_ in terms if t != "_cons"} <= present


def test_rows_are_those_of_the_fits(written, fits):
    table = pd.read_stata(written.data, convert_categoricals=False)
    assert len(table) == np.logical_or.reduce([f.sample for f in fits.values()]).sum()
    for (command, _, _), fit in zip(blocks(written.text), fits.values(), strict=True):
        sample = taken_apart(command)["sample"]
        assert (table[sample].sum() if sample else len(table)) == fit.n_obs


def test_fits_on_different_tables_get_a_file_each(data, tmp_path):
    one = gravity.ppml("trade ~ rta | exporter", data)
    other = gravity.ppml("trade ~ rta | exporter", data[data["year"] > 2000])
    paths = gravity.to_stata([one, other], tmp_path, name="both")
    assert [p.name for p in paths] == ["both_1.dta", "both_2.dta", "both.do"]
    text = paths[-1].read_text(encoding="utf-8")
    assert 'use "both_1.dta", clear' in text
    assert 'use "both_2.dta", clear' in text
    assert len(pd.read_stata(paths[1])) == other.n_obs


def test_what_could_not_be_estimated_is_a_comment(fits, tmp_path):
    path = gravity.to_stata([fits["PPML"], "too few years"], tmp_path)[-1]
    assert "* not estimated: too few years" in path.read_text(encoding="utf-8")


def test_the_folder_is_made(fits, tmp_path):
    assert gravity.to_stata(fits["PPML"], tmp_path / "a" / "b")[0].exists()


def test_a_folder_that_is_a_file_is_refused(fits, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be made"):
        gravity.to_stata(fits["PPML"], tmp_path / "file")


@pytest.mark.parametrize("wrong", [3, [None], [], ["only a reason"]], ids=repr)
def test_what_is_no_fit_is_refused(tmp_path, wrong):
    with pytest.raises(UsageError, match=r"no fit|are no fits"):
        gravity.to_stata(wrong, tmp_path)


@pytest.mark.parametrize("name", ["../up", "", "a b", "-x", "a/b", 3], ids=repr)
def test_names_that_are_no_file_names_are_refused(fits, tmp_path, name):
    with pytest.raises(UsageError, match="no name for a file"):
        gravity.to_stata(fits["PPML"], tmp_path, name=name)


@pytest.mark.parametrize(("directory", "labels"), [(5, None), ("stata", ["a"])])
def test_what_is_no_folder_and_no_names_is_refused(fits, tmp_path, monkeypatch, directory, labels):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="to_stata"):
        gravity.to_stata(fits, directory, labels)
    assert not list(tmp_path.iterdir())
