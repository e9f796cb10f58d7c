"""A simulated class for the report: real exercises, real mistakes of their author's files, graded for real."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from autograder import course as courses
from autograder.authoring import Exercise
from autograder.grading.result import Graded
from autograder.grading.worker import Job, Worker
from autograder.outcome import Outcome, Verdict
from autograder.pack import Pack, write
from autograder.proving.programs import program
from autograder.publishing import packs
from autograder.running.sandbox import Limits
from autograder.running.submission import HandedIn

EXERCISES = ["activations/relu_derivative", "losses/mse_gradient", "foundations/standardize"]
UNIT, TITLE = "mixed", "A mixed unit"
RIGHT = 5

# Wrong in a way that no author's file knows, by three students in three hands, and by one in another way.
TRIPLED = [
    "# Anna, 4711\ndef relu_derivative(z):\n    'by Anna'\n    annas_gate = z > 0\n    return annas_gate * 3.25",
    "def relu_derivative(z):\n    return np.where(z > 0, 3.25, 0)",
    "def relu_derivative(z):\n    out = np.zeros(z.shape)\n    out[z > 0] = 13 / 4\n    return out",
]
OTHER = "def relu_derivative(z):\n    return np.where(z > 0, 3.26, 0.0)"
# Its clock lies: with what is no number, and with what is no time.
LIARS = [
    f"import autograder.child.cells as cells\ncells.thread_time = iter({times}).__next__\n"
    "def relu_derivative(z):\n    return np.where(z > 0, 1.0, 0.0)"
    for times in ("[0.0, float('nan')] * 99", "[10.0**9, 0.0] * 99", "[0.0, 10.0**9] * 99")
]
SLOW = "def relu_derivative(z):\n    sum(i for i in range(10**6))\n    return np.where(z > 0, 1.0, 0.0)"


class Simulated(NamedTuple):
    """A graded class. planted: (exercise, mistake) → how many students make it."""

    results: list[Graded]
    planted: Counter[tuple[str, str]]
    hints: dict[tuple[str, str], str]


@cache
def simulated() -> Simulated:
    """The class; graded once."""
    course = courses.find(Path(__file__).resolve().parent.parent)
    exercises = [course.exercise(name) for name in EXERCISES]
    hidden = [packs.build(each, 2.0, 5.0, "simulated".ljust(32)).hidden for each in exercises]
    right = {exercise.path.stem: program(exercise, exercise.function) for exercise in exercises}
    written = {f"right-{number}": dict(right) for number in range(RIGHT)}
    planted: Counter[tuple[str, str]] = Counter()
    for exercise in exercises:
        _plant(exercise, right, written, planted)
    for number, cell in enumerate([*TRIPLED, OTHER, SLOW, *LIARS]):
        written[f"own-{number}"] = {**right, "relu_derivative": f"import numpy as np\n{cell}"}
    hints = {(pack.exercise, mistake.name): mistake.hint for pack in hidden for mistake in pack.mistakes}
    return Simulated(_graded(written, hidden), planted, hints)


def _plant(
    exercise: Exercise, right: dict[str, str], written: dict[str, dict[str, str]], planted: Counter[tuple[str, str]]
) -> None:
    """The first mistake by one student, the second by two …; the last by nobody."""
    for times, mistake in enumerate(exercise.mistakes[:-1], 1):
        for number in range(times):
            cell = program(exercise, mistake.function)
            written[f"{exercise.path.stem}-{mistake.told.name}-{number}"] = {**right, exercise.path.stem: cell}
        planted[f"{exercise.path.parent.name}/{exercise.path.stem}", mistake.told.name] = times


def _graded(written: dict[str, dict[str, str]], hidden: list[Pack]) -> list[Graded]:
    worker = Worker(Job(unit=UNIT, packs=[write(pack) for pack in hidden], limits=Limits()))
    try:
        with TemporaryDirectory() as folder:
            found = []
            for student, cells in sorted(written.items()):
                path = Path(folder, f"{student}.ipynb")
                path.write_text(_notebook(list(cells.values())))
                found.append(worker.grade(HandedIn(student, path)))
            return found
    finally:
        worker.sandbox.__exit__()


def _notebook(cells: list[str]) -> str:
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    listed = [{**code, "id": f"cell-{number}", "source": source} for number, source in enumerate(cells)]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def unit_of(size: int, exercises: int, outcome: Outcome, message: str, diagnosis: str | None = None) -> list[Graded]:
    """A large class without evidence: everybody has the same outcome and message everywhere."""
    verdicts = tuple(
        Verdict(
            exercise=f"unit/exercise_{number}",
            outcome=outcome,
            score=0.25,
            max_score=2.0,
            message=message,
            diagnosis=diagnosis,
        )
        for number in range(exercises)
    )
    return [Graded(student=f"student-{number:04}", unit="unit", verdicts=verdicts) for number in range(size)]
