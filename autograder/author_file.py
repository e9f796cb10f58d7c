"""Loading an author's file, and what must hold of it before anything is built from it."""

import ast
import sys
import types
from pathlib import Path

from autograder.authoring import AuthorError, Exercise


def load(path: Path) -> Exercise:
    """The exercise of an author's file. Raises AuthorError with file and line."""
    unit, name = path.parent.name, path.stem
    module_name = f"_author_{unit}_{name}"
    module = types.ModuleType(module_name)
    module.__file__ = str(path)
    sys.modules[module_name] = module  # dataclasses and inspect look a module up by its name
    try:
        # Not imported: Python's cache would keep the old code of a file that is saved twice within a second.
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
    except FileNotFoundError:
        raise AuthorError(f"{path} does not exist: write it, or take {unit}/{name} out of course.yml") from None
    except Exception as problem:
        line = _line(problem, path)
        raise AuthorError(f"{path}{f':{line}' if line else ''}: {type(problem).__name__}: {problem}") from problem
    finally:
        del sys.modules[module_name]
    found = [value for value in vars(module).values() if isinstance(value, Exercise)]
    if len(found) != 1 or found[0].name != name:
        names = ", ".join(exercise.name for exercise in found) or "none"
        raise AuthorError(f"{path} must define one exercise, called {name} like the file; it defines {names}")
    return _complete(found[0], path)


def _line(problem: BaseException, path: Path) -> int | None:
    if isinstance(problem, SyntaxError):
        return problem.lineno
    traceback, line = problem.__traceback__, None
    while traceback:
        if traceback.tb_frame.f_code.co_filename == str(path):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _complete(exercise: Exercise, path: Path) -> Exercise:
    text = path.read_text()
    if not ast.get_docstring(ast.parse(text)):
        raise AuthorError(f"{path} must begin with a docstring: its first line is the title, the rest the lesson")
    if not exercise.__doc__:
        raise AuthorError(f"{path}: {exercise.name} needs a docstring: shapes, what it returns, conventions")
    for marker in ("### BEGIN SOLUTION", "### END SOLUTION"):
        if text.count(marker) != 1:
            raise AuthorError(
                f"{path} must hold one line '{marker}' inside {exercise.name}; it holds {text.count(marker)}"
            )
    if not exercise.arguments:
        raise AuthorError(f"{path}: {exercise.name} takes no argument, so its answer could be looked up: give it one")
    if exercise.random and exercise.law_of is None:
        raise AuthorError(f"{path}: {exercise.name} takes rng, so it needs a law: @{exercise.name}.law")
    if exercise.training:
        from autograder.judge.training import unfit

        outputs = [output.name for output in exercise.outputs]
        if problem := unfit(exercise.training, outputs, exercise.arguments):
            raise AuthorError(f"{path}: {problem}")
    if not exercise.fixed_cases and not exercise.drawn_cases:
        raise AuthorError(f"{path}: {exercise.name} has no case")
    return exercise
