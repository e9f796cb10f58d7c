"""The site that `make docs` writes: complete, without a broken link, and read without a network, on any screen."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from browser import chromium, in_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
# The elements in sight that begin or end outside of the window, unless they are in something that can be scrolled.
CUT = """() => [...document.querySelectorAll('.md-content *')].filter(each => {
    for (let around = each.parentElement; around; around = around.parentElement)
        if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(around).overflowX)) return false;
    const box = each.getBoundingClientRect();
    return each.checkVisibility() && box.width && (box.left < 0 || box.right > innerWidth + 0.5);
}).map(each => `${each.tagName} ${each.textContent.slice(0, 40)}`)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, with what its building said in `said`."""
    folder: Path = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder / "site")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    (folder / "said").write_text(f"{done.stdout}{done.stderr}{done.returncode}")
    return folder / "site"


def pages(site: Path) -> list[Path]:
    return [page for page in sorted(site.rglob("*.html")) if page.name != "404.html"]  # that is for a server


def named(nav: Any) -> Iterator[str]:
    """Every page that the navigation names."""
    if isinstance(nav, str):
        yield nav
    else:
        for each in nav.values() if isinstance(nav, dict) else nav:
            yield from named(each)


def test_it_is_built_without_a_warning(site: Path) -> None:
    said = (site.parent / "said").read_text()
    assert said.endswith("0") and "WARNING" not in said, said


def test_every_page_is_in_the_navigation() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert there | {"README.md", "benchmarks/RESULTS.md"} <= set(named(SETTINGS["nav"]))


class Loaded(HTMLParser):
    """The addresses that a page loads something from."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") not in ("canonical", "prev", "next"):
            self.addresses.append(given.get("href") or "")
        self.addresses += [given.get(name) or "" for name in ("src", "srcset", "data", "poster")]


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    addresses = {(page.name, address) for page in pages(site) for address in Loaded(page).addresses}
    assert len(addresses) > 50
    assert {each for each in addresses if re.match(r"(\w+:)?//", each[1])} == set()
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", style.read_text(encoding="utf-8")), style


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


def opened(browser: "Browser", said: list[str], **options: Any) -> "Page":
    """A new window; what pages say on the console, and ask of other hosts, is added to `said`."""
    page = browser.new_page(**options)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    return page


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_can_be_read_on_a_phone_and_on_a_desk(
    browser: "Browser", site: Path, scheme: Any, width: int
) -> None:
    said: list[str] = []
    page = opened(browser, said, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for each in pages(site):
        page.goto(each.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, each
        assert page.evaluate(CUT) == [], each
        missing = "[...document.images].filter(each => !each.naturalWidth).map(each => each.src)"
        page.wait_for_function("[...document.images].every(each => each.complete)")
        assert page.evaluate(missing) == [], each
    assert said == []
    page.close()


@in_browser
def test_what_is_searched_for_is_found_without_a_server(browser: "Browser", site: Path) -> None:
    said: list[str] = []
    page = opened(browser, said, viewport={"width": 1280, "height": 800})
    page.goto((site / "index.html").as_uri())
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type("landlock")
    found = page.locator(".md-search-result__link", has_text="Security").first
    found.click()
    page.wait_for_url("**/docs/security.html**")
    assert said == []
    page.close()
