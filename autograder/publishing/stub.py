"""An author's file → what a student starts from: docstring, helpers, the function without its solution.

Also the same with the solution, for nbgrader's `source/`. Works on the text by the lines of the syntax tree, so that
what is published reads as it was written.
"""

import ast
import textwrap
from collections.abc import Iterator

from autograder.authoring import AuthorError, Exercise

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
TO_DO = ["# YOUR CODE HERE", "raise NotImplementedError()"]


def helper_names(exercise: Exercise) -> set[str]:
    """The names that the stub defines besides the function."""
    _, helpers = _published(ast.parse(exercise.path.read_text()), exercise)
    return {name for helper in helpers for name in _bound(helper)}


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name} - {"_"}  # mistakes and variants are all called so
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _used(nodes: list[ast.stmt]) -> set[str]:
    return {part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)}


def stub(exercise: Exercise) -> str:
    """The function to write, with the imports and helpers it may use: the content of the notebook's cell."""
    text = exercise.path.read_text()
    tree, lines = ast.parse(text), text.splitlines()
    function, helpers = _published(tree, exercise)
    return _cell(tree, lines, helpers, _without_solution(lines, function, exercise))


def solved(exercise: Exercise) -> str:
    """The stub with the reference in it, between the markers; without what stands between them it is the stub."""
    text = exercise.path.read_text()
    tree, lines = ast.parse(text), text.splitlines()
    function, helpers = _published(tree, exercise)
    end = [line.strip() for line in lines].index(END) + 1  # a comment, outside the function's own lines
    body: list[str] = []
    for line in lines[function.lineno - 1 : end]:
        body.append(line)
        if line.strip() == BEGIN:
            indent = line[: len(line) - len(line.lstrip())]
            for node in _private(tree, function, helpers):
                body += [textwrap.indent(_source(lines, node), indent), ""]
    return _cell(tree, lines, helpers, "\n".join(body))


def _cell(tree: ast.Module, lines: list[str], helpers: list[ast.stmt], function: str) -> str:
    above = [_source(lines, node) for node in _imports(tree, helpers)]
    above += ["\n\n" + _source(lines, helper) for helper in helpers]
    return "\n".join(above).rstrip() + "\n\n\n" + function + "\n"


def _private(tree: ast.Module, function: ast.FunctionDef, helpers: list[ast.stmt]) -> list[ast.stmt]:
    """What the reference needs of its file, and students are not given."""
    given = [function, *helpers, *_imports(tree, helpers)]
    needed, found = _used(function.body), list[ast.stmt]()
    while more := [node for node in tree.body if node not in [*given, *found] and _bound(node) & needed]:
        found += more
        needed |= _used(more)
    return [node for node in tree.body if node in found]


def _published(tree: ast.Module, exercise: Exercise) -> tuple[ast.FunctionDef, list[ast.stmt]]:
    helpers: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == exercise.name:
            return node, helpers
        if isinstance(node, ast.FunctionDef | ast.Assign | ast.AnnAssign | ast.ClassDef):
            helpers.append(node)
    raise AuthorError(f"{exercise.path}: there is no function {exercise.name} at the top level")


def _imports(tree: ast.Module, helpers: list[ast.stmt]) -> Iterator[ast.stmt]:
    """`import numpy as np`, and those of the file's imports that a helper uses; never the authoring API."""
    used = _used(helpers) | {"np"}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            from_us = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder")
            if _bound(node) & used and not from_us:
                yield node


def _source(lines: list[str], node: ast.stmt) -> str:
    return "\n".join(lines[_first_line(node) - 1 : node.end_lineno])


def _first_line(node: ast.stmt) -> int:
    """Where a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _without_solution(lines: list[str], function: ast.FunctionDef, exercise: Exercise) -> str:
    published: list[str] = []
    inside = False
    for number in range(function.lineno, (function.end_lineno or function.lineno) + 1):
        line = lines[number - 1]
        if line.strip() == BEGIN:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            published += [indent + to_do for to_do in TO_DO]
        elif line.strip() == END:
            inside = False
        elif not inside:
            published.append(line)
    # The end marker is a comment after the last statement, outside the function's own lines.
    if not published or not any(TO_DO[1] in line for line in published):
        raise AuthorError(f"{exercise.path}: the line '{BEGIN}' must stand inside {exercise.name}")
    rest = ast.parse("\n".join(published)).body[0]
    assert isinstance(rest, ast.FunctionDef)
    if len(rest.body) > 2 or not isinstance(rest.body[-1], ast.Raise):
        raise AuthorError(f"{exercise.path}: all of {exercise.name} but its docstring must stand between the markers")
    return "\n".join(published)
