"""nbgrader's database: what it holds of a unit, and the results of many submissions in one transaction.

The rows are those that nbgrader would have written, through its own SQLAlchemy models; a person's scores and comments
are never touched. nbgrader takes seconds to import: everything here imports it where it is used.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from autograder.gradebook.course_folder import CourseFolder, GradebookError
from autograder.gradebook.master import Master, SourceCell
from autograder.gradebook.rows import Entry, Unit, add_students, write_rows

# How long another program (formgrader, a second run) may hold the gradebook.
PATIENCE = 30.0
TRIES = 3


class Gradebook:
    """The database of a course, for one unit."""

    def __init__(self, folder: CourseFolder, unit: str, due: datetime | None = None) -> None:
        """Opens it; makes it, and the unit's assignment in it, where they are not there. Raises GradebookError.

        due: when the unit was due, for a gradebook that does not say it.
        """
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError

        self.folder = folder
        self.unit = unit
        self._plugin: Any = None
        try:
            self.name = make_url(folder.database).render_as_string(hide_password=True)
            self.engine = _engine(folder.database)
            _create(folder)
            self._find_cells(due)
        except ArgumentError:
            raise GradebookError("c.CourseDirectory.db_url in nbgrader_config.py is no database's URL") from None
        except (SQLAlchemyError, ValueError, OSError, CalledProcessError) as problem:
            # nbgrader's InvalidEntry is a ValueError; it copies files, and calls another program for its tables.
            raise self._unusable(problem) from None

    def _find_cells(self, due: datetime | None) -> None:
        from nbgrader import api
        from sqlalchemy import select
        from sqlalchemy.orm import Session

        if not self._has_assignment():
            self._generate_assignment()
        with Session(self.engine) as session:
            assignment = session.scalars(select(api.Assignment).where(api.Assignment.name == self.unit)).one()
            if due and assignment.duedate is None:
                # As nbgrader keeps it: in UTC, and without saying so.
                assignment.duedate = due.astimezone(UTC).replace(tzinfo=None)
                session.commit()
            notebooks = {notebook.name: notebook for notebook in assignment.notebooks}
            if self.unit not in notebooks:
                said = f"the gradebook has no notebook {self.unit!r} in the assignment {self.unit!r}"
                raise GradebookError(f"{said}: run `nbgrader generate_assignment {self.unit}`, then grade again.")
            self.rows = Unit(
                assignment=assignment.id,
                notebook=notebooks[self.unit].id,
                graded={n.id: _ids(n.grade_cells, n.task_cells) for n in assignment.notebooks},
                commented={n.id: _ids(n.solution_cells, n.task_cells) for n in assignment.notebooks},
                penalty=self._penalty,
            )
            self.master = self._master(notebooks[self.unit])

    def _has_assignment(self) -> bool:
        from nbgrader import api
        from sqlalchemy import select
        from sqlalchemy.orm import Session

        with Session(self.engine) as session:
            known = select(api.SourceCell.id).join(api.Notebook).join(api.Assignment)
            return session.scalars(known.where(api.Assignment.name == self.unit).limit(1)).first() is not None

    def _generate_assignment(self) -> None:
        """nbgrader's own command, for its rows only: what was released to the students stays as it is."""
        from nbgrader.converters import GenerateAssignment
        from nbgrader.converters.base import NbGraderException

        source = self.folder.folder("source", ".", self.unit) / f"{self.unit}.ipynb"
        known = f"the gradebook {self.name} knows no assignment {self.unit!r}"
        if not source.is_file():
            raise GradebookError(f"{known}, and {source} is not there: run `autograder build`, then grade again.")
        directories = self.folder.directories
        before = directories.release_directory, directories.assignment_id
        with tempfile.TemporaryDirectory() as elsewhere:
            directories.release_directory, directories.assignment_id = elsewhere, self.unit
            try:
                GenerateAssignment(coursedir=directories, parent=self.folder.app).start()
            except NbGraderException as problem:
                said = f"`nbgrader generate_assignment {self.unit}` says why"
                raise GradebookError(f"{known}, and it cannot be made: {problem}. {said}.") from None
            finally:
                directories.release_directory, directories.assignment_id = before

    def _master(self, notebook: Any) -> Master:
        grades = {cell.name: cell for cell in [*notebook.grade_cells, *notebook.task_cells]}
        tasks = {cell.name for cell in notebook.task_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        cells = [
            SourceCell(
                name=cell.name,
                cell_type=cell.cell_type,
                locked=bool(cell.locked),
                source=cell.source or "",
                checksum=cell.checksum or "",
                grade=cell.name in grades and cell.name not in tasks,
                solution=cell.name in solutions,
                task=cell.name in tasks,
                points=float(grades[cell.name].max_score) if cell.name in grades else None,
            )
            for cell in notebook.source_cells
        ]
        # The database does not say in which order they stand.
        places = {name: place for place, name in enumerate(self.folder.order(self.unit))}
        cells.sort(key=lambda cell: places.get(cell.name, len(places)))
        kernelspec = json.loads(notebook.kernelspec or "null") or {"name": "python3", "display_name": "Python 3"}
        beside = self.folder.beside_source(self.unit)
        return Master(unit=self.unit, cells=tuple(cells), kernelspec=kernelspec, files=beside)

    def _penalty(self, student: str, score: float, seconds_late: float) -> float | None:
        """What the course's own plugin takes off; None for nothing."""
        if self._plugin is None:
            from nbgrader.preprocessors import AssignLatePenalties

            assigning = AssignLatePenalties(parent=self.folder.app)
            assigning.init_plugin()
            self._plugin = assigning.plugin_inst
        try:
            penalty = self._plugin.late_submission_penalty(student, score, seconds_late)
            # As nbgrader: never less than nothing, never more than there is.
            return None if penalty is None else min(max(0.0, float(penalty)), score)
        except Exception as problem:
            name = type(self._plugin).__name__
            said = f"{name} failed for {student}: {type(problem).__name__}: {problem}"
            raise GradebookError(f"the plugin for late submissions {said}. Mend it, then grade again.") from problem

    def enrol(self, students: Sequence[str]) -> None:
        """Makes students known, in this order: nbgrader lists them in the order in which they came."""
        self._within_transaction(lambda session: add_students(session, students))

    def recorded(self) -> set[str]:
        """The students of whom it has a submission of the unit. Raises GradebookError."""
        from nbgrader import api
        from sqlalchemy import select
        from sqlalchemy.exc import SQLAlchemyError
        from sqlalchemy.orm import Session

        known = select(api.SubmittedAssignment.student_id)
        known = known.where(api.SubmittedAssignment.assignment_id == self.rows.assignment)
        try:
            with Session(self.engine) as session:
                return set(session.scalars(known))
        except SQLAlchemyError as problem:
            raise self._unusable(problem) from None

    def write(self, entries: Sequence[Entry]) -> None:
        """The results of many submissions, all or none of them. Raises GradebookError when it stays locked."""
        self._within_transaction(lambda session: write_rows(session, self.rows, entries))

    def _within_transaction(self, action: Callable[[Any], None]) -> None:
        from sqlalchemy.exc import IntegrityError, SQLAlchemyError
        from sqlalchemy.orm import Session

        for left in reversed(range(TRIES)):
            try:
                with Session(self.engine) as session, session.begin():
                    action(session)
                return
            except IntegrityError as problem:
                # Another run has just written the same student: then the rows are there now.
                if not left:
                    raise self._unusable(problem) from None
            except SQLAlchemyError as problem:
                raise self._unusable(problem) from None

    def _unusable(self, problem: Exception) -> GradebookError:
        said = str(getattr(problem, "orig", None) or problem).strip().partition("\n")[0]
        if "locked" in said or "lock timeout" in said:
            return GradebookError(
                f"the gradebook {self.name} is locked by another program (formgrader, or another run?) and stayed so: "
                "end what that does, then grade again. What was written before is kept."
            )
        return GradebookError(
            f"the gradebook {self.name} cannot be used: {said}. Is it writable, with room on the disk? Mend that, then "
            "give the same command again. What was written before is kept."
        )


def _ids(*cells: Iterable[Any]) -> list[tuple[str, str]]:
    return [(cell.id, cell.name) for some in cells for cell in some]


def _engine(url: str) -> Any:
    from sqlalchemy import create_engine, make_url

    waiting: dict[str, dict[str, Any]] = {
        "sqlite": {"timeout": PATIENCE},
        "postgresql": {"options": f"-c lock_timeout={PATIENCE:g}s"},
    }
    return create_engine(url, connect_args=waiting.get(make_url(url).get_backend_name(), {}))


def _create(folder: CourseFolder) -> None:
    """The tables and the course, as nbgrader makes them; it calls `alembic` by its name."""
    from nbgrader.api import Gradebook as TheirGradebook

    here = str(Path(sys.executable).parent)
    if here not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join(filter(None, [here, os.environ.get("PATH")]))
    TheirGradebook(folder.database, folder.directories.course_id).close()
