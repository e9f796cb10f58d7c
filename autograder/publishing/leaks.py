"""What is published must not be the answer: neither a helper of the same notebook, nor a hint."""

import ast
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from autograder.authoring import AuthorError, Exercise
from autograder.judge import judge
from autograder.pack import Pack
from autograder.publishing.stub import helper_names
from autograder.running import inprocess

ALLOCATION = ("zeros_like", "empty_like", "zeros", "empty", "copy", "array")


def refuse(exercises: Sequence[Exercise], packs: Sequence[Pack]) -> None:
    """Raises AuthorError for a helper that has the name, or gives the answers, of an exercise of its unit, and for
    a hint that gives the solution away.

    packs: the public packs of `exercises`. By another name a helper would give the solution away; by the same
    name it would replace the student's own function when its cell is run.
    """
    names = {exercise.name for exercise in exercises}
    for exercise, pack in zip(exercises, packs, strict=True):
        for name, helper in _helpers(exercise, pack):
            if name in names:
                raise AuthorError(
                    f"{exercise.path} publishes a helper called {name}, which is an exercise of its unit: "
                    "in the notebook it would replace the student's own. Give the helper another name."
                )
            solved = next((other.name for other in packs if _solves(helper, other)), None)
            if solved:
                raise AuthorError(
                    f"{exercise.path} publishes the helper {name}, which solves {solved}. "
                    "Move it below the exercise, or give its values as an argument."
                )
        for number, problem in enumerate(in_hints(exercise, pack), 1):
            if problem:
                raise AuthorError(f"{exercise.path}: hint {number} {problem}")


def _helpers(exercise: Exercise, pack: Pack) -> Iterator[tuple[str, Callable[..., Any]]]:
    if not (names := sorted(helper_names(exercise))):
        return
    namespace = _namespace(pack)
    for name in names:
        if callable(namespace[name]):
            yield name, namespace[name]


def _namespace(pack: Pack) -> dict[str, Any]:
    """What the stub defines."""
    namespace: dict[str, Any] = {"__name__": pack.name}
    exec(compile(pack.stub, f"<stub of {pack.exercise}>", "exec"), namespace)
    return namespace


def _solves(helper: Callable[..., Any], pack: Pack) -> bool:
    return judge(pack, inprocess.answer_all(helper, pack.cases, pack.seconds)).correct


def in_hints(exercise: Exercise, pack: Pack) -> list[str]:
    """For each hint what it gives away, as the rest of a sentence; '' for one that gives nothing away.

    A hint may say in words what is to be done, or with other numbers. It may not hold what the reference returns,
    nor, with the others, half of its lines; and code in it must not answer the cases.
    """
    returned, lines = _reference(exercise)
    problems = []
    for hint in exercise.staged_hints:
        held = next((code for code in returned if code in _squeezed(hint)), None)
        right = None if held else next((code for code in _codes(hint) if _answers(code, pack)), None)
        problem = f"holds what the reference returns, {held}: say it in words." if held else ""
        problems.append(f"holds code that solves the exercise, {right!r}: say it in words." if right else problem)
    together = "\n".join(exercise.staged_hints)
    said = [code for code in lines if code in _squeezed(together)]
    if problems and not any(problems) and 2 * len(said) >= len(lines) > 0:
        problems[-1] = f"and those before it hold {len(said)} of the reference's {len(lines)} lines: {', '.join(said)}."
    elif problems and not any(problems) and _answers("\n".join(_codes(together)), pack):
        problems[-1] = "and those before it solve the exercise, when their code is run in turn."
    return problems


def _reference(exercise: Exercise) -> tuple[list[str], list[str]]:
    """The expressions that the reference returns, and those of all its lines, as they are compared with a hint."""
    tree = ast.parse(exercise.path.read_text(encoding="utf-8"))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == exercise.name)
    returned, lines = list[str](), list[str]()
    for node in (node for statement in function.body[1:] for node in ast.walk(statement)):
        value = getattr(node, "value", None) if isinstance(node, ast.stmt) else None
        for part in _parts(value):
            # A text that is no formula, such as the name of a class, is a word as any other.
            if not _tells_nothing(part) and (exercise.symbolic or not _is_text(part)):
                code = _bare(part.value if _is_text(part) else ast.unparse(part))
                lines.append(code)
                returned += [code] * isinstance(node, ast.Return)
    return returned, lines


def _parts(value: Any) -> Iterator[Any]:
    """The single expressions of a tuple, a list or a dict."""
    if isinstance(value, ast.Tuple | ast.List):
        for element in value.elts:
            yield from _parts(element)
    elif isinstance(value, ast.Dict):
        for item in value.values:
            yield from _parts(item)
    elif value is not None:
        yield value


def _tells_nothing(part: Any) -> bool:
    """A name, a number, `np.zeros_like(x)`: what a hint may name as well."""
    if _is_text(part):
        return len(part.value) <= 3
    if isinstance(part, ast.Call) and getattr(part.func, "attr", "") in ALLOCATION:
        return True
    inside = list(ast.walk(part))
    computes = any(isinstance(node, ast.BinOp | ast.Call | ast.Compare | ast.UnaryOp) for node in inside)
    return not computes or not any(isinstance(node, ast.Name) for node in inside)


def _is_text(part: Any) -> bool:
    return isinstance(part, ast.Constant) and isinstance(part.value, str)


def _bare(code: str) -> str:
    return re.sub(r"\s", "", code)


def _squeezed(hint: str) -> str:
    """A hint without white space, followed by its code as the reference's is written out for comparison."""
    written = [_bare(hint)]
    for code in _codes(hint):
        with suppress(SyntaxError, ValueError):
            written.append(_bare(ast.unparse(ast.parse(code))))
    return "\n".join(written)


def _codes(hint: str) -> list[str]:
    """What in a hint may be code: between backticks, lines that can be read together, what follows a colon."""
    found = [code for pair in re.findall(r"```(?:python)?\n(.*?)```|`([^`\n]+)`", hint, re.S) for code in pair if code]
    lines = hint.splitlines()
    for start, line in enumerate(lines):
        runs = (textwrap.dedent("\n".join(lines[start:end])) for end in range(len(lines), start, -1))
        found += [line.partition(": ")[2].strip(), next(filter(_parses, runs), "")]
    return list(dict.fromkeys(code for code in found if _parses(code)))


def _parses(code: str) -> bool:
    try:
        return bool(ast.parse(code).body)
    except (SyntaxError, ValueError):
        return False


def _answers(code: str, pack: Pack) -> bool:
    """Whether some reading of a piece of code is right: a body, an expression, a function, the text of a formula."""
    return any(_solves(function, pack) for function in _readings(code, pack))


def _readings(code: str, pack: Pack) -> Iterator[Callable[..., Any]]:
    import numpy as np

    if any(output.symbols is not None for output in pack.outputs):
        yield lambda *_: code
    namespace = {**vars(np), "np": np, **_namespace(pack)}
    body = ast.parse(code).body
    if not body:
        return
    if isinstance(last := body[-1], ast.Expr):
        body[-1] = ast.Return(last.value)
    elif isinstance(last, ast.Assign) and isinstance(last.targets[0], ast.Name):
        body.append(ast.Return(ast.Name(last.targets[0].id, ast.Load())))
    wrapped = ast.parse(f"def {pack.signature}: pass")
    assert isinstance(wrapped.body[0], ast.FunctionDef)
    wrapped.body[0].body = body
    with suppress(SyntaxError, ValueError):
        exec(compile(ast.fix_missing_locations(wrapped), "<hint>", "exec"), namespace)
        yield namespace[pack.name]
    for node in body:
        if isinstance(node, ast.FunctionDef):
            with suppress(Exception):
                exec(compile(ast.Module([node], []), "<hint>", "exec"), namespace)
                yield namespace[node.name]
