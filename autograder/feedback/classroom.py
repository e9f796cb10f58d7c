"""A graded class on the terminal: a row per student, then what the class got wrong."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.feedback import plain
from autograder.grading.result import Graded
from autograder.outcome import Outcome, Verdict

STYLES = {
    Outcome.correct: "green",
    Outcome.not_attempted: "dim",
    Outcome.grader_error: "bold magenta",
    Outcome.missing: "yellow",
}


def short(verdict: Verdict) -> str:
    """A verdict in a cell: the mistake's name where there is one, else the outcome."""
    said = verdict.diagnosis or ("" if verdict.correct else verdict.outcome.words)
    return f"{plain.SYMBOLS[verdict.outcome]} {said}".rstrip()


def show(results: Sequence[Graded], console: Console) -> None:
    """Prints the table, the sentences about odd submissions, and the mistakes by how many made them."""
    if not results:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("student", no_wrap=True)
    for verdict in results[0].verdicts:
        table.add_column(verdict.exercise.partition("/")[2], overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    for graded in results:
        # Text, never markup: names of folders and functions are the students' to choose.
        cells = [Text(plain.clean(short(v)), STYLES.get(v.outcome, "red")) for v in graded.verdicts]
        points = f"{graded.score:g} of {graded.max_score:g}" if graded.judged else "no score"
        table.add_row(Text(plain.clean(graded.student)), *cells, points)
    console.print(table)
    console.print()
    for graded in results:
        for note in graded.notes[:5]:
            console.print(Text(plain.clean(f"{graded.student}: {note}"), "yellow"))
    for (exercise, name), count in mistakes(results).most_common(10):
        word = "student" if count == 1 else "students"
        console.print(Text(f"{count:4} {word}  {exercise}: {name}"))


def mistakes(results: Sequence[Graded]) -> Counter[tuple[str, str]]:
    """How many students made each diagnosed mistake, by exercise and name."""
    verdicts = [verdict for graded in results for verdict in graded.verdicts]
    return Counter((verdict.exercise, verdict.diagnosis) for verdict in verdicts if verdict.diagnosis)
