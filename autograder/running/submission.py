"""What a student handed in, as data: cells of source text in order. Nothing of it is ever executed here.

It comes from a folder or from a zip archive, laid out as nbgrader, Canvas or Moodle does it, or plainly: each
student's part of it is a list of files by name, wherever their bytes are (`layouts` says how they are found).
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from autograder.child.functions import defined
from autograder.running import archives, files, layouts, notebooks
from autograder.running.files import CODE, Item, SubmissionError, as_text, going_along, printable, text_of
from autograder.running.notebooks import NotebookCell

__all__ = ["Cell", "HandedIn", "Submission", "SubmissionError", "read", "students"]

STUDENT = re.compile(r"[\w.@-]+")
DOWNLOAD = "part of a download"


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

    notes: a sentence about each odd thing. notebook: the file that its cells are from; book: all that is in it.
    files: what lies beside it and is readable while it runs, as (relative name, path or content).
    """

    student: str
    unit: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    notebook: Item | None = None
    book: tuple[NotebookCell, ...] = ()
    files: tuple[tuple[str, Path | bytes], ...] = ()


class HandedIn(NamedTuple):
    """A student and where their work is; `problem` is a sentence when it cannot be taken.

    path: their file or folder, or the archive or folder of a whole class. files: which of it is theirs; None for
    all of it. attempts: files may be several attempts at one file, in order. notes: sentences about them.
    given: the assignment's own files, which stand in place of theirs.
    """

    student: str
    path: Path
    problem: str = ""
    files: tuple[Item, ...] | None = None
    attempts: bool = False
    notes: tuple[str, ...] = ()
    given: tuple[Item, ...] = ()


def students(path: Path, unit: str) -> list[HandedIn]:
    """Everybody who handed in `unit` in a folder or zip archive, by student.

    `submitted/` below it is preferred. A folder or archive with `<unit>.ipynb` in it is one student's, called like
    it; so is a single file. A student whose id is not made of letters, digits and _ . @ -, or who is there twice,
    comes with a problem. Raises SubmissionError when `path` cannot be listed.
    """
    student = layouts.student_of(path.resolve().name, unit)
    root = path / "submitted" if (path / "submitted").is_dir() else path
    if path.is_dir():
        items = files.listed(root)
    elif path.suffix == ".zip":
        items = _unwrapped(archives.listed(path), path)
    else:
        return [_checked(HandedIn(student, path), path.name)]
    if any(item.name == f"{unit}.ipynb" for item in items):
        return [_checked(HandedIn(student, root, files=tuple(items)), root.name)]
    known, others = layouts.owned(items)
    found: dict[str, dict[str, HandedIn]] = {}
    for each in _from_a_system(root, known):
        found.setdefault(each.student, {})[DOWNLOAD] = each
    for student, name, theirs in layouts.plain(others, unit):
        each = HandedIn(student, root / name if path.is_dir() else path, files=tuple(theirs))
        found.setdefault(student, {})[name] = _checked(each, name)
    return [_only_one(same) for _, same in sorted(found.items())]


def _unwrapped(items: list[Item], archive: Path) -> list[Item]:
    """Without the folder that everything is in: the one that was packed, and `submitted`."""
    for folder in (f"{archive.stem}/", "submitted/"):
        if items and all(item.name.startswith(folder) for item in items):
            items = [item._replace(name=name) for item in items if (name := item.name.removeprefix(folder))]
    return items


def _from_a_system(path: Path, known: list[layouts.Owned]) -> Iterator[HandedIn]:
    by_student: dict[str, list[layouts.Owned]] = {}
    for each in sorted(known, key=lambda each: (each.attempt, each.item.name)):
        by_student.setdefault(each.student, []).append(each)
    for student, theirs in by_student.items():
        notes = ("Canvas says that it was handed in late.",) if theirs[-1].late else ()
        attempts = any(each.attempt for each in theirs)
        yield _checked(HandedIn(student, path, "", tuple(each.item for each in theirs), attempts, notes), DOWNLOAD)


def _checked(each: HandedIn, name: str) -> HandedIn:
    """With a problem when whose it is, or what of it counts, is for a person to say. name: of the file or folder."""
    if not STUDENT.fullmatch(each.student) or each.student in (".", ".."):
        said = "is no student id: expected letters, digits and _ . @ - only. Rename the file or folder."
        student = as_text(each.student)
        return each._replace(student=student, problem=f"{printable(student)!r} {said}")
    items = each.files or ()
    for item in items:
        is_work = item.name == "/" or (item.name.endswith(CODE) and "/" not in item.name)
        if item.problem and (is_work or len(items) == 1):
            return each._replace(problem=item.problem)
    if name.endswith(layouts.ARCHIVES) and not name.endswith(".zip"):
        said = "is an archive that is not opened here: unpack it, or ask for a .zip, then grade again."
        return each._replace(problem=f"{printable(name)} {said}")
    return each


def _only_one(same: dict[str, HandedIn]) -> HandedIn:
    # An archive that was unpacked, and still lies there, counts no second time.
    same = {name: each for name, each in same.items() if not name.endswith(layouts.ARCHIVES)} or same
    first = next(iter(same.values()))
    if len(same) == 1:
        return first
    said = f"is there {len(same)} times, as {' and '.join(map(printable, sorted(same)))}: keep the one that counts."
    return first._replace(problem=f"{printable(first.student)} {said}")


def read(handed_in: HandedIn, unit: str, exercises: Sequence[str]) -> Submission:
    """What a student handed in for a unit.

    Of several files: `<unit>.ipynb` (or the only notebook), `<unit>.py`, and a .py file for each of `exercises`;
    the only .py file when there is none of these. Raises SubmissionError: a sentence that says what to do.
    """
    notes, whose = list(handed_in.notes), printable(handed_in.student)
    found = _found(handed_in, unit, exercises, notes)
    top = [item for item in found if "/" not in item.name]
    notebook = _notebook(whose, unit, [item for item in top if item.name.endswith(".ipynb")])
    written = [item for item in top if item.name.endswith(".py")]
    scripts = [item for item in written if item.name[:-3] in (unit, *exercises)]
    if notebook is None and not scripts and len(written) == 1:
        scripts = written
    if notebook is None and not scripts:
        expected = f"expected {unit}.ipynb or files such as {next(iter(exercises), unit)}.py"
        there = f"; it holds {', '.join(printable(item.name) for item in top[:5])}" if top else ", which is empty"
        said = f"No work for {unit} is in what {whose} handed in{there}: {expected}."
        raise SubmissionError(" ".join([said, *notes]))
    cells, book, problems = list[Cell](), list[NotebookCell](), list[str]()
    for item in [notebook, *sorted(scripts, key=lambda item: item.name != f"{unit}.py")]:
        try:
            cells += _cells(item, unit, exercises, notes, book) if item else []
            if sum(len(cell.source) for cell in cells) > files.MAX_BYTES:
                raise SubmissionError(f"{whose} handed in more than {files.MAX_BYTES >> 20} MB of code.")
        except SubmissionError as problem:
            problems.append(str(problem))
    if not cells:
        raise SubmissionError(" ".join(problems))
    if exercises and all(defined(cell.source).isdisjoint(exercises) for cell in cells):
        names = ", ".join(exercises[:3]) + ("…" if len(exercises) > 3 else "")
        notes.append(f"None of the functions of {unit} ({names}) is written there: is it the work for another unit?")
    given = {item.name for item in handed_in.given}
    beside = [item for item in found if item != notebook and item.name not in given] if len(found) > 1 else []
    beside += handed_in.given
    return Submission(
        student=handed_in.student,
        unit=unit,
        cells=tuple(cells),
        files=tuple(_contents(beside, notes)),
        notes=tuple(notes + problems),
        notebook=notebook,
        book=tuple(book),
    )


def _found(handed_in: HandedIn, unit: str, exercises: Sequence[str], notes: list[str]) -> list[Item]:
    """A student's files; those of an archive when that is all they handed in."""
    path, items = handed_in.path, handed_in.files
    if items is None:
        items = tuple(files.listed(path)) if path.is_dir() and path.suffix not in CODE else (Item(path.name, path),)
    if handed_in.attempts:
        items = _latest(items, unit, exercises, notes)
    found = going_along(items, notes)
    packed = [item for item in found if item.name.endswith(".zip")]
    if len(packed) != 1 or any(item.name.endswith(CODE) for item in found):
        return found
    if not isinstance(packed[0].source, Path):
        said = f"is an archive in an archive and was not opened: unpack {printable(path.name)}, then grade its folder."
        raise SubmissionError(f"{printable(packed[0].name)} {said}")
    inside = archives.listed(packed[0].source)
    return going_along(_unwrapped(inside, Path(packed[0].name)), notes)


def _latest(found: Sequence[Item], unit: str, exercises: Sequence[str], notes: list[str]) -> tuple[Item, ...]:
    """The last attempt at each file. Canvas adds -1, -2 … to a name that was handed in before."""
    expected = {f"{unit}.ipynb", f"{unit}.py", *(f"{name}.py" for name in exercises)}
    by_name: dict[str, list[Item]] = {}
    for item in found:
        name = re.sub(r"-\d+(?=\.\w+$)", "", item.name)
        by_name.setdefault(name if name in expected else item.name, []).append(item)
    notes += [
        f"{name} was handed in {len(same)} times: the latest counts." for name, same in by_name.items() if same[1:]
    ]
    latest = [same[-1]._replace(name=name) for name, same in by_name.items()]
    books = [item for item in latest if item.name.endswith(".ipynb")]
    if len(books) > 1 and all(item.name != f"{unit}.ipynb" for item in books):
        names = ", ".join(printable(item.name) for item in books)
        notes.append(f"Of the notebooks {names} the latest counts: {printable(books[-1].name)}.")
        latest = [item for item in latest if item not in books[:-1]]
    return tuple(latest)


def _notebook(whose: str, unit: str, found: list[Item]) -> Item | None:
    named = [item for item in found if item.name == f"{unit}.ipynb"]
    if not named and len(found) > 1:
        names = ", ".join(printable(item.name) for item in found)
        said = f"{whose} handed in the notebooks {names} and no {unit}.ipynb: rename the one that counts."
        raise SubmissionError(said)
    return next(iter(named or found), None)


def _contents(items: Sequence[Item], notes: list[str]) -> Iterator[tuple[str, Path | bytes]]:
    left = files.MAX_DATA_BYTES
    for item in items:
        if item.name != printable(item.name):  # longer than 200 letters, too: all names travel in one message
            notes.append(f"{printable(item.name)} did not go along: rename it, with fewer and ordinary letters.")
        elif isinstance(item.source, Path):
            yield item.name, item.source
        else:
            try:
                content = item.source.content(left)
            except SubmissionError as problem:
                notes.append(str(problem))
            else:
                left -= len(content)
                yield item.name, content


def _cells(item: Item, unit: str, exercises: Sequence[str], notes: list[str], book: list[NotebookCell]) -> list[Cell]:
    text, name = text_of(item), printable(item.name)
    if item.name.endswith(".py"):
        return [Cell(text, item.name, 0, "script")]
    book += notebooks.parsed(text, name, notes)
    taken = notebooks.code_cells(book, name, unit, exercises, notes)
    return [Cell(source, item.name, number, "notebook") for number, source in taken]
