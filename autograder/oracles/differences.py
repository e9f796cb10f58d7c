"""Finite differences as an oracle: central ones, of the forward value's sum; no opinion at a kink.

Each slope is taken with a step and with half of it. Where the function is smooth the two agree; where a derivative
of any order jumps within the step, they do not, and nothing is claimed.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.oracle_kinds import Oracle
from autograder.oracles import Opinion

Array = np.ndarray[Any, Any]

STEP = 1e-5
# Slopes left and right that differ by more than this share of the largest are a kink.
KINK = 1e-3
# So are slopes of two steps that differ by this much: the smaller step's error is no more than their difference,
# and a quarter of what an oracle may be off.
DRIFT = 2.5e-7
# And a difference between left and right that half the step changes by no more than this share, if it is larger than
# what so many roundings of the value make of it.
STAYS, ROUNDINGS = 0.05, 64


def answer(oracle: Oracle, inputs: dict[str, Any]) -> Any:
    """The derivatives by output name; without gradients, what the function makes of the inputs itself."""
    if not oracle.gradients:
        return oracle.function(*inputs.values())
    return {
        output: gradient(total(oracle, inputs, source), inputs[source]) for output, source in oracle.gradients.items()
    }


def total(oracle: Oracle, inputs: dict[str, Any], source: str) -> Callable[[Any], Any]:
    """The sum of the oracle's forward value, as a function of one input."""
    return lambda value: np.sum(oracle.function(*{**inputs, source: value}.values()))


def along_directions(oracle: Oracle, inputs: dict[str, Any], reference: dict[str, Any]) -> Iterator[Opinion]:
    """Slopes along random directions, beside what the reference's gradient gives along them.

    A direction goes through all elements of an input, by as much as its size allows.
    """
    rng = np.random.default_rng(0)  # any direction shows an error, but with probability 0
    for output, source in oracle.gradients.items():
        function, at = total(oracle, inputs, source), np.asarray(inputs[source], dtype=float)
        expected = np.asarray(reference[output], dtype=float)
        if expected.shape != at.shape:
            yield Opinion(output, expected, np.empty(at.shape))
            continue
        directions = rng.normal(size=(oracle.directions, *at.shape)) * np.maximum(1.0, np.abs(at))
        flat = directions.reshape(oracle.directions, -1)
        size = float(np.max(np.linalg.norm(flat, axis=1)) * np.linalg.norm(expected))
        slopes = [gradient(_line(function, at, direction), 0.0, size) for direction in directions]
        yield Opinion(output, flat @ expected.ravel(), np.array(slopes), size)


def _line(function: Callable[[Any], Any], at: Array, direction: Array) -> Callable[[Any], Any]:
    return lambda t: function(at + t * direction if at.ndim else float(at + t * direction))


def gradient(function: Callable[[Any], Any], at: Any, size: float = 0.0) -> Any:
    """The gradient of a scalar function, like `at` in form: an array, a number, or a dict of these.

    NaN where the function has a kink, also one of a higher derivative. The step is 10⁻⁵ relative to the element;
    the error of the central difference is then about 10⁻¹⁰ of the third derivative. size: how large slopes are
    where that is not to be read off this gradient.
    """
    if isinstance(at, dict):
        return {key: gradient(lambda v, key=key: function({**at, key: v}), at[key]) for key in at}  # type: ignore[misc]
    array = np.array(at, dtype=float)
    slopes, drifts, bends, halves, noises = (np.empty(array.shape) for _ in range(5))
    centre = float(function(_like(at, array)))
    for index in np.ndindex(array.shape):
        kept, step = array[index], STEP * max(1.0, abs(float(array[index])))
        values = []
        for by in (step, step / 2, -step / 2, -step):
            array[index] = kept + by
            values.append(float(function(_like(at, array))))
        array[index] = kept
        slopes[index] = (values[1] - values[2]) / step
        drifts[index] = abs((values[0] - values[3]) / (2 * step) - slopes[index])
        bends[index] = abs((values[0] - centre) - (centre - values[3])) / step
        halves[index] = abs((values[1] - centre) - (centre - values[2])) / (step / 2)
        noises[index] = ROUNDINGS * np.finfo(float).eps * abs(centre) / step
    # Curvature explains a difference of step·f''; at a kink the slopes differ by as much as slopes are large.
    largest = max(float(np.max(np.abs(slopes), initial=0.0)), size, 1e-8)
    # Half the step halves what curvature explains, and nothing of a kink, however flat both its sides are.
    flat = (np.abs(halves - bends) < STAYS * bends) & (bends > DRIFT * largest) & (bends > noises)
    slopes[(bends > KINK * largest) | (drifts > DRIFT * largest) | flat] = np.nan
    return slopes if array.ndim else float(slopes)


def _like(at: Any, array: Array) -> Any:
    return array.copy() if isinstance(at, np.ndarray) else float(array)
