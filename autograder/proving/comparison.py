"""Where two functions differ: a module that needs nothing but NumPy, since its text is sent into the sandbox."""

import signal
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Function = Callable[..., Any]
Inputs = dict[str, Any]
REFERENCES: dict[int, list[Any]] = {}
CASES: list[Inputs] = []


def poison(make: Function) -> Function:
    """np.empty, but filled: memory that nobody wrote may hold the right answer of an earlier call."""

    def made(*args: Any, **kwargs: Any) -> Any:
        array = make(*args, **kwargs)
        array.fill(np.nan if array.dtype.kind in "fc" else 77)
        return array

    return made


class Late(BaseException):
    """Raised by the alarm inside a mutant: no `except Exception` of its own stops it."""


def ring(*_: Any) -> None:
    raise Late


def limited(function: Function, seconds: float) -> Function:
    """`function`, but all its calls together compute for no longer than `seconds`: then each raises Late.

    So a loop that never ends costs no process. What is deaf to alarms, the sandbox ends.
    """
    left = seconds
    signal.signal(signal.SIGPROF, ring)

    def called(*arguments: Any) -> Any:
        nonlocal left
        if left <= 0:
            raise Late
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, left, 0.05)
        try:
            return function(*arguments)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            left -= time.process_time() - began

    return called


def by_number(function: Function) -> Function:
    """`function`, called with the number of one of CASES: what it returns, and the names of the inputs it changed.

    So the inputs of a case are read once for all functions.
    """

    def called(number: int) -> tuple[Any, list[str]]:
        given = CASES[number]
        inputs = {name: copied(value) for name, value in given.items()}
        value = function(*inputs.values())
        return value, sorted(name for name in given if not alike(given[name], inputs[name], 0.0))

    return called


def unlike(
    reference: Function, others: Sequence[Function], number: int, batch: Sequence[Inputs], share: float
) -> list[list[int]]:
    """For each of `others`, the inputs of `batch` (by index) at which it is not clearly like `reference`.

    share: of the largest element, how far apart two answers may be. number: the batch's own, under which the
    reference's answers are kept for the next call.
    """
    warnings.simplefilter("ignore")
    if number not in REFERENCES:
        REFERENCES[number] = [outcome(reference, inputs) for inputs in batch]
    expected = REFERENCES[number]
    return [
        [index for index, inputs in enumerate(batch) if not alike(expected[index], outcome(other, inputs), share)]
        for other in others
    ]


def outcome(function: Function, inputs: Inputs) -> tuple[Any, ...]:
    """What a function makes of inputs: its value and what the inputs became, or the exception."""
    arguments = [copied(value) for value in inputs.values()]
    try:
        return "returned", function(*arguments), arguments
    except Exception as problem:
        return "raised", type(problem).__name__


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(copied(item) for item in value)
    return value.copy() if isinstance(value, np.ndarray | set) else value


def alike(a: Any, b: Any, share: float) -> bool:
    """Whether two values are of one type and, within `share` of the largest element, the same."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        # By far the most frequent end; to NumPy's comparisons a small array is ten times the work.
        return a.tobytes() == b.tobytes() or (a.dtype.kind in "fc" and _near(a, b, share))
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[key], b[key], share) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(alike, a, b, [share] * len(a)))
    return bool(a == b) or (isinstance(a, float | complex) and _near(np.asarray(a), np.asarray(b), share))


def _near(a: Any, b: Any, share: float) -> bool:
    """False for anything that is not finite, but NaN where the other is NaN."""
    if np.array_equal(a, b, equal_nan=True):
        return True
    return bool(np.abs(a - b).max(initial=0.0) <= share * np.abs(a).max(initial=0.0) < np.inf)
