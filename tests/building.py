"""Small packs and courses for tests, built by hand."""

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.outcome import Answer, Law, Status
from autograder.pack import Case, Mistake, Output, Pack
from autograder.running import inprocess

UNASKED = Answer(status=Status.lost)


def case(inputs: dict[str, Any], reference: Callable[..., Any], mistakes: dict[str, Any], **fields: Any) -> Case:
    """A case with the answers of a reference and of mistakes to its inputs."""
    bare = Case(name="a case", inputs=inputs, expected=UNASKED, mistakes={}, dims={})

    def ask(function: Any) -> Answer | Law:
        return inprocess.answer(function, bare) if callable(function) else function

    return Case(
        **{
            "name": "a case",
            "inputs": inputs,
            "expected": ask(reference),
            "mistakes": {name: ask(function) for name, function in mistakes.items()},
            "dims": {},
            **fields,
        }
    )


def pack(
    reference: Callable[..., Any],
    inputs: Sequence[dict[str, Any]],
    *,
    mistakes: dict[str, Any] | None = None,
    outputs: Sequence[Output] = (Output(name=""),),
    returns: str = "one",
    hidden: bool = False,
    dims: Sequence[dict[str, int]] = (),
    points: float = 4.0,
    seconds: float = 5.0,
) -> Pack:
    """A pack whose cases are these inputs, in this order."""
    mistakes = mistakes or {}
    cases = [
        case(values, reference, mistakes, name=f"case {number}", hidden=hidden, dims=dims[number] if dims else {})
        for number, values in enumerate(inputs)
    ]
    return Pack(
        exercise="unit/f",
        title="A function",
        signature="f(x)",
        returns=returns,
        outputs=tuple(outputs),
        shapes={},
        cases=tuple(cases),
        mistakes=tuple(Mistake(name=name, hint=f"You made {name}.") for name in mistakes),
        points=points,
        seconds=seconds,
        stub="def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n",
        source="",
        hidden_cases=len(cases),
    )


AUTHOR_FILE = '''
"""Twice a number

A lesson about $2x$.
"""

import numpy as np

from autograder import exercise


def helper(x):
    """Given to the students."""
    return abs(x)


@exercise(shapes="x: N D", returns="N D")
def double(x):
    """Twice every element of x."""
    ### BEGIN SOLUTION
    return 2.0 * x  # CANARY_SOLUTION
    ### END SOLUTION


double.case("by hand", x=[[1.5, -2.0]], expect=[[3, -4]])
double.cases(public=1, hidden=3)


@double.oracle.brute_force
def canary_oracle(x):
    return np.array([[v + v for v in row] for row in x])


@double.mistake("squared", hint="That is the square.")
def _(x):
    return x**2  # CANARY_MISTAKE


@double.mistake("unchanged", hint="You return x itself.")
def _(x):
    return x.copy()


@double.variant
def _(x):
    return x + x  # CANARY_VARIANT
'''

COURSE = """
title: A course
units:
  arithmetic:
    title: Arithmetic
    about: Numbers.
    exercises:
      double: 2
"""


def write_course(root: Path, author_file: str = AUTHOR_FILE, course: str = COURSE) -> Path:
    """A course of one exercise, arithmetic/double."""
    (root / "solutions" / "arithmetic").mkdir(parents=True, exist_ok=True)
    (root / "solutions" / "arithmetic" / "double.py").write_text(textwrap.dedent(author_file).lstrip())
    (root / "course.yml").write_text(course.lstrip())
    return root
