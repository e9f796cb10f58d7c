"""course.yml: a mistake in it is answered with file, key and what was expected."""

from datetime import UTC, datetime

import pytest
from building import COURSE, write_course

from autograder import course as courses


def read(tmp_path, text):
    (tmp_path / "course.yml").write_text(text)
    return courses.read(tmp_path / "course.yml")


def test_a_course_has_units_points_and_limits(tmp_path):
    course = read(tmp_path, COURSE + "limits:\n  seconds: 3\n")
    assert course.names() == ["arithmetic/double"]
    assert course.points("arithmetic/double") == 2
    assert course.limits.seconds == 3


MORE = """\
    due: 2026-12-01 23:59 Europe/Berlin
    explain:
      why_twice:
        points: 2.5
        text: Why?
"""


def test_a_unit_may_ask_for_words_and_be_due(tmp_path):
    unit = read(tmp_path, COURSE + MORE).units["arithmetic"]
    assert (unit.explain["why_twice"].points, unit.explain["why_twice"].text) == (2.5, "Why?")
    assert unit.due.astimezone(UTC) == datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
    bare = read(tmp_path, COURSE).units["arithmetic"]
    assert (bare.explain, bare.due) == ({}, None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.replace("double: 2", "double: two"), "units.arithmetic.exercises.double: expected float, got str"),
        (lambda t: t.replace("double: 2", "double: -1"), "units.arithmetic.exercises.double: expected float > 0"),
        (
            lambda t: t.replace("double: 2", "double: 2\n      double: 3"),
            "course.yml:9: double: stands here and in line 8",
        ),
        (lambda t: t.replace("double: 2", "tokenize: 2"), "'tokenize' would hide that module"),
        (lambda t: t.replace("double: 2", "numpy: 2"), "'numpy' would hide that module"),
        (lambda t: t.replace("double: 2", "Double-x: 2"), "expected a name in lower case"),
        (lambda t: t.replace("    about: Numbers.\n", ""), "units.arithmetic: object missing required field about"),
        (lambda t: t.replace("about: Numbers.", "about: Numbers.\n    colour: red"), "unknown field colour"),
        (lambda t: t + "limits:\n  seconds: soon\n", "limits.seconds: expected float, got str"),
        (lambda t: t + "limits:\n  minutes: 1\n", "limits: object contains unknown field minutes"),
        (lambda t: t.replace("double: 2", "check_it: 2"), "expected a name without check_ or explain_ before it"),
        (lambda t: t + MORE.replace("2.5", "0"), "units.arithmetic.explain.why_twice.points: expected float > 0"),
        (
            lambda t: t + MORE.replace("        text: Why?\n", ""),
            "why_twice: object missing required field text",
        ),
        (lambda t: t + MORE.replace("Why?", "''"), "explain.why_twice.text: expected str of length >= 1"),
        (lambda t: t + MORE.replace("why_twice", "Why"), "explain.Why: expected a name in lower case"),
        (lambda t: t + "    explain:\n", "units.arithmetic.explain: expected keys with values below it, got nothing"),
        (lambda t: t + MORE.replace(" Europe/Berlin", ""), "such as 2026-12-01 23:59 UTC or"),
        (lambda t: t + MORE.replace("Europe/Berlin", "Berlin"), "got '2026-12-01 23:59 Berlin'"),
        (lambda t: t + "    due: 2026-12-01\n", "got '2026-12-01'"),
        (lambda t: t + "    due: 2026-13-01 23:59 UTC\n", "got '2026-13-01 23:59 UTC'"),
        (lambda t: t + "unit: {}\n", "unit: no such key; expected title, limits or units"),
        (lambda t: t.replace("title: A course", "title: [A"), "not YAML"),
        (lambda t: "", "expected keys with values below it, got nothing"),
        (lambda t: "title: A course\n", "units: expected keys"),
        (lambda t: t.replace("      double: 2", "      {}"), "units.arithmetic.exercises: expected keys"),
    ],
)
def test_a_mistake_gives_file_key_and_what_was_expected(tmp_path, change, says):
    with pytest.raises(courses.CourseError) as problem:
        read(tmp_path, change(COURSE))
    assert says in str(problem.value)
    assert "course.yml" in str(problem.value)


def test_words_select_units_and_exercises(tmp_path):
    course = courses.find(write_course(tmp_path))
    assert course.select([]) == course.select(["arithmetic"]) == course.select(["double"]) == ["arithmetic/double"]
    with pytest.raises(courses.CourseError, match="the units are arithmetic"):
        course.select(["algebra"])


def test_the_course_is_found_from_a_folder_below_it(tmp_path):
    write_course(tmp_path)
    assert courses.find(tmp_path / "solutions" / "arithmetic").root == tmp_path.resolve()
    with pytest.raises(courses.CourseError, match=r"no course\.yml"):
        courses.find(tmp_path.parent)
