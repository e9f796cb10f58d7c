"""A notebook's text → its code cells. The text is a stranger's: checked by hand, bounded, never executed."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from autograder.child.functions import defined
from autograder.running.files import SubmissionError, printable

MAX_CELLS = 2_000
MAX_METADATA = 64 * 1024
MAX_LENIENT = 4 * 1024 * 1024
# How the names of a notebook's cells (nbgrader's `grade_id`) tell what they are: a function has the exercise's own.
CHECK, EXPLAIN = "check_", "explain_"
_DAMAGED = "Open it in Jupyter and save it again, or hand in the file you worked in."


# Only what is needed is named: msgspec passes over everything else without building it, so that a
# notebook of 20 MB of empty lists costs no memory.
class NotebookCell(msgspec.Struct):
    """A cell as it stands in the file; `text` and `marks` are what to use of it."""

    cell_type: str
    source: str | list[str] = ""
    input: str | list[str] = ""  # what `source` was called in format 3
    id: str = ""
    metadata: msgspec.Raw = msgspec.Raw(b"{}")
    attachments: msgspec.Raw = msgspec.Raw(b"{}")

    @property
    def text(self) -> str:
        source = self.source or self.input
        return source if isinstance(source, str) else "".join(source)

    def marks(self, whose: str) -> dict[str, Any]:
        """The metadata that somebody such as `nbgrader` put on it; {} when there is none."""
        data = bytes(self.metadata)
        if len(data) > MAX_METADATA or whose.encode() not in data:
            return {}
        try:
            content = msgspec.json.decode(data)
        except (msgspec.DecodeError, RecursionError):
            return {}
        found = content.get(whose) if isinstance(content, dict) else None
        return found if isinstance(found, dict) else {}


class _Worksheet(msgspec.Struct):
    cells: list[NotebookCell]


class _Notebook(msgspec.Struct):
    cells: list[NotebookCell] | None = None
    worksheets: list[_Worksheet] | None = None
    nbformat: int = 4


_decoder = msgspec.json.Decoder(_Notebook)


def cells(text: str, name: str, unit: str, exercises: Sequence[str], notes: list[str]) -> list[tuple[int, str]]:
    """The code cells of the notebook `name` in order, as (number among all cells, source), check cells left out.

    Appends a sentence to `notes` for what is odd. Raises SubmissionError.
    """
    return code_cells(parsed(text, name, notes), name, unit, exercises, notes)


def code_cells(
    found: Sequence[NotebookCell], name: str, unit: str, exercises: Sequence[str], notes: list[str]
) -> list[tuple[int, str]]:
    """Those of a notebook's cells that are run, as `cells` gives them."""
    twice = [identity for identity, count in Counter(cell.id for cell in found).items() if identity and count > 1]
    if twice:
        notes.append(f"Several cells of {name} have the id {printable(twice[0])}: all of them were run, in order.")
    checked: set[str] = set()
    taken = [
        (number, cell.text)
        for number, cell in enumerate(found, 1)
        if cell.cell_type == "code" and not _is_check(cell, exercises, checked)
    ]
    if checked and checked.isdisjoint(exercises):
        theirs = printable(", ".join(sorted(checked)[:3]))
        raise SubmissionError(
            f"{name} is the notebook of another unit (it checks {theirs}); expected the one of {unit}. "
            "Is it the wrong file?"
        )
    if not taken:
        raise SubmissionError(
            f"{name} has no code cell: expected the notebook of {unit} with the functions in it. {_DAMAGED}"
        )
    return taken


def parsed(text: str, name: str, notes: list[str]) -> list[NotebookCell]:
    """All cells of the notebook `name`. Appends a sentence to `notes` for what is odd. Raises SubmissionError."""
    found = _all_cells(text, name, notes)
    if len(found) > MAX_CELLS:
        raise SubmissionError(
            f"{name} has {len(found):,} cells; at most {MAX_CELLS:,} are run. Delete the ones that are not needed."
        )
    return found


def _all_cells(text: str, name: str, notes: list[str]) -> list[NotebookCell]:
    try:
        content = _decode(text)
    except msgspec.ValidationError as problem:
        where = _where(str(problem))
        raise SubmissionError(f"{name} is not a notebook as Jupyter writes it: {where}. {_DAMAGED}") from None
    except (ValueError, RecursionError) as problem:
        reason = "nested too deeply" if isinstance(problem, RecursionError) else _where(str(problem))
        raise SubmissionError(f"{name} is not a notebook: its text is not JSON ({reason}). {_DAMAGED}") from None
    if content.nbformat < 3 or content.nbformat > 4:
        raise SubmissionError(
            f"{name} has notebook format {content.nbformat}; expected 4. Open it in a current Jupyter and save it."
        )
    if content.cells is None and content.worksheets:
        notes.append(f"{name} has the old notebook format 3: it was read all the same. Saving it in Jupyter renews it.")
        return [cell for sheet in content.worksheets for cell in sheet.cells]
    if content.cells is None:
        raise SubmissionError(f"{name} is not a notebook: it has no list of cells. {_DAMAGED}")
    return content.cells


def _decode(text: str) -> _Notebook:
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        # Jupyter also writes what is no JSON: NaN, or half a letter, in an output nobody looks at here.
        if len(text) > MAX_LENIENT:
            raise
        content = json.loads(text, parse_constant=lambda _: None)
        return _decoder.decode(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))


def _where(problem: str) -> str:
    """msgspec's sentence, with cells counted from 1 as everywhere."""
    return printable(re.sub(r" - at `\$\.cells\[(\d+)\](\S*)`", lambda m: f" (cell {int(m[1]) + 1}{m[2]})", problem))


def _is_check(cell: NotebookCell, exercises: Sequence[str], checked: set[str]) -> bool:
    """Whether a cell only checks: one of nbgrader's test cells. Collects the exercises that are checked.

    A student who wrote an answer into a copied check cell still has it judged. nbgrader's read-only cells are
    the instructor's provided code and are run.
    """
    marks = cell.marks("nbgrader")
    if marks.get("grade") is not True or marks.get("solution") is True:
        return False
    name = marks.get("grade_id")
    if isinstance(name, str) and name.startswith(CHECK):
        checked.add(name.removeprefix(CHECK))
    return defined(cell.text).isdisjoint(exercises)
