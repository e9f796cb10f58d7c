"""What students wrote for a unit: the functions that are judged, each in the cell it stands in. Nothing is run here."""

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograder.child.frames import Asked
from autograder.child.functions import Piece, defined, touched
from autograder.pack import Pack
from autograder.running.submission import Cell, Submission

MAX_SOURCE = 20_000  # characters of a cell: a longer one is no answer to an exercise


class Part(NamedTuple):
    """The text of an exercise with what stands beside it: imports, functions it calls. name: of the function.

    Of a script that cannot be read as Python it is the whole, with the names of all its functions.
    """

    name: str
    text: str


class Work(NamedTuple):
    """What a student wrote for a unit, as it can be shown."""

    student: str
    parts: list[Part]


def written(submission: Submission, packs: Sequence[Pack]) -> list[Part]:
    """The text of each exercise that is no longer the stub; a script is cut into those of its functions."""
    by_cell: dict[Cell, list[str]] = {}
    for pack in packs:
        if cell := judged(submission, pack):
            by_cell.setdefault(cell, []).append(pack.name)
    names = [pack.name for pack in packs]
    return [part for cell, asked in by_cell.items() for part in _cut(cell.source, asked, names)]


def judged(submission: Submission, pack: Pack) -> Cell | None:
    """Where the function that was judged stands; None where it is the stub, is not there, or is too large to read.

    It is the notebook's last one, or else that of the first script which is no longer the stub.
    """
    for cell in last_cells(submission, pack):
        if touched(Piece(cell.file, cell.source), Asked(pack.name, pack.stub)):
            return cell
    return None


def last_cells(submission: Submission, pack: Pack) -> Iterator[Cell]:
    """The last cell of each file, of those that can be read, which defines the function."""
    cells = [cell for cell in submission.cells if len(cell.source) <= MAX_SOURCE]
    for file in dict.fromkeys(cell.file for cell in cells):
        there = (cell for cell in reversed(cells) if cell.file == file and pack.name in defined(cell.source))
        yield from itertools.islice(there, 1)


def python(source: str) -> str:
    """A cell's text as the child reads it, with as many lines: IPython's own lines do nothing."""
    return re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", source)


def _cut(source: str, asked: Sequence[str], names: Sequence[str]) -> Iterator[Part]:
    """To each of `asked` the lines from the end of another function of the unit to the end of its own."""
    try:
        body = ast.parse(python(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = []
    ends = {node.name: node.end_lineno for node in body if isinstance(node, ast.FunctionDef) and node.name in names}
    if len(asked) == 1 or not set(asked) <= set(ends):
        yield Part(", ".join(asked), source)
        return
    lines, begin = source.split("\n"), 0
    for name, end in sorted(ends.items(), key=lambda item: item[1] or 0):
        if name in asked:
            yield Part(name, "\n".join(lines[begin:end]))
        begin = end or 0
