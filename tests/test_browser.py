"""A student and the instructor in a real browser: from the release in formgrader to a grade given there.

JupyterLab is started in the course's folder with no settings but its own; releasing, fetching, submitting and
collecting are done with nbgrader's buttons.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import browser
import pytest
from browser import cell, contrast, open_assignments, run, set_theme

from autograder import course as courses
from autograder import pack
from autograder.publishing import build

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = browser.NEEDED

ROOT = Path(__file__).resolve().parent.parent
# `make pictures` names the folder for those of the documents.
PICTURES = os.environ.get("PICTURES", "")
TOKEN = "a-token"

UNIT = "activations"
COURSE = """
title: Deep learning from scratch
units:
  activations:
    title: Activations
    about: An activation bends the straight line that a layer computes.
    exercises:
      relu_derivative: 2
      leaky_relu_formula: 3
    explain:
      why_bend:
        points: 2
        text: Why is a network without activations no more than one layer?
"""
RELU = """import numpy as np


def relu_derivative(z):
    return np.where(z > 0, 1.0, 0.0)"""
OPEN_AT_ZERO = RELU.replace("z > 0", "z >= 0")
LEAKY = """import sympy


def leaky_relu_formula(z):
    return f"Max({z}, ({z}) / 100)", f"1 if {z} > 0 else 1/100\""""
IN_WORDS = "Because a **product** of matrices is a matrix."
COMMENT = "Which matrix is it?"


class Site:
    """The pages of the course's Jupyter server, in one tab."""

    def __init__(self, address: str, page: "Page") -> None:
        self.address = address
        self.page = page

    def open(self, path: str) -> "Page":
        self.page.goto(f"{self.address}/{path}?token={TOKEN}")
        return self.page

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.screenshot(path=ROOT / PICTURES / f"{name}.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of two of our exercises, built, with an exchange."""
    folder, exchange = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("exchange")
    exchange.chmod(0o777)
    (folder / "course.yml").write_text(COURSE.lstrip())
    (folder / "nbgrader_local.py").write_text(f"c.Exchange.root = {str(exchange)!r}\n")
    (folder / "solutions" / UNIT).mkdir(parents=True)
    for name in ("relu_derivative", "leaky_relu_formula"):
        shutil.copy(ROOT / "solutions" / UNIT / f"{name}.py", folder / "solutions" / UNIT)
    course = courses.find(folder)
    build.write(course, build.files(course, "s" * 32))
    return folder


@pytest.fixture(scope="module")
def site(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    token = f"--IdentityProvider.token={TOKEN}"
    with browser.jupyter(folder, home, token) as address, browser.chromium() as chromium:
        site = Site(address, browser.new_page(chromium))
        yield site
        site.page.screenshot(path=home / "last.png")  # for whoever looks for what went wrong


def hint(folder: Path, exercise: str, mistake: str) -> str:
    published = pack.read_file(folder / "exercises" / UNIT / "packs" / f"{exercise}.pack")
    return next(each.hint for each in published.mistakes if each.name == mistake)


def press(site: Site, button: str) -> None:
    """Presses one of the buttons beside the unit in "Manage Assignments", and waits for its success."""
    page = site.open("formgrader/manage_assignments")
    page.locator("#main-table tr", has_text=UNIT).locator(f".{button} a").click()
    page.locator(".modal-title", has_text="Success").wait_for()


class Seen(NamedTuple):
    """What a student saw. contrasts: of the card, on a light page and on a dark one."""

    wrong: str
    right: str
    contrasts: list[float]


@pytest.fixture(scope="module")
def student(site: Site) -> Seen:
    """The unit is released; a student fetches it, writes it, checks it and submits."""
    press(site, "assign")
    press(site, "release")
    page = site.open("lab")
    open_assignments(page)
    page.get_by_role("button", name="Fetch", exact=True).click()
    page.get_by_role("button", name="Submit", exact=True).wait_for()

    page = site.open(f"lab/tree/{UNIT}/{UNIT}.ipynb")
    page.locator("#jp-main-statusbar").get_by_text("(ipykernel) | Idle").wait_for()
    run(cell(page, "from autograder import check"))
    run(cell(page, "def relu_derivative"), OPEN_AT_ZERO)
    check = cell(page, "check(relu_derivative)")
    card = run(check)
    card.get_by_text("✗").wait_for()
    wrong = card.inner_text()
    card.scroll_into_view_if_needed()
    site.picture("notebook")
    run(cell(page, "def leaky_relu_formula"), LEAKY)
    formula = run(cell(page, "check(leaky_relu_formula)"))
    formula.get_by_text("✗").wait_for()
    contrasts = []
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        set_theme(page, theme)
        contrasts += [contrast(card), contrast(formula)]
    run(cell(page, "def relu_derivative"), RELU)
    card = run(check)
    card.get_by_text("✓").wait_for()
    answer = page.locator(".jp-Notebook .jp-Cell").last
    answer.locator(".jp-MarkdownOutput").dblclick()
    run(answer, IN_WORDS)
    page.keyboard.press("Control+S")
    page.locator(".jp-mod-dirty").wait_for(state="detached")
    seen = Seen(wrong, card.inner_text(), contrasts)

    site.open("lab")
    open_assignments(page)
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("button", name="Fetch Feedback").wait_for()
    return seen


def test_a_student_is_told_the_mistake(student: Seen, folder: Path) -> None:
    assert "wrong activations/relu_derivative" in student.wrong
    assert hint(folder, "relu_derivative", "open_at_zero") in student.wrong


def test_a_student_sees_when_it_is_right(student: Seen) -> None:
    assert "public checks passed activations/relu_derivative" in student.right


def test_the_card_can_be_read_on_a_light_and_on_a_dark_page(student: Seen) -> None:
    assert min(student.contrasts) > 4.5, student.contrasts


def grade(folder: Path) -> None:
    command = [sys.executable, "-m", "autograder.cli", "grade", UNIT, "--jobs", "1"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def graded(student: Seen, site: Site, folder: Path) -> Site:
    """What the student submitted is collected and graded."""
    press(site, "collect")
    grade(folder)
    return site


def open_submission(site: Site) -> "Page":
    page = site.open(f"formgrader/gradebook/{UNIT}/{UNIT}")
    page.get_by_role("link", name="Submission #1").click()
    # The boxes are filled when the grades have come.
    page.wait_for_function("window.formgrader?.grades?.loaded && formgrader.comments?.loaded")
    return page


def test_the_instructor_sees_the_scores(graded: Site) -> None:
    page = graded.open(f"formgrader/gradebook/{UNIT}/{UNIT}")
    row = page.locator("#main-table tr", has_text="Submission #1")
    row.locator(".code-score").get_by_text("3 / 5").wait_for()
    assert row.locator(".tests-failed .glyphicon-ok").count() == 1


def test_a_submission_shows_what_was_written_and_what_was_said(graded: Site, folder: Path) -> None:
    page = open_submission(graded)
    shown = page.locator("body").inner_text()
    for line in [*RELU.splitlines(), *LEAKY.splitlines()]:
        assert line in shown
    assert "correct activations/relu_derivative" in shown
    assert hint(folder, "leaky_relu_formula", "inner_derivative_forgotten") in shown
    assert page.locator("strong", has_text="product").is_visible()


def test_a_grade_given_by_hand_is_kept_when_it_is_graded_again(graded: Site, folder: Path) -> None:
    page = open_submission(graded)
    score, comment = page.locator("#explain_why_bend"), page.locator("#explain_why_bend-comment")
    for box, value in ((score, "1.5"), (comment, COMMENT)):
        box.fill(value)
        with page.expect_response(re.compile("/formgrader/api/")) as answer:
            box.blur()
        assert answer.value.ok
    graded.picture("formgrader")
    grade(folder)
    open_submission(graded)
    assert (score.input_value(), comment.input_value()) == ("1.5", COMMENT)
