"""What a student handed in, as data: cells of source text in order. Nothing of it is ever executed here.

Where the students are, in this order of preference:
1. `submitted/<student>/<unit>/…` (nbgrader), and `<student>/<unit>/…`
2. `<student>/…`, a folder that holds a notebook or .py files
3. `<student>.ipynb`, `<student>.py`, `<student>_<unit>.ipynb`
A folder that holds `<unit>.ipynb` itself is one student's, called like the folder.
"""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from autograder.child.functions import defined
from autograder.running import notebooks
from autograder.running.files import CODE, SubmissionError, beside, leads_out, printable, text_of

__all__ = ["Cell", "HandedIn", "Submission", "SubmissionError", "read", "students"]

ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz")
STUDENT = re.compile(r"[\w.@-]+")


class Cell(msgspec.Struct, frozen=True):
    """A piece of source text. number: its place among all cells of the notebook, from 1; 0 for a script."""

    source: str
    file: str
    number: int
    kind: Literal["notebook", "script"]

    @property
    def place(self) -> str:
        """Where it stands, as a student would look for it."""
        return f"{self.file}, cell {self.number}" if self.kind == "notebook" else self.file


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One student's work for a unit.

    notes: a sentence about each odd thing. notebook: the file the notebook's cells are from.
    files: what lies beside it and is readable while it runs, as (relative name, path).
    """

    student: str
    unit: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    notebook: Path | None = None
    files: tuple[tuple[str, Path], ...] = ()


class HandedIn(NamedTuple):
    """A student and where their work is; `problem` is a sentence when it cannot be taken."""

    student: str
    path: Path
    problem: str = ""


def students(path: Path, unit: str) -> list[HandedIn]:
    """Everybody who handed in `unit` below `path`, by student. Raises SubmissionError when `path` cannot be listed.

    A student whose id is not made of letters, digits and `_ . @ -`, or who is there twice, comes with a problem.
    """
    if not path.is_dir():
        return [_checked(_student_of(path, unit), path)]
    root = path / "submitted" if (path / "submitted").is_dir() else path
    if (root / f"{unit}.ipynb").is_file():
        return [_checked(root.resolve().name, root)]
    try:
        entries = sorted(entry for entry in root.iterdir() if not entry.name.startswith((".", "__")))
    except OSError as problem:
        raise SubmissionError(f"{printable(root)} cannot be listed: {problem.strerror}. May you read it?") from None
    found: dict[str, list[HandedIn]] = {}
    for entry in entries:
        handed_in = _entry(root, entry, unit)
        if handed_in:
            found.setdefault(handed_in.student, []).append(handed_in)
    return [_only_one(same) for _, same in sorted(found.items())]


def _entry(root: Path, entry: Path, unit: str) -> HandedIn | None:
    """The submission that a file or folder is, if it is one."""
    student = _student_of(entry, unit)
    if entry.suffix in ARCHIVES:
        return HandedIn(student, entry, f"{printable(entry.name)} is an archive: unpack it, then grade again.")
    path = entry / unit if (entry / unit).is_dir() else entry
    if leads_out(path, root):
        said = f"is a link out of {printable(root)} and was not followed: copy what it points to."
        return HandedIn(student, path, f"{printable(path.relative_to(root))} {said}")
    if path != entry or entry.suffix in CODE:
        return _checked(student, path)
    if not entry.is_dir():
        return None
    try:
        inside = list(entry.iterdir())
    except OSError as problem:
        said = f"The folder {printable(entry.name)} cannot be listed: {problem.strerror}. May you read it?"
        return HandedIn(student, entry, said)
    if any(item.is_dir() for item in inside) and not any(item.suffix in CODE for item in inside):
        return None  # this student handed in other units
    return _checked(student, entry)


def _student_of(path: Path, unit: str) -> str:
    name = path.stem if path.suffix in (*CODE, *ARCHIVES) else path.name
    return unicodedata.normalize("NFC", name.removesuffix(f"_{unit}") or name)


def _checked(student: str, path: Path) -> HandedIn:
    if STUDENT.fullmatch(student) and student not in (".", ".."):
        return HandedIn(student, path)
    said = "is no student id: expected letters, digits and _ . @ - only. Rename the file or folder."
    return HandedIn(student, path, f"{printable(student)!r} {said}")


def _only_one(same: list[HandedIn]) -> HandedIn:
    same = [each for each in same if each.path.suffix not in ARCHIVES] or same  # unpacked, and still lying there
    if len(same) == 1:
        return same[0]
    names = " and ".join(printable(each.path.name) for each in same)
    said = f"{printable(same[0].student)} is there {len(same)} times, as {names}: keep the one that counts."
    return same[0]._replace(problem=said)


def read(path: Path, unit: str, exercises: Sequence[str], student: str = "") -> Submission:
    """The submission in a notebook, a .py file, or a folder of them.

    In a folder: `<unit>.ipynb` (or its only notebook), `<unit>.py`, and a .py file for each of `exercises`; the
    only .py file when there is none of these. Raises SubmissionError: a sentence that says what to do.
    """
    student = student or _student_of(path, unit)
    if path.is_dir() and path.suffix not in CODE:
        return _folder(path, unit, exercises, student)
    notes: list[str] = []
    cells = _cells(path, unit, exercises, notes)
    return _submission(student, unit, exercises, cells, notes, path if path.suffix == ".ipynb" else None, ())


def _folder(folder: Path, unit: str, exercises: Sequence[str], student: str) -> Submission:
    notes: list[str] = []
    files = tuple(beside(folder, notes))
    top = [path for name, path in files if "/" not in name]
    notebook = _notebook(folder, unit, [path for path in top if path.suffix == ".ipynb"])
    written = [path for path in top if path.suffix == ".py"]
    scripts = [path for path in written if path.stem in (unit, *exercises)]
    if notebook is None and not scripts and len(written) == 1:
        scripts = written
    if notebook is None and not scripts:
        expected = f"expected {unit}.ipynb or files such as {next(iter(exercises), unit)}.py"
        there = f"; it holds {', '.join(printable(path.name) for path in top[:5])}" if top else ", it is empty"
        raise SubmissionError(
            f"No work for {unit} is in the folder {printable(folder.name)}{there}: {expected}. " + " ".join(notes)
        )
    cells: list[Cell] = []
    problems: list[str] = []
    for path in [notebook, *sorted(scripts, key=lambda path: path.stem != unit)]:
        try:
            cells += _cells(path, unit, exercises, notes) if path else []
        except SubmissionError as problem:
            problems.append(str(problem))
    if not cells:
        raise SubmissionError(" ".join(problems))
    others = tuple(file for file in files if file[1] != notebook)
    return _submission(student, unit, exercises, cells, notes + problems, notebook, others)


def _notebook(folder: Path, unit: str, found: list[Path]) -> Path | None:
    named = [path for path in found if path.stem == unit]
    if not named and len(found) > 1:
        names = ", ".join(printable(path.name) for path in found)
        raise SubmissionError(
            f"{printable(folder.name)} holds the notebooks {names} and no {unit}.ipynb: rename the one that counts."
        )
    return next(iter(named or found), None)


def _submission(
    student: str,
    unit: str,
    exercises: Sequence[str],
    cells: list[Cell],
    notes: list[str],
    notebook: Path | None,
    files: tuple[tuple[str, Path], ...],
) -> Submission:
    if exercises and all(defined(cell.source).isdisjoint(exercises) for cell in cells):
        names = ", ".join(exercises[:3]) + ("…" if len(exercises) > 3 else "")
        notes.append(f"None of the functions of {unit} ({names}) is written there: is it the work for another unit?")
    return Submission(
        student=student, unit=unit, cells=tuple(cells), notes=tuple(notes), notebook=notebook, files=files
    )


def _cells(path: Path, unit: str, exercises: Sequence[str], notes: list[str]) -> list[Cell]:
    text = text_of(path)
    if path.suffix == ".py":
        return [Cell(text, path.name, 0, "script")]
    found = notebooks.cells(text, printable(path.name), unit, exercises, notes)
    return [Cell(source, path.name, number, "notebook") for number, source in found]
