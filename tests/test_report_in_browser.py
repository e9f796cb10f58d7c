"""The class report in a real browser: it works, is read by everybody, and shows what students wrote as text."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from browser import NEEDED, chromium, new_page
from simulated import TITLE, UNIT, simulated

from autograder.feedback import report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = NEEDED

HOSTILE = [
    "<img src=x onerror=acted=1>",
    "</script><script>acted=1</script>",
    "a" * 300,
    '"><svg onload=acted=1>',
]
# The elements in sight that begin or end outside of the window, or hold more than they show.
CUT = """() => [...document.querySelectorAll('body *')].filter(each => {
    const box = each.getBoundingClientRect();
    const cut = each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== 'visible';
    return each.checkVisibility() && box.width && (box.left < 0 || box.right > innerWidth + 0.5 || cut);
}).map(each => `${each.tagName} ${each.textContent.slice(0, 40)}`)"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report's address. Some students have names that could act."""
    results = list(simulated().results)
    for index, name in enumerate(HOSTILE):
        results[index] = msgspec.structs.replace(results[index], student=name, notes=(name,))
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    report.write(path, UNIT, TITLE, results, simulated().hints)
    return path.as_uri()


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(browser: "Browser", written: str) -> "Iterator[Page]":
    """The report; afterwards nothing was said on the console, and nothing a student wrote has acted."""
    said: list[str] = []
    shown = new_page(browser)
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda problem: said.append(str(problem)))
    shown.goto(written)
    yield shown
    assert said == []
    assert shown.evaluate("typeof acted") == "undefined"
    shown.close()


def column(shown: "Page", table: str, number: int) -> list[str]:
    """The texts in a column of the rows in sight."""
    cells = shown.locator(f"#{table} tbody tr:not([hidden]) > :nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


def test_the_table_of_mistakes_is_what_was_planted(opened: "Page") -> None:
    rows = zip(*(column(opened, "mistake-table", number) for number in (1, 2, 3)), strict=True)
    planted = simulated().planted.items()
    assert {(exercise, name): int(count) for count, exercise, name in rows} == {
        (exercise.partition("/")[2], name): count for (exercise, name), count in planted
    }


def test_a_click_on_a_heading_sorts_and_another_one_turns_it_round(opened: "Page") -> None:
    heading = opened.locator("#student-table th", has_text="points")
    heading.get_by_role("button").click()
    points = [float(text) for text in column(opened, "student-table", 2)]
    assert points == sorted(points) and len(set(points)) > 3
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.get_by_role("button").click()
    assert [float(text) for text in column(opened, "student-table", 2)] == points[::-1]
    assert heading.get_attribute("aria-sort") == "descending"


def test_the_keyboard_is_enough(opened: "Page") -> None:
    """Numbers within names count as numbers: own-2 comes before own-10."""
    button = opened.locator("#student-table th", has_text="student").get_by_role("button")
    button.focus()
    opened.keyboard.press("Enter")
    opened.keyboard.press("Enter")
    names = column(opened, "student-table", 1)
    assert names[0].startswith("standardize") and names.index("own-3") < names.index("own-2")
    opened.get_by_label("Search students").focus()
    opened.keyboard.type("own-3")
    opened.keyboard.press("Tab")
    while opened.evaluate("document.activeElement.tagName") == "BUTTON":
        opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert opened.get_by_role("heading", level=2).all_inner_texts() == ["own-3"]


def test_a_search_leaves_the_rows_with_all_its_words(opened: "Page") -> None:
    box = opened.get_by_label("Search mistakes")
    box.fill("MSE sum")
    assert column(opened, "mistake-table", 3) == ["sum_for_mean"]
    assert opened.locator(".search output").first.inner_text() == f"1 of {len(simulated().planted)} shown"
    box.fill("")
    assert len(column(opened, "mistake-table", 3)) == len(simulated().planted)


def test_a_name_leads_to_a_page_of_its_own_and_back(opened: "Page") -> None:
    opened.get_by_role("link", name="mse_gradient-missing_two-0").first.click()
    assert opened.get_by_role("heading", level=2).all_inner_texts() == ["mse_gradient-missing_two-0"]
    assert not opened.locator("#class").is_visible()
    opened.locator(".student:target a", has_text="missing_two").click()
    assert opened.locator("#mistake-table tr:target").inner_text().split()[2] == "missing_two"
    opened.go_back()
    opened.get_by_role("link", name="All students").click()
    assert opened.locator("#student-table").is_visible()


def test_an_example_is_shown_on_demand(opened: "Page") -> None:
    example = opened.locator("#mistake-table details").first
    assert not example.locator("pre").is_visible()
    example.locator("summary").click()
    assert "def " in example.locator("pre").inner_text()


@pytest.mark.parametrize("width", [360, 1600])
def test_nothing_is_cut(opened: "Page", width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 900})
    opened.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert opened.evaluate(CUT) == []
    for place in ("#s0", "#s2"):
        opened.evaluate(f"location.hash = '{place}'")
        assert opened.locator(".student:target").is_visible()
        assert opened.evaluate(CUT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "place"), [(1600, ""), (360, ""), (1600, "#s0")])
def test_axe_finds_nothing(opened: "Page", scheme: Any, width: int, place: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened.emulate_media(color_scheme=scheme)
    opened.set_viewport_size({"width": width, "height": 900})
    opened.evaluate(f"location.hash = '{place}'")
    opened.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = Axe().run(opened).response["violations"]
    assert [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in found] == []


def test_on_paper_there_is_the_class_without_buttons(opened: "Page") -> None:
    opened.emulate_media(media="print")
    assert opened.locator("#student-table").is_visible()
    assert not opened.locator(".search").first.is_visible()
    assert not opened.locator("nav").is_visible()


def test_without_its_script_all_is_there_to_be_read(browser: "Browser", written: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(written)
    assert len(column(shown, "student-table", 1)) == len(simulated().results)
    assert not shown.locator(".search").first.is_visible()
    shown.get_by_role("link", name="right-0").click()
    assert shown.locator(".student:target h2").inner_text() == "right-0"
    context.close()


def test_the_policy_stops_what_escaping_would_let_through(browser: "Browser", written: str, tmp_path: Path) -> None:
    """With all put in as it is nothing acts either; it would, were it not for the policy."""
    bare = html.unescape(Path(written.removeprefix("file://")).read_text(encoding="utf-8"))
    free = re.sub("<meta http-equiv=.Content-Security-Policy.[^>]*>", "", bare)
    acted = []
    for text in (bare, free):
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        shown = new_page(browser)
        shown.goto((tmp_path / "page.html").as_uri())
        acted.append(shown.evaluate("typeof acted !== 'undefined'"))
        shown.close()
    assert acted == [False, True]
