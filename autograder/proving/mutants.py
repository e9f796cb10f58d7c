"""Mutants of a reference: its program with one slip in it, as a tired student would make it.

Only the function that students write is mutated; what is given to them (imports, helpers) stays.
"""

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple

from autograder.authoring import Exercise
from autograder.proving.programs import program
from autograder.proving.scope import Scope
from autograder.proving.slips import slipped

WIDTH = 36


class Mutant(NamedTuple):
    """function: the source of the mutated function. change: what is different, and the author's line."""

    change: str
    function: str


class Mutants(NamedTuple):
    """given: what stands above the function, the same for all mutants."""

    given: str
    reference: str
    mutants: list[Mutant]


def of(exercise: Exercise) -> Mutants:
    """All mutants of an exercise's reference, in the order of its lines; no two alike, none like the reference."""
    tree = ast.parse(program(exercise, exercise.function))
    *given, function = tree.body
    assert isinstance(function, ast.FunctionDef)
    _as_written(function, exercise)
    mutants = _different(function)
    return Mutants(ast.unparse(ast.Module(given, [])), ast.unparse(function), mutants)


def of_source(source: str) -> list[Mutant]:
    """The mutants of one function's source."""
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    return _different(function)


def _different(function: ast.FunctionDef) -> list[Mutant]:
    reference = ast.unparse(function)
    found: dict[str, str] = {}
    for change, source in _mutated(function):
        if source != reference:
            found.setdefault(source, change)
    return [Mutant(change, source) for source, change in found.items()]


def _as_written(function: ast.FunctionDef, exercise: Exercise) -> None:
    """Gives the program's nodes the lines of the author's file, whose tree is the same but for names.

    A function that calls itself gets its own name back, too: `program` takes it for a call of the reference.
    """
    for node in ast.parse(exercise.path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name == exercise.name:
            node.decorator_list = []
            for ours, theirs in zip(ast.walk(function), ast.walk(node), strict=True):
                ast.copy_location(ours, theirs)
                if isinstance(theirs, ast.Name) and isinstance(ours, ast.Name) and theirs.id == exercise.name:
                    ours.id = exercise.name
            return


def _mutated(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """(change, source) for each slip.

    The tree is changed in place and put right again, and only the statement that holds the slip is written anew: to
    copy and write all of it for each takes four times as long.
    """
    scope = Scope(function)
    head, *_ = _written(function, [ast.Pass()])
    texts = [_written(function, [statement])[1] for statement in function.body]
    first = 1 if ast.get_docstring(function) is not None else 0
    for place, statement in enumerate(function.body[first:], first):
        alone = [statement]
        for change in _in_block(function, statement, alone, scope):
            _, text = _written(function, alone)
            if _compiles(head + text):
                yield change, (head + "".join([*texts[:place], text, *texts[place + 1 :]])).rstrip("\n")


def _written(function: ast.FunctionDef, body: list[ast.stmt]) -> tuple[str, str]:
    """The line that defines the function, and the text of such a body under it."""
    other = copy.copy(function)
    other.body = body
    head, _, text = ast.unparse(ast.fix_missing_locations(other)).partition("\n")
    return f"{head}\n", f"{text}\n"


def _compiles(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _in_block(function: ast.FunctionDef, statement: ast.stmt, block: list[ast.stmt], scope: Scope) -> Iterator[str]:
    """Says of each slip what it is, while it stands in the tree."""
    place = block.index(statement)
    for what, instead in _missteps(statement, function):
        block[place : place + 1] = instead
        yield f"{what} (line {statement.lineno})"
        block[place : place + len(instead)] = [statement]
    if isinstance(statement, ast.Raise):
        return  # what an exception says is not judged
    for parent, field, index, node in list(_expressions(statement)):
        for other in slipped(node, scope):
            _put(parent, field, index, other)
            yield f"{_difference(ast.unparse(node), ast.unparse(other))} (line {node.lineno})"
            _put(parent, field, index, node)
    for inner in ("body", "orelse"):
        for below in list(getattr(statement, inner, [])):
            yield from _in_block(function, below, getattr(statement, inner), scope)


def _missteps(statement: ast.stmt, function: ast.FunctionDef) -> Iterator[tuple[str, list[ast.stmt]]]:
    """What may stand in place of a whole statement."""
    said = _short(ast.unparse(statement).partition("\n")[0])
    yield f"deleted: {said}", [ast.Pass()]
    match statement:
        case ast.AugAssign(target, op, value):
            yield f"{said} made plain", [ast.Assign([target], value)]
            other = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}.get(type(op))
            if other:
                yield f"{said} with another operator", [ast.AugAssign(target, other(), value)]
        case ast.Assign(targets=[ast.Name(name)]):
            yield f"returns {name} early", [statement, ast.Return(ast.Name(name, ast.Load()))]
        case ast.For() | ast.While():
            stops = copy.copy(statement)
            stops.body = [*statement.body, ast.Break()]
            yield f"{said} stops after the first turn", [stops]
            last = function.body[-1]
            if isinstance(last, ast.Return):
                returns = copy.copy(statement)
                returns.body = [*statement.body, last]
                yield f"{said} with the return inside", [returns]
            if isinstance(statement, ast.For):
                for what, cut in (("first", "[1:]"), ("last", "[:-1]")):
                    shorter = copy.copy(statement)
                    shorter.iter = ast.parse(f"list({ast.unparse(statement.iter)}){cut}", mode="eval").body
                    yield f"{said} without the {what} turn", [shorter]
        case ast.If(test, body, orelse):
            yield f"always as if {_short(ast.unparse(test))}", list(body)
            negated = copy.copy(statement)
            negated.test = ast.UnaryOp(ast.Not(), test)
            yield f"if not {_short(ast.unparse(test))}", [negated]
            if orelse:
                yield f"never as if {_short(ast.unparse(test))}", list(orelse)


Site = tuple[ast.AST, str, int | None, ast.expr]


def _expressions(node: ast.AST) -> Iterator[Site]:
    """Every expression of a statement with its place, but not those of statements inside it."""
    for field, value in ast.iter_fields(node):
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.stmt) or not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.expr) and not isinstance(getattr(child, "ctx", None), ast.Store):
                yield node, field, index, child
            yield from _expressions(child)


def _put(parent: ast.AST, field: str, index: int | None, node: ast.expr) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _difference(before: str, after: str) -> str:
    """`before → after`, long texts cut down to where they differ."""
    if max(len(before), len(after)) <= WIDTH:
        return f"{before} → {after}"
    limit = min(len(before), len(after))
    start = next((i for i in range(limit) if before[i] != after[i]), limit)
    tail = next((i for i in range(limit - start) if before[-1 - i] != after[-1 - i]), limit - start)
    start, tail = max(0, start - 12), max(0, tail - 12)

    def cut(text: str) -> str:
        kept = _short(text[start : len(text) - tail])
        return f"{'…' if start else ''}{kept}{'…' if tail else ''}"

    return f"{cut(before)} → {cut(after)}"


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
