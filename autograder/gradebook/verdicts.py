"""The verdicts of a unit, read back from the lines that `autograder grade` writes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec

Points = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class ExportError(Exception):
    """What cannot be exported; the text is a sentence: what was found, what was expected, what to do."""


class ExerciseLine(msgspec.Struct, frozen=True):
    """What is known of an exercise. score: in points; None when it could not be judged."""

    outcome: str
    max_score: Points
    score: Points | None = None
    diagnosis: str | None = None
    message: str = ""


class Line(msgspec.Struct, frozen=True):
    """What is known of a submission. score: in points; None when any exercise of it could not be judged."""

    student: str
    unit: str
    max_score: Points
    exercises: dict[str, ExerciseLine]
    score: Points | None = None
    seconds: float = 0.0


def read(path: Path, unit: str, names: Sequence[str]) -> list[Line]:
    """The lines of a unit by student; of several for one student the last. names: of all its exercises.

    Raises ExportError when the file cannot be read, or an exercise is missing: the sum would be of the others only.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as problem:
        said = f"{path} cannot be read ({problem.strerror}): grade first with `autograder grade {unit}`"
        raise ExportError(f"{said}, or name another file with --verdicts") from None
    found = {}
    for number, text in enumerate(lines, 1):
        try:
            line = msgspec.json.decode(text, type=Line)
        except msgspec.DecodeError as problem:
            raise ExportError(f"{path}: line {number} is no verdict ({problem}): grade the unit again") from None
        if line.unit == unit:
            found[line.student] = line
            missing = [name for name in names if name not in line.exercises]
            if missing:
                said = f"{path}: line {number} has no verdict on {', '.join(missing)}"
                raise ExportError(f"{said}: grade the whole unit again")
    if not found:
        raise ExportError(f"{path} holds no verdict on {unit}: grade it first, or name another file with --verdicts")
    return [found[student] for student in sorted(found)]


def exercises(lines: Sequence[Line]) -> list[str]:
    """The names of the exercises, in the order of the course."""
    return list(dict.fromkeys(name for line in lines for name in line.exercises))


def number(points: float | None) -> str:
    """Points as gradebooks read them: no exponent, no needless zeros; '' where there is no score, never 0."""
    return "" if points is None else f"{points:.4f}".rstrip("0").rstrip(".")
