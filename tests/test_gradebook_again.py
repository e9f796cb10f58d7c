"""Grading again: what a person said stays, one student, one exercise, a mended hint; and what has no score."""

import json
import os
import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader_class import (
    ANSWERED,
    RIGHT,
    UNIT,
    WRONG,
    autograded,
    cell_of,
    command,
    comments,
    grade,
    hand_in,
    rebuild,
    scores,
    sql,
    write,
)
from sqlalchemy import event

from autograder import course as courses
from autograder import pack as packs
from autograder.gradebook import database
from autograder.gradebook.course_folder import CourseFolder, GradebookError
from autograder.gradebook.recording import Recorder
from autograder.gradebook.rows import Entry
from autograder.grading import batch
from autograder.grading.worker import Job, Worker
from autograder.outcome import Outcome
from autograder.running import sandbox


@dataclass
class Looks:
    """What a course looks like at a moment."""

    scores: dict
    comments: dict
    manual: list
    books: dict


def look(root: Path) -> Looks:
    manual = sql(root, "select manual_score from grade where manual_score is not null")
    manual += sql(root, "select manual_comment from comment where manual_comment is not null")
    students = sorted(path.name for path in (root / "autograded").iterdir())
    return Looks(scores(root), comments(root), manual, {name: autograded(root, name) for name in students})


def overrule(root: Path, student: str, cell: str, score: float, comment: str) -> None:
    """As formgrader does it (nbgrader.server_extensions.formgrader.apihandlers)."""
    of = "notebook_id in (select n.id from submitted_notebook n join submitted_assignment a on a.id = n.assignment_id "
    of += "where a.student_id = ?) and cell_id in (select id from base_cell where name = ?)"
    sql(root, f"update grade set manual_score = ?, needs_manual_grade = 0 where {of}", score, student, cell)
    name = cell.removeprefix("check_")
    sql(root, f"update comment set manual_comment = ? where {of}", comment, student, name)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write(tmp_path_factory.mktemp("again"))


@pytest.fixture(scope="module")
def looks(root):
    """The same course after each of several runs. The gradebook is made by the first."""
    found = {}
    hand_in(root, "ann", ANSWERED)
    hand_in(root, "bob", {**WRONG, "explain_why": "No idea."})
    hand_in(root, "cem", WRONG)
    grade(root)
    found["graded"] = look(root)
    overrule(root, "ann", "explain_why", 2.5, "Well argued.")
    overrule(root, "bob", "explain_why", 0.5, "Read again.")
    overrule(root, "cem", "check_double", 1.0, "The idea is right.")

    hand_in(root, "ann", WRONG)
    hand_in(root, "bob", {**RIGHT, "explain_why": "Still no idea."})
    grade(root, "--student", "bob", "--exercise", "double")
    found["bob's double"] = look(root)

    path = root / "solutions" / UNIT / "double.py"
    path.write_text(path.read_text().replace("That is the square.", "You squared it."))
    rebuild(root)
    hand_in(root, "ann", ANSWERED)
    grade(root, "--all")
    found["everyone"] = look(root)
    return found


def test_a_gradebook_that_knows_nothing_yet_is_filled_from_the_source(looks):
    assert looks["graded"].scores["ann"] == {
        "check_double": (2.0, False),
        "check_triple": (4.0, False),
        "explain_why": (None, True),
    }


def test_what_was_released_stays_as_it_was(root, looks):
    assert not (root / "release").exists()


def test_one_student_s_exercise_is_graded_again_and_nothing_else(looks):
    before, after = looks["graded"], looks["bob's double"]
    assert after.scores["bob"]["check_double"] == (2.0, False)
    assert after.scores["bob"]["check_triple"] == before.scores["bob"]["check_triple"] == (0.0, False)
    assert after.scores["bob"]["explain_why"] == (None, False)
    assert after.scores["ann"] == {**before.scores["ann"], "explain_why": (None, False)}
    assert after.books["ann"] == before.books["ann"]
    book = after.books["bob"]
    assert "2 of 2 points" in json.dumps(cell_of(book, "check_double")["outputs"])
    assert cell_of(book, "check_triple")["outputs"] == cell_of(before.books["bob"], "check_triple")["outputs"] != []


def test_what_a_person_said_survives_and_is_looked_at_again(looks):
    assert sorted(map(str, looks["everyone"].manual)) == [
        "('Read again.',)", "('The idea is right.',)", "('Well argued.',)", "(0.5,)", "(1.0,)", "(2.5,)"
    ]  # fmt: skip
    # nbgrader's rule: who scored by hand looks again after each regrading.
    assert looks["everyone"].scores["ann"]["explain_why"] == (None, True)
    assert looks["everyone"].scores["cem"]["check_double"] == (0.0, True)


def test_a_mended_hint_changes_what_is_said_and_not_the_score(looks):
    before, after = looks["graded"], looks["everyone"]
    said = [json.dumps(cell_of(look.books["cem"], "check_double")["outputs"]) for look in (before, after)]
    assert "That is the square." in said[0]
    assert "You squared it." in said[1]
    assert after.scores["cem"]["check_double"][0] == before.scores["cem"]["check_double"][0] == 0.0


def test_an_unknown_exercise_is_one_sentence(root):
    done = command(root, "autograder", "grade", UNIT, "--exercise", "quadruple")
    assert done.returncode == 2
    assert "arithmetic has no exercise quadruple; its exercises are double, triple" in done.stderr


@pytest.fixture
def gradebook(root, looks, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.5)
    return database.Gradebook(CourseFolder(root), UNIT)


ENTRY = Entry(student="ann", handed_in_at=None, scores={"check_double": 2.0}, comments={})


def test_a_locked_gradebook_is_waited_for_and_then_a_sentence(root, gradebook):
    other = sqlite3.connect(root / "gradebook.db", isolation_level=None, check_same_thread=False)
    other.execute("begin immediate")
    with pytest.raises(GradebookError, match="is locked by another program"):
        gradebook.write([ENTRY])
    threading.Timer(0.2, other.rollback).start()
    gradebook.write([ENTRY])


def test_no_table_that_grows_with_the_class_is_read_as_a_whole(root, gradebook):
    def heard(_, __, text, values, *___):
        asked.append((text, values))

    asked = []
    event.listen(gradebook.engine, "before_cursor_execute", heard)
    gradebook.write([ENTRY])
    plans = {text: sql(root, f"explain query plan {text}", *values) for text, values in asked if text[:6] == "SELECT"}
    assert len(plans) > 4
    whole = {step.split()[1] for steps in plans.values() for *_, step in steps if step.startswith("SCAN")}
    assert whole.isdisjoint(("student", "submitted_assignment", "submitted_notebook", "grade", "comment"))


def test_two_runs_that_write_the_same_new_student_both_succeed(root, looks):
    runs = [database.Gradebook(CourseFolder(root), UNIT) for _ in range(2)]
    entry = Entry(student="new", handed_in_at=None, scores={"check_double": 2.0}, comments={})
    threads = [threading.Thread(target=run.write, args=([entry],)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert scores(root)["new"]["check_double"] == (2.0, False)


def test_a_fault_of_the_grader_is_no_score_and_a_person_is_told(root, looks, monkeypatch):
    class Broken:
        def __init__(self, *_):
            raise sandbox.ZygoteError("there is no fork today.")

    monkeypatch.setattr(sandbox, "Zygote", Broken)
    course = courses.find(root)
    hidden = batch.hidden_packs(course, UNIT)
    folder = CourseFolder(root)
    recorder = Recorder(folder, UNIT, {pack.name: pack.points for pack in hidden})
    written = [packs.write(pack) for pack in hidden]
    worker = Worker(Job(unit=UNIT, packs=written, limits=batch.limits_of(course), master=recorder.master))
    (bob,) = (each for each in folder.submissions(UNIT) if each.student == "bob")
    graded = worker.grade(bob)
    assert {verdict.outcome for verdict in graded.verdicts} == {Outcome.grader_error}
    recorder.take(bob, graded.autograded)
    recorder.flush()
    assert scores(root)["bob"]["check_double"] == (None, True)
    assert comments(root)["bob", "double"].startswith("No score yet: It could not be judged: there is no fork today.")
    assert "could not be judged" in json.dumps(cell_of(autograded(root, "bob"), "check_double")["outputs"])


def test_points_that_differ_are_refused(root, looks):
    with pytest.raises(GradebookError, match="double is worth 2 points in the gradebook and 5 in its pack"):
        Recorder(CourseFolder(root), UNIT, {"double": 5.0, "triple": 4.0})


def test_a_configuration_that_is_broken_is_one_sentence(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.db_url = undefined_name\n")
    with pytest.raises(GradebookError, match="undefined_name"):
        CourseFolder(tmp_path)


def test_a_folder_whose_name_is_no_text_is_somebody_s_problem_and_harms_nobody(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    for name in (b"\xff", b"\xfe", b"ann"):
        (tmp_path / "submitted" / os.fsdecode(name) / UNIT).mkdir(parents=True)
    found = {each.student: each.problem for each in CourseFolder(tmp_path).submissions(UNIT)}
    assert {name: bool(problem) for name, problem in found.items()} == {"\\xff": True, "\\xfe": True, "ann": False}


PLUGIN = """
from nbgrader.plugins import BasePlugin

class Late(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {"ann": 1.5, "bob": 99.0, "cem": -1.0}[student_id]
"""


def test_the_course_s_own_plugin_takes_off_for_late_work_at_most_what_there_is(root, looks):
    (root / "late_here.py").write_text(PLUGIN)
    (root / "nbgrader_local.py").write_text('c = get_config()\nc.AssignLatePenalties.plugin_class = "late_here.Late"\n')
    sql(root, "update assignment set duedate = '2026-11-01 12:00:00.000000'")
    late = datetime(2026, 11, 2, 10)
    gradebook = database.Gradebook(CourseFolder(root), UNIT)

    def entry(student):
        return Entry(student=student, handed_in_at=late, scores={"check_double": 2.0}, comments={})

    gradebook.write([entry(student) for student in ("ann", "bob", "cem")])
    gradebook.write([Entry(student="new", handed_in_at=datetime(2026, 10, 30), scores={}, comments={})])
    taken = "select student_id, late_submission_penalty, (select sum(coalesce(manual_score, auto_score)) from grade g "
    taken += (
        "where g.notebook_id = n.id) from submitted_notebook n join submitted_assignment a on a.id = n.assignment_id"
    )
    found = {student: (penalty, score) for student, penalty, score in sql(root, taken)}
    assert found["ann"][0] == 1.5
    assert found["bob"][0] == found["bob"][1] > 0
    assert found["cem"][0] == 0.0
    assert found["new"][0] is None
    with pytest.raises(GradebookError, match="the plugin for late submissions Late failed for new: KeyError"):
        gradebook.write([entry("new")])


def test_the_configuration_says_where_everything_is_and_who_is_left_out(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        'c.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}/{student_id}"\n'
        'c.CourseDirectory.submitted_directory = "handed_in"\n'
        'c.CourseDirectory.student_id_exclude = "bob"\n'
        'c.Autograde.exclude_overwriting = {"unit": ["theirs.csv"]}\n'
    )
    for name in ("handed_in/unit/ann/unit.ipynb", "handed_in/unit/bob/unit.ipynb", "handed_in/unit/bad name/unit.ipynb",
                 "source/unit/./ours.csv", "source/unit/./theirs.csv", "source/unit/./x.pyc"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "handed_in" / "unit" / "link").symlink_to("/etc")
    folder = CourseFolder(tmp_path)
    found = {each.student: each.problem for each in folder.submissions("unit")}
    assert sorted(found) == ["ann", "bad name", "link"]
    assert found["ann"] == ""
    assert "Rename the folder" in found["bad name"]
    assert "was not followed" in found["link"]
    assert [name for name, _ in folder.beside_source("unit")] == ["ours.csv"]
