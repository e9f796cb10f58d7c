"""The pictures at the top of README.md, of the programs themselves: what a student, an instructor and an author see.

`make pictures` keeps them.
"""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import chromium, in_browser
from outcomes import described, description
from simulated import TITLE, UNIT, simulated
from test_card_in_browser import small

from autograder import course as courses
from autograder import pack
from autograder.feedback import plain
from autograder.feedback.report import write as write_report
from autograder.judge import judge
from autograder.outcome import Verdict
from autograder.running import inprocess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).resolve().parent.parent
PICTURES = os.environ.get("PICTURES", "")
# The student's and the instructor's stand side by side: pixels of the page, before it is made smaller.
WIDTH, HEIGHT = 600, 526

EXERCISE = "activations/softmax"
WRITTEN = """\
import numpy as np


def softmax(z):
    powers = np.exp(z)
    return powers / powers.sum(axis=1, keepdims=True)"""
PROVEN = ("losses", "convolution", "activations/softmax_jacobian", "rnn/bptt")
COLUMNS = 132
LARGEST = 100_000  # bytes: they are kept in the repository


def keep(name: str, picture: bytes) -> None:
    if PICTURES:
        (ROOT / PICTURES / name).write_bytes(picture)


def photograph(page: "Page", first: "Locator") -> bytes:
    """A piece of the page, from this element on."""
    top = first.evaluate("element => element.getBoundingClientRect().top + scrollY")
    clip = {"x": 0, "y": top - 8, "width": WIDTH, "height": HEIGHT}
    return small(page.screenshot(full_page=True, clip=clip))


def verdict() -> Verdict:
    """Of what the student wrote, by the public cases."""
    unit, name = EXERCISE.split("/")
    known = pack.read_file(ROOT / "exercises" / unit / "packs" / f"{name}.pack")
    cells: dict[str, Any] = {}
    exec(WRITTEN, cells)
    return judge(known, inprocess.answer_all(cells[name], known.cases, known.seconds))


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


def notebook(folder: Path) -> str:
    """The page of the unit's notebook, of which two cells were run: the function as it was written, and its check."""
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    unit, name = EXERCISE.split("/")
    shutil.copytree(ROOT / "exercises" / unit, folder, dirs_exist_ok=True)
    book = nbformat.read(folder / f"{unit}.ipynb", as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    place = next(number for number, cell in enumerate(code) if f"def {name}(" in cell.source)
    code[place].source = WRITTEN
    start = [cell for cell in code if "import" in cell.source and "def " not in cell.source]
    book.cells = [*start, *code[place : place + 2]]
    NotebookClient(book, resources={"metadata": {"path": str(folder)}}).execute()
    exporter = HTMLExporter(exclude_input_prompt=True, exclude_output_prompt=True)
    return str(exporter.from_notebook_node(book)[0])


@in_browser
def test_a_student_s_notebook_names_the_mistake(browser: "Browser", tmp_path: Path) -> None:
    (tmp_path / "notebook.html").write_text(notebook(tmp_path / "unit"), encoding="utf-8")
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, device_scale_factor=1.5)
    page.goto((tmp_path / "notebook.html").as_uri(), wait_until="domcontentloaded")
    written, checked = page.locator(".jp-Cell").all()[-2:]
    assert verdict().diagnosis and verdict().hint in checked.inner_text()
    keep("student.png", described(photograph(page, written), plain.card(verdict())))


@in_browser
def test_an_instructor_s_report_shows_what_the_class_got_wrong(browser: "Browser", tmp_path: Path) -> None:
    write_report(tmp_path / "report.html", UNIT, TITLE, list(simulated().results), simulated().hints)
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, device_scale_factor=1.5)
    page.goto((tmp_path / "report.html").as_uri())
    page.locator("#mistake-table details summary").first.click()
    assert "def " in page.locator("#mistake-table").inner_text()
    keep("instructor.png", photograph(page, page.locator("#mistakes")))


def test_an_author_s_exercises_are_proven() -> None:
    """Drawn by Rich, as a terminal shows it; without Rich's web fonts."""
    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.text import Text

    command = [sys.executable, "-m", "autograder.cli", "verify", *PROVEN]
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and "exercises are proven" in done.stdout, done.stdout + done.stderr
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(done.stdout.rstrip()))
    form = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.S).replace("Fira Code, ", "")
    drawn = console.export_svg(title=" ".join(["autograder", *command[3:]]), code_format=form, unique_id="verify")
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "").replace("https://www.textualize.io", "")
    keep("author.svg", drawn.encode())


def test_the_student_s_picture_is_of_the_card_as_it_is_now() -> None:
    taken = (ROOT / "docs" / "pictures" / "student.png").read_bytes()
    assert description(taken) == plain.card(verdict()), "run: make pictures"


def test_the_author_s_picture_is_of_exercises_that_there_are() -> None:
    drawn = (ROOT / "docs" / "pictures" / "author.svg").read_text(encoding="utf-8")
    shown = re.findall(r">(\w+/\w+)&#160;", drawn)
    assert len(shown) >= len(PROVEN) and set(shown) <= set(courses.find(ROOT).names()), "run: make pictures"


@pytest.mark.parametrize("name", ["student.png", "instructor.png", "author.svg"])
def test_the_readme_shows_it_and_says_what_is_on_it(name: str) -> None:
    said = re.search(rf"!\[([^\]]+)\]\(docs/pictures/{name}\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert said and len(said[1]) > 60
    assert 10_000 < (ROOT / "docs" / "pictures" / name).stat().st_size < LARGEST
