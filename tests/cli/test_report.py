import pytest
from typer.testing import CliRunner

import indexer
from indexer.cli.main import app
from indexer.cli.report import report

JUDGED = "    weight: {method: ahp, matrix: [[1, 9, 0.1111], [0.1111, 1, 9], [9, 0.1111, 1]], why: x}\n"


@pytest.fixture
def said(small_folder, tmp_path):
    """A function: what a build of the small folder says, as one line of words."""

    def run(*arguments):
        where = ["--indicators", str(small_folder), "--out", str(tmp_path / "out")]
        done = CliRunner().invoke(app, ["build", *where, *arguments], catch_exceptions=False)
        return " ".join(done.output.split())

    return run


def variants(small_folder, edit, *more):
    """Put variants in the place of the small edition's own."""
    own = "  - name: equal\n    why: The plainest choice.\n    within: {weight: {method: equal}}\n"
    edit(small_folder / "editions/mine.yaml", own, "".join(more))


def variant(name, change):
    return f"  - name: {name}\n    why: x\n    {change}\n"


def test_weights_stand_beside_importance(small_folder, capsys):
    index = indexer.build(small_folder)
    report(index, small_folder)
    lines = capsys.readouterr().out.splitlines()
    row = next(line.split() for line in lines if "users_pct" in line)
    found = index.weights.set_index("node").loc["users_pct"]
    numbers = [f"{found[name]:.2f}" for name in ("weight", "effective_weight", "importance")]
    assert row == ["networks", "users_pct", *numbers]


def test_no_line_of_the_shipped_edition_is_wider_than_a_hundred_columns(tmp_path):
    done = CliRunner().invoke(app, ["build", "--out", str(tmp_path / "o")], catch_exceptions=False)
    assert max(map(len, done.output.replace(str(tmp_path), "").splitlines())) <= 100


def test_warnings_are_notes_that_name_the_set(small_folder, edit, said):
    edition = small_folder / "editions/mine.yaml"
    edit(edition, "    weight: {method: pca, rule: communality, why: One component.}\n", JUDGED)
    with pytest.warns(UserWarning, match="^skills: "):
        indexer.build(small_folder)
    output = said()
    assert output.count("Warning: skills: the judgements have a consistency ratio") == 1
    assert "ahp.py" not in output


def test_refusals_of_one_kind_are_one_line(small_folder, edit, said):
    constant = (small_folder / "networks/users_pct.csv").read_text().splitlines()
    rows = [f"{row.rsplit(',', 1)[0]},50" if ",2020," in row else row for row in constant]
    (small_folder / "networks/users_pct.csv").write_text("\n".join(rows) + "\n")
    first = "reference_years: [2020, 2020]"
    variants(small_folder, edit, variant("one", first), variant("two", first))
    output = said()
    assert "one, two have no score: indicator 'users_pct' is constant" in output
    assert "What other choices would give" not in output


def test_variants_of_other_years_are_not_refused(small_folder, edit, said):
    years = "years: [2020, 2021]\n    reference_years: [2020, 2021]"
    variants(small_folder, edit, variant("early", years))
    assert "no score" not in said()


def test_variants_of_a_frozen_edition_are_said_to_be_fitted_anew(small_folder, tmp_path, said):
    assert "fitted anew" not in said()
    output = said("--edition", "next", "--freeze-from", str(tmp_path / "out/mine/parameters.json"))
    assert "over 1 variants" in output
    assert "These variants were fitted anew on the facts of the folder" in output
    assert "no score" not in output
