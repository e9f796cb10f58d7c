"""Fixtures of the tests of `autograder watch`: a course of three exercises, and terminals in its folder."""

import pytest
from building import AUTHOR_FILE, COURSE, write_course
from terminals import Terminal

from autograder import course as courses
from autograder.publishing import build

HINTS = 'double.hints("What is lacking?", "Each counts twice.", "3 becomes 6.")\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Three exercises in two units, whose order is not that of their names."""
    root = write_course(
        tmp_path_factory.mktemp("course"), AUTHOR_FILE.replace('double.case("by', HINTS + 'double.case("by')
    )
    double = (root / "solutions/arithmetic/double.py").read_text()
    twice = double.replace("double", "again")
    (root / "solutions/arithmetic/again.py").write_text(twice)
    (root / "solutions/warming").mkdir()
    (root / "solutions/warming/first.py").write_text(double.replace(HINTS, "").replace("double", "first"))
    unit = COURSE[COURSE.index("  arithmetic") :]
    first = unit.replace("arithmetic", "warming").replace("double: 2", "first: 1")
    (root / "course.yml").write_text((COURSE.replace(unit, first + unit) + "      again: 1\n").lstrip())
    return build.files(courses.find(root), "s" * 32)


@pytest.fixture
def folder(built, tmp_path):
    for path, content in built.items():
        if path.parts[0] == "exercises":
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content)
    return tmp_path


@pytest.fixture
def terminal(folder):
    opened: list[Terminal] = []

    def start(*arguments, **options) -> Terminal:
        opened.append(Terminal(folder, *arguments, **options))
        return opened[-1]

    yield start
    for each in opened:
        each.process.close(force=True)
