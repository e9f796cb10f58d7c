"""Simulated students who all work for themselves, and one who does not.

An honest answer is one of the author's (the reference, another right way, a mistake), written with habits of one's own:
another order of factors, a name for what is returned or for a part of it. So two honest students often have the same
idea, and sometimes the same line: more often than in a class that has more than five ideas.
"""

import ast
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from autograder import course as courses
from autograder.authoring import AuthorError, Exercise
from autograder.grading.sources import Part, Work
from autograder.proving.programs import program
from autograder.publishing.stub import stub

MISTAKEN = 0.25


@cache
def exercises(unit: str) -> list[Exercise]:
    course = courses.find(Path(__file__).resolve().parent.parent)
    return [course.exercise(f"{unit}/{name}") for name in course.units[unit].exercises]


def given(unit: str) -> dict[str, list[str]]:
    """What is nobody's own: the stubs, and the authors' files."""
    return {each.name: [stub(each), each.path.read_text()] for each in exercises(unit)}


def honest(unit: str, size: int, seed: int = 0) -> list[Work]:
    """A class. Each answer is drawn by itself."""
    chance = random.Random(f"{unit} {size} {seed}")
    return [Work(f"honest-{number:03}", [_answer(each, chance) for each in exercises(unit)]) for number in range(size)]


def copied(work: Work, student: str = "copier") -> Work:
    """The same with other names, comments, layout, quotes, and in another order."""
    return Work(student, [Part(name, disguised(text)) for name, text in reversed(work.parts)])


def disguised(text: str) -> str:
    tree = ast.parse(text)
    for function in tree.body:
        own = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in own:
                node.id = f"my_{node.id}"
    lines = ast.unparse(tree).replace("'", '"').splitlines()
    return "\n".join(
        f"{line.replace('    ', '  ')}  # my own work, line {number}\n" for number, line in enumerate(lines)
    )


def _answer(exercise: Exercise, chance: random.Random) -> Part:
    right, wrong = _known(exercise.path)
    text = chance.choice(wrong if wrong and chance.random() < MISTAKEN else right)
    tree = _Habits(chance).visit(ast.parse(text))
    return Part(exercise.name, ast.unparse(ast.fix_missing_locations(tree)))


@cache
def _known(path: Path) -> tuple[list[str], list[str]]:
    """The author's right answers and mistakes; without those that call the solution, which no student has."""
    (exercise,) = [each for each in exercises(path.parent.name) if each.path == path]
    right = [exercise.function, *exercise.variants]
    return _programs(exercise, right), _programs(exercise, [mistake.function for mistake in exercise.mistakes])


def _programs(exercise: Exercise, functions: Sequence[object]) -> list[str]:
    found = []
    for function in functions:
        try:
            found.append(program(exercise, function))
        except AuthorError:
            continue  # made by another function: there is no text of it
    return [text for text in found if f"_{exercise.name}_reference" not in text]


class _Habits(ast.NodeTransformer):
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Add | ast.Mult) and self.chance.random() < 0.2:
            node.left, node.right = node.right, node.left
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body = [part for statement in node.body for part in self._written(statement)]
        return node

    def _written(self, statement: ast.stmt) -> list[ast.stmt]:
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Expr) and isinstance(value, ast.Constant):
            return [] if self.chance.random() < 0.5 else [statement]  # a docstring
        if isinstance(statement, ast.Return) and value and self.chance.random() < 0.4:
            return [self._named("result", value), ast.Return(ast.Name("result", ast.Load()))]
        if (
            isinstance(statement, ast.AugAssign)
            and isinstance(statement.target, ast.Name)
            and self.chance.random() < 0.5
        ):
            before = ast.Name(statement.target.id, ast.Load())
            return [ast.Assign([statement.target], ast.BinOp(before, statement.op, statement.value))]
        if isinstance(statement, ast.Assign) and isinstance(value, ast.BinOp) and self.chance.random() < 0.25:
            named = self._named("part", value.right)
            value.right = ast.Name("part", ast.Load())
            return [named, statement]
        return [statement]

    def _named(self, name: str, value: ast.expr) -> ast.stmt:
        return ast.Assign([ast.Name(name, ast.Store())], value)
