import base64
import hashlib
import json
import re

import pytest

import indexer
from indexer.explorer import explorer
from indexer.explorer.page import embedded


@pytest.fixture
def html(small_folder):
    return explorer(indexer.build(small_folder)).decode("utf-8")


def test_the_same_inputs_give_the_same_bytes(small_folder, html):
    assert explorer(indexer.build(small_folder)).decode("utf-8") == html


def test_nothing_is_loaded_from_elsewhere(html):
    assert not re.search(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=", html)
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_the_policy_lets_only_the_script_of_the_page_run(html):
    script = re.search(r"<script>(.*)</script>", html, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html


def test_two_scripts_end_where_they_should(html):
    assert html.count("</script>") == 2
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', html)[1]
    assert json.loads(data)["edition"]["edition"] == "mine"


@pytest.mark.parametrize("text", ["</script>", "<!--<script>", "\u2028\u2029", "&lt;", "]]>", "é漢\U0001f600", '"\\'])
def test_embedded_text_ends_no_script_and_reads_back(text):
    written = embedded({"name": text})
    assert not re.search(r"[<>&\u2028\u2029]|[^\x00-\x7f]", written)
    assert json.loads(written) == {"name": text}


def test_a_title_with_markup_is_text_and_fills_no_place(small_folder, edit):
    edit(small_folder / "editions/mine.yaml", "title: A small edition", 'title: "{{script}}</title><b>{{data}}"')
    html = explorer(indexer.build(small_folder)).decode("utf-8")
    assert "<title>{{script}}&lt;/title&gt;&lt;b&gt;{{data}}</title>" in html


def test_it_says_what_it_is_before_any_script_runs(html):
    static = html[: html.index("<script")]
    assert "<h1>A small edition</h1>" in static
    assert "5 economies, 2020–2022, 6 indicators" in static
    assert "CC0 1.0" in static


def test_licences_of_the_libraries_stand_in_the_page(html):
    assert "@observablehq/plot" in re.search(r'<pre id="licences" hidden>(.*?)</pre>', html, re.S)[1]
