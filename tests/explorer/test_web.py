"""The explorer as a reader uses it: clicks and keys in a browser without a network."""

import json
import shutil
import sys

import numpy as np
import pytest
import yaml

import indexer
from indexer.explorer import explorer
from indexer.resources import folder as shipped

VIEWS = ["League table", "Over time", "Economy", "Scatter", "Gravity", "About"]
MEGABYTES = {"2024.1": 3, "world": 8}


def by_economy(opened):
    return {row["economy"]: row for row in opened.rows()}


def column(rows, name, economies):
    return np.array([float(rows[one][name] or "nan") for one in economies])


def slider(page, node, member):
    return page.locator(f'input[data-node="{node}"][data-member="{member}"]')


def move(opened, node, member, value):
    """Bring a slider to a value by keys: to the start, then steps."""
    one = slider(opened.page, node, member)
    one.focus()
    one.press("Home")
    for _ in range(value):
        one.press("ArrowRight")
    opened.settle()


def built_from(saved, tmp_path):
    """Put a saved edition into a copy of the shipped folder and build it."""
    name, content = saved
    root = tmp_path / "indicators"
    shutil.copytree(shipped("indicators"), root)
    (root / "editions" / name).write_bytes(content)
    return indexer.build(root, edition=name.removesuffix(".yaml"))


def agree(opened, index, year):
    """Scores, sets, ranks and observed shares of the page's CSV are those of an index."""
    rows = by_economy(opened)
    scores = index.scores[index.scores["year"] == year].set_index("economy")
    for name in ("index", "observed_share", *(one.id for one in index.plan.nodes[:-1])):
        found = column(rows, name, scores.index)
        np.testing.assert_allclose(found, scores[name].to_numpy(dtype=float), rtol=0, atol=1e-9)
    assert [int(rows[one]["rank"] or 0) for one in scores.index] == scores["rank"].fillna(0).tolist()


@pytest.mark.parametrize("edition", MEGABYTES)
def test_one_small_file_that_loads_nothing_and_says_how_fast_it_is(visit, files, edition, capsys):
    assert files[edition].stat().st_size < MEGABYTES[edition] * 1e6
    opened = visit(files[edition])
    page = opened.page
    assert opened.asked == [files[edition].as_uri()]
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    one = slider(page, "index", 0)
    one.focus()
    for _ in range(20):
        one.press("ArrowRight")
        opened.settle()
    read = "(name) => performance.getEntriesByName(name).slice(1).map((one) => one.duration)"
    times = {name: page.evaluate(read, name) for name in ("recompute", "render")}
    with capsys.disabled():
        said = ", ".join(f"{name} {np.median(t):.1f} ms (most {max(t):.1f})" for name, t in times.items())
        size = files[edition].stat().st_size / 1e6
        sys.stdout.write(f"\n  {edition}: {size:.2f} MB, first paint {paint:.0f} ms, {said}\n")


def test_a_page_that_is_opened_shows_the_edition(visit, files, indices):
    for edition, index in indices.items():
        opened = visit(files[edition])
        agree(opened, index, index.edition.years[-1])
        page = opened.page
        first = page.locator("table.league tbody tr").first
        best = index.scores[(index.scores["year"] == index.edition.years[-1]) & (index.scores["rank"] == 1)].iloc[0]
        assert first.locator("th").inner_text() == index.folder.names[best["economy"]]
        found = index.uncertainty.ranks.set_index(["economy", "year"]).loc[(best["economy"], best["year"])]
        low, high = int(found["rank_p05"]), int(found["rank_p95"])
        assert first.locator("td.interval").inner_text() == (str(low) if low == high else f"{low}–{high}")


@pytest.mark.parametrize("edition", MEGABYTES)
def test_moved_sliders_give_what_python_builds_with_these_weights(visit, files, indices, tmp_path, edition):
    index = indices[edition]
    opened = visit(files[edition])
    page = opened.page
    move(opened, "index", 0, 12)
    page.click("#weights-ai_readiness summary")
    move(opened, "ai_readiness", 2, 70)
    assert "Your settings, not the published index" in page.locator(".status-line").inner_text()
    saved = opened.saved("#save-edition")
    content = yaml.safe_load(saved[1])
    raw = 100 * index.plan.root.weights
    raw[0] = 12
    weights = content["between"]["weight"]["weights"]
    assert list(weights.values()) == pytest.approx((raw / raw.sum()).tolist(), abs=1e-14)
    rebuilt = built_from(saved, tmp_path)
    agree(opened, rebuilt, index.edition.years[-1])
    page.select_option("#year", str(index.edition.years[0]))
    opened.settle()
    agree(opened, rebuilt, index.edition.years[0])


@pytest.mark.parametrize("scale", ["own", "z_score", "percentile_rank"])
@pytest.mark.parametrize("mean", ["own", "geometric", "harmonic"])
def test_other_scales_and_means_give_what_python_builds(visit, files, indices, tmp_path, scale, mean):
    opened = visit(files["2024.1"])
    page = opened.page
    page.select_option("#scale", scale)
    opened.settle()
    page.select_option("#between", mean)
    opened.settle()
    move(opened, "index", 1, 40)
    opened.settle()
    if scale == "z_score" and mean != "own":
        assert "needs values above 0" in page.locator("#main [role=alert]").inner_text()
        assert page.locator("#csv").is_disabled()
        page.click("#reset")
        opened.settle()
        agree(opened, indices["2024.1"], 2024)
        return
    agree(opened, built_from(opened.saved("#save-edition"), tmp_path), 2024)


def test_equal_weights_and_back(visit, files, indices):
    opened = visit(files["2024.1"])
    equal = indices["2024.1"].variants.query("variant == 'equal' and year == 2024").set_index("economy")["index"]
    opened.page.click("#equal")
    opened.settle()
    rows = by_economy(opened)
    np.testing.assert_allclose(column(rows, "index", equal.index), equal, rtol=0, atol=1e-9)
    opened.page.click("#reset")
    opened.settle()
    agree(opened, indices["2024.1"], 2024)


def test_a_link_opens_the_same_view_with_the_same_settings(visit, files):
    first = visit(files["2024.1"])
    move(first, "index", 3, 55)
    first.page.select_option("#within", "geometric")
    first.page.select_option("#year", "2022")
    first.settle()
    rows = first.saved("#csv")
    first.page.wait_for_timeout(400)  # the address follows when the reader rests
    second = visit(files["2024.1"], "#" + first.page.url.split("#")[1])
    assert second.saved("#csv") == rows
    assert second.page.locator("#within").input_value() == "geometric"
    first.page.click("#share")
    field = first.page.locator("#said input")
    first.page.wait_for_selector("#said:not(:empty)")
    copied = field.input_value() if field.count() else first.page.url
    assert copied == first.page.url


def test_a_link_that_says_nonsense_opens_the_edition(visit, files, indices):
    address = (
        "#view=<img>&year=1066&w.index=1_2&w.index=a_b_c_d&w.ai_readiness=-1_1_1_1&scale=toString&economy=__proto__"
        "&shown=x.y&sort=constructor&study=9&part=-1&measure=hasOwnProperty&w.__proto__=1&constructor=1&toString=2&__proto__=3&settings=4"
    )
    opened = visit(files["2024.1"], address)
    agree(opened, indices["2024.1"], 2024)


def test_views_and_back_by_keyboard(visit, files):
    opened = visit(files["2024.1"])
    page = opened.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for name in VIEWS[1:]:
        page.get_by_role("navigation").get_by_role("link", name=name).focus()
        page.keyboard.press("Enter")
        opened.settle()
        assert page.locator("nav a[aria-current=page]").inner_text() == name
        assert page.evaluate("document.activeElement.tagName") == "H2"
    page.go_back()
    opened.settle()
    assert page.locator("nav a[aria-current=page]").inner_text() == VIEWS[-2]


def test_sorting_by_keyboard_is_said(visit, files, indices):
    opened = visit(files["2024.1"])
    page = opened.page
    page.get_by_role("button", name="AI readiness", exact=True).focus()
    page.keyboard.press("Enter")
    opened.settle()
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    scores = indices["2024.1"].scores.query("year == 2024").sort_values("ai_readiness", ascending=False)
    names = [indices["2024.1"].folder.names[one] for one in scores["economy"]]
    assert page.locator("table.league tbody th").all_inner_texts() == names


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1360])
@pytest.mark.parametrize("edition", MEGABYTES)
def test_every_view_fits_and_is_accessible(visit, files, axe, edition, width, theme):
    opened = visit(files[edition], width=width, theme=theme)
    page = opened.page
    page.evaluate(axe)
    for name in VIEWS:
        opened.view(name)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        opened.shot(f"{edition}_{name.replace(' ', '-').lower()}_{width}_{theme}")
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        bad = [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in serious]
        assert bad == [], json.dumps(bad, indent=1)


def test_settings_open_on_a_phone_and_colours_turn(visit, files):
    opened = visit(files["2024.1"], width=390)
    page = opened.page
    assert not page.locator("#settings").is_visible()
    page.click("#toggle")
    assert slider(page, "index", 0).is_visible()
    assert page.locator("#toggle").get_attribute("aria-expanded") == "true"
    for expected in ("light", "dark"):
        page.click("#theme")
        assert page.evaluate("document.documentElement.dataset.theme") == expected


EVIL = '</script><script>window.hit=1</script><img src=x onerror="window.hit=2">\'"&\u2028\u2029 end'


def test_markup_in_names_shows_as_text(visit, small_folder, edit, tmp_path):
    economies = small_folder / "_reference/economies.csv"
    quoted = '"' + EVIL.replace('"', '""') + '"'
    edit(economies, "VNM,Viet Nam,", f"VNM,{quoted},")
    named = {
        "skills/set.yaml": "The set skills",
        "skills/articles.yaml": "The series articles",
        "index.yaml": "A small index",
    }
    for path, old in named.items():
        edit(small_folder / path, old, json.dumps(EVIL))
    edit(small_folder / "editions/mine.yaml", "title: A small edition", f"title: {json.dumps(EVIL)}")
    index = indexer.build(small_folder)
    path = tmp_path / "explorer.html"
    row = {EVIL: EVIL, "estimate": 1, "low": 0, "high": 2}
    study = {"title": EVIL, "tables": [{"name": EVIL, "caption": EVIL, "rows": [row], "notes": [EVIL]}]}
    path.write_bytes(explorer(index, [study]))
    opened = visit(path)
    page = opened.page
    for name in VIEWS:
        opened.view(name)
        assert EVIL.split("\u2028")[0] in page.locator("body").text_content()
    page.goto(path.as_uri() + "#view=economy&economy=VNM")
    page.reload()
    opened.settle()
    assert page.locator("h2").first.text_content() == f"{EVIL} 2022"
    assert page.evaluate("window.hit") is None
    assert page.locator("img").count() == 0
    saved = opened.saved("#save-edition")[1]
    assert yaml.safe_load(saved)["title"] == EVIL
    opened.view("League table")
    assert by_economy(opened)["VNM"]["name"] == EVIL


def test_an_edition_of_one_economy_or_one_year_does_not_break_it(visit, small_folder, edit, tmp_path):
    edition = small_folder / "editions/mine.yaml"
    edit(edition, "weight: {method: pca, rule: communality, why: One component.}", "weight: {method: equal, why: x}")
    built = [indexer.build(small_folder, economies=["VNM"]), indexer.build(small_folder, years=(2022, 2022))]
    for number, index in enumerate(built):
        path = tmp_path / f"{number}.html"
        path.write_bytes(explorer(index))
        opened = visit(path)
        for name in VIEWS:
            opened.view(name)
        opened.view("League table")
        agree(opened, index, 2022)


def test_a_frozen_page_says_so_and_its_weights_move(visit, small_folder, tmp_path):
    first = indexer.build(small_folder)
    frozen = indexer.build(small_folder, edition="mine-2", freeze_from=first.parameters)
    path = tmp_path / "explorer.html"
    path.write_bytes(explorer(frozen))
    opened = visit(path)
    agree(opened, frozen, 2022)
    assert opened.page.locator("#scale option").count() == 1
    move(opened, "index", 0, 20)
    assert "# The page shows bounds fitted for edition mine;" in opened.saved("#save-edition")[1].decode()


def test_frozen_ideal_points_lock_the_sliders(visit, small_folder, edit, tmp_path):
    start = "between:\n  weight: {method: equal, why: No reason to prefer one.}\n  aggregate: {method: "
    edit(small_folder / "editions/mine.yaml", start + "arithmetic", start + "topsis")
    first = indexer.build(small_folder)
    frozen = indexer.build(small_folder, edition="mine-2", freeze_from=first.parameters)
    path = tmp_path / "explorer.html"
    path.write_bytes(explorer(frozen))
    opened = visit(path)
    agree(opened, frozen, 2022)
    assert slider(opened.page, "index", 0).is_disabled()
    assert "TOPSIS rests on reference cases" in opened.page.locator("#settings").inner_text()
