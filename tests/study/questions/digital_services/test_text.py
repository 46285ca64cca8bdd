"""How the study of digital services writes its numbers."""

import numpy as np
import pandas as pd

from indexer.study.questions.digital_services import text

ROW = {"estimate": -1.234, "se": 0.5, "p": 0.021, "p_bootstrap": np.nan, "low": -2.2, "high": -0.2, "n": 10.0}


def test_an_estimate_is_written_with_its_error_and_p():
    assert text.short(ROW) == "-1.23 (0.50) 0.02"
    assert text.short(ROW | {"p_bootstrap": 0.071}) == "-1.23 (0.50) 0.02|0.07"
    assert text.short(ROW | {"estimate": np.nan}) == "—"


def test_every_third_window_is_shown_and_starred_where_zero_is_outside():
    about = {"sample": "RCEP", "effects": "between", "regressor": "ict"}
    rows = [about | ROW | {"last": year, "high": 0.1 if year == 2017 else -0.2} for year in range(2014, 2024)]
    shown = text.windows(pd.DataFrame(rows))
    assert shown.columns.tolist() == ["sample", "effects", "regressor", "2014", "2017", "2020", "2023"]
    assert shown.iloc[0].tolist()[2:] == ["ICT", "-1.23 (0.50)*", "-1.23 (0.50)", "-1.23 (0.50)*", "-1.23 (0.50)*"]


def test_one_row_an_equation_and_one_column_a_regressor():
    about = {"sample": "RCEP", "effects": "between", "estimator": "ols"}
    shown = text.wide(pd.DataFrame([about | ROW | {"regressor": name} for name in ("size", "ict")]))
    assert shown.columns.tolist() == ["sample", "effects", "estimator", "size", "ICT", "n"]
    assert len(shown) == 1
