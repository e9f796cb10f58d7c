"""What a student wrote in a unit's folder, for the self-check: in the notebook if touched there, else in the stub.

Reads files and finds functions as the grading does; only the running happens here, in this very process.
"""

import ast
import linecache
import re
from pathlib import Path
from typing import Any, NamedTuple

from autograder.child import calls
from autograder.child.frames import Asked
from autograder.child.functions import Group, Piece, chosen, find, touched
from autograder.outcome import Answer, Status
from autograder.pack import Pack
from autograder.running import inprocess, notebooks
from autograder.running.files import SubmissionError, text_of


class Judged(NamedTuple):
    """The answers for an exercise, and sentences about where they are from."""

    answers: list[Answer]
    notes: list[str]


class Unit:
    """A unit's folder. The notebook is read once, and run at most once, when an exercise of it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names = [path.stem for path in sorted((folder / "packs").glob("*.pack"))]
        self._notebook: Group | None = None
        self._has_run = False

    def answers(self, pack: Pack, notebook_only: bool = False) -> Judged:
        """The answers of what is written for an exercise. Never raises: what cannot be asked answers why."""
        notes: list[str] = []
        try:
            notebook, stub = self.notebook(notes), None if notebook_only else self._stub(pack)
        except SubmissionError as problem:
            return Judged(inprocess.absent(pack.cases, str(problem), Status.unloadable), [])
        asked = Asked(pack.name, pack.stub)
        in_notebook = notebook and notebook.last(pack.name)
        group = stub or notebook
        if stub and notebook and in_notebook and touched(in_notebook, asked):
            group = chosen(asked, [notebook, stub], notes)
        if group is None:
            text = f"{pack.name} is written nowhere: neither in {pack.name}.py nor in a notebook."
            return Judged(inprocess.absent(pack.cases, text), [])
        piece = group.last(pack.name)
        if piece and not touched(piece, asked):
            # Nothing to run: what a stub imports (SymPy takes as long as all the rest) is not waited for.
            return Judged([Answer(status=Status.raised, exception="NotImplementedError")] * len(pack.cases), notes)
        self._run(group, pack)
        function, found = find(asked, [group], notes)
        if found.status != "found":
            status = Status.absent if found.status == "absent" else Status.unloadable
            return Judged(inprocess.absent(pack.cases, found.text, status), notes)
        return Judged(inprocess.answer_all(function, pack.cases, pack.seconds), notes)

    def notebook(self, notes: list[str]) -> Group | None:
        """The notebook's cells, not run yet. Raises SubmissionError when it cannot be read."""
        path = self.folder / f"{self.folder.name}.ipynb"
        if self._notebook is None and path.is_file():
            cells = notebooks.cells(text_of(path), path.name, self.folder.name, self.names, notes)
            self._notebook = Group({"__name__": "__main__"}, self.names)
            self._notebook.pieces = [Piece(f"{path.name}, cell {number}", source) for number, source in cells]
        return self._notebook

    def _stub(self, pack: Pack) -> Group | None:
        path = self.folder / f"{pack.name}.py"
        if not path.is_file():
            return None
        group = Group({"__name__": pack.name, "__file__": str(path)}, [pack.name])
        group.pieces = [Piece(path.name, text_of(path))]
        return group

    def _run(self, group: Group, pack: Pack) -> None:
        if group is self._notebook and self._has_run:
            return
        self._has_run = self._has_run or group is self._notebook
        for piece in group.pieces:
            filename = group.namespace.get("__file__", f"<{piece.place}>")
            piece.problem = execute(piece.source, filename, group.namespace, pack.seconds)
            group.note_changes(piece)


def execute(source: str, filename: str, namespace: dict[str, Any], seconds: float) -> str:
    """Runs a file or cell in `namespace`. Returns what stopped it as a sentence, or ''."""
    from autograder import selfcheck

    try:
        code = compile(_tree(source), filename, "exec")
    except SyntaxError as problem:
        return f"line {problem.lineno}: {problem.msg}."
    except (ValueError, RecursionError, MemoryError) as problem:
        return f"it cannot be read as Python: {problem}."
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    try:
        with inprocess.captured(), selfcheck.silenced(), inprocess.alarm(seconds):
            exec(code, namespace)
    except inprocess.TimeOut:
        return f"it took longer than {seconds:g} seconds. Is there a loop that never ends?"
    except KeyboardInterrupt:
        raise
    except BaseException as problem:
        line = calls.line_of(problem, filename)
        at = f"line {line}: " if line else ""
        return f"{at}{type(problem).__name__}: {calls.describe(problem, execute)['text']}."
    return ""


def _tree(source: str) -> ast.Module:
    """The syntax tree of a cell; lines that are IPython's (%magic, !command) are passed over."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse(re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", source))
