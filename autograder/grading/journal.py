"""What was graded, from what, and with which result: so that a second run grades only what differs.

One SQLite file in the course's folder. A result is entered when it has been written wherever it belongs; what a run
that was interrupted did not enter is graded again, with the same outcome.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

import autograder
from autograder.course import CourseError
from autograder.gradebook.master import Master
from autograder.grading.batch import Work
from autograder.grading.fingerprint import fingerprint
from autograder.grading.result import Graded
from autograder.pack import Pack
from autograder.running.questions import Limits
from autograder.running.submission import HandedIn

FILE = "journal.db"
PATIENCE = 30.0  # seconds that another run may hold it

TABLE = """
CREATE TABLE IF NOT EXISTS graded (
    place TEXT, unit TEXT, student TEXT, content TEXT NOT NULL, keys TEXT NOT NULL, at TEXT NOT NULL,
    result BLOB NOT NULL, PRIMARY KEY (place, unit, student)
)
"""
_results = msgspec.msgpack.Decoder(Graded)


class JournalError(CourseError):
    """The journal cannot be used; the text is a sentence with a way out."""


class Entry(NamedTuple):
    """What is known of a student. keys: exercise → what its verdict rests on besides the submission."""

    content: str
    keys: dict[str, str]
    at: str
    result: Graded


class Decision(NamedTuple):
    """What a run does with a student. exercises: those to be graded; why: a sentence for each, and for the rest."""

    handed_in: HandedIn
    content: str
    exercises: tuple[str, ...]
    why: dict[str, str]
    entry: Entry | None


class Journal:
    """The journal of a course, for one unit of one folder of submissions."""

    def __init__(self, course: Path, place: Path, unit: str, keys: Mapping[str, str]) -> None:
        """keys: of `keys`, for every exercise of the unit. Raises JournalError."""
        self.path = course / FILE
        self.place, self.unit, self.keys = str(place.resolve()), unit, dict(keys)
        with self._said():
            self.database = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            self.database.execute(TABLE)

    def close(self) -> None:
        self.database.close()

    def entries(self) -> dict[str, Entry]:
        """Every student that was graded. Raises JournalError."""
        with self._said():
            rows = self.database.execute(
                "SELECT student, content, keys, at, result FROM graded WHERE place = ? AND unit = ?",
                (self.place, self.unit),
            ).fetchall()
        found = {}
        for student, content, keys, at, result in rows:
            try:
                found[student] = Entry(content, msgspec.json.decode(keys), at, _results.decode(result))
            except msgspec.MsgspecError:
                continue  # of an older version: it is graded again
        return found

    def decide(
        self, handed_in: Sequence[HandedIn], recorded: set[str] | None, only: Sequence[str], everything: bool
    ) -> Iterator[Decision]:
        """For each submission what is to be graded, and why. Raises JournalError.

        recorded: the students whose scores are in the gradebook; None without one. only: the exercises that were
        asked for, () for all. everything: grade them whatever is known.
        """
        known = self.entries()
        for each in handed_in:
            content, entry = fingerprint(each), known.get(each.student)
            missing = recorded is not None and each.student not in recorded
            why = {name: self._reason(entry, content, name, everything, missing) for name in self.keys}
            asked = [name for name in self.keys if not only or name in only]
            # Nothing of what was known holds for other files, so then a part would stand beside nothing.
            stale = tuple(name for name in asked if why[name])
            said = {name: why[name] or f"nothing has changed since {entry.at if entry else ''}" for name in self.keys}
            yield Decision(each, content, stale, said, entry)

    def _reason(self, entry: Entry | None, content: str, name: str, everything: bool, missing: bool) -> str:
        """Why an exercise is to be graded; '' when it is not."""
        if everything:
            return "--all was said"
        if entry is None:
            return "it was not graded before"
        if entry.content != content:
            return "other files were handed in"
        if missing:
            return "its scores are not in the gradebook"
        verdict = {each.exercise.partition("/")[2]: each for each in entry.result.verdicts}.get(name)
        if verdict is None or verdict.outcome == "grader_error":
            return "it could not be judged before"
        if entry.keys.get(name) != self.keys[name]:
            return "the exercise, the limits or the grader have changed"
        return ""

    def enter(self, results: Iterable[tuple[Decision, Graded]]) -> None:
        """Keeps results that have been written, all or none of them. Raises JournalError."""
        at = datetime.now().astimezone().isoformat(" ", "seconds")
        rows = []
        for decision, graded in results:
            before = decision.entry.keys if decision.entry and decision.entry.content == decision.content else {}
            keys = {**before, **{name: self.keys[name] for name in decision.exercises}}
            result = msgspec.msgpack.encode(msgspec.structs.replace(graded, autograded=None))
            row = (self.place, self.unit, graded.student, decision.content, msgspec.json.encode(keys).decode(), at)
            rows.append((*row, result))
        with self._said():
            self.database.execute("BEGIN IMMEDIATE")
            try:
                self.database.executemany("INSERT OR REPLACE INTO graded VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            except BaseException:
                self.database.execute("ROLLBACK")
                raise
            self.database.execute("COMMIT")

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as problem:
            raise JournalError(
                f"the journal {self.path} cannot be used: {problem}. Is the folder writable, with room on the disk? "
                "What was written before is kept: mend it, or delete the file to grade everything again."
            ) from None


def keys(packs: Sequence[Pack], written: Sequence[bytes], limits: Limits, master: Master | None) -> dict[str, str]:
    """Exercise → what its verdict rests on besides the submission: pack, limits, the gradebook's cells, the grader."""
    common = hashlib.sha256(grader_digest() + msgspec.msgpack.encode(limits))
    if master:
        # By name and text only: where the course's folder lies makes no difference.
        common.update(msgspec.msgpack.encode([(cell.name, cell.source, cell.points) for cell in master.cells]))
    found = {}
    for pack, data in zip(packs, written, strict=True):
        each = common.copy()
        each.update(data)
        found[pack.name] = each.hexdigest()
    return found


def grader_digest() -> bytes:
    """This package's own text: another version may judge otherwise."""
    package = Path(autograder.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def work(decisions: Iterable[Decision], exercises: Sequence[str]) -> list[Work]:
    """What is to be done. exercises: of the unit; a submission that needs all of them says ()."""
    return [
        Work(each.handed_in, () if len(each.exercises) == len(exercises) else each.exercises)
        for each in decisions
        if each.exercises
    ]


def merged(decision: Decision, graded: Graded) -> Graded:
    """A new result with what still holds of the one before, where only some exercises were graded again."""
    entry = decision.entry
    if entry is None or entry.content != decision.content:
        return graded
    new = {verdict.exercise: number for number, verdict in enumerate(graded.verdicts)}
    before = entry.result
    old = {verdict.exercise: number for number, verdict in enumerate(before.verdicts)}
    names = [*old, *(name for name in new if name not in old)]
    verdicts = [graded.verdicts[new[name]] if name in new else before.verdicts[old[name]] for name in names]
    evidence = []
    for name in names:
        source, places = (graded, new) if name in new else (before, old)
        if not source.evidence:
            return msgspec.structs.replace(graded, verdicts=tuple(verdicts), evidence=())
        evidence.append(source.evidence[places[name]])
    return msgspec.structs.replace(graded, verdicts=tuple(verdicts), evidence=tuple(evidence))
