"""A student's notebook → what is run and shown: locked cells as the instructor wrote them, each cell once.

nbgrader's rules (DeduplicateIds, OverwriteCells), and beyond them: what was deleted stands in its place again,
all of a cell's marks are the instructor's, and a cell with marks nobody gave it is an ordinary cell.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from autograder.gradebook.master import Master, SourceCell
from autograder.running import notebooks
from autograder.running.files import text_of
from autograder.running.notebooks import NotebookCell
from autograder.running.submission import Cell, Submission


class RestoredCell(NamedTuple):
    """A cell as it is run and shown; `source` when it is one that nbgrader knows."""

    cell: NotebookCell
    source: SourceCell | None


def restore(cells: Sequence[NotebookCell], master: Master) -> list[RestoredCell]:
    """The cells of a student's notebook, restored. Answers are kept, whatever was done to their cells."""
    chosen = _chosen(cells, master)
    restored = [
        RestoredCell(_as_in(master_cell, cell), master_cell)
        if (master_cell := chosen.get(index))
        else RestoredCell(_ordinary(cell), None)
        for index, cell in enumerate(cells)
    ]
    return _with_deleted(restored, master)


def restored(submission: Submission, exercises: Sequence[str], master: Master) -> tuple[Submission, list[RestoredCell]]:
    """A submission whose notebook is the restored one, and that notebook's cells. Raises SubmissionError."""
    scripts = tuple(cell for cell in submission.cells if cell.kind == "script")
    name = next((cell.file for cell in submission.cells if cell.kind == "notebook"), f"{master.unit}.ipynb")
    run: tuple[Cell, ...] = ()
    if submission.notebook:
        cells = restore(submission.book or notebooks.parsed(text_of(submission.notebook), name, []), master)
        taken = notebooks.code_cells([each.cell for each in cells], name, master.unit, exercises, [])
        run = tuple(Cell(source, name, number, "notebook") for number, source in taken)
    else:
        cells = restore([], master)
    files = {**dict(submission.files), **dict(master.files)}
    return msgspec.structs.replace(submission, cells=run + scripts, files=tuple(files.items())), cells


def _chosen(cells: Sequence[NotebookCell], master: Master) -> dict[int, SourceCell]:
    """Which of the student's cells stands for which of the instructor's: of several the last that holds an answer."""
    known = {cell.name: cell for cell in master.cells}
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        name = cell.marks("nbgrader").get("grade_id")
        if isinstance(name, str) and name in known:
            places.setdefault(name, []).append(index)
    chosen = {}
    for name, same in places.items():
        answers = [index for index in same if not known[name].untouched(cells[index].text)]
        chosen[answers[-1] if answers and known[name].solution else same[-1]] = known[name]
    return chosen


def _as_in(source: SourceCell, cell: NotebookCell) -> NotebookCell:
    text = source.source if source.locked else cell.text
    return NotebookCell(
        cell_type=source.cell_type,
        source=text,
        id=cell.id,
        metadata=msgspec.Raw(msgspec.json.encode({"nbgrader": source.marks})),
        attachments=cell.attachments,
    )


def _ordinary(cell: NotebookCell) -> NotebookCell:
    return NotebookCell(cell_type=cell.cell_type, source=cell.text, id=cell.id, attachments=cell.attachments)


def _with_deleted(restored: list[RestoredCell], master: Master) -> list[RestoredCell]:
    """Puts back what was deleted, behind the cell it followed; but no function: one that was deleted is missing."""
    for index, source in enumerate(master.cells):
        there = [each.source.name if each.source else "" for each in restored]
        if source.name in there or (source.solution and not source.grade):
            continue
        before = [cell.name for cell in master.cells[:index] if cell.name in there]
        after = [cell.name for cell in master.cells[index:] if cell.name in there]
        place = there.index(before[-1]) + 1 if before else there.index(after[0]) if after else len(there)
        bare = NotebookCell(cell_type=source.cell_type, source=source.source)
        restored.insert(place, RestoredCell(_as_in(source, bare), source))
    return restored
