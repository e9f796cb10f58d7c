"""`autograder new` and `preview`, and what becomes of a draft: a new exercise, from its first line to its points."""

import json
import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from building import COURSE, write_course
from rich.console import Console
from test_commands import autograder

from autograder import course as courses
from autograder.authoring import AuthorError
from autograder.course import CourseError
from autograder.grading.batch import hidden_packs
from autograder.publishing import build, new, preview
from autograder.publishing.drafts import to_do

SECRET = "s" * 64


@pytest.fixture
def root(tmp_path):
    return write_course(tmp_path)


def create(root: Path, identity: str) -> courses.Course:
    new.create(courses.find(root), identity)
    return courses.find(root)


def edit(path: Path, old: str, with_: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, with_))


def files(root: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


def without_todo(text: str) -> str:
    return re.sub(r"TODO:? ?", "", text)


# What is written


def test_the_new_file_works_and_verify_lists_what_is_to_be_written(root):
    said = autograder(root, "new", "arithmetic/triple")
    assert (said.returncode, said.stderr) == (0, "")
    assert "wrote solutions/arithmetic/triple.py" in said.stdout
    assert "autograder verify arithmetic/triple" in said.stdout
    assert "raise NotImplementedError()" in said.stdout  # the preview
    found = autograder(root, "verify", "arithmetic/triple", "--json")
    assert (found.returncode, found.stderr) == (1, "")
    evidence = json.loads(found.stdout)["exercises"]["arithmetic/triple"]["evidence"]
    failed = [item for item in evidence if not item["ok"]]
    assert [item["kind"] for item in failed] == ["to do"]
    assert {item["kind"] for item in evidence} >= {"expect", "oracle", "mistake", "variant", "mutant", "margin"}
    assert "solutions/arithmetic/triple.py:1: a title of a few words" in failed[0]["detail"]


def test_without_its_todos_the_example_is_proven_and_verify_asks_for_points(root):
    path = create(root, "arithmetic/triple").author_file("arithmetic/triple")
    path.write_text(without_todo(path.read_text()))
    found = autograder(root, "verify", "triple")
    assert found.returncode == 0, found.stdout
    assert "arithmetic/triple: write its points in place of `draft` in course.yml" in found.stdout


def test_a_new_unit_comes_with_a_title_and_a_text_to_write(root):
    course = create(root, "geometry/area")
    assert "course.yml: units.geometry.title: a title of a few words" in to_do(course, "geometry/area")
    assert "course.yml: units.geometry.about: what the unit is about, in a sentence" in to_do(course, "geometry/area")


LAYOUTS = {
    "comments": COURSE.replace("double: 2", "double: 2   # the easy one\n      # more to come"),
    "more below": COURSE + "\n# how long\nlimits:\n  seconds: 3   # each\n",
    "another unit below": COURSE + "\n  geometry:\n    title: G\n    about: G.\n    exercises:\n        area: 1\n\n",
    "a text at the end": COURSE + "    explain:\n      why:\n        points: 1\n        text: |\n          Why?\n\n\n",
    "keys in another order": "units:\n" + COURSE.partition("units:\n")[2] + "title: 'A course'\n",
    "no last newline": COURSE.rstrip(),
    "Windows": COURSE.replace("\n", "\r\n"),
    "wide": re.sub("^( +)", r"\1\1", COURSE, flags=re.M),
    "one column more": COURSE.replace("      double", "       double"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("identity", ["arithmetic/triple", "trigonometry/sine", "arithmetic/no", "null/on"])
def test_course_yml_gets_lines_and_loses_nothing(root, layout, identity):
    path = root / "course.yml"
    path.write_bytes(LAYOUTS[layout].encode())
    before, lines = courses.find(root), LAYOUTS[layout].splitlines(keepends=True)
    course = create(root, identity)
    kept = iter(path.read_bytes().decode().splitlines(keepends=True))
    assert all(any(line.rstrip() == other.rstrip() for other in kept) for line in lines), "a line is lost or has moved"
    assert (course.drafts(), course.names(), course.limits) == ([identity], before.names(), before.limits)
    assert path.read_bytes().count(b"\r") == (path.read_bytes().count(b"\n") if layout == "Windows" else 0)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_stands_below_the_last_of_its_unit_and_above_what_belongs_to_the_next(root, layout):
    (root / "course.yml").write_bytes(LAYOUTS[layout].encode())
    create(root, "arithmetic/triple")
    create(root, "trigonometry/sine")
    text = (root / "course.yml").read_text()
    assert re.search(r"\n( +)double: 2.*\n\1triple: draft(\n|$)", text)
    assert not re.search(r"# how long[\s\S]+sine", text)


# What is refused, and that nothing is lost


@pytest.mark.parametrize(
    ("identity", "says"),
    [
        ("triple", "expected UNIT/NAME such as"),
        ("arithmetic/", "expected UNIT/NAME such as"),
        ("arithmetic/more/triple", "expected UNIT/NAME such as"),
        ("../triple", "expected a name in lower case"),
        ("arithmetic/Triple", "expected a name in lower case"),
        ("arithmetic/2x", "expected a name in lower case"),
        ("arithmetic/class", "expected a name in lower case"),
        ("arithmetic/tokenize", "would hide that module"),
        ("numpy/triple", "would hide that module"),
        ("arithmetic/double", "is in the course already: edit solutions/arithmetic/double.py"),
    ],
)
def test_it_refuses_in_a_sentence_and_changes_nothing(root, identity, says):
    before = files(root)
    with pytest.raises(CourseError, match=re.escape(says)):
        create(root, identity)
    assert files(root) == before


@pytest.mark.parametrize("old", ["exercises: {double: 2}", "exercises: &same\n      double: 2"])
def test_where_a_line_cannot_simply_be_added_it_says_so(root, old):
    text = COURSE.replace("exercises:\n      double: 2", old)
    if "&" in old:  # the line would end up in both units
        text += "  algebra:\n    title: A\n    about: B\n    exercises: *same\n"
    (root / "course.yml").write_text(text)
    before = files(root)
    with pytest.raises(CourseError, match="on lines of their own, without braces or aliases"):
        create(root, "arithmetic/triple")
    assert files(root) == before


def test_a_file_that_somebody_wrote_is_not_overwritten(root):
    path = root / "solutions/arithmetic/triple.py"
    path.write_text("work")
    with pytest.raises(CourseError, match="exists already, and the example would overwrite it"):
        create(root, "arithmetic/triple")
    assert path.read_text() == "work"


def test_an_interrupted_run_is_finished_by_the_next(root):
    create(root, "arithmetic/triple")
    (root / "course.yml").write_text(COURSE.lstrip())  # killed before course.yml was replaced
    assert create(root, "arithmetic/triple").drafts() == ["arithmetic/triple"]


def test_where_no_file_can_be_written_nothing_is(root):
    before = files(root)
    limited = "import resource as r, sys; r.setrlimit(r.RLIMIT_FSIZE, (0, 0)); from autograder.cli import main; main()"
    command = [sys.executable, "-B", "-c", limited, "new", "geometry/area"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert (result.returncode, "nothing was changed" in result.stderr) == (2, True), result.stderr
    assert files(root) == before


@pytest.mark.skipif(not shutil.which("bwrap"), reason="a file that cannot be replaced is made with bubblewrap")
def test_where_course_yml_cannot_be_replaced_the_author_s_file_goes_again(root):
    before, listing = files(root), str(root / "course.yml")
    wall = ["bwrap", "--dev-bind", "/", "/", "--bind", listing, listing]  # a mount point, as in a container
    command = [*wall, sys.executable, "-B", "-m", "autograder.cli", "new", "geometry/area"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if "bwrap:" in result.stderr:
        pytest.skip("bubblewrap does not work here: " + result.stderr)
    assert (result.returncode, "nothing was changed" in result.stderr) == (2, True), result.stderr
    assert files(root) == before


# What becomes of a draft


def test_a_draft_is_left_out_of_what_is_built_however_broken_it_is(root):
    course = create(root, "arithmetic/triple")
    course.author_file("arithmetic/triple").write_text("def triple(x:")
    published = build.files(courses.find(root), SECRET)
    assert [path for path in published if "triple" in str(path)] == []
    assert Path("exercises/arithmetic/double.py") in published
    said = autograder(root, "build")
    assert "arithmetic/triple is a draft" in said.stdout
    assert "1 exercises" in said.stdout


def test_a_unit_of_drafts_has_no_notebook_and_cannot_be_graded(root):
    course = create(root, "geometry/area")
    assert [path for path in build.files(course, SECRET) if "geometry" in path.parts] == []
    with pytest.raises(CourseError, match="all exercises of geometry are drafts"):
        hidden_packs(course, "geometry")


def test_with_points_it_is_published_but_not_while_it_says_todo(root):
    path = create(root, "arithmetic/triple").author_file("arithmetic/triple")
    edit(root / "course.yml", "triple: draft", "triple: 2")
    with pytest.raises(AuthorError, match=r"still says TODO, solutions/arithmetic/triple.py:1: .* \(and \d more\)"):
        build.files(courses.find(root), SECRET)
    path.write_text(without_todo(path.read_text()))
    assert Path("exercises/arithmetic/triple.py") in build.files(courses.find(root), SECRET)


def test_verify_proves_drafts_only_when_they_are_named(root):
    course = create(root, "arithmetic/triple")
    assert (course.select([]), course.select(["triple"])) == (["arithmetic/double"], ["arithmetic/triple"])


# The preview


def shown(root: Path, *identities: str) -> str:
    console = Console(file=StringIO(), width=60)
    preview.show(courses.find(root), identities, console)
    return console.file.getvalue()


def test_the_preview_is_what_students_see_drafts_included(root):
    create(root, "arithmetic/triple")
    text = shown(root, "arithmetic/double", "arithmetic/triple")
    assert text.index("Arithmetic") < text.index("Twice a number") < text.index("check(double)") < text.index("triple")
    assert "CANARY" not in text
    assert "x**2" not in text


def test_the_preview_cuts_no_line_and_spoils_no_formula(root):
    path = root / "solutions/arithmetic/double.py"
    edit(path, '"""Twice every element of x."""', f'"""Twice {"every " * 20}element."""')
    edit(path, "A lesson about $2x$.", "A lesson about $2\\,x_i y_i$. $$\\{a_1, b_1\\} *\nc_1 \\, * c_2$$")
    edit(path, '"""Twice a number', 'r"""Twice a number')
    text = shown(root, "arithmetic/double")
    assert text.count("every") == 20
    assert r"2\,x_i y_i" in text
    assert r"\{a_1, b_1\} *" in text
    assert r"c_1 \, * c_2" in text


def test_the_preview_as_a_page(root):
    said = autograder(root, "preview", "double", "--html", "page.html")
    assert (said.returncode, said.stdout) == (0, "wrote page.html\n")
    page = (root / "page.html").read_text()
    assert "Twice a number" in page
    assert "CANARY" not in page
