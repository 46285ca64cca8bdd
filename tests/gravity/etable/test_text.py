"""Tables as plain text."""

from indexer import gravity


def test_no_line_is_wider_than_the_table(table):
    lines = str(table.render("txt")).splitlines()
    rule = max(len(line) for line in lines if set(line) == {"="})
    assert max(map(len, lines)) == rule


def test_numbers_end_in_the_same_column(results):
    lines = str(gravity.etable([results["ols"], results["three"]])).splitlines()
    estimates = [line for line in lines if line.startswith(("x1", "x2"))]
    errors = [line for line in lines if line.lstrip().startswith("(0.")]
    assert {len(line) for line in estimates} == {len(line) - 1 for line in errors}


def test_long_labels_and_headings_are_broken(results):
    long = "an unusually long heading that no column of numbers would be wide enough for"
    text = str(gravity.etable(results["ols"], headings=[long], labels={"x1": long}))
    assert long not in text
    assert " ".join(text.split()).count("unusually long") == 2
    assert max(map(len, text.splitlines())) <= 72
