"""A student's function as it can be shown to a class: without comments, and with no word of their own in it.

Names that the stub, Python or NumPy give stay; all others become v1, v2 … Texts become '…' unless the stub has them.
"""

import ast
import builtins
import math
import re
import sys
from functools import cache
from typing import Any

import numpy as np

from autograder.grading.sources import judged, python
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
    try:
        cell = judged(submission, pack)
        return _stripped(cell.source, pack) if cell else ""
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""  # there is nothing to show of what cannot be parsed


def _stripped(source: str, pack: Pack) -> str:
    tree = ast.parse(python(source))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == pack.name]
    if not found:
        return ""
    names, texts = _given(pack.stub, tuple(output.name for output in pack.outputs))
    text = ast.unparse(ast.fix_missing_locations(_Stripped(names, texts).visit(found[-1])))
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}\n{LEFT_OUT}"


@cache
def _given(stub: str, outputs: tuple[str, ...]) -> tuple[frozenset[str], frozenset[Any]]:
    """The names and texts that are not a student's own. outputs: their names."""
    tree = ast.parse(stub)
    rooms: tuple[Any, ...] = (builtins, math, np, np.linalg, np.random, np.ndarray, np.random.Generator)
    names = {name for room in (*rooms, str, list, dict, set, tuple) for name in dir(room)}
    names |= {text for node in ast.walk(tree) for text in _identifiers(node)} | set(_LIBRARIES.split())
    names |= {"np", *sys.stdlib_module_names, *outputs}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} | _TEXTS
    return frozenset(names), frozenset(texts | {*outputs})


def _identifiers(node: ast.AST) -> list[str]:
    """Whatever of a node is a name: all its fields that are text, but for the text of a constant."""
    if isinstance(node, ast.Constant):
        return []
    fields = [value for _, value in ast.iter_fields(node)]
    listed = [value for field in fields for value in (field if isinstance(field, list) else [field])]
    return [value for value in listed if isinstance(value, str)]


class _Stripped(ast.NodeTransformer):
    def __init__(self, names: frozenset[str], texts: frozenset[Any]) -> None:
        self.names = names
        self.texts = texts
        self.renamed: dict[str, str] = {}

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field, value in ast.iter_fields(node):
            if isinstance(value, str):
                setattr(node, field, self._name(value))
            elif isinstance(value, list) and any(isinstance(each, str) for each in value):
                setattr(node, field, [self._name(each) if isinstance(each, str) else each for each in value])
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [each for each in body if not _is_text(each)] or [ast.Pass()]  # type: ignore[attr-defined]
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        value = node.value
        if isinstance(value, str) and value not in self.texts and not _EINSUM.fullmatch(value):
            return ast.Constant(LEFT_OUT)
        if isinstance(value, bytes):
            return ast.Constant(b"")
        # A number this long in a function of a course may be that of a student.
        return ast.Constant(...) if type(value) is int and abs(value) >= 10**6 else ast.Constant(value)

    def _name(self, name: str) -> str:
        """Dotted for a module that is imported. A single letter says nothing of anybody."""
        return ".".join(
            part if part in self.names or len(part) == 1 else self.renamed.setdefault(part, f"v{len(self.renamed) + 1}")
            for part in name.split(".")
        )


def _is_text(node: Any) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
