"""What a student wrote for an exercise, and where: in the unit's notebook if touched there, else in the stub."""

import ast
import json
import linecache
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from autograder.outcome import Answer, Status
from autograder.pack import Pack
from autograder.running import inprocess


class Written(NamedTuple):
    """A place that defines an exercise. text: the cell's or file's; cell: its number among all cells, from 1."""

    path: Path
    text: str
    cell: int | None = None

    @property
    def place(self) -> str:
        return self.path.name if self.cell is None else f"{self.path.name}, cell {self.cell}"


class Unreadable(Exception):
    """A student's file cannot be read; the text is a sentence with a way out."""


class Notebook:
    """A unit's notebook as a student left it: code cells in order, run at most once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cells = [Written(path, text, number) for number, text in _code_cells(path)]
        self._namespace: dict[str, Any] | None = None
        self.failures: dict[int, str] = {}

    def last(self, name: str) -> Written | None:
        """The last cell that defines `name`, or tries to."""
        return next((cell for cell in reversed(self.cells) if _defines(cell.text, name)), None)

    def namespace(self, seconds: float) -> dict[str, Any]:
        """The names after all cells have run, a failing or endless cell skipped and kept in `failures`."""
        if self._namespace is None:
            self._namespace = {"__name__": "__main__"}
            for cell in self.cells:
                problem = execute(cell, self._namespace, seconds)
                if problem:
                    self.failures[cell.cell or 0] = problem
        return self._namespace


def choose(pack: Pack, stub: Path, notebook: Notebook | None) -> tuple[Written | None, str]:
    """Where the exercise is written, and what to say when there are two places that differ."""
    in_stub = Written(stub, _text(stub)) if stub.is_file() else None
    in_cell = notebook.last(pack.name) if notebook else None
    if in_cell is None or not touched(in_cell.text, pack):
        return in_stub or in_cell, ""
    if (
        in_stub
        and touched(in_stub.text, pack)
        and _function(in_stub.text, pack.name) != _function(in_cell.text, pack.name)
    ):
        note = f"It is written in {in_cell.place} and, differently, in {in_stub.place}: the notebook's was checked."
        return in_cell, note
    return in_cell, ""


def touched(text: str, pack: Pack) -> bool:
    """Whether a text's function is no longer the stub's."""
    return _function(text, pack.name) != _function(pack.stub, pack.name)


def answers(pack: Pack, written: Written | None, notebook: Notebook | None) -> list[Answer]:
    """The answers of what is written there. Never raises: what cannot be asked answers why."""
    if written is None:
        return inprocess.absent(
            pack.cases, f"{pack.name} is written nowhere: neither in {pack.name}.py nor in a notebook."
        )
    function = load(pack, written, notebook)
    if isinstance(function, Answer):
        return [function] * len(pack.cases)
    return inprocess.answer_all(function, pack.cases, pack.seconds)


def load(pack: Pack, written: Written, notebook: Notebook | None) -> Callable[..., Any] | Answer:
    """The function, or the answer that says why there is none."""
    if written.cell is not None and notebook:
        namespace = notebook.namespace(pack.seconds)
        problem = notebook.failures.get(written.cell, "")
    else:
        namespace = {"__name__": pack.name, "__file__": str(written.path)}
        problem = execute(written, namespace, pack.seconds)
    if problem:
        return Answer(status=Status.unloadable, text=f"{written.place} does not run: {problem}")
    function = namespace.get(pack.name)
    if callable(function):
        return function  # type: ignore[no-any-return]
    if pack.name in namespace:
        found = type(function).__name__
        text = f"In {written.place}, {pack.name} is of type {found} and no function: something overwrites it."
        return Answer(status=Status.absent, text=text)
    defined = [node.name for node in _tree(written.text).body if isinstance(node, ast.FunctionDef)]
    there = f"; it defines {', '.join(defined)}" if defined else ""
    return Answer(status=Status.absent, text=f"{written.place} defines no function {pack.name}{there}. Was it renamed?")


def execute(written: Written, namespace: dict[str, Any], seconds: float) -> str:
    """Runs a file or cell in `namespace`. Returns what stopped it as a sentence, or ''."""
    from autograder import selfcheck

    filename = str(written.path) if written.cell is None else f"<{written.place}>"
    try:
        code = compile(_tree(written.text), filename, "exec")
    except SyntaxError as problem:
        return f"line {problem.lineno}: {problem.msg}."
    except ValueError as problem:
        return f"{problem}."
    linecache.cache[filename] = (len(written.text), None, written.text.splitlines(keepends=True), filename)
    try:
        with inprocess.captured(), selfcheck.silenced(), inprocess.alarm(seconds):
            exec(code, namespace)
    except inprocess.TimeOut:
        return f"it took longer than {seconds:g} seconds. Is there a loop that never ends?"
    except KeyboardInterrupt:
        raise
    except BaseException as problem:
        lines = [step for step in _lines(problem) if step[0] == filename]
        at = f"line {lines[-1][1]}: " if lines else ""
        return f"{at}{type(problem).__name__}: {problem}."
    return ""


def _lines(problem: BaseException) -> list[tuple[str, int]]:
    found, step = [], problem.__traceback__
    while step:
        found.append((step.tb_frame.f_code.co_filename, step.tb_lineno))
        step = step.tb_next
    return found


def _tree(text: str) -> ast.Module:
    """The syntax tree of a cell; lines that are IPython's (%magic, !command) are passed over."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse(re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", text))


def _defines(text: str, name: str) -> bool:
    return re.search(rf"(?m)^\s*(?:async\s+)?def\s+{name}\b|^{name}\s*=", text) is not None


def _function(text: str, name: str) -> str:
    """A function as its syntax tree, so that layout and comments do not count; the text when it has none."""
    try:
        body = _tree(text).body
    except (SyntaxError, ValueError):
        return text.strip()
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    return ast.dump(found[-1]) if found else text.strip()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Unreadable(f"{path.name} is not UTF-8 text: save it with the encoding UTF-8.") from None
    except OSError as problem:
        raise Unreadable(f"{path.name} cannot be read: {problem.strerror}.") from None


def _code_cells(path: Path) -> list[tuple[int, str]]:
    text = _text(path)
    try:
        cells = json.loads(text)["cells"]
        found = [(number, cell) for number, cell in enumerate(cells, 1) if cell["cell_type"] == "code"]
        sources = [(number, cell["source"], cell.get("metadata", {})) for number, cell in found]
        return [
            (number, source if isinstance(source, str) else "".join(source))
            for number, source, metadata in sources
            if metadata.get("chainrule", {}).get("role") != "check"
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        advice = "Open it in Jupyter and save it again, or fetch a fresh copy."
        raise Unreadable(f"{path.name} is not a notebook any more: its content is damaged. {advice}") from None
