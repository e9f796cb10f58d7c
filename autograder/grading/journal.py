"""What was graded, from what, and with which result: so that a second run grades only what differs.

One SQLite file in the course's folder. A result is entered when it has been written wherever it belongs; what a run
that was interrupted did not enter is graded again, with the same outcome.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from autograder.course import CourseError
from autograder.grading import kept
from autograder.grading.fingerprint import Key, fingerprint
from autograder.grading.pool import Work
from autograder.grading.result import Graded
from autograder.outcome import Outcome
from autograder.running.submission import HandedIn

FILE = "journal.db"
PATIENCE = 30.0  # seconds that another run may hold it

TABLES = """
CREATE TABLE IF NOT EXISTS graded (
    place TEXT, unit TEXT, student TEXT, content TEXT NOT NULL, keys TEXT NOT NULL, at TEXT NOT NULL,
    result BLOB NOT NULL, PRIMARY KEY (place, unit, student)
);
CREATE TABLE IF NOT EXISTS answered (
    place TEXT, unit TEXT, student TEXT, exercise TEXT, content TEXT NOT NULL, key TEXT NOT NULL,
    record BLOB NOT NULL, PRIMARY KEY (place, unit, student, exercise)
);
"""
ANSWERED = """
SELECT exercise, key, record FROM answered JOIN graded USING (place, unit, student, content)
WHERE place = ? AND unit = ? AND student = ?
"""
CHANGED = "the exercise, the limits or the grader have changed"


class _Outcome(msgspec.Struct):
    """Of a verdict, what says whether it still holds."""

    exercise: str
    outcome: Outcome


class _Outcomes(msgspec.Struct):
    verdicts: tuple[_Outcome, ...]


_outcomes = msgspec.msgpack.Decoder(_Outcomes)


class JournalError(CourseError):
    """The journal cannot be used; the text is a sentence with a way out."""


class Entry(NamedTuple):
    """What is known of a student. keys: exercise → what its verdict rests on besides the submission.

    judged: the exercises that have a verdict, and not that they could not be judged.
    """

    content: str
    keys: dict[str, str]
    at: str
    judged: frozenset[str]


class Decision(NamedTuple):
    """What a run does with a student. exercises: those to be graded; why: a sentence for each, and for the rest.

    again: they were graded before, from the same files.
    """

    handed_in: HandedIn
    content: str
    exercises: tuple[str, ...]
    why: dict[str, str]
    entry: Entry | None
    again: bool

    @property
    def kept(self) -> dict[str, str]:
        """The keys of what was known and still holds."""
        return self.entry.keys if self.entry and self.entry.content == self.content else {}


class Journal:
    """The journal of a course, for one unit of one folder of submissions."""

    def __init__(self, course: Path, place: Path, unit: str) -> None:
        """Raises JournalError."""
        self.path = course / FILE
        self.place, self.unit = str(place.resolve()), unit
        with self._said():
            self.database = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            self.database.executescript(TABLES)

    def close(self) -> None:
        self.database.close()

    def count(self) -> int:
        """How many students were graded. Raises JournalError."""
        ((count,),) = self._rows("count(*)")
        return int(count)

    def entries(self) -> dict[str, Entry]:
        """Every student that was graded. Raises JournalError."""
        found, known, same = {}, dict[str, dict[str, str]](), dict[frozenset[str], frozenset[str]]()
        for student, content, keys, at, result in self._rows("student, content, keys, at, result"):
            try:
                verdicts = _outcomes.decode(result).verdicts
                if keys not in known:  # most have the same
                    known[keys] = msgspec.json.decode(keys)
            except msgspec.MsgspecError:
                continue  # of an older version: it is graded again
            told = (each.exercise for each in verdicts if each.outcome is not Outcome.grader_error)
            judged = frozenset(map(_name, told))
            found[student] = Entry(content, known[keys], at, same.setdefault(judged, judged))
        return found

    def results(self, student: str = "") -> Iterator[Graded]:
        """What was entered, by student; of all, or of one. Raises JournalError."""
        return kept.read(data for (data,) in self._rows("result", student))

    def decide(
        self,
        handed_in: Sequence[HandedIn],
        keys: Mapping[str, Key],
        recorded: set[str] | None,
        only: Sequence[str],
        everything: bool,
    ) -> Iterator[Decision]:
        """For each submission what is to be graded, and why. Raises JournalError.

        keys: of every exercise of the unit. recorded: the students whose scores are in the gradebook; None
        without one. only: the exercises that were asked for, () for all. everything: grade them whatever is known.
        """
        entries, same = self.entries(), dict[tuple[str, ...], tuple[str, ...]]()
        for each in handed_in:
            content, entry = fingerprint(each), entries.get(each.student)
            missing = recorded is not None and each.student not in recorded
            unchanged = f"nothing has changed since {entry.at if entry else ''}"
            why, stale = {}, []
            for name, key in keys.items():
                reason = _reason(entry, content, name, key.verdict, everything, missing)
                why[name] = reason or unchanged
                # Nothing of what was known holds for other files, so then a part would stand beside nothing.
                if reason and (not only or name in only):
                    stale.append(name)
            asked = tuple(stale)
            again = all(why[name] == CHANGED for name in asked)
            yield Decision(each, content, same.setdefault(asked, asked), why, entry, again)

    def records(self, student: str, keys: Mapping[str, Key]) -> dict[str, bytes]:
        """What a student's exercises (`unit/name`) answered when they were graded; {} unless it is there of all.

        Not what they answered to other calls than are made now. keys: of these exercises, by name. Raises JournalError.
        """
        with self._said():
            found = self.database.execute(ANSWERED, (self.place, self.unit, student)).fetchall()
        wanted = {(name, key.answers) for name, key in keys.items()}
        same = {exercise: record for exercise, key, record in found if (_name(exercise), key) in wanted}
        return same if len(same) == len(keys) else {}

    def enter(self, results: Iterable[tuple[Decision, Graded]], keys: Mapping[str, Key]) -> None:
        """Keeps results that have been written, all or none of them. keys: as in `decide`. Raises JournalError."""
        at = datetime.now().astimezone().isoformat(" ", "seconds")
        rows, records = [], []
        for decision, graded in results:
            rests = {**decision.kept, **{name: keys[name].verdict for name in decision.exercises}}
            whose = (self.place, self.unit, graded.student)
            rows.append((*whose, decision.content, msgspec.json.encode(rests).decode(), at, kept.written(graded)))
            for exercise, record in graded.records.items():
                key = keys[_name(exercise)].answers
                records.append((*whose, exercise, decision.content, key, record))
        with self._said():
            self.database.execute("BEGIN IMMEDIATE")
            try:
                for table, values in (("graded", rows), ("answered", records)):
                    self.database.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            except BaseException:
                self.database.execute("ROLLBACK")
                raise
            self.database.execute("COMMIT")

    def _rows(self, columns: str, student: str = "") -> Iterator[tuple[Any, ...]]:
        which = "place = ? AND unit = ?" + " AND student = ?" * bool(student)
        values = (self.place, self.unit, student)[: 3 if student else 2]
        with self._said():
            yield from self.database.execute(f"SELECT {columns} FROM graded WHERE {which} ORDER BY student", values)

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as problem:
            raise JournalError(
                f"the journal {self.path} cannot be used: {problem}. Is the folder writable, with room on the disk? "
                "What was written before is kept: mend it, or delete the file to grade everything again."
            ) from None


def _name(exercise: str) -> str:
    return exercise.partition("/")[2]


def _reason(entry: Entry | None, content: str, name: str, key: str, everything: bool, missing: bool) -> str:
    """Why an exercise is to be graded; '' when it is not. missing: from the gradebook."""
    if everything:
        return "--all was said"
    if entry is None:
        return "it was not graded before"
    if entry.content != content:
        return "other files were handed in"
    if missing:
        return "its scores are not in the gradebook"
    if name not in entry.judged:
        return "it could not be judged before"
    if entry.keys.get(name) != key:
        return CHANGED
    return ""


def work(decisions: Iterable[Decision], exercises: Sequence[str]) -> list[Work]:
    """What is to be done. exercises: of the unit; a submission that needs all of them says ()."""
    return [
        Work(each.handed_in, () if len(each.exercises) == len(exercises) else each.exercises, each.again)
        for each in decisions
        if each.exercises
    ]
