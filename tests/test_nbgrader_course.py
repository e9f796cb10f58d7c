"""What `autograder build` writes for nbgrader: every command of its way from source/ to submitted/ works on it."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbgrader_course
import pytest
from nbgrader_commands import Commands, Said
from nbgrader_course import TO_DO, UNIT, cells, read

from autograder import course as courses
from autograder import pack
from autograder.publishing import build, lesson

NOTEBOOK = f"{UNIT}.ipynb"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("nbgrader")


@pytest.fixture(scope="module")
def said(folder) -> dict[str, Said]:
    """The whole way, walked once: what each command said."""
    root, student, exchange = folder / "course", folder / "student", folder / "exchange"
    nbgrader_course.write(root)
    for each in (student, exchange, folder / "home"):
        each.mkdir()
    exchange.chmod(0o777)
    (root / "nbgrader_local.py").write_text(f"c.Exchange.root = {str(exchange)!r}\n")
    mine = f"c.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'a_course'\n"
    (student / "nbgrader_config.py").write_text(mine)
    commands, found = Commands(folder / "home"), {}
    found["generate_assignment"] = commands("generate_assignment", UNIT, folder=root)
    found["validate the source"] = commands("validate", f"source/{UNIT}/{NOTEBOOK}", folder=root)
    found["release_assignment"] = commands("release_assignment", UNIT, folder=root)
    found["list"] = commands("list", folder=student)
    found["fetch_assignment"] = commands("fetch_assignment", UNIT, folder=student)
    found["validate the release"] = commands("validate", f"{UNIT}/{NOTEBOOK}", folder=student)
    found["submit"] = commands("submit", UNIT, folder=student)
    found["collect"] = commands("collect", UNIT, folder=root)
    released = root / "release" / UNIT / NOTEBOOK
    archive = root / "downloaded" / UNIT / "archive"
    archive.mkdir(parents=True)
    shutil.copy(released, archive / f"ann_lee_{NOTEBOOK}")
    with zipfile.ZipFile(archive / "others.zip", "w") as others:
        others.write(released, f"ben@example.org_{NOTEBOOK}")
    found["zip_collect"] = commands("zip_collect", UNIT, folder=root)
    commands.close()
    return found


def test_every_command_works(said):
    assert {name: ended.text for name, ended in said.items() if ended.returncode} == {}
    assert "a_course arithmetic" in said["list"].text


def test_what_nbgrader_releases_is_what_students_get_without_it(said, folder):
    released = folder / "course" / "release" / UNIT
    published = folder / "course" / "exercises" / UNIT
    assert (released / NOTEBOOK).read_bytes() == (published / NOTEBOOK).read_bytes()
    for path in (published / "packs").iterdir():
        assert (released / "packs" / path.name).read_bytes() == path.read_bytes()


def test_nothing_hidden_is_beside_the_source_nor_in_the_release(said, folder):
    course = folder / "course"
    for place in (course / "source", course / "release", folder / "exchange", folder / "student"):
        packs = [pack.read_file(path) for path in place.rglob("*.pack")]
        assert len(packs) >= 2, place
        assert not [case for each in packs for case in each.cases if case.hidden]
    students = [path for path in (course / "release").rglob("*") if path.is_file()]
    assert len(students) == 3
    assert not [path for path in students if b"CANARY" in path.read_bytes()]
    # The controls: the source holds solutions, the hidden packs hold hidden cases.
    assert "CANARY_SOLUTION" in (course / "source" / UNIT / NOTEBOOK).read_text()
    assert [case for case in pack.read_file(course / "hidden_packs" / UNIT / "double.pack").cases if case.hidden]


def test_the_reference_passes_validation(said):
    assert "Success! Your notebook passes all the tests." in said["validate the source"].text


def test_validation_of_an_untouched_notebook_says_what_is_to_do(said):
    text = said["validate the release"].text
    assert "VALIDATION FAILED ON 3 CELL(S)!" in text
    assert "arithmetic/double: to do\n      Replace `raise NotImplementedError()` by your own lines." in text
    assert "You did not provide a response." in text  # the question


def test_what_was_handed_in_lies_where_grading_looks_for_it(said, folder):
    submitted = folder / "course" / "submitted"
    handed_in = sorted(path.parent.parent.name for path in submitted.glob(f"*/{UNIT}/{NOTEBOOK}"))
    assert len(handed_in) == 3
    assert {"ann_lee", "ben@example.org"} < set(handed_in)


def test_the_cells_are_named_by_the_exercise_with_the_points_of_the_course(folder, said):
    found = cells(read(folder / "course" / "source" / UNIT / NOTEBOOK))
    kinds = {name: cell["metadata"]["nbgrader"] for name, cell in found.items()}
    told = {name: (m["grade"], m["solution"], m["locked"], m.get("points")) for name, m in kinds.items()}
    assert told == {
        "double": (False, True, False, None),
        "check_double": (True, False, True, 2),
        "triple": (False, True, False, None),
        "check_triple": (True, False, True, 1.5),
        "explain_why_twice": (True, True, False, 3),
    }
    assert {marks["schema_version"] for marks in kinds.values()} == {3}
    assert found["check_double"]["source"] == "check(double)"


def test_a_solution_that_needs_what_students_are_not_given_stands_alone_between_the_markers(folder, said):
    source = cells(read(folder / "course" / "source" / UNIT / NOTEBOOK))["triple"]["source"]
    above, solution = source.split("    ### BEGIN SOLUTION\n")
    assert "thrice" not in above and "operator" not in above
    assert "    import operator\n" in solution and "    def thrice(x):\n" in solution
    released = cells(read(folder / "course" / "release" / UNIT / NOTEBOOK))["triple"]["source"]
    assert released == above + TO_DO


def test_the_configuration_is_python_and_gives_the_road_to_the_hidden_packs(folder, said):
    config = folder / "course" / "nbgrader_config.py"
    program = (
        "import os, sys; from traitlets.config import PyFileConfigLoader;"
        "c = PyFileConfigLoader(sys.argv[1]).load_config();"
        "print(os.environ['AUTOGRADER_HIDDEN_PACKS'], c.CourseDirectory.course_id, c.Execute.timeout, c.Exchange.root)"
    )
    result = subprocess.run([sys.executable, "-c", program, config], capture_output=True, text=True, cwd=folder)
    course = folder / "course"
    assert result.stdout == f"{course / 'hidden_packs'} a_course 30 {folder / 'exchange'}\n", result.stderr


# What was there before


@pytest.fixture
def root(tmp_path) -> Path:
    return nbgrader_course.write(tmp_path)


def rebuilt(root: Path) -> list[build.Drift]:
    course = courses.find(root)
    return build.write(course, build.files(course, "s" * 32))


@pytest.mark.parametrize("name", ["nbgrader_config.py", f"source/{UNIT}/{NOTEBOOK}"])
def test_an_instructor_s_own_file_is_not_overwritten(root, name):
    mine = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    (root / name).write_text(mine)
    with pytest.raises(build.Overwrites, match="not written by `autograder build`"):
        rebuilt(root)
    assert (root / name).read_text() == mine


def test_an_instructor_s_own_assignments_stay_and_those_that_left_the_course_go(root):
    mine = root / "source" / "essay" / "essay.ipynb"
    copy = root / "source" / UNIT / "arithmetic-Copy1.ipynb"
    ours = root / "source" / UNIT / NOTEBOOK
    mine.parent.mkdir()
    mine.write_text("{}")
    shutil.copy(ours, copy)
    (root / "course.yml").write_text((root / "course.yml").read_text().replace("  arithmetic:", "  algebra:"))
    (root / "solutions" / UNIT).rename(root / "solutions" / "algebra")
    removed = {str(change.path) for change in rebuilt(root)}
    assert str(ours.relative_to(root)) in removed and not ours.exists()
    assert mine.exists() and copy.exists()
    assert rebuilt(root) == []


def test_a_hidden_pack_that_got_into_the_source_is_replaced(root):
    pack_file = root / "source" / UNIT / "packs" / "double.pack"
    shutil.copy(root / "hidden_packs" / UNIT / "double.pack", pack_file)
    assert [str(change.path) for change in rebuilt(root)] == [str(pack_file.relative_to(root))]


# The course of this project


@pytest.mark.parametrize("unit", list(courses.find(Path(__file__).parent).units))
def test_every_unit_asks_for_words_and_its_source_passes_its_own_checks(unit, monkeypatch):
    course = courses.find(Path(__file__).parent)
    assert course.units[unit].explain
    exercises = [course.exercise(f"{unit}/{name}") for name in course.units[unit].exercises]
    text = lesson.source(unit, course.units[unit], exercises)
    monkeypatch.chdir(course.root / "exercises" / unit)
    namespace: dict = {"__name__": "__main__"}
    wrong = []
    for cell in (each for each in json.loads(text)["cells"] if each["cell_type"] == "code"):
        source = "".join(cell["source"])
        if source.startswith("check("):
            card = eval(compile(source, "<check>", "eval"), namespace)
            wrong += [] if card.verdict.correct else [repr(card)]
        else:
            exec(compile(source, "<cell>", "exec"), namespace)
    assert wrong == []
