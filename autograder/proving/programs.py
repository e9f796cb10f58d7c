"""An author's function as a text that stands alone, as a student could have written it.

A mistake or a variant may call the exercise (which calls the reference) and functions below it. Its program
holds these too, the reference under another name, and the function itself under the exercise's name.
"""

import ast
import copy
from collections.abc import Callable
from typing import Any

from autograder.authoring import AuthorError, Exercise
from autograder.proving.scope import inner_names


def program(exercise: Exercise, function: Callable[..., Any]) -> str:
    """The source of `function` (a mistake, a variant or the reference) as the exercise's answer.

    Raises AuthorError for a function that is not written with `def` at the top level of the file.
    """
    tree = ast.parse(exercise.path.read_text())
    line = function.__code__.co_firstlineno
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    target = next((f for f in functions if line in (f.lineno, *(d.lineno for d in f.decorator_list))), None)
    if target is None:
        raise AuthorError(f"{exercise.path}:{line}: this function does not stand by itself: write it with def")
    kept: list[ast.stmt] = []
    for node in tree.body:
        if node is target or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder")):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.FunctionDef):
            kept.append(node)
    used = _used(kept, target)
    # Names of its own for all that comes along: a later cell must not replace what another one defines.
    defined = [name for node in used if isinstance(node, ast.FunctionDef | ast.Assign) for name in _binds(node)]
    names = {name: f"_{exercise.name}_{name}" for name in defined}
    if target.name != exercise.name:  # else it is the reference, which may call itself
        names[exercise.name] = f"_{exercise.name}_reference"
    body = [_renamed(node, names) for node in used]
    answer = _renamed(target, names)
    assert isinstance(answer, ast.FunctionDef)
    answer.name = exercise.name
    return ast.unparse(ast.fix_missing_locations(ast.Module([*body, answer], []))) + "\n"


def _used(kept: list[ast.stmt], target: ast.stmt) -> list[ast.stmt]:
    """Those statements that the target needs, directly or through others, in their order."""
    needed, found = _names(target), set[int]()
    while True:
        more = [i for i, node in enumerate(kept) if i not in found and _binds(node) & needed]
        if not more:
            return [node for i, node in enumerate(kept) if i in found]
        found.update(more)
        for i in more:
            needed |= _names(kept[i])


def _names(node: ast.AST) -> set[str]:
    inside = [part for part in ast.iter_child_nodes(node) if part not in getattr(node, "decorator_list", [])]
    return {name.id for part in inside for name in ast.walk(part) if isinstance(name, ast.Name)}


def _binds(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, ast.FunctionDef):
        return {node.name} - {"_"}
    stores = (name for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store))
    return {name.id for name in stores} - inner_names(node)


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.decorator_list = []
        node.name = self.names.get(node.name, node.name)
        return node


def _renamed(node: ast.stmt, names: dict[str, str]) -> ast.stmt:
    renamed: ast.stmt = _Rename(names).visit(copy.deepcopy(node))
    return renamed
