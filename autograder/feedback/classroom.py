"""A graded class on the terminal: a row per student, then what the class got wrong."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.feedback import plain, sanitise
from autograder.grading.result import Graded
from autograder.outcome import Outcome

# So many students to a table: it is laid out in memory, ten thousand of them in 50 MB.
ROWS = 500
STUDENT, POINTS, EXERCISES = "student", "points", "exercises"
STYLES = {
    Outcome.correct: "green",
    Outcome.not_attempted: "dim",
    Outcome.grader_error: "bold magenta",
    Outcome.missing: "yellow",
}


def summary(graded: Graded, most: int = 3) -> str:
    """What is not right, in a line: `sigmoid tanh · softmax took too long`, the first few of many."""
    wrong = [verdict for verdict in graded.verdicts if not verdict.correct]
    outcomes = {(verdict.outcome, verdict.diagnosis) for verdict in wrong}
    if len(wrong) == len(graded.verdicts) > 1 and len(outcomes) == 1 and not wrong[0].diagnosis:
        return f"all {wrong[0].outcome.words}"
    said = [f"{verdict.exercise.partition('/')[2]} {verdict.diagnosis or verdict.outcome.words}" for verdict in wrong]
    return " · ".join(said[:most] + [f"and {len(said) - most} more"] * (len(said) > most))


def show(results: Sequence[Graded], console: Console) -> None:
    """Prints the table, the sentences about odd submissions, and the mistakes by how many made them."""
    if not results:
        return
    console.print(Text("exercises: " + ", ".join(v.exercise.partition("/")[2] for v in results[0].verdicts), "dim"))
    for first in range(0, len(results), ROWS):
        console.print(_table(results[first : first + ROWS]))
    console.print()
    for graded in results:
        for note in graded.notes[:5]:
            console.print(Text(sanitise.terminal(f"{graded.student}: {note}"), "yellow"))
    for (exercise, name), count in mistakes(results).most_common(10):
        word = "student" if count == 1 else "students"
        console.print(Text(f"{count:4} {word}  {exercise}: {name}"))


def _table(results: Sequence[Graded]) -> Table:
    """Of what never wraps one column is made: laying out a cell takes rich longer than all else in a row."""
    names = [sanitise.terminal(graded.student) for graded in results]
    points = [f"{graded.score:g} of {graded.max_score:g}" if graded.judged else "no score" for graded in results]
    marks = max(len(EXERCISES), *(len(graded.verdicts) for graded in results))
    name, point = max(map(cell_len, [STUDENT, *names])), max(map(len, [POINTS, *points]))
    table = Table(box=None, padding=0, pad_edge=False, header_style="bold")
    head = f"{set_cell_size(STUDENT, name)}  {POINTS:>{point}}  {EXERCISES:<{marks}}  "
    table.add_column(head, no_wrap=True, width=len(head))
    table.add_column("what is not right", overflow="fold")
    for graded, student, earned in zip(results, names, points, strict=True):
        # Text, never markup: names of folders and functions are the students' to choose.
        row = Text(f"{set_cell_size(student, name)}  {earned:>{point}}  ")
        for outcome, run in groupby(verdict.outcome for verdict in graded.verdicts):
            row.append(plain.SYMBOLS[outcome] * len(list(run)), STYLES.get(outcome, "red"))
        table.add_row(row, Text(sanitise.terminal(summary(graded))))
    return table


def mistakes(results: Sequence[Graded]) -> Counter[tuple[str, str]]:
    """How many students made each diagnosed mistake, by exercise and name."""
    verdicts = [verdict for graded in results for verdict in graded.verdicts]
    return Counter((verdict.exercise, verdict.diagnosis) for verdict in verdicts if verdict.diagnosis)
