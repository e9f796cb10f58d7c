"""A class being graded, as the instructor sees it."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from autograder.feedback import plain
from autograder.grading.batch import count
from autograder.grading.pool import Work
from autograder.grading.result import Graded
from autograder.outcome import Outcome


def with_bar(graded: Iterable[tuple[Work, Graded]], total: int, console: Console) -> Iterator[tuple[Work, Graded]]:
    """What is graded, with a bar on a terminal: how many, how fast, how long still, the outcomes, what is slowest."""
    if not console.is_terminal:
        yield from graded
        return
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    seen = _Seen()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting the workers", total=total)
        for each, result in graded:
            seen.add(result)
            progress.update(task, advance=1, description=str(seen))
            yield each, result


class _Seen:
    """What a run has seen so far."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.count = 0
        self.outcomes: Counter[Outcome] = Counter()
        self.seconds: dict[str, float] = {}

    def add(self, graded: Graded) -> None:
        self.count += 1
        self.outcomes.update(verdict.outcome for verdict in graded.verdicts)
        for verdict, evidence in zip(graded.verdicts, graded.evidence, strict=False):
            name = verdict.exercise.partition("/")[2]
            self.seconds[name] = self.seconds.get(name, 0.0) + (evidence.seconds or 0.0)

    def __str__(self) -> str:
        rate = self.count / max(time.monotonic() - self.began, 1e-3)
        marks = " ".join(f"{plain.SYMBOLS[each]}{count}" for each, count in sorted(self.outcomes.items()))
        slowest = max(self.seconds, key=self.seconds.__getitem__, default="")
        # The slowest of a fast class is no news.
        slow = f" · slowest {slowest}" if slowest and self.seconds[slowest] > 0.1 * self.count else ""
        return f"{rate:.1f}/s · {marks}{slow}"


def summary(
    console: Console, results: Sequence[Graded], graded: int, took: float, jobs: int, walls: str, kept: str = ""
) -> None:
    """The last lines: how many in which time, behind which walls, and what has no score."""
    workers = min(count(jobs), max(graded, 1))
    console.print(Text(f"{graded} submissions in {took:.1f} s with {workers} workers{kept}. {walls}"))
    unjudged = sum(not each.judged for each in results)
    if unjudged:
        console.print(Text(f"{unjudged} have no score: the sentences above say what to do; then grade again.", "bold"))
