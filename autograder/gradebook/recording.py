"""Results as they come → nbgrader's course, a group at a time: first the gradebook, then the folders.

A folder in `autograded/` means that its scores are in the gradebook. Killed at any point, the course is whole, and
grading again does the rest.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from autograder.gradebook.course_folder import CourseFolder, GradebookError
from autograder.gradebook.database import Gradebook
from autograder.gradebook.master import Autograded, Master, public_pack
from autograder.gradebook.rows import Entry
from autograder.running.notebooks import CHECK
from autograder.running.submission import HandedIn

# So many submissions are one transaction.
GROUP = 25


class Recorder:
    """Takes the results of a unit's submissions; `flush` writes what is left."""

    def __init__(
        self,
        folder: CourseFolder,
        unit: str,
        points: dict[str, float],
        only: Sequence[str] = (),
        due: datetime | None = None,
    ) -> None:
        """points: of every exercise of the unit. only: the exercises that are graded.

        due: when the unit was due, where the gradebook does not say it. Raises GradebookError.
        """
        self.folder = folder
        self.unit = unit
        self.gradebook = Gradebook(folder, unit, due)
        self.notes = _differences(self.master, points, only)
        self.written = 0
        self._exercises = list(points)
        self._waiting: list[tuple[HandedIn, Autograded, Sequence[str], bool]] = []

    @property
    def master(self) -> Master:
        return self.gradebook.master

    def take(self, handed_in: HandedIn, autograded: Autograded, only: Sequence[str] = (), again: bool = False) -> bool:
        """One submission's result, of some exercises only; whether all that were taken are written now.

        again: of the files that it was graded from before. Raises GradebookError when the gradebook cannot be written.
        """
        self._waiting.append((handed_in, autograded, only, again))
        if len(self._waiting) >= GROUP:
            self.flush()
        return not self._waiting

    def flush(self) -> None:
        """Writes all that was taken. Raises GradebookError."""
        entries = [self._entry(handed_in, autograded, only) for handed_in, autograded, only, _ in self._waiting]
        if entries:
            self.gradebook.write(entries)
        for handed_in, autograded, only, again in self._waiting:
            try:
                if (only or again) and (earlier := self.folder.autograded(handed_in.student, self.unit)):
                    whole = _with_cards(autograded.notebook, earlier, again)
                    names = set(map(public_pack, only or self._exercises))
                    self.folder.renew(handed_in.student, self.unit, whole, names)
                else:
                    self.folder.put(handed_in, self.unit, autograded.notebook)
            except OSError as problem:
                said = f"{problem.filename or self.folder.root} cannot be written: {problem.strerror}"
                mend = "Is the folder writable, with room on the disk? Mend that, then give the same command again."
                raise GradebookError(f"{said}. {mend} What was written before is kept.") from None
        self.written += len(entries)
        self._waiting = []

    def _entry(self, handed_in: HandedIn, autograded: Autograded, only: Sequence[str]) -> Entry:
        scores, comments = autograded.scores, autograded.comments
        if only:
            scores = {name: scores[name] for name in (f"{CHECK}{each}" for each in only) if name in scores}
            comments = {name: comments[name] for name in only if name in comments}
        at = self.folder.handed_in_at(handed_in.path)
        return Entry(student=handed_in.student, handed_in_at=at, scores=scores, comments=comments)


def _with_cards(notebook: bytes, earlier: bytes, again: bool) -> bytes:
    """When only some exercises are graded again, the others keep the cards they have.

    again: the cells are the same as before, and perhaps were not run: they show what they showed.
    """
    book = msgspec.json.decode(notebook)
    kept, new = _check_cells(earlier), _checks(book)
    if kept is None:
        return notebook
    cards = {name: cell["outputs"] or kept[name]["outputs"] for name, cell in new.items() if name in kept}
    book = msgspec.json.decode(earlier) if again else book
    for name, cell in _checks(book).items():
        cell["outputs"] = cards.get(name, cell["outputs"])
    return msgspec.json.format(msgspec.json.encode(book), indent=1) + b"\n"


def _check_cells(notebook: bytes) -> dict[str, Any] | None:
    """None where somebody has changed the notebook into what is none."""
    try:
        return _checks(msgspec.json.decode(notebook))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _checks(book: dict[str, Any]) -> dict[str, Any]:
    marked = [(cell["metadata"].get("nbgrader", {}), cell) for cell in book["cells"] if cell["cell_type"] == "code"]
    return {marks["grade_id"]: cell for marks, cell in marked if marks.get("grade") and not marks.get("solution")}


def _differences(master: Master, points: dict[str, float], only: Sequence[str]) -> list[str]:
    """What the gradebook and the packs do not agree on, as sentences. Raises GradebookError for points."""
    known = {exercise: cell for cell, exercise in master.checks()}
    for exercise, cell in known.items():
        if exercise in points and points[exercise] != cell.points:
            said = f"{exercise} is worth {cell.points:g} points in the gradebook and {points[exercise]:g} in its pack"
            mend = f"run `autograder build` and `nbgrader generate_assignment {master.unit}`, then grade again."
            raise GradebookError(f"{said}: {mend}")
    absent = [name for name in points if name not in known and (not only or name in only)]
    theirs = [
        cell.name
        for cell in master.cells
        if cell.grade and not cell.solution and cell.cell_type == "code" and cell.exercise not in points
    ]
    notes = []
    if absent:
        notes.append(
            f"The gradebook has no check cell for {', '.join(absent)}: their scores stand in the report only. "
            f"`nbgrader generate_assignment {master.unit}` adds them where nobody has submitted yet."
        )
    if theirs:
        notes.append(f"{', '.join(theirs)} are test cells of your own: they are not run here, and wait for you.")
    return notes
