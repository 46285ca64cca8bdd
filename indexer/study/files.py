"""A study as files."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.publish.names import file_name

if TYPE_CHECKING:
    from indexer.study.report import Study, Table

LABELS = {
    "ai_partner": "AI of the partner (index points)",
    "ai_exporter": "AI of the exporter (index points)",
    "ai_importer": "AI of the importer (index points)",
    "log(gdp_china)": "ln GDP of China",
    "log(gdp_partner)": "ln GDP of the partner",
    "log(gdp_exporter)": "ln GDP of the exporter",
    "log(gdp_importer)": "ln GDP of the importer",
    "log(distance)": "ln distance",
    "ai_gap": "Gap of the indices",
    "value_usd": "trade (US$)",
    "rcep": "RCEP (share of the year)",
    "rules_depth": "Depth of digital rules (0-1)",
}
"""How terms of studies are called in tables."""


def write(study: Study, directory: Path) -> list[Path]:
    """Write text, JSON, tables, pictures and the table of models into a folder; return the files."""
    tables = study.tables if study.limits is None else (*study.tables, study.limits)
    for name in (study.name, *(table.name for table in tables), *(figure.name for figure in study.figures)):
        file_name(name, "name of a study, table or figure")
    directory.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []

    def put(name: str, text: str) -> None:
        path = directory / name
        path.write_text(text, encoding="utf-8")
        made.append(path)

    put(f"{study.name}.txt", study.text() + "\n")
    put(f"{study.name}.json", json.dumps(study.as_dict(), indent=2, ensure_ascii=False) + "\n")
    for table in tables:
        put(f"{table.name}.csv", table.frame.to_csv(index=False, lineterminator="\n"))
    put(f"{study.name}.md", _markdown(study, tables))
    if study.models:
        made += _models(study, directory)
    return made + _pictures(study, directory)


def _markdown(study: Study, tables: tuple[Table, ...]) -> str:
    parts = [f"# {study.title}", study.sentence, *(table.markdown() for table in tables)]
    return "\n\n".join([*parts, "\n".join(f"- {one}" for one in study.caveats)]) + "\n"


def _models(study: Study, directory: Path) -> list[Path]:
    from indexer.gravity.etable import etable

    made = []
    offered = {"xlsx": "xlsxwriter", "docx": "docx"}
    for ending in ("tex", "html", "md", *(e for e, package in offered.items() if find_spec(package))):
        path = directory / f"models.{ending}"
        etable(list(study.models.values()), path, headings=list(study.models), title=study.title, labels=LABELS)
        made.append(path)
    return made


def _pictures(study: Study, directory: Path) -> list[Path]:
    if not study.figures:
        return []
    if not (find_spec("altair") and find_spec("vl_convert")):
        return []
    from indexer.figures import save

    made = []
    for figure in study.figures:
        chart = figure.draw()
        for ending in ("png", "html"):
            path = directory / f"{figure.name}.{ending}"
            save(chart, path)
            made.append(path)
    return made
