"""Finite differences as an oracle: central ones, of the forward value's sum."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.authoring import Oracle

STEP = 1e-5
# Slopes left and right that differ by more than this share of the largest are a kink: no opinion there.
KINK = 1e-3


def answer(oracle: Oracle, inputs: dict[str, Any]) -> Any:
    """The derivatives by output name; without gradients, what the function makes of the inputs itself."""
    if not oracle.gradients:
        return oracle.function(*inputs.values())

    def along(source: str) -> Any:
        def forward(value: Any) -> float:
            return float(np.sum(oracle.function(*{**inputs, source: value}.values())))

        return gradient(forward, inputs[source])

    return {output: along(source) for output, source in oracle.gradients.items()}


def gradient(function: Callable[[Any], float], at: Any) -> Any:
    """The gradient of a scalar function, like `at` in form: an array, a number, or a dict of these.

    NaN at elements where the slopes left and right differ (a kink). The step is 10⁻⁵ relative to the element;
    the error of the central difference is then about 10⁻¹⁰ of the third derivative.
    """
    if isinstance(at, dict):
        return {key: gradient(lambda v, key=key: function({**at, key: v}), at[key]) for key in at}  # type: ignore[misc]
    array = np.array(at, dtype=float)
    slopes, bends = np.empty(array.shape), np.empty(array.shape)
    centre = function(_like(at, array))
    for index in np.ndindex(array.shape):
        kept, step = array[index], STEP * max(1.0, abs(float(array[index])))
        array[index] = kept + step
        above = function(_like(at, array))
        array[index] = kept - step
        below = function(_like(at, array))
        array[index] = kept
        slopes[index] = (above - below) / (2 * step)
        bends[index] = abs((above - centre) - (centre - below)) / step
    # Curvature explains a difference of step·f''; at a kink the slopes differ by as much as slopes are large.
    slopes[bends > KINK * max(float(np.max(np.abs(slopes), initial=0.0)), 1e-8)] = np.nan
    return slopes if array.ndim else float(slopes)


def _like(at: Any, array: np.ndarray[Any, Any]) -> Any:
    return array.copy() if isinstance(at, np.ndarray) else float(array)
