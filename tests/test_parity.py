"""The same class on both roads: `nbgrader autograde` and `autograder grade`, from the same released notebooks.

Honest work has the same score in every cell; what differs, differs as docs/nbgrader.md says.
"""

import csv
import io
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import nbgrader_class
import pytest
from nbgrader_class import IN_TIME, UNIT, hand_in, rebuild, scores, sql
from nbgrader_commands import Commands
from parity_class import DIFFERENT, DUE
from parity_class import HONEST as EVERYBODY
from rich.console import Console

from autograder import course as courses
from autograder.grading import batch, worker
from autograder.grading.choice import Choice
from autograder.grading.run import Run
from autograder.running.isolation import survey

# nbgrader takes a second for each: `make parity` compares all of them, the tests every third.
ALL = os.environ.get("PARITY") == "all"
NEEDED = ("right", "late", "late-in-part")
HONEST = {name: how for number, (name, how) in enumerate(EVERYBODY.items()) if ALL or number % 3 == 0 or name in NEEDED}

LIMITS = "limits:\n  seconds: 2\n  cell_seconds: 2\n"
LOCAL = 'c.LateSubmissionPlugin.penalty_method = "zero"\nc.Execute.timeout = 6\n'
CELLS = ("check_double", "check_triple", "explain_why")
FAULT = "fault"
# The first of them ends nbgrader's run.
TWICE = ("cells-twice", "words-twice")

GRADE = worker.grade


def kill_or_grade(handed_in: Any, *more: Any) -> Any:
    """What a worker does when one submission is its end each time; run there, so it stands in the module."""
    if handed_in.student == FAULT:
        os.kill(os.getpid(), signal.SIGKILL)
    return GRADE(handed_in, *more)


def submit(root: Path, student: str, how: dict[str, Any]) -> None:
    kept = {key: value for key, value in how.items() if key != "files"}
    folder = hand_in(root, student, **{"time": IN_TIME, **kept})
    for name, content in how.get("files", {}).items():
        if content is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(content)


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    commands = Commands(tmp_path_factory.mktemp("home"))
    yield commands
    commands.close()


@pytest.fixture(scope="module")
def theirs(tmp_path_factory, commands) -> Path:
    """The class graded by nbgrader."""
    root = nbgrader_class.write(tmp_path_factory.mktemp("theirs") / "course")
    path = root / "course.yml"
    path.write_text(LIMITS + path.read_text())
    rebuild(root)
    (root / "nbgrader_local.py").write_text(LOCAL)
    said = commands("generate_assignment", UNIT, folder=root)
    assert said.returncode == 0, said.text
    sql(root, "update assignment set duedate = ?", DUE)
    for student, how in [*HONEST.items(), *((student, each.how) for student, each in DIFFERENT.items())]:
        submit(root, student, how)
    shutil.copytree(root, root.parent / "copy")
    for student in (FAULT, *TWICE):
        shutil.move(root / "submitted" / student, root / student)
    said = commands("autograde", UNIT, folder=root)
    assert said.returncode == 1  # those who have no score
    # A fault of the grader: a pack that is damaged while one student is graded.
    shutil.move(root / FAULT, root / "submitted" / FAULT)
    pack = root / "hidden_packs" / UNIT / "double.pack"
    whole = pack.read_bytes()
    pack.write_bytes(whole[:-1])
    assert commands("autograde", UNIT, f"--student={FAULT}", folder=root).returncode == 1
    pack.write_bytes(whole)
    shutil.move(root / "submitted" / FAULT, root / FAULT)
    for student in TWICE:
        shutil.move(root / student, root / "submitted" / student)
    said = commands("autograde", UNIT, folder=root)
    assert "use an old version" in said.text
    return root


@pytest.fixture(scope="module")
def ours(theirs) -> Path:
    """The same class, as it was handed in, graded by `autograder grade`."""
    root = theirs.parent / "copy"
    course = courses.find(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "grade", kill_or_grade)
        run = Run(course, UNIT, root, batch.hidden_packs(course, UNIT), Console(file=io.StringIO()), survey())
        run.grade(Choice(), jobs=2)
    return root


def of(root: Path, student: str) -> list[tuple[float | None, bool]]:
    found = scores(root).get(student, {})
    return [found.get(cell, (None, True)) for cell in CELLS]


def exported(root: Path, commands: Commands) -> dict[str, dict[str, str]]:
    """What nbgrader itself says of each student: total, penalty, and whether somebody must look."""
    assert commands("export", "--to", "grades.csv", folder=root).returncode == 0
    with (root / "grades.csv").open() as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_honest_work_has_the_same_score_in_every_cell_on_both_roads(theirs, ours, capsys):
    found = {student: (of(theirs, student), of(ours, student)) for student in HONEST}
    assert {student: both for student, both in found.items() if both[0] != both[1]} == {}
    compared = sum(len(cells) for cells, _ in found.values())
    with capsys.disabled():
        print(f"\nparity: {compared} cells of {len(found)} honest students have the same score on both roads")
    assert len(EVERYBODY) >= 40 and compared == 3 * len(HONEST) >= 3 * len(EVERYBODY) // 3
    # The control: they are not all alike.
    assert all(cells[:2] == [(2.0, False), (4.0, False)] for name, (cells, _) in found.items() if name[:5] == "right")
    assert all(cells[0][0] < 2 for name, (cells, _) in found.items() if name.startswith(("wrong", "partly-one-row")))
    assert len({tuple(cells) for cells, _ in found.values()}) >= (7 if ALL else 4)


def test_honest_work_has_the_same_total_and_the_same_penalty(theirs, ours, commands):
    ours_, theirs_ = exported(ours, commands), exported(theirs, commands)
    assert {name: ours_[name] for name in HONEST} == {name: theirs_[name] for name in HONEST}
    assert float(ours_["late-in-part"]["late_submission_penalty"]) == 2.0
    assert (float(ours_["right"]["score"]), float(ours_["late"]["score"])) == (6.0, 0.0)


@pytest.mark.parametrize("student", DIFFERENT)
def test_what_differs_does_so_deliberately(student, theirs, ours):
    case = DIFFERENT[student]
    graded = (theirs / "autograded" / student / UNIT / f"{UNIT}.ipynb").is_file()
    assert (of(theirs, student) if graded else None) == case.theirs
    assert of(ours, student) == case.ours
    assert (ours / "autograded" / student / UNIT / f"{UNIT}.ipynb").is_file()


def test_a_cell_that_stands_there_twice_ends_the_run_for_those_who_come_after(theirs, ours):
    first, second = TWICE
    assert first in scores(theirs) and second not in scores(theirs)
    assert {*TWICE} < set(scores(ours))


def test_what_is_printed_without_end_is_kept_there_and_cut_here(theirs, ours):
    sizes = [(root / "autograded" / "prints" / UNIT / f"{UNIT}.ipynb").stat().st_size for root in (theirs, ours)]
    assert sizes[0] > 3_000_000 and sizes[1] < 300_000


def test_the_document_holds_these_differences():
    rows = [f"| {case.did} | {case.nbgrader} | {case.here} |" for case in DIFFERENT.values()]
    table = "\n".join(["| what a student did | nbgrader | here |", "|---|---|---|", *rows])
    text = (Path(__file__).resolve().parent.parent / "docs" / "nbgrader.md").read_text()
    assert table in text, f"docs/nbgrader.md must hold this table:\n{table}"
