"""Pages of the explorer in a browser without a network, driven by clicks and keys."""

import csv
import io
import shutil
from pathlib import Path

import pytest

import indexer
from indexer.explorer import explorer

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
ARTEFACTS = Path(__file__).parents[1] / "artefacts"
WIDE, PHONE = 1360, 390


@pytest.fixture(scope="session")
def browser():
    """Chromium of the system; the tests that need it are skipped where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium is installed (apt-get install chromium): the explorer is not tried in a browser")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install playwright"
    )
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def indices():
    """The shipped editions that are shown, built once."""
    return {name: indexer.build(edition=name) for name in ("2024.1", "world")}


STUDY = {
    "name": "small", "title": "Does it go with trade?", "sentence": "It may. <b>It need not.</b>",
    "tables": [
        {"name": "main", "caption": "Coefficients", "notes": ["Ten clusters."], "rows": [
            {"flow": "exports", "estimate": 0.19, "low": 0.06, "high": 0.31, "n": 50, "note": ""},
            {"flow": "imports", "estimate": None, "low": None, "high": None, "n": None, "note": "absorbed"},
            {"flow": "total", "estimate": -0.02, "low": -0.2, "high": 0.17, "n": 50, "note": ""},
        ]},
    ],
    "limits": [{"equation": "main", "detectable": 0.39}], "caveats": ["Ten partners."], "models": {},
}  # fmt: skip


@pytest.fixture(scope="session")
def files(indices, tmp_path_factory):
    """The pages of the shipped editions, as files."""
    folder = tmp_path_factory.mktemp("explorer")
    for name, index in indices.items():
        (folder / f"{name}.html").write_bytes(explorer(index, [STUDY]))
    return {name: folder / f"{name}.html" for name in indices}


class Visit:
    """A page in a context of its own, with what went wrong in it and what it asked for."""

    def __init__(self, browser, path, address="", width=WIDE, theme="light"):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, color_scheme=theme, accept_downloads=True
        )
        self.page, self.faults, self.asked = self.context.new_page(), [], []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda one: self.faults.append(one.text) if one.type == "error" else None)
        self.page.on("request", lambda one: self.asked.append(one.url))
        self.page.goto(f"{path.as_uri()}{address}")
        self.page.wait_for_selector("h2")
        self.settle()

    def settle(self):
        """Wait until what was asked for is drawn."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def view(self, name):
        self.page.get_by_role("navigation").get_by_role("link", name=name).click()
        self.settle()

    def saved(self, button):
        """Click a button that saves a file; return its name and content."""
        with self.page.expect_download() as waiting:
            self.page.click(button)
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()

    def rows(self):
        """The present view's CSV."""
        return list(csv.DictReader(io.StringIO(self.saved("#csv")[1].decode("utf-8"))))

    def keep(self, name, content):
        """Keep a file for whoever looks at the run."""
        ARTEFACTS.mkdir(exist_ok=True)
        (ARTEFACTS / name).write_bytes(content)

    def shot(self, name):
        """Keep a picture of the whole page."""
        self.keep(f"{name}.png", self.page.screenshot(full_page=True))


@pytest.fixture
def visit(browser):
    """A function that opens a page; afterwards nothing may have failed or been asked of a network."""
    opened = []

    def go(*args, **kwargs):
        opened.append(Visit(browser, *args, **kwargs))
        return opened[-1]

    yield go
    for one in opened:
        one.context.close()
        assert one.faults == []
        assert [url for url in one.asked if not url.startswith(("file:", "data:", "blob:"))] == []


@pytest.fixture(scope="session")
def axe():
    """The accessibility checker's script."""
    script = Path(indexer.__file__).parent / "explorer/web/node_modules/axe-core/axe.min.js"
    if not script.is_file():
        pytest.skip("axe-core is not there: npm ci --prefix indexer/explorer/web")
    return script.read_text(encoding="utf-8")
