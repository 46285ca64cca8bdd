import pandas as pd

from indexer.study.questions.competitiveness.tables import caveats, sentence, specialised

TABLE = pd.DataFrame(
    {
        "economy": ["CHN", "VNM", "THA"],
        "share_first": [0.10, 0.02, None], "share_last": [0.12, 0.01, None], "share_growth": [5.0, -9.0, None],
        "first_year": pd.array([2020, 2020, None], dtype="Int64"),
        "last_year": pd.array([2023, 2022, None], dtype="Int64"),
        "competitiveness_last": [0.2, -0.1, None],
    }
)  # fmt: skip


def together(low, high):
    return pd.DataFrame(
        [{"growth_of": "export_share", "digital_in": "per cent", "n": 9, "spearman": 0.5, "low": low, "high": high}]
    )


def test_the_sentence_counts_who_gained():
    said = sentence(TABLE, together(-0.2, 0.9), {"CHN": "China"})
    assert "1 of the 2 economies" in said
    assert "China, went from 10.00% (2020) to 12.00% (2023)" in said
    assert "1 of 2 export more" in said
    assert "which is no sign either way" in said


def test_an_interval_without_zero_is_said():
    assert "which excludes zero" in sentence(TABLE, together(0.1, 0.9), {})


def test_series_that_end_early_are_named():
    path = pd.DataFrame({"economy": ["A", "A", "B"], "year": [2020, 2021, 2020], "export_usd": [1.0, 2.0, 3.0]})
    assert caveats(path, {"B": "Beta"})[0].endswith("end before 2021 for: Beta 2020.")


def test_specialisation_says_what_it_compares_with():
    found = pd.DataFrame(
        {"exporter": ["A", "B"], "product": ["p", "p"], "year": [2020, 2020], "export": [1.0, 2.0],
         "share": [1 / 3, 2 / 3], "rca": [1.0, 1.0], "symmetric_rca": [0.0, 0.0]}
    )  # fmt: skip
    made = specialised(found)
    assert "0 of 2 exporter-products of 2020" in made.sentence
    assert made.tables[0].text()
