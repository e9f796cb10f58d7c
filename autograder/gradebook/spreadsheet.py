"""Verdicts as a table: a row for each student, a column for each exercise."""

import csv
import io
from collections.abc import Sequence

from autograder.feedback.sanitise import spreadsheet
from autograder.gradebook.verdicts import Line, exercises, number


def table(lines: Sequence[Line]) -> str:
    """Comma-separated: student, score, max_score, and the points for each exercise. No score is an empty cell."""
    names = exercises(lines)
    rows = [["student", "score", "max_score", *names]]
    for line in lines:
        points = [line.exercises[name].score if name in line.exercises else None for name in names]
        rows.append([spreadsheet(line.student), number(line.score), number(line.max_score), *map(number, points)])
    return written(rows)


def written(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as RFC 4180 has them: cells in quotes where they must be, lines that end in CR LF."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()
