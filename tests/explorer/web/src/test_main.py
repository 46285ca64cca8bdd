"""What a reader could misread: carried cells, own settings, ranks, directions, pictures that stand alone, print."""

import json
import re

import pytest

from indexer.explorer import explorer

VIEWS = ["league", "time", "economy", "scatter", "gravity"]
SEEN = ("observed", "corrected")
OUTSIDE = """() => [...document.querySelectorAll('#main svg[role=img] text')].filter((text) => {
  const [inner, outer] = [text.getBoundingClientRect(), text.closest('svg').getBoundingClientRect()];
  return inner.width && (inner.left < outer.left - 1 || inner.right > outer.right + 1);
}).map((text) => text.textContent)"""
CAPTURE = """() => {
  const plain = XMLSerializer.prototype.serializeToString;
  XMLSerializer.prototype.serializeToString = function (node) {
    document.body.append(node);
    const edges = node.getBoundingClientRect();
    const past = (box) => box.width && (box.left < edges.left - 1 || box.right > edges.right + 1);
    window.past = [...node.querySelectorAll('text')].filter((one) => past(one.getBoundingClientRect()));
    window.past = window.past.map((one) => one.textContent);
    node.remove();
    window.pictured = [...node.querySelectorAll('text')].map((text) => text.textContent).join(' ');
    return plain.call(this, node);
  };
}"""


def pictured(opened):
    """All text of the picture that the present view saves."""
    opened.page.evaluate(CAPTURE)
    opened.saved("#png")
    return opened.page.evaluate("window.pictured")


def test_cells_that_nobody_observed_are_hollow_over_time(visit, files, indices):
    opened = visit(files["2024.1"], "#view=time&measure=wgi_regulatory_quality")
    cells = indices["2024.1"].cells.query("indicator == 'wgi_regulatory_quality'")
    hollow = cells[~cells["status"].isin(SEEN)]
    assert len(hollow) > 0
    fills = opened.page.evaluate(
        "[...document.querySelectorAll('#main svg circle')].map((one) => one.getAttribute('fill') ?? '')"
    )
    paper = opened.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()")
    assert fills.count(paper) == len(hollow)
    assert "Hollow dots: not observed" in opened.page.locator("figcaption").inner_text()
    said = {(row["economy"], int(row["year"])): row["status"].split(" ")[0] for row in opened.rows()}
    assert said == {(one.economy, one.year): one.status for one in cells.itertuples()}


def test_cells_that_nobody_observed_are_hollow_in_the_profile(visit, files, indices):
    opened = visit(files["2024.1"], "#view=economy&economy=SGP")
    cells = indices["2024.1"].cells.query("economy == 'SGP' and year == 2024")
    assert opened.page.locator("tr.leaf .dot.hollow").count() == (~cells["status"].isin(SEEN)).sum() > 0


def test_an_economy_without_a_score_has_no_rank_interval(visit, files, indices):
    scores = indices["world"].scores.query("year == 2023")
    [lost] = scores.loc[scores["rank"].isna(), "economy"]
    opened = visit(files["world"])
    row = next(one for one in opened.rows() if one["economy"] == lost)
    assert (row["rank"], row["rank_low"], row["rank_high"]) == ("", "", "")
    said = opened.page.locator("#main .note").inner_text()
    assert "1 economy has no score in 2023" in said
    assert "among the other 181" in said


def test_own_settings_are_said_in_heads_columns_and_names_of_files(visit, files):
    opened = visit(files["2024.1"], "#w.index=10_40_20_30")
    name, content = opened.saved("#csv")
    assert name == "2024.1_league_2024_own-settings.csv"
    assert "edition_rank_low,edition_rank_high" in content.decode().splitlines()[0]
    heads = opened.page.locator("table.league thead th").all_inner_texts()
    assert "Edition’s rank interval" in [" ".join(text.split()) for text in heads]
    assert "Your settings, not the published index." in opened.page.locator("caption").inner_text()
    opened.page.click("#reset")
    opened.settle()
    assert opened.saved("#csv")[0] == "2024.1_league_2024.csv"
    assert "from 0 to 100; higher is better. Settings of the edition." in opened.page.locator("caption").inner_text()


def test_ties_are_said_to_be_ties(visit, files):
    opened = visit(files["2024.1"])
    assert "tied" not in opened.page.locator("#main .note").inner_text()
    opened = visit(files["2024.1"], "#w.index=0_0_0_1&w.digital_trade_rules=0_0_0_1")
    ranks = [row["rank"] for row in opened.rows()]
    assert len(set(ranks)) < len(ranks)
    assert "same rank are tied" in opened.page.locator("#main .note").inner_text()


def test_published_numbers_say_unit_and_direction(visit, files, indices):
    index = indices["2024.1"]
    opened = visit(files["2024.1"], "#view=economy&economy=SGP")
    row = opened.page.locator("tr.leaf", has_text=index.catalogue.indicator("dstri").name)
    value = index.cells.query("economy == 'SGP' and year == 2024 and indicator == 'dstri'")["raw"].item()
    assert f"{value:.4g} ({index.catalogue.indicator('dstri').unit})" in row.locator("td.raw").inner_text()
    assert "Lower is better." in row.inner_text()
    opened = visit(files["2024.1"], "#view=scatter&x=raw.dstri&y=context.gdp_current_usd")
    assert any(name.endswith("; lower is better)") for name in opened.rows()[0])
    assert "by construction" not in opened.page.locator("figcaption").inner_text()


@pytest.mark.parametrize("x", ["computing_power", "dstri", "raw.dstri"])
def test_a_part_of_the_index_against_it_is_said_to_be_one(visit, files, x):
    opened = visit(files["2024.1"], f"#view=scatter&x={x}&y=index")
    assert "part of the other, so they move together by construction" in opened.page.locator("figcaption").inner_text()


def test_a_saved_picture_says_what_it_shows(visit, files, indices):
    name = indices["2024.1"].catalogue.indicator("wgi_regulatory_quality").name
    opened = visit(files["2024.1"], "#view=time&measure=wgi_regulatory_quality&w.index=1_1_1_2")
    text = pictured(opened)
    for part in (f"{name} over time", "from 0 to 100; higher is better", "Hollow dots", "own settings", "CC BY 4.0"):
        assert part in text
    opened = visit(files["2024.1"], "#view=gravity&w.index=1_1_1_2")
    text = pictured(opened)
    assert "Coefficients. Dots: estimates; bars: their 95 % intervals." in text
    assert "own settings" not in text  # a study does not follow the sliders


def test_a_picture_of_a_portion_names_it_and_the_source_of_trade(visit, indices, tmp_path):
    windows, flows = ("2015–2019", "2020–2024"), [f"flow {k}" for k in range(13)]
    rows = [{"window": w, "flow": f, "estimate": 1, "low": 0, "high": 2} for w in windows for f in flows]
    tables = [{"name": "m", "caption": "On ten points", "rows": rows, "notes": []}]
    study = {"title": "Does it?", "sentence": "See `asymmetry`.", "tables": tables, "caveats": ["Trade: Source: IMF."]}
    path = tmp_path / "explorer.html"
    path.write_bytes(explorer(indices["2024.1"], [study]))
    opened = visit(path, "#view=gravity&part=1")
    text = pictured(opened)
    for part in ("On ten points", "Window: 2020–2024", "Source: IMF."):
        assert part in text
    assert opened.page.locator(".finding").inner_text() == "See asymmetry."
    assert opened.page.locator(".finding code").inner_text() == "asymmetry"


@pytest.mark.parametrize("width", [320, 390, 1360])
@pytest.mark.parametrize("view", VIEWS)
def test_no_label_of_a_chart_is_cut(visit, files, view, width):
    opened = visit(files["2024.1"], f"#view={view}", width=width)
    assert opened.page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("width", [320, 390, 1360])
def test_names_of_axes_with_long_units_are_not_cut(visit, files, width):
    address = "#view=scatter&x=raw.known_ai_supercomputer_h100_equivalents&y=raw.data_protection_law_in_force"
    opened = visit(files["2024.1"], address, width=width)
    assert len(opened.page.locator("#main svg[role=img] text").all_inner_texts()) > 10
    assert opened.page.evaluate(OUTSIDE) == []
    opened.shot(f"axes_{width}")


LONG = "The Most Serene and Indivisible United Republics of the Archipelago of the Southern and Northern Seas " * 2


@pytest.mark.parametrize("width", [390, 1360])
def test_very_long_and_equal_names_fit_and_stay_apart(visit, small_folder, edit, tmp_path, width):
    import indexer

    edit(small_folder / "_reference/economies.csv", "VNM,Viet Nam,", f"VNM,{LONG.strip()},")
    edit(small_folder / "skills/articles.yaml", "The series articles", json.dumps(LONG.strip()))
    other = next(one for one in small_folder.glob("*/*.yaml") if one.parent.name not in ("skills", "editions")
                 and one.name != "set.yaml")  # fmt: skip
    edit(other, f"The series {other.stem}", json.dumps(LONG.strip()))
    edit(small_folder / "editions/mine.yaml", "title: A small edition", f"title: {json.dumps(LONG.strip())}")
    index = indexer.build(small_folder)
    path = tmp_path / "explorer.html"
    path.write_bytes(explorer(index))
    for view in VIEWS[:-1]:
        opened = visit(path, f"#view={view}&economy=VNM", width=width)
        assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
        assert opened.page.evaluate(OUTSIDE) == [], view
        opened.shot(f"long_{view}_{width}")
        pictured(opened)
        assert opened.page.evaluate("window.past") == [], view
    opened = visit(path, "#view=economy&economy=VNM", width=width)
    bars = opened.page.locator(".changes svg rect")
    assert len({bars.nth(k).get_attribute("y") for k in range(bars.count())}) == len(index.plan.indicators)


def test_captions_of_wide_tables_stay_on_a_phone(visit, files):
    opened = visit(files["2024.1"], "#view=gravity", width=320)
    boxes = [one.bounding_box() for one in opened.page.locator("caption .still").all() if one.is_visible()]
    assert boxes
    assert max(box["x"] + box["width"] for box in boxes) <= 320


@pytest.mark.parametrize("view", [*VIEWS, "about"])
def test_print_is_light_whole_and_cited(visit, files, view):
    opened = visit(files["2024.1"], f"#view={view}", width=700, theme="dark")
    page = opened.page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened.settle()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    wide = (
        "[...document.querySelectorAll('#main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)"
    )
    assert page.evaluate(f"{wide}.map((one) => one.outerHTML.slice(0, 90))") == []
    said = page.locator("footer").inner_text()
    assert re.search(r"CC BY 4\.0\. Cite as: AI-trade development index, edition 2024\.1", said)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_page_says_how_to_check_it(visit, files, small_folder, tmp_path):
    import indexer

    assert (
        "indexer build --edition world makes" in visit(files["world"], "#view=about").page.locator("#main").inner_text()
    )
    path = tmp_path / "explorer.html"
    path.write_bytes(explorer(indexer.build(small_folder)))
    text = visit(path, "#view=about").page.locator("#main").inner_text()
    assert "indexer build --indicators FOLDER --edition mine makes" in text


def test_without_scripts_it_says_what_it_needs(browser, files):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(files["2024.1"].as_uri())
    assert "needs JavaScript" in page.locator("main").inner_text()
    assert "Cite as" in page.locator("footer").inner_text()
    context.close()
