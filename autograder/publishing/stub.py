"""An author's file → what a student starts from: docstring, helpers, the function without its solution.

Works on the text by the lines of the syntax tree, so that what is published reads as it was written.
"""

import ast

from autograder.authoring import AuthorError, Exercise

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
TO_DO = ["# YOUR CODE HERE", "raise NotImplementedError()"]


def helper_names(exercise: Exercise) -> set[str]:
    """The names that the stub defines besides the function."""
    _, helpers = _published(ast.parse(exercise.path.read_text()), exercise)
    return {name for helper in helpers for name in _bound(helper)}


def _bound(helper: ast.stmt) -> set[str]:
    if isinstance(helper, ast.FunctionDef | ast.ClassDef):
        return {helper.name}
    return {node.id for node in ast.walk(helper) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def stub(exercise: Exercise) -> str:
    """The function to write, with the imports and helpers it may use: the content of the notebook's cell."""
    text = exercise.path.read_text()
    tree = ast.parse(text)
    lines = text.splitlines()
    function, helpers = _published(tree, exercise)
    body = [*_imports(tree, lines, helpers), *("\n\n" + _source(lines, helper) for helper in helpers)]
    return "\n".join(body).rstrip() + "\n\n\n" + _without_solution(lines, function, exercise) + "\n"


def _published(tree: ast.Module, exercise: Exercise) -> tuple[ast.FunctionDef, list[ast.stmt]]:
    helpers: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == exercise.name:
            return node, helpers
        if isinstance(node, ast.FunctionDef | ast.Assign | ast.AnnAssign | ast.ClassDef):
            helpers.append(node)
    raise AuthorError(f"{exercise.path}: there is no function {exercise.name} at the top level")


def _imports(tree: ast.Module, lines: list[str], helpers: list[ast.stmt]) -> list[str]:
    """`import numpy as np`, and those of the file's imports that a helper uses; never the authoring API."""
    used = {node.id for helper in helpers for node in ast.walk(helper) if isinstance(node, ast.Name)} | {"np"}
    found = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            from_us = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder")
            bound = {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
            if bound & used and not from_us:
                found.append(_source(lines, node))
    return found


def _source(lines: list[str], node: ast.stmt) -> str:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(lines[first - 1 : node.end_lineno])


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
