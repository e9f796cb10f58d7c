"""The complex step as an oracle: f'(x) = Im f(x + ih)/h, without any difference that could lose digits.

W. Squire and G. Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40 (1998).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.oracle_kinds import Oracle
from autograder.oracles import differences

STEP = 1e-100
# How far the slope along one direction may be from a finite difference, as a share of the slope and, for rounding,
# of the value: more, and it is no analytic function.
ANALYTIC, ROUNDING = 1e-5, 1e-9
NOT_ANALYTIC = (
    "its forward value is not analytic: np.abs, a norm, a comparison or an array of floats on the way lose the "
    "imaginary part. Write it without them, or use .oracle.differences"
)


def answer(oracle: Oracle, inputs: dict[str, Any]) -> Any:
    """The derivatives by output name; without gradients, what the function makes of the inputs itself.

    Raises ValueError for a forward value that is not analytic.
    """
    if not oracle.gradients:
        return oracle.function(*inputs.values())
    return {
        output: gradient(differences.total(oracle, inputs, source), inputs[source])
        for output, source in oracle.gradients.items()
    }


def gradient(function: Callable[[Any], Any], at: Any) -> Any:
    """The gradient of a scalar function, like `at` in form: an array, a number, or a dict of these.

    The function must take complex numbers and be analytic; raises ValueError when a finite difference shows that
    it is not.
    """
    if isinstance(at, dict):
        return {key: gradient(lambda v, key=key: function({**at, key: v}), at[key]) for key in at}  # type: ignore[misc]
    array = np.array(at, dtype=complex)
    slopes = np.empty(array.shape)
    with np.errstate(all="ignore"):
        for index in np.ndindex(array.shape):
            array[index] += 1j * STEP
            slopes[index] = np.imag(function(array.copy() if array.ndim else complex(array))) / STEP
            array[index] = array[index].real
    _must_be_analytic(function, array.real, slopes)
    return slopes if array.ndim else float(slopes)


def _must_be_analytic(function: Callable[[Any], Any], at: Any, slopes: Any) -> None:
    direction = np.random.default_rng(0).normal(size=at.shape)
    size = float(np.linalg.norm(slopes) * np.linalg.norm(direction))
    slope = differences.gradient(lambda t: np.real(function(at + t * direction)), 0.0, size)
    rounding = ROUNDING * (1.0 + abs(float(np.real(function(at)))))
    if abs(slope - float(np.sum(slopes * direction))) > ANALYTIC * size + rounding:
        raise ValueError(NOT_ANALYTIC)
