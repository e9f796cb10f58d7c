"""The instructor's version of a unit's notebook, as nbgrader's gradebook holds it, and a student's beside it.

Data only: workers restore a student's notebook from it, and nothing here imports nbgrader.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from autograder.running.notebooks import CHECK


class SourceCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that nbgrader knows. points: None where it is not graded. checksum: of its untouched text."""

    name: str
    cell_type: Literal["code", "markdown"]
    locked: bool
    source: str
    checksum: str
    grade: bool = False
    solution: bool = False
    task: bool = False
    points: float | None = None

    @property
    def exercise(self) -> str:
        """The exercise that this cell checks; '' for every other cell."""
        checks = self.grade and not self.solution and self.cell_type == "code" and self.name.startswith(CHECK)
        return self.name.removeprefix(CHECK) if checks else ""

    @property
    def marks(self) -> dict[str, Any]:
        """What belongs into the cell's metadata under `nbgrader`."""
        marks = {
            "schema_version": 3,
            "grade_id": self.name,
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "cell_type": self.cell_type,
            "checksum": self.checksum,
        }
        return marks if self.points is None else {**marks, "points": self.points}

    def untouched(self, text: str) -> bool:
        """Whether a student left the cell as it was: nbgrader's rule, by its checksum."""
        return self.checksum == checksum(self, text)


class Master(msgspec.Struct, frozen=True, kw_only=True):
    """The unit's notebook: the cells nbgrader knows in their order, and the files that lie beside it.

    kernelspec: as notebooks carry it. files: (relative name, path); they stand in place of a student's own.
    """

    unit: str
    cells: tuple[SourceCell, ...]
    kernelspec: dict[str, Any] = {}
    files: tuple[tuple[str, Path], ...] = ()

    def checks(self) -> Iterator[tuple[SourceCell, str]]:
        """The check cells and the exercises they check."""
        return ((cell, cell.exercise) for cell in self.cells if cell.exercise)


class Autograded(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into nbgrader's course for one submission.

    notebook: the text of the autograded notebook. scores: grade cell → points, None where a person must say.
    comments: solution cell → the grader's remark, None for none. Cells that are in neither are left as they are.
    """

    notebook: bytes
    scores: dict[str, float | None]
    comments: dict[str, str | None]


def public_pack(exercise: str) -> str:
    """The file beside the notebook that holds an exercise's public pack."""
    return f"packs/{exercise}.pack"


def checksum(cell: SourceCell, text: str) -> str:
    """nbgrader's checksum of a cell with this text (nbgrader.utils.compute_checksum; importing that takes seconds)."""
    # A solution is never locked there, and a graded cell always is.
    locked = not cell.solution and (cell.grade or cell.locked)
    parts = [text, cell.cell_type, str(cell.grade), str(cell.solution), str(locked), cell.name]
    if cell.grade:
        parts.append(str(cell.points))
    return hashlib.md5("".join(parts).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
