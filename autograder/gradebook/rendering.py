"""Restored cells, what they showed, and the verdicts → the notebook that feedback and formgrader show."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from autograder.feedback import card, plain, sanitise
from autograder.gradebook.master import Autograded, Master, SourceCell
from autograder.gradebook.restoring import RestoredCell, restore
from autograder.outcome import Outcome, Verdict
from autograder.running import notebooks
from autograder.running.files import SubmissionError, text_of
from autograder.running.notebooks import NotebookCell
from autograder.running.submission import HandedIn

MAX_OUTPUTS = 8 * 1024 * 1024  # bytes of all outputs of a notebook, as JSON
MAX_ATTACHMENTS = 4 * 1024 * 1024
TOO_MUCH = "[the cells of this notebook showed more than is kept: something was left out here]\n"

Outputs = list[dict[str, object]]


def render(
    cells: Sequence[RestoredCell],
    shown: Mapping[int, Outputs],
    verdicts: Sequence[Verdict],
    master: Master,
    remark: str = "",
    readable: bool = True,
) -> Autograded:
    """The autograded notebook and what goes into the gradebook with it.

    shown: number of a cell, from 1 → what it showed, in the order in which they were run.
    remark: a sentence that stands at the top.
    readable: False when the student's file could not be read; then a person looks at the written answers.
    """
    by_exercise = {verdict.exercise.partition("/")[2]: verdict for verdict in verdicts}
    return Autograded(
        notebook=_notebook(cells, shown, by_exercise, master, remark),
        scores=_scores(cells, by_exercise, master, readable),
        comments=_comments(cells, by_exercise, master),
    )


def render_unrun(handed_in: HandedIn, verdicts: Sequence[Verdict], master: Master, why: str) -> Autograded:
    """As `render`, for what was not run: with the student's cells where they can be read."""
    path = handed_in.path / f"{master.unit}.ipynb"
    try:
        found, readable = notebooks.parsed(text_of(path), path.name, []), True
    except SubmissionError:
        found, readable = [], False
    return render(restore(found, master), {}, verdicts, master, why, readable)


def _scores(
    cells: Sequence[RestoredCell], verdicts: Mapping[str, Verdict], master: Master, readable: bool
) -> dict[str, float | None]:
    scores: dict[str, float | None] = {}
    for source, exercise in master.checks():
        if verdict := verdicts.get(exercise):
            scores[source.name] = None if verdict.outcome is Outcome.grader_error else verdict.score
    for cell, source in _known(cells):
        if source.grade and source.solution:
            # As nbgrader: who left the cell as it was gets nothing, everybody else is read by a person.
            scores[source.name] = 0.0 if readable and source.untouched(cell.text) else None
    return scores


def _comments(cells: Sequence[RestoredCell], verdicts: Mapping[str, Verdict], master: Master) -> dict[str, str | None]:
    comments = {
        source.name: "No response." if source.untouched(cell.text) else None
        for cell, source in _known(cells)
        if source.solution
    }
    for source in master.cells:
        verdict = verdicts.get(source.name)
        if source.solution and verdict and verdict.outcome is Outcome.grader_error:
            comments[source.name] = sanitise.terminal(f"No score yet: {verdict.message}")
    return comments


def _known(cells: Sequence[RestoredCell]) -> list[tuple[NotebookCell, SourceCell]]:
    return [(each.cell, each.source) for each in cells if each.source]


def _notebook(
    cells: Sequence[RestoredCell],
    shown: Mapping[int, Outputs],
    verdicts: Mapping[str, Verdict],
    master: Master,
    remark: str,
) -> bytes:
    written: list[dict[str, Any]] = []
    room = MAX_OUTPUTS
    counts = {number: count for count, number in enumerate(shown, 1)}
    for number, (cell, source) in enumerate(cells, 1):
        outputs = shown.get(number, [])
        size = len(msgspec.json.encode(outputs)) if outputs else 0
        if size > room:
            outputs, size = [{"output_type": "stream", "name": "stdout", "text": TOO_MUCH}], 0
        room -= size
        written.append(_cell(cell, source, outputs, counts.get(number)))
    if remark:
        written.append({"cell_type": "markdown", "source": sanitise.terminal(remark)})
    book = sanitise.notebook({"cells": written})
    book["metadata"]["kernelspec"] = master.kernelspec
    _trusted(book["cells"], cells, verdicts)
    if remark:
        book["cells"].insert(0, book["cells"].pop())
    return msgspec.json.format(msgspec.json.encode(book), indent=1) + b"\n"


def _cell(cell: NotebookCell, source: SourceCell | None, outputs: Outputs, count: int | None) -> dict[str, Any]:
    # What is neither is of an old format: its headings are text.
    kind = cell.cell_type if cell.cell_type in ("code", "raw") else "markdown"
    metadata = {"nbgrader": source.marks} if source else {}
    # The instructor's own text is put in as it is, afterwards.
    text = "" if source and source.locked else cell.text
    written = {"cell_type": kind, "id": cell.id, "metadata": metadata, "source": text}
    if kind == "code":
        return {**written, "execution_count": count, "outputs": outputs}
    return {**written, "attachments": _attachments(cell)}


def _attachments(cell: NotebookCell) -> object:
    """The pictures in a text cell, as they stand there."""
    data = bytes(cell.attachments)
    try:
        return msgspec.json.decode(data) if len(data) <= MAX_ATTACHMENTS else {}
    except (msgspec.MsgspecError, RecursionError):
        return {}


def _trusted(written: Sequence[dict[str, Any]], cells: Sequence[RestoredCell], verdicts: Mapping[str, Verdict]) -> None:
    """What is ours stands as it is: the instructor's locked cells, and the cards."""
    for cell, (_, source) in zip(written, cells, strict=False):
        if source and source.locked:
            cell["source"] = source.source
        if source and source.exercise:
            verdict = verdicts.get(source.exercise)
            cell["outputs"] = [_card(verdict)] if verdict else []


@lru_cache(1000)
def _card(verdict: Verdict) -> dict[str, object]:
    # Not a result but a display: nbgrader reads a number out of results, and this is none.
    data = {"text/html": card.card(verdict), "text/plain": plain.card(verdict)}
    return {"output_type": "display_data", "data": data, "metadata": {}}
