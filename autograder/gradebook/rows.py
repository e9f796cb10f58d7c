"""The rows of many submissions, as nbgrader's own models have them.

Only what an autograder may say is written: scores, comments and penalties of its own. What a person said stays, and
so does every row that is already there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

AT_ONCE = 500  # names in a query: a database takes so many parameters and no more
Cells = Mapping[str, Sequence[tuple[str, str]]]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One submission's results. scores and comments: as in Autograded. handed_in_at: in UTC, where it is known."""

    student: str
    handed_in_at: datetime | None
    scores: dict[str, float | None]
    comments: dict[str, str | None]


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of a unit's rows. graded, commented: notebook → its cells as (id, name).

    penalty: student, score and seconds late → points to take off, None for nothing.
    """

    assignment: str
    notebook: str
    graded: Cells
    commented: Cells
    penalty: Callable[[str, float, float], float | None]


def write_rows(session: Any, unit: Unit, entries: Sequence[Entry]) -> None:
    """Writes the results within a transaction that the caller ends."""
    from nbgrader import api

    students = [entry.student for entry in entries]
    add_students(session, students)
    submitted = _ensured(
        session,
        api.SubmittedAssignment,
        ("assignment_id", "student_id"),
        [(unit.assignment, name) for name in students],
    )
    copies = [(row, notebook) for row in submitted.values() for notebook in unit.graded]
    notebooks = _ensured(session, api.SubmittedNotebook, ("assignment_id", "notebook_id"), copies)
    grades = _ensured(session, api.Grade, ("notebook_id", "cell_id"), list(_cells(notebooks, unit.graded)))
    comments = _ensured(session, api.Comment, ("notebook_id", "cell_id"), list(_cells(notebooks, unit.commented)))

    times, scores, remarks = [], [], []
    for entry in entries:
        submission = submitted[unit.assignment, entry.student]
        notebook = notebooks[submission, unit.notebook]
        if entry.handed_in_at:
            times.append({"row": submission, "at": entry.handed_in_at})
        scores += [
            {"row": grades[notebook, cell], "score": entry.scores[name], "unjudged": entry.scores[name] is None}
            for cell, name in unit.graded[unit.notebook]
            if name in entry.scores
        ]
        remarks += [
            {"row": comments[notebook, cell], "comment": entry.comments[name]}
            for cell, name in unit.commented[unit.notebook]
            if name in entry.comments
        ]
    _update(session, times, scores, remarks)
    _penalties(session, unit, list(submitted.values()))


def add_students(session: Any, students: Sequence[str]) -> None:
    """Makes known whom the gradebook does not know yet, in this order."""
    from nbgrader.api import Student
    from sqlalchemy import insert, select

    for first in range(0, len(students), AT_ONCE):
        some = students[first : first + AT_ONCE]
        known = set(session.scalars(select(Student.id).where(Student.id.in_(some))))
        if rows := [{"id": name} for name in some if name not in known]:
            session.execute(insert(Student.__table__), rows)


def _cells(notebooks: Mapping[tuple[str, str], str], cells: Cells) -> Iterator[tuple[str, str]]:
    return ((row, cell) for (_, notebook), row in notebooks.items() for cell, _ in cells[notebook])


def _ensured(
    session: Any, model: Any, keys: tuple[str, str], wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """The ids of the rows with these keys; those that are missing are made."""
    from nbgrader.api import new_uuid
    from sqlalchemy import insert, select

    table = model.__table__
    first, second = (table.c[key] for key in keys)
    # By both keys: by one of them only, the table has no index, and all of it would be read each time.
    there = select(first, second, table.c.id)
    there = there.where(first.in_({key for key, _ in wanted}), second.in_({key for _, key in wanted}))
    found = {(a, b): row for a, b, row in session.execute(there)}
    missing = {pair: new_uuid() for pair in wanted if pair not in found}
    if missing:
        rows = [dict(zip((*keys, "id"), (*pair, row), strict=True)) for pair, row in missing.items()]
        session.execute(insert(table), rows)
    return found | missing


def _update(
    session: Any, times: list[dict[str, Any]], scores: list[dict[str, Any]], remarks: list[dict[str, Any]]
) -> None:
    from nbgrader import api
    from sqlalchemy import Boolean, bindparam, or_, update

    submission, grade, comment = (each.__table__ for each in (api.SubmittedAssignment, api.Grade, api.Comment))
    # A person looks again at what they had scored before, and at what has no score: nbgrader's rule, and decided by
    # the database itself, so that what is said in formgrader meanwhile counts.
    again = or_(grade.c.manual_score.is_not(None), bindparam("unjudged", type_=Boolean))
    for table, values, rows in (
        (submission, {"timestamp": bindparam("at")}, times),
        (grade, {"auto_score": bindparam("score"), "needs_manual_grade": again}, scores),
        (comment, {"auto_comment": bindparam("comment")}, remarks),
    ):
        if rows:
            session.execute(update(table).where(table.c.id == bindparam("row")).values(values), rows)


def _penalties(session: Any, unit: Unit, submitted: Sequence[str]) -> None:
    """What is late loses what the course's plugin says; everybody else loses nothing."""
    from nbgrader.api import Assignment, Grade, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import func, or_, select

    # As nbgrader's own score of a notebook, but by its cells, too: see `_ensured`.
    cells = [cell for cell, _ in unit.graded[unit.notebook]]
    score = select(func.coalesce(func.sum(Grade.score), 0.0)).correlate_except(Grade)
    score = score.where(Grade.notebook_id == SubmittedNotebook.id, Grade.cell_id.in_(cells))
    theirs = (
        select(SubmittedNotebook, SubmittedAssignment, score.scalar_subquery())
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(SubmittedNotebook.notebook_id == unit.notebook, SubmittedAssignment.id.in_(submitted))
        # Those who may be late, or were.
        .where(
            or_(
                SubmittedAssignment.timestamp > Assignment.duedate,
                SubmittedAssignment.extension.is_not(None),
                SubmittedNotebook.late_submission_penalty.is_not(None),
            )
        )
    )
    for notebook, submission, earned in session.execute(theirs):
        late = submission.total_seconds_late if submission.assignment.duedate else 0
        penalty = unit.penalty(submission.student_id, earned, late) if late > 0 else None
        if notebook.late_submission_penalty != penalty:
            notebook.late_submission_penalty = penalty
