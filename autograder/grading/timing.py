"""Where the time of a run goes: a line of JSON for each submission, and a table at the end."""

import time
from pathlib import Path
from typing import TextIO

import msgspec
from rich.console import Console
from rich.table import Table

from autograder.course import CourseError
from autograder.grading.result import Graded
from autograder.grading.worker import STAGES


class Timing:
    """Takes every result as it comes. log: a file that gets a line for each; None for none. Raises CourseError."""

    def __init__(self, log: Path | None) -> None:
        self.file: TextIO | None = None
        self.results: list[tuple[dict[str, float], dict[str, float]]] = []
        if log:
            try:
                self.file = log.open("a", encoding="utf-8", buffering=1)  # a line at a time: it can be followed
            except OSError as problem:
                raise CourseError(f"{log} cannot be written: {problem.strerror}; name another file for --log") from None

    def add(self, graded: Graded) -> None:
        pairs = zip(graded.verdicts, graded.evidence, strict=False)
        exercises = {verdict.exercise.partition("/")[2]: evidence.seconds or 0.0 for verdict, evidence in pairs}
        self.results.append((graded.stages, exercises))
        if self.file:
            outcomes = {verdict.exercise.partition("/")[2]: verdict.outcome for verdict in graded.verdicts}
            line = {
                "at": round(time.time(), 3),
                "student": graded.student,
                "seconds": graded.seconds,
                "stages": graded.stages,
                "exercises": {name: {"outcome": outcomes[name], "seconds": exercises.get(name)} for name in outcomes},
            }
            self.file.write(msgspec.json.encode(line).decode() + "\n")

    def show(self, console: Console) -> None:
        """Prints the mean milliseconds of each stage, by the clock, and of each exercise, in computing."""
        run = [each for each in self.results if each[0]]
        if not run:
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column(f"milliseconds a submission, of {len(run)}")
        table.add_column("mean", justify="right")
        table.add_column("most", justify="right")
        for stage in STAGES:
            _row(table, f"{stage} (by the clock)", [stages[stage] for stages, _ in run])
        names = dict.fromkeys(name for _, exercises in run for name in exercises)
        times = {name: [exercises[name] for _, exercises in run if name in exercises] for name in names}
        for name in sorted(times, key=lambda name: -sum(times[name])):
            _row(table, f"  {name} (computing)", times[name])
        console.print(table)


def _row(table: Table, name: str, seconds: list[float]) -> None:
    table.add_row(name, f"{1000 * sum(seconds) / len(seconds):.1f}", f"{1000 * max(seconds):.1f}")
