"""How far an answer lies from the expected one, in units of what the judge allows."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.judge import tolerance, training
from autograder.judge.ladder import climb, outputs_of
from autograder.outcome import Answer, HeldOut
from autograder.pack import Case, Pack

NUMBERS = (int, float, complex, np.ndarray, np.generic)


def of_answers(pack: Pack, cases: Sequence[Case], answers: Sequence[Answer]) -> float:
    """The largest distance of any output in any case: the judge rejects beyond 1.

    Infinite where it rejects for another reason than the size of a number: a type, a shape, an exception, NaN.
    """
    return max((of_answer(pack, case, answer) for case, answer in zip(cases, answers, strict=True)), default=0.0)


def of_answer(pack: Pack, case: Case, answer: Answer) -> float:
    """The largest distance of any output; see `of_answers`."""
    expected = case.expected
    if isinstance(expected, HeldOut):
        return _of_parameters(pack, case, expected, answer)
    if not isinstance(expected, Answer) or answer.status is not expected.status:
        return math.inf
    if not answer.returned:
        return 0.0 if answer.exception == expected.exception else math.inf
    wanted, got = outputs_of(pack, expected.value), outputs_of(pack, answer.value)
    if wanted is None or got is None or answer.mutated:
        return math.inf
    return _largest(wanted, got, pack.tolerance)


def _of_parameters(pack: Pack, case: Case, held: HeldOut, answer: Answer) -> float:
    """Of trained parameters, what is missing of the reference's gain."""
    found = [finding for finding in climb(pack, case, answer).values() if finding and finding.rung != "held-out"]
    got = outputs_of(pack, answer.value)
    if found or not got or not pack.training:
        return math.inf
    return training.lost(pack.training, training.predictions(pack.training, got, held), held)


def _largest(wanted: Mapping[str, Any], got: Mapping[str, Any], override: float | None) -> float:
    largest = 0.0
    for name, value in wanted.items():
        largest = max(largest, between(value, got[name], override))
    return largest


def between(expected: Any, got: Any, override: float | None) -> float:
    """The distance of one output; override: the exercise's own tolerance."""
    if not isinstance(expected, NUMBERS) or not isinstance(got, NUMBERS):
        return 0.0 if type(expected) is type(got) and expected == got else math.inf
    wanted, value = np.asarray(expected), np.asarray(got)
    if wanted.shape != value.shape or (wanted.dtype.kind in "fiu") != (value.dtype.kind in "fiu"):
        return math.inf
    short = tolerance.distance(wanted, value, override)
    if short is not None:
        return short  # by far the most frequent end
    if wanted.dtype.kind not in "fc" and value.dtype.kind not in "fc":
        return 0.0 if np.array_equal(wanted, value) else math.inf
    with np.errstate(all="ignore"):
        gap = np.abs(wanted - value)
        same = (wanted == value) | (np.isnan(wanted) & np.isnan(value))
    if not np.isfinite(gap[~same]).all():
        return math.inf
    largest = float(gap[~same].max(initial=0.0))
    return largest / tolerance.allowed(wanted, value.dtype, override) if largest else 0.0
