"""A student's function as it can be shown to a class: without comments, and with no word of their own in it.

Names that the stub, Python or NumPy give stay; all others become v1, v2 … Texts become '…' unless the stub has them.
"""

import ast
import builtins
import math
import re
import sys
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autograder.grading.sources import last_cells, python
from autograder.pack import Pack
from autograder.running.submission import Submission

MAX_SHOWN = 3_000
LEFT_OUT = "…"
# Of other libraries and of NumPy's arguments those that a course uses.
_LIBRARIES = """numpy scipy sympy torch symbols Symbol Expr Rational diff integrate simplify subs exp log sin cos tanh
axis keepdims dtype ddof out where initial size loc scale low high ord mode shape order"""
_EINSUM = re.compile(r"[a-zA-Z]{0,4}(?:,[a-zA-Z]{0,4})*->[a-zA-Z]{0,4}")
_TEXTS = frozenset("float32 float64 int32 int64 bool same valid full edge constant reflect wrap xy fro nuc".split())


def anonymous(submission: Submission, pack: Pack) -> str:
    """The function that was judged for `pack`; '' where it is not a `def` of the top level, or is too large to read."""
    outputs = tuple(output.name for output in pack.outputs)
    try:
        shown = (_shown(cell.source, pack.name, pack.stub, outputs) for cell in last_cells(submission, pack))
        return next((text for text in shown if text is not None), "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""  # there is nothing to show of what cannot be parsed


def _shown(source: str, name: str, stub: str, outputs: tuple[str, ...]) -> str | None:
    """The function of a text, without a word of its own; None where it is still the stub's."""
    function = _function(source, name)
    if function is None:
        return ""
    given = _given(stub, name, outputs)
    if type(function.body[-1]) is given.last and ast.dump(function) == given.function:
        return None
    _Stripping(given).strip(function)
    text = ast.unparse(function)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}\n{LEFT_OUT}"


def _function(source: str, name: str) -> ast.FunctionDef | None:
    text = python(source)
    # Parsing takes longer than all the rest, and a function is read without what stands above it.
    start = max(0, text.rfind(f"\n\ndef {name}("))
    try:
        body = ast.parse(text[start:]).body
    except SyntaxError:  # it stands in a text
        body = ast.parse(text).body
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[-1] if found else None


class Given(NamedTuple):
    """The names and texts that are not a student's own; the stub's function as its tree, and its last statement's type.

    The tree of most functions need not be written out: they end otherwise.
    """

    names: frozenset[str]
    texts: frozenset[Any]
    function: str
    last: type[ast.stmt] | None


@cache
def _given(stub: str, name: str, outputs: tuple[str, ...]) -> Given:
    """outputs: their names."""
    tree, function = ast.parse(stub), _function(stub, name)
    names = {text for node in ast.walk(tree) for text in _identifiers(node)} | {*outputs}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} | _TEXTS | {*outputs}
    own = (ast.dump(function), type(function.body[-1])) if function else ("", None)
    return Given(_everybodys() | names, frozenset(texts), *own)


@cache
def _everybodys() -> frozenset[str]:
    """The names that Python, NumPy and the libraries of a course give."""
    rooms: tuple[Any, ...] = (builtins, math, np, np.linalg, np.random, np.ndarray, np.random.Generator)
    names = {name for room in (*rooms, str, list, dict, set, tuple) for name in dir(room)}
    return frozenset({"np", *names, *_LIBRARIES.split(), *sys.stdlib_module_names})


def _identifiers(node: ast.AST) -> list[str]:
    """Whatever of a node is a name: all its fields that are text, but for the text of a constant."""
    if isinstance(node, ast.Constant):
        return []
    fields = [value for _, value in ast.iter_fields(node)]
    listed = [value for field in fields for value in (field if isinstance(field, list) else [field])]
    return [value for value in listed if isinstance(value, str)]


class _Stripping:
    """What one function's own names become."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.renamed: dict[str, str] = {}

    def strip(self, node: ast.AST) -> None:
        """Changes a tree in place: first the names of a node itself, then those below it."""
        if isinstance(node, ast.Constant):
            node.value, node.kind = self._constant(node.value), None
            return
        below: list[ast.AST] = []
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, str):
                setattr(node, field, self._name(value))
            elif isinstance(value, ast.AST):
                below.append(value)
            elif isinstance(value, list):
                if field == "body":
                    value = [each for each in value if not _is_text(each)] or [ast.Pass()]
                value = [self._name(each) if isinstance(each, str) else each for each in value]
                setattr(node, field, value)
                below += [each for each in value if isinstance(each, ast.AST)]
        for each in below:
            if each._fields:
                self.strip(each)

    def _constant(self, value: Any) -> Any:
        if isinstance(value, str):
            return value if value in self.given.texts or _EINSUM.fullmatch(value) else LEFT_OUT
        if isinstance(value, bytes):
            return b""
        # A number this long in a function of a course may be that of a student.
        return ... if type(value) is int and abs(value) >= 10**6 else value

    def _name(self, name: str) -> str:
        """Dotted for a module that is imported. A single letter says nothing of anybody."""
        if "." in name:
            return ".".join(map(self._name, name.split(".")))
        if name in self.given.names or len(name) == 1:
            return name
        return self.renamed.setdefault(name, f"v{len(self.renamed) + 1}")


def _is_text(node: Any) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
