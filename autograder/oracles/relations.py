"""Relations as oracles: what holds between a function's answers to different inputs."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder import oracles
from autograder.judge import tolerance, wording
from autograder.oracle_kinds import Oracle
from autograder.pack import Case

Function = Callable[..., Any]


def objection(oracle: Oracle, function: Function, case: Case) -> str:
    """Where the relation does not hold of `function` at a case's inputs, as a sentence; '' where it does.

    Raises ValueError when the relation does not return two sides.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sides = oracle.function(function, *oracles.arguments(case).values())
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    if not isinstance(sides, tuple | list) or len(sides) != 2:
        raise ValueError(f"a relation returns its two sides, `return left, right`; this returned {wording.kind(sides)}")
    return _difference(*sides)


def _difference(left: Any, right: Any, place: str = "") -> str:
    at = f" at {place}" if place else ""
    if isinstance(left, dict) and isinstance(right, dict) and set(left) == set(right):
        return next(filter(None, (_difference(left[key], right[key], f"{place}[{key!r}]") for key in left)), "")
    if isinstance(left, tuple | list) and isinstance(right, tuple | list) and len(left) == len(right):
        pairs = enumerate(zip(left, right, strict=True))
        return next(filter(None, (_difference(a, b, f"{place}[{i}]") for i, (a, b) in pairs)), "")
    numbers = (int, float, complex, np.ndarray, np.generic, list, tuple)
    if not isinstance(left, numbers) or not isinstance(right, numbers):
        same = type(left) is type(right) and left == right
        return "" if same else f"{wording.show(left)} on the left, {wording.show(right)} on the right{at}"
    a, b = np.asarray(left), np.asarray(right)
    if a.shape != b.shape:
        return f"shape {a.shape} on the left, {b.shape} on the right{at}"
    size = max((float(np.max(np.abs(side[np.isfinite(side)]), initial=0.0)) for side in (a, b)), default=0.0)
    wrong = tolerance.differs(a, b, max(tolerance.ZERO, oracles.AGREEMENT["relation"] * size))
    if not wrong.any():
        return ""
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = f"{at or ' at '}{list(index)}" if index else at
    return f"{a[index]:.12g} on the left, {b[index]:.12g} on the right{where}"
