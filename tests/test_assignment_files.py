"""Data files of an assignment: published with it, and there when it is graded, as the instructor wrote them."""

import json
import sys
from pathlib import Path

import pytest
from building import COURSE, write_course
from nbgrader_class import UNIT, command

from autograder import course as courses
from autograder.course import CourseError
from autograder.publishing import build

READS = "import numpy as np\ndef double(x):\n    return float(open('factor.csv').read()) * x\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_course(tmp_path, course=COURSE.replace("    exercises:", "    files: [factor.csv]\n    exercises:"))
    (tmp_path / "solutions" / UNIT / "factor.csv").write_text("2")
    rebuild(tmp_path)
    return tmp_path


def rebuild(root: Path) -> None:
    course = courses.find(root)
    build.write(course, build.files(course, "s" * 32))


def graded(root: Path) -> dict[str, str]:
    done = command(root, sys.executable, "-m", "autograder.cli", "grade", UNIT, "--course", "class", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    lines = (root / "reports" / f"{UNIT}.jsonl").read_text().splitlines()
    return {each["student"]: each["exercises"]["double"]["outcome"] for each in map(json.loads, lines)}


def test_they_are_published_with_the_notebook_and_for_nbgrader_s_release(root: Path) -> None:
    for folder in ("exercises", "source"):
        assert (root / folder / UNIT / "factor.csv").read_text() == "2"
    (root / "solutions" / UNIT / "factor.csv").write_text("2.0")
    rebuild(root)
    assert (root / "source" / UNIT / "factor.csv").read_text() == "2.0"


def test_they_are_there_when_it_is_graded_whatever_a_student_made_of_them(root: Path) -> None:
    for student, factor in (("without", None), ("changed", "3"), ("same", "2")):
        folder = root / "class" / student
        folder.mkdir(parents=True)
        (folder / "double.py").write_text(READS)
        if factor:
            (folder / "factor.csv").write_text(factor)
    assert graded(root) == {"without": "correct", "changed": "correct", "same": "correct"}
    (root / "solutions" / UNIT / "factor.csv").write_text("5")
    assert set(graded(root).values()) == {"wrong"}, "other data is another submission"


def test_a_file_that_is_not_there_is_said_by_name(root: Path) -> None:
    (root / "solutions" / UNIT / "factor.csv").unlink()
    with pytest.raises(CourseError, match=r"units\.arithmetic\.files: there is no file .*factor\.csv; put"):
        rebuild(root)


@pytest.mark.parametrize("name", ["../course.secret", "/etc/passwd", "a/b.csv", "helper.py", ".hidden", "x.ipynb"])
def test_only_the_name_of_a_data_file_is_taken(root: Path, name: str) -> None:
    path = root / "course.yml"
    path.write_text(path.read_text().replace("factor.csv", name))
    with pytest.raises(CourseError, match=r"expected the name of a data file such as heights\.csv"):
        courses.find(root)
