"""Examples of README and docs run as they stand; links lead somewhere; figures in the text are those of the release."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import indexer

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def environment(tmp_path):
    """`python`, `indexer` and `.venv/bin/indexer` run this checkout."""
    bin_ = tmp_path / ".venv" / "bin"
    bin_.mkdir(parents=True)
    for name, call in (("python", ""), ("indexer", "-m indexer")):
        (bin_ / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n')
        (bin_ / name).chmod(0o755)
    return {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}


def quick(script):
    """The same commands with few draws, no simulated samples, and no study run for a page that does not name one."""
    script = re.sub(r"--draws [1-9][0-9]+", "--draws 10", script)
    script = re.sub(r"--n [1-9][0-9]+", "--n 16", script)
    script = re.sub(r"indexer report(?![^\n]*--study)", "indexer report --study none", script)
    drawn = "|".join(name for name in indexer.study.NAMES if indexer.study.shares_options(name))
    return re.sub(
        rf"indexer study (?:{drawn})\b[^\n]*",
        lambda m: m[0] + ("" if "--draws" in m[0] else " --draws 0") + " --simulations 0",
        script,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_example_runs_as_it_stands(page, tmp_path):
    variables = environment(tmp_path)
    for script in map(quick, blocks(page, "bash")):
        if "pip install" in script:
            # installed already: what follows the installation is run, the tests themselves are not
            script = script.split("&&")[-1]
            if "pytest" in script:
                continue
        done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=variables, capture_output=True, text=True)
        assert done.returncode == 0, f"{script}\n{done.stderr}"
    # each in a namespace of its own, all in one process: what a folder holds is then read once
    codes = blocks(page, "python")
    each = "for code in json.load(sys.stdin):\n    exec(compile(code, code, 'exec'), {'__name__': '__main__'})"
    run = f"import json, sys\n{each}"
    done = subprocess.run(
        [sys.executable, "-c", run],
        input=json.dumps(codes),
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_nothing_is_left_to_be_filled_in(page):
    assert not re.findall(r"@[A-Z]+@|TODO", page.read_text(encoding="utf-8"))


def test_commands_of_the_readme_set_themselves_up():
    both = [block for block in blocks(ROOT / "README.md", "bash") if "pip install" in block]
    assert len(both) == 2
    assert all(block.startswith("python3 -m venv .venv && ") for block in both)


def test_figures_of_the_method_page_are_those_of_the_release():
    text = (ROOT / "docs/method.md").read_text(encoding="utf-8")
    release = ROOT / "outputs/2024.1"
    adequacy = pd.read_csv(release / "adequacy.csv").set_index(["set", "basis"])
    rules = adequacy.loc[("digital_trade_rules", "economy_years")]
    assert f"KMO {rules['kmo']:.2f}, alpha {rules['alpha']:.2f}".replace("0.", ".") in text
    weights = pd.read_csv(release / "weights.csv").set_index("node")
    assert f"computing power {weights.loc['computing_power', 'weight']:.2f} of the index".replace("0.", ".") in text
    compute = weights.loc["known_ai_supercomputer_h100_equivalents", "effective_weight"]
    assert f"It is {compute:.2f} of the index".replace("0.", ".") in text
    variants = pd.read_csv(release / "variants.csv")
    latest = variants[variants["year"] == 2024].set_index(["variant", "economy"])
    assert abs(latest.loc[("equal_between", "MYS"), "index"] - latest.loc[("equal_between", "THA"), "index"]) < 0.1
    assert latest.loc[("without_known_ai_compute", "MYS"), "rank"] == 3
    assert latest.loc[("without_known_ai_compute", "THA"), "rank"] == 5
    leads = [latest.loc[(v, "SGP"), "index"] - latest.loc[(v, "CHN"), "index"] for v in ("equal_between", "headline")]
    assert f"leads China by {leads[0]:.0f} points instead of {leads[1]:.0f}" in text
    assert variants["variant"].nunique() == 13


def test_figures_of_the_china_asean_page_are_those_of_the_study():
    text = (ROOT / "docs/study-china-asean.md").read_text(encoding="utf-8").replace("−", "-")
    study = indexer.study.china_asean(draws=0, simulations=0)
    shown = next(table.shown for table in study.tables if table.name == "ladder").set_index(["window", "rung"])
    for rung in ("1 log-OLS", "2 + year effects", "2 as PPML", "3 + partner effects", "4 PPML of 3"):
        cells = [
            str(shown.loc[("2020–2024", rung), flow]).replace("|", r"\|") for flow in ("total", "exports", "imports")
        ]
        assert f"| {rung} | {' | '.join(cells)} |" in text
    checks = study["checks"].set_index(["check", "design", "flow"])
    left_out = checks.loc[("leaving out one partner in turn", "between", "total")]
    said = f"moves the coefficient of total trade from {left_out['low']:.2f} to {left_out['high']:.2f}"
    assert re.sub(r"(?<!\d)0\.", ".", said) in text
    compute = study["checks"]
    compute = compute[compute["check"].str.contains("AI supercomputers") & (compute["design"] == "within")]["low"]
    assert "without known AI compute they are " + re.sub(r"0\.", ".", ", ".join(f"{v:+.2f}" for v in compute)) in text
    curve = study["specifications"]
    known = curve["estimate"].dropna()
    assert f"({len(curve)} specifications, {len(known)} estimated)" in text
    same = (np.sign(known) == np.sign(known.iloc[0])).mean()
    assert f"shared by {100 * same:.0f} %" in text


def test_adequacy_figures_of_the_edition_are_those_of_the_release():
    edition = (ROOT / "indicators/editions/2024.1.yaml").read_text(encoding="utf-8")
    adequacy = pd.read_csv(ROOT / "outputs/2024.1/adequacy.csv").set_index(["set", "basis"])["kmo"]
    compared = 0
    for block in re.split(r"^  (?=[a-z_]+:$)", edition, flags=re.M):
        name = block.split(":")[0]
        said = re.search(r"KMO (\.\d\d) (on economy-years and on economies|on economy-years|is below)", block)
        if said and (name, "economies") in adequacy.index:
            bases = ["economy_years", "economies"] if "and on" in said[2] else ["economy_years"]
            assert [f"{adequacy[name, basis]:.2f}"[1:] for basis in bases] == [said[1]] * len(bases), name
            compared += 1
    assert compared == 4


def test_every_method_and_option_stands_on_the_page_of_editions():
    from indexer.stages import METHODS

    text = (ROOT / "docs/editions.md").read_text(encoding="utf-8")
    for stage, methods in METHODS.items():
        section = text[text.index(f"`{stage}`)") :].split("\n## ")[0]
        for name, method in methods.items():
            rows = [
                line for line in section.splitlines() if line.startswith("| `") and f"`{name}`" in line.split("|")[1]
            ]
            assert len(rows) == 1, (stage, name)
            for option in method.options:
                assert f"`{option}" in rows[0], (stage, name, option)


def test_the_edition_on_its_page_is_a_valid_one():
    import yaml

    from indexer.validate.documents import _validator

    [document] = blocks(ROOT / "docs/editions.md", "yaml")
    assert not list(_validator("edition").iter_errors(yaml.safe_load(document)))


def test_figures_of_the_page_on_uncertainty_are_those_of_the_edition():
    text = (ROOT / "docs/uncertainty.md").read_text(encoding="utf-8")
    ranks = indexer.build().uncertainty.ranks.query("year == 2024").set_index("economy")
    assert "Malaysia is fifth of 2024 in edition 2024.1 and third in the median draw" in text
    assert ranks.loc["MYS", ["rank", "rank_median"]].tolist() == [5, 3]


def test_every_assumption_stands_on_the_page_on_uncertainty_with_its_default():
    import yaml

    from indexer.assumptions import DEFAULTS

    rows = [line.split("|") for line in (ROOT / "docs/uncertainty.md").read_text(encoding="utf-8").splitlines()]
    said = {row[1].strip(" `"): row[3].strip(" `") for row in rows if len(row) == 6}
    assert {name: yaml.safe_load(said[name]) for name in DEFAULTS} == dict(DEFAULTS)
