"""Cards in a real browser: by themselves and in an exported notebook, light and dark, narrow and wide."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import NEEDED, chromium, contrast, new_page
from outcomes import ROOT, described, description, path_of, verdicts

from autograder.feedback import card, plain

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = NEEDED

# `make pictures` names the folder for those of the documents.
PICTURES = os.environ.get("PICTURES", "")
COLOURS = {"light": "background:#fff;color:#1f2328", "dark": "background:#111;color:#ddd"}
# Elements that begin or end outside of the window, or hold more than they show and cannot be scrolled.
CUT = """() => [...document.querySelectorAll('.card, .card *')].filter(each => {
    if (each.parentElement.closest('.card [tabindex], .card svg')) return false;
    const box = each.getBoundingClientRect(), flow = getComputedStyle(each).overflowX;
    const cut = each.scrollWidth > each.clientWidth + 1 && flow !== 'visible' && !each.matches('[tabindex]');
    return box.width && (box.left < 0 || box.right > innerWidth + 0.5 || cut);
}).map(each => `${each.tagName} ${each.textContent.slice(0, 40)}`)"""


def small(picture: bytes) -> bytes:
    """The same in a third of the bytes: a card has few colours."""
    from PIL import Image

    written = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def cards() -> dict[str, str]:
    return {name: f'<div class="card" id="{name}">{card.card(given)}</div>' for name, given in verdicts().items()}


def bare(scheme: str) -> str:
    """A page of cards and nothing else."""
    style = f"margin:0;padding:8px;font:14px sans-serif;{COLOURS[scheme]}"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Cards</title>'
    return f'{head}<body style="{style}"><main><h1>Cards</h1>{"".join(cards().values())}</main></body></html>'


def exported(scheme: str) -> str:
    """A notebook with the cards as its outputs, as `jupyter nbconvert --to html` writes it."""
    import nbformat
    from nbconvert import HTMLExporter

    outputs = [nbformat.v4.new_output("display_data", {"text/html": each}) for each in cards().values()]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("check(f)", outputs=outputs)])
    page: str = HTMLExporter(theme=scheme).from_notebook_node(book)[0]
    return page


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[bare, exported])
def written(request: Any) -> Any:
    return request.param


@pytest.fixture(params=["light", "dark"])
def shown(request: Any, written: Any, browser: "Browser", tmp_path: Path) -> "Iterator[Page]":
    """The cards on a page. Nothing is fetched, and no script runs."""
    (tmp_path / "cards.html").write_text(written(request.param), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "cards.html").as_uri(), wait_until="domcontentloaded")
    yield page
    context.close()


@pytest.mark.parametrize("width", [360, 1000, 1600])
def test_nothing_is_cut(shown: "Page", width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 900})
    assert shown.locator(".card").count() == len(verdicts())
    assert shown.evaluate(CUT) == []


def test_all_of_it_can_be_read(shown: "Page") -> None:
    for name in verdicts():
        assert contrast(shown.locator(f"#{name}")) >= 4.5, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1600])
def test_axe_finds_nothing(browser: "Browser", tmp_path: Path, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    (tmp_path / "cards.html").write_text(bare(scheme), encoding="utf-8")
    page = new_page(browser)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((tmp_path / "cards.html").as_uri())
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in found] == []
    assert said == []
    page.close()


def test_pictures_for_the_documents(browser: "Browser", tmp_path: Path) -> None:
    """A picture of each card, which says in letters what is on it; kept when `make pictures` asks for it."""
    (tmp_path / "cards.html").write_text(bare("light"), encoding="utf-8")
    page = browser.new_page(viewport={"width": 680, "height": 900}, device_scale_factor=1.5)
    page.goto((tmp_path / "cards.html").as_uri())
    for name, given in verdicts().items():
        taken = described(small(page.locator(f"#{name}").screenshot()), plain.card(given))
        assert description(taken) == plain.card(given)
        if PICTURES:
            (ROOT / PICTURES / path_of(name).name).write_bytes(taken)
    page.close()
