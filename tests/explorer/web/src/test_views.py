"""The views of the explorer: what they show is what the index says."""

import re

import numpy as np
import pytest

from indexer.explorer import explorer


def test_the_economy_page_explains_as_the_index_does(visit, files, indices):
    index = indices["2024.1"]
    opened = visit(files["2024.1"])
    page = opened.page
    page.get_by_role("link", name="Viet Nam").click()
    opened.settle()
    page.select_option("#from", "2021")
    page.select_option("#to", "2023")
    opened.settle()
    expected = index.explain("VNM", 2021, 2023)
    names = {index.catalogue.indicator(row.indicator).name: row.contribution for row in expected.itertuples()}
    page.click(".changes details summary")
    rows = page.locator(".changes tbody tr")
    found = {row.locator("th").inner_text(): row.locator("td").nth(2).inner_text() for row in rows.all()}
    assert found.keys() == names.keys()
    for name, said in found.items():
        assert float(said.replace("−", "-")) == pytest.approx(names[name], abs=0.0051)
    page.select_option("#from", "2023")
    opened.settle()
    assert "Choose two different years." in page.locator(".changes").inner_text()


def test_every_cell_of_the_profile_says_status_and_source(visit, files, indices):
    index = indices["2024.1"]
    opened = visit(files["2024.1"], "#view=economy&economy=MMR&peers=near")
    cells = index.cells.query("economy == 'MMR' and year == 2024")
    rows = opened.page.locator("tr.leaf")
    assert rows.count() == len(cells)
    for row, cell in zip(rows.all(), cells.itertuples(), strict=True):
        meta = index.catalogue.indicator(cell.indicator)
        text = row.inner_text()
        assert meta.name in text
        assert meta.source.publisher in text
        assert meta.source.licence in text
        assert cell.status in text
        assert row.locator("a").get_attribute("href") == meta.source.url
    assert {one["peers"] for one in opened.rows()} <= {"4", "5"}


def test_scatter_of_any_two_columns(visit, files, indices):
    index = indices["2024.1"]
    opened = visit(files["2024.1"])
    opened.view("Scatter")
    page = opened.page
    page.select_option("#x", "context.gdp_current_usd")
    page.check("#logx")
    page.select_option("#y", "raw.internet_users_pct")
    opened.settle()
    rows = opened.rows()
    raw = index.cells.query("year == 2024 and indicator == 'internet_users_pct'").set_index("economy")["raw"]
    name = next(key for key in rows[0] if key.startswith(index.catalogue.indicator("internet_users_pct").name))
    found = [float(one[name] or "nan") for one in rows]
    np.testing.assert_allclose(found, raw[[one["economy"] for one in rows]], rtol=1e-12)
    page.select_option("#y", "index")
    opened.settle()
    said = float(re.search(r"correlation (−?[\d.]+)", page.locator("figcaption").inner_text())[1].replace("−", "-"))
    gdp = index.folder.facts.query("indicator == 'gdp_current_usd' and year == 2024").set_index("economy")["value"]
    scores = index.scores.query("year == 2024").set_index("economy")["index"]
    both = scores.index.intersection(gdp.index)
    assert said == pytest.approx(np.corrcoef(np.log(gdp[both]), scores[both])[0, 1], abs=0.0051)


def test_time_chart_takes_economies_off_and_adds_them(visit, files):
    opened = visit(files["world"], "#view=time")
    page = opened.page
    before = page.locator(".chips li").count()
    page.locator(".chips button").first.click()
    page.select_option("#add", "VNM")
    page.select_option("#mode", "rank")
    opened.settle()
    assert page.locator(".chips li").count() == before
    assert page.locator(".chips li").last.inner_text().startswith("Viet Nam")
    assert "VNM" in opened.saved("#csv")[1].decode()


def test_gravity_shows_table_sentence_and_coefficients(visit, files):
    opened = visit(files["2024.1"], "#view=gravity")
    page = opened.page
    assert page.locator(".finding").inner_text() == "It may. <b>It need not.</b>"
    assert page.locator("figure svg[role=img]").count() == 1
    assert "absorbed" in page.locator(".study").first.inner_text()
    assert page.get_by_text("Ten partners.").is_visible()


def test_a_page_without_study_says_how_to_have_one(visit, indices, tmp_path):
    path = tmp_path / "explorer.html"
    path.write_bytes(explorer(indices["2024.1"]))
    opened = visit(path, "#view=gravity")
    assert "--study" in opened.page.locator("#main").inner_text()


@pytest.mark.parametrize("view", ["league", "time", "economy", "scatter", "gravity"])
def test_every_chart_leaves_as_png(visit, files, view):
    opened = visit(files["2024.1"], f"#view={view}")
    name, content = opened.saved("#png")
    assert name.endswith(".png")
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20], "big") > 1500
    opened.keep(f"saved_{view}.png", content)
