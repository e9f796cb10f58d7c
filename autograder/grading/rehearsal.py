"""A simulated class whose outcomes are known beforehand: real notebooks, graded for real.

What each student wrote comes from the author's files (a variant, a named mistake) or is one of the things that
happen in every class: an endless loop, a cell deleted, a file that is no notebook.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from autograder.authoring import Exercise
from autograder.grading.result import Graded
from autograder.outcome import Outcome
from autograder.proving.programs import program
from autograder.publishing.stub import TO_DO, stub


class Expected(NamedTuple):
    """What the grader must say of one exercise. diagnosis: a name, or None where it must be silent."""

    outcome: Outcome
    diagnosis: str | None = None


class Pupil(NamedTuple):
    """A simulated student: exercise name → the cell they wrote (None: they deleted it), and what must come out.

    more: cells they added. words: what they answer to each question. file: the whole file instead, for what is no
    notebook.
    """

    student: str
    cells: dict[str, str | None]
    expected: dict[str, Expected]
    more: tuple[str, ...] = ()
    words: str = "Because the *slopes* say so: this is for a person to read."
    file: bytes | None = None


SIZE = 24  # at least
RIGHT = Expected(Outcome.correct)
TO_DO_YET = Expected(Outcome.not_attempted)


def pupils(exercises: list[Exercise]) -> list[Pupil]:
    """A class for a unit: right in several styles, each named mistake, and what else happens in every class."""
    right = {exercise.name: program(exercise, exercise.function) for exercise in exercises}
    first = exercises[0]
    found = [_mistaken(exercises, number) for number in range(max(len(e.mistakes) for e in exercises))]

    def odd(student: str, cell: str | None, expected: Expected, **more: Any) -> None:
        """Right everywhere but in the first exercise."""
        cells = {**right, first.name: cell}
        found.append(Pupil(student, cells, {**{e.name: RIGHT for e in exercises}, first.name: expected}, **more))

    def body(line: str) -> str:
        return stub(first).replace("\n    ".join(TO_DO), line)

    odd("partly", stub(first), TO_DO_YET)
    stubs: dict[str, str | None] = {e.name: stub(e) for e in exercises}
    found.append(Pupil("untouched", stubs, {e.name: TO_DO_YET for e in exercises}, words=""))
    odd("syntax-error", body("return (("), Expected(Outcome.crashed))
    odd("endless-function", body("while True:\n        pass"), Expected(Outcome.timed_out))
    odd("endless-cell", right[first.name], RIGHT, more=("while True:\n    pass",))
    odd("segmentation-fault", body("import ctypes\n    ctypes.string_at(0)"), Expected(Outcome.crashed))
    odd("deleted-cell", None, Expected(Outcome.missing))
    odd("renamed", right[first.name].replace(f"def {first.name}", f"def {first.name}s"), Expected(Outcome.missing))
    odd("no-return", body("pass"), Expected(Outcome.wrong))
    odd("raises", body("return {}['key']"), Expected(Outcome.crashed))
    odd("recursion", body(f"return {first.name}(*{first.arguments!r})"), Expected(Outcome.crashed))
    odd("talkative", right[first.name], RIGHT, more=("for i in range(200_000): print('line', i)",))
    spoilt = {e.name: Expected(Outcome.crashed) for e in exercises}
    found.append(Pupil("not-json", {}, spoilt, file=b'{"cells": [{"cell_type": "code", '))
    return [*(_in_style(exercises, number) for number in range(max(2, SIZE - len(found)))), *found]


def _in_style(exercises: list[Exercise], number: int) -> Pupil:
    def style(exercise: Exercise) -> Callable[..., Any]:
        return [*exercise.variants, exercise.function][number % (len(exercise.variants) + 1)]

    cells: dict[str, str | None] = {exercise.name: program(exercise, style(exercise)) for exercise in exercises}
    return Pupil(f"right-{number + 1}", cells, {exercise.name: RIGHT for exercise in exercises})


def _mistaken(exercises: list[Exercise], number: int) -> Pupil:
    cells: dict[str, str | None] = {}
    expected = {}
    for exercise in exercises:
        mistake = exercise.mistakes[number % len(exercise.mistakes)]
        cells[exercise.name] = program(exercise, mistake.function)
        expected[exercise.name] = Expected(Outcome.wrong, mistake.told.name)
    return Pupil(f"mistaken-{number + 1:02}", cells, expected)


def write(pupil: Pupil, published: str, path: Path) -> None:
    """Writes what a student hands in: the published notebook with their cells in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if pupil.file is not None:
        path.write_bytes(pupil.file)
        return
    book = json.loads(published)
    kept = []
    for cell in book["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution") and not marks["grade"]:
            source = pupil.cells[marks["grade_id"]]
            if source is None:
                continue
            cell["source"] = source.rstrip()
        elif marks.get("solution"):
            cell["source"] = pupil.words or cell["source"]
        kept.append(cell)
    template = next(cell for cell in kept if cell["cell_type"] == "code")
    book["cells"] = kept + [
        {**template, "id": f"more-{number}", "metadata": {}, "source": source}
        for number, source in enumerate(pupil.more)
    ]
    path.write_text(json.dumps(book, indent=1))


def surprises(pupil: Pupil, graded: Graded) -> list[str]:
    """Where the grader disagrees with what must come out, as sentences."""
    found = []
    for verdict in graded.verdicts:
        expected = pupil.expected[verdict.exercise.partition("/")[2]]
        # A mistake may raise somewhere: then it crashed, and is named all the same.
        outcomes = (expected.outcome, Outcome.crashed) if expected.diagnosis else (expected.outcome,)
        if verdict.outcome not in outcomes or verdict.diagnosis != expected.diagnosis:
            wanted = f"expected {expected.outcome.words} ({expected.diagnosis or '–'})"
            got = f"got {verdict.outcome.words} ({verdict.diagnosis or '–'}): {verdict.message}"
            found.append(f"{pupil.student}, {verdict.exercise}: {wanted}, {got}")
    return found
