"""Scores into a gradebook that Canvas exported, for Canvas to import.

The format is that of its `lib/gradebook_exporter.rb` and `lib/gradebook_importer.rb`: one row of titles (Student, ID,
SIS User ID, SIS Login ID, Section, then assignments as "Title (id)"), rows about the assignments of which the last
starts with "Points Possible", then a row for each student.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from autograder.feedback.sanitise import spreadsheet
from autograder.gradebook.spreadsheet import written
from autograder.gradebook.verdicts import ExportError, Line, exercises, number
from autograder.running.layouts import canvas_name

LOGINS = ("SIS Login ID", "SIS User ID", "ID")
NOT_OURS = re.compile("(Current|Final|Override) (Score|Points|Grade|Status)")
EXPORT = "Export it anew: Grades → Export → Export Entire Gradebook"


class Filled(NamedTuple):
    """A gradebook to import, and sentences about what is not in it."""

    text: str
    students: int
    notes: list[str]


class _Gradebook(NamedTuple):
    """The rows of a gradebook. width: how many columns say who a student is. first: the row of the first student."""

    rows: list[list[str]]
    delimiter: str
    width: int
    first: int

    @property
    def titles(self) -> list[str]:
        return self.rows[0]

    def named(self, names: Sequence[str]) -> list[int]:
        """The columns of assignments with one of these titles, with or without the id behind it."""
        wanted = {name.casefold() for name in names}
        places = range(self.width, len(self.titles))
        return [place for place in places if wanted & {self.titles[place].casefold(), self.title(place).casefold()}]

    def title(self, place: int) -> str:
        return re.sub(r"\s*\(\d+\)$", "", self.titles[place]).strip()

    def of(self, student: str) -> set[int]:
        """The rows that may be a student's: by login, by id, or by `name_id` as Canvas names the files."""
        name, _, identity = student.rpartition("_")
        found = set()
        for place in range(self.first, len(self.rows)):
            row = dict(zip(self.titles[: self.width], self.rows[place], strict=False))
            known = {row.get(title, "").strip().casefold() for title in LOGINS} - {""}
            sortable = row.get("Student") or f"{row.get('LastName', '')}, {row.get('FirstName', '')}"
            by_name = row.get("ID") == identity and canvas_name(sortable) == name
            if student.casefold() in known or by_name:
                found.add(place)
        return found


def filled(gradebook: str, lines: Sequence[Line], names: Sequence[str]) -> Filled:
    """A gradebook with the scores of a unit in it, and nothing else that could be changed by importing it.

    names: what the column of the unit may be called. A column called like an exercise is filled, too. A student
    without a score keeps what stands there. Raises ExportError when it is no gradebook, or has no such column.
    """
    book = _parsed(gradebook)
    totals = book.named(names)
    if len(totals) != 1:
        columns = [title for title in book.titles[book.width :] if not NOT_OURS.search(title)]
        there = f"the columns {', '.join(columns)}" if columns else "no assignment"
        many = "several columns" if totals else "no column"
        said = f"the gradebook has {many} called {' or '.join(names)}, but {there}"
        raise ExportError(f"{said}: name the right one with --column TITLE")
    parts = {place: name for name in exercises(lines) for place in book.named([name]) if place != totals[0]}
    columns_kept = [*range(book.width), totals[0], *parts]
    notes = _points_notes(book, totals[0], lines)
    whose: dict[int, list[Line]] = {}
    for line in lines:
        places = book.of(line.student)
        if len(places) == 1:
            whose.setdefault(places.pop(), []).append(line)
        else:
            found = f"stands for {len(places)} students in" if places else "is not in"
            notes.append(f"{line.student} {found} the gradebook: enter {number(line.score) or 'the score'} by hand.")
    rows = [[_cell(row, place, book.width) for place in columns_kept] for row in book.rows]
    count = 0
    for place, same in whose.items():
        if len(same) > 1:
            both = " and ".join(line.student for line in same)
            notes.append(f"{both} are one student in the gradebook: nothing was entered, decide by hand.")
            continue
        scores = [
            same[0].score,
            *(same[0].exercises[name].score if name in same[0].exercises else None for name in parts.values()),
        ]
        if same[0].score is None:
            notes.append(f"{same[0].student} could not be judged: the gradebook keeps what stands there.")
        for column, score in enumerate(scores, book.width):
            rows[place][column] = number(score) or rows[place][column]
        count += same[0].score is not None
    return Filled(written(rows, book.delimiter), count, notes)


def _cell(row: Sequence[str], place: int, width: int) -> str:
    text = row[place] if place < len(row) else ""
    return spreadsheet(text) if place < width else text


def _points_notes(book: _Gradebook, column: int, lines: Sequence[Line]) -> list[str]:
    """Canvas does not scale what it imports."""
    possible = next((row for row in book.rows[1 : book.first] if "Points Possible" in row[0]), None)
    ours = max(line.max_score for line in lines)
    theirs = possible[column].strip() if possible and column < len(possible) else ""
    if not theirs or re.fullmatch(rf"{re.escape(number(ours))}([.,]0*)?", theirs):
        return []
    said = f"Canvas gives {book.titles[column]} {theirs} points, and the scores are out of {number(ours)}"
    return [f"{said}: change the assignment's points in Canvas, as nothing is scaled."]


def _parsed(text: str) -> _Gradebook:
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if any(row)]
    except csv.Error as problem:
        raise ExportError(f"the gradebook is no table ({problem}). {EXPORT}") from None
    titles = rows[0] if rows else []
    if "ID" not in titles or "Section" not in titles or not {"Student", "LastName"} & set(titles):
        raise ExportError(f"the gradebook lacks the columns Student, ID and Section. {EXPORT}")
    about = [place for place, row in enumerate(rows[1:], 1) if _is_about_assignments(row)]
    return _Gradebook(rows, delimiter, titles.index("Section") + 1, max(about, default=0) + 1)


def _is_about_assignments(row: Sequence[str]) -> bool:
    return "Points Possible" in row[0] or all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell) for cell in row)
