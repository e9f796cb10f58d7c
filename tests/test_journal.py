"""A second run grades only what differs, and says why."""

import json
import sqlite3
import sys
from pathlib import Path

import pytest
from nbgrader_class import RIGHT, UNIT, WRONG, command, write

from autograder import course as courses
from autograder.publishing import build

STUDENTS = 12


def grade(root: Path, *words: str) -> str:
    done = command(root, sys.executable, "-m", "autograder.cli", "grade", UNIT, "--course", "class", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def hand_in(root: Path, student: str, answers: dict[str, str]) -> None:
    folder = root / "class" / student
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in answers.items():
        (folder / f"{name}.py").write_text(source)


def lines(root: Path) -> dict[str, dict[str, object]]:
    found = map(json.loads, (root / "reports" / f"{UNIT}.jsonl").read_text().splitlines())
    return {each["student"]: each["exercises"] for each in found}


def graded(said: str) -> int:
    """How many submissions a run graded, by its last lines."""
    return int(next(line for line in said.splitlines() if " submissions in " in line).split()[0])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course without a gradebook, and a class that was graded once."""
    made = write(tmp_path_factory.mktemp("journal"))
    for number in range(STUDENTS):
        hand_in(made, f"s{number:02}", RIGHT if number % 3 else WRONG)
    assert graded(grade(made)) == STUDENTS
    return made


def test_nothing_is_graded_again_when_nothing_has_changed(root: Path) -> None:
    before = (root / "reports" / f"{UNIT}.jsonl").read_bytes()
    said = grade(root)
    assert graded(said) == 0 and f"{STUDENTS} as before" in said
    assert (root / "reports" / f"{UNIT}.jsonl").read_bytes() == before


def test_all_grades_everything(root: Path) -> None:
    assert graded(grade(root, "--all")) == STUDENTS


def test_other_files_are_graded_and_the_rest_of_the_class_stays_in_the_report(root: Path) -> None:
    hand_in(root, "s00", RIGHT)
    assert graded(grade(root, "--student", "s00")) == 1
    assert lines(root)["s00"]["double"]["outcome"] == "correct"
    assert len(lines(root)) == STUDENTS
    hand_in(root, "s00", WRONG)
    assert graded(grade(root)) == 1
    assert lines(root)["s00"]["double"]["outcome"] == "wrong"


def test_a_changed_exercise_is_graded_and_the_others_are_kept(root: Path) -> None:
    path = root / "solutions" / UNIT / "double.py"
    before = lines(root)
    path.write_text(path.read_text().replace("That is the square.", "You squared it."))
    course = courses.find(root)
    build.write(course, build.files(course, "s" * 32))
    said = grade(root, "--explain", "s00")
    assert "s00, double: to be graded: the exercise, the limits or the grader have changed" in said
    assert "s00, triple: kept: nothing has changed since 20" in said
    # What the journal kept stands as it was, to the letter: an exercise that was graded again would say so.
    with sqlite3.connect(root / "journal.db") as database:
        kept = {row[0] for row in database.execute("select content from graded")}
    assert graded(grade(root)) == STUDENTS
    after = lines(root)
    assert "You squared it." in str(after["s00"]["double"])
    assert {student: each["triple"] for student, each in after.items()} == {
        student: each["triple"] for student, each in before.items()
    }
    with sqlite3.connect(root / "journal.db") as database:
        assert {row[0] for row in database.execute("select content from graded")} == kept


# What it returns tells when it was called.
CLOCK = {**RIGHT, "double": "import time\ndef double(x):\n    return x * time.time_ns()\n"}


def change(root: Path, *pairs: tuple[str, str]) -> None:
    """Changes an author's file, and builds."""
    path = root / "solutions" / UNIT / "double.py"
    text = path.read_text()
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)
    course = courses.find(root)
    build.write(course, build.files(course, "s" * 32))


def test_a_function_is_called_again_when_its_calls_or_its_files_have_changed_and_not_for_a_hint(
    tmp_path: Path,
) -> None:
    root = write(tmp_path)
    hand_in(root, "clock", CLOCK)

    def told() -> str:
        grade(root)
        return str(lines(root)["clock"]["double"]["message"])  # type: ignore[index]

    first = told()
    change(root, ("That is the square.", "You squared it."))
    assert told() == first
    change(root, ("[[1.5, -2.0]]", "[[2.5, -2.0]]"), ("[[3, -4]]", "[[5, -4]]"))
    second = told()
    assert second != first
    hand_in(root, "clock", {"double": CLOCK["double"] + "# better\n"})
    third = told()
    assert third not in (first, second)
    # Of all exercises likewise, and not when it is asked for.
    for name in ("double", "triple"):
        path = root / "solutions" / UNIT / f"{name}.py"
        path.write_text(path.read_text().replace('hint="', 'hint="Look: '))
    change(root, ("Look: ", "Look again: "))
    assert told() == third
    grade(root, "--all")
    assert str(lines(root)["clock"]["double"]["message"]) not in (first, second, third)  # type: ignore[index]


def test_why_is_said_for_one_who_was_never_graded(root: Path) -> None:
    hand_in(root, "new", RIGHT)
    assert "new, double: to be graded: it was not graded before" in grade(root, "--explain", "new")
    for path in (root / "class" / "new").iterdir():
        path.unlink()
    (root / "class" / "new").rmdir()


def test_a_damaged_journal_is_one_sentence_and_nothing_is_lost(root: Path) -> None:
    path = root / "journal.db"
    whole = path.read_bytes()
    path.write_bytes(b"no database" * 100)
    done = command(root, sys.executable, "-m", "autograder.cli", "grade", UNIT, "--course", "class")
    path.write_bytes(whole)
    assert done.returncode == 2
    assert "journal.db cannot be used" in done.stderr and "Traceback" not in done.stderr


def test_where_the_time_went_is_said_and_logged(root: Path) -> None:
    said = grade(root, "--student", "s01", "--all", "--profile", "--log", "log.jsonl")
    for stage in ("read", "run", "judge", "render"):
        assert f"{stage} (by the clock)" in said
    assert "double (computing)" in said
    (line,) = map(json.loads, (root / "log.jsonl").read_text().splitlines())
    assert line["student"] == "s01" and set(line["stages"]) == {"read", "run", "judge", "render"}
    assert sum(line["stages"].values()) <= line["seconds"]
    assert line["exercises"]["double"]["outcome"] == "correct" and line["exercises"]["double"]["seconds"] >= 0


def test_a_unit_whose_exercises_are_in_another_order_needs_no_grading(root: Path) -> None:
    course = (root / "course.yml").read_text()
    double, triple = (
        line for line in course.splitlines(keepends=True) if line.strip().startswith(("double:", "triple:"))
    )
    (root / "course.yml").write_text(course.replace(double + triple, triple + double))
    said = grade(root)
    assert graded(said) == 0
    assert "exercises: triple, double" in said
    assert all([*each] == ["triple", "double"] for each in lines(root).values())
    (root / "course.yml").write_text(course)
