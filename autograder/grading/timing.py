"""Where the time of a run goes: a line of JSON for each submission, and a table at the end."""

import time
from pathlib import Path
from typing import NamedTuple, TextIO

import msgspec
from rich.console import Console
from rich.table import Table

from autograder.course import CourseError
from autograder.grading.result import Graded
from autograder.grading.worker import STAGES


class Spent(NamedTuple):
    """The seconds that something took, so many times: together, and the most at once."""

    times: int = 0
    total: float = 0.0
    most: float = 0.0


class Timing:
    """Takes every result as it comes. log: a file that gets a line for each; None for none. Raises CourseError."""

    def __init__(self, log: Path | None) -> None:
        self.file: TextIO | None = None
        self.stages, self.exercises = dict[str, Spent](), dict[str, Spent]()
        if log:
            try:
                self.file = log.open("a", encoding="utf-8", buffering=1)  # a line at a time: it can be followed
            except OSError as problem:
                raise CourseError(f"{log} cannot be written: {problem.strerror}; name another file for --log") from None

    def add(self, graded: Graded) -> None:
        pairs = zip(graded.verdicts, graded.evidence, strict=False)
        exercises = {verdict.exercise.partition("/")[2]: evidence.seconds or 0.0 for verdict, evidence in pairs}
        for kept, new in ((self.stages, graded.stages), (self.exercises, exercises)):
            for name, seconds in new.items():
                before = kept.get(name, Spent())
                kept[name] = Spent(before.times + 1, before.total + seconds, max(before.most, seconds))
        if self.file:
            outcomes = {verdict.exercise.partition("/")[2]: verdict.outcome for verdict in graded.verdicts}
            line = {
                "at": round(time.time(), 3),
                "student": graded.student,
                "seconds": graded.seconds,
                "stages": graded.stages,
                "exercises": {name: {"outcome": outcomes[name], "seconds": exercises.get(name)} for name in outcomes},
            }
            try:
                self.file.write(msgspec.json.encode(line).decode() + "\n")
            except OSError as problem:
                said = f"{self.file.name} cannot be written any more: {problem.strerror}"
                raise CourseError(
                    f"{said}. What was graded is kept: the same command goes on, without --log, too."
                ) from None

    def show(self, console: Console) -> None:
        """Prints the mean milliseconds of each stage, by the clock, and of each exercise, in computing."""
        if not self.stages:
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        count = max(spent.times for spent in self.stages.values())
        table.add_column(f"milliseconds a submission, of {count}")
        table.add_column("mean", justify="right")
        table.add_column("most", justify="right")
        for stage in STAGES:
            _row(table, f"{stage} (by the clock)", self.stages[stage])
        for name, spent in sorted(self.exercises.items(), key=lambda item: -item[1].total):
            _row(table, f"  {name} (computing)", spent)
        console.print(table)


def _row(table: Table, name: str, spent: Spent) -> None:
    table.add_row(name, f"{1000 * spent.total / spent.times:.1f}", f"{1000 * spent.most:.1f}")
