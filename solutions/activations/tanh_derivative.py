r"""Derivative of tanh

Four times as steep as the sigmoid at 0, and just as flat far out. With t = tanh(z), the value the forward pass
already knows, it is

$$\tanh'(z) = 1 - t^2$$
"""

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D", returns="N D")
def tanh_derivative(z):
    """Derivative of tanh at every element of z.

    z: float array of shape (N, D): what goes into tanh, not what comes out of it. Returns a float array of
    the same shape, finite for any z, be it 1000 or −1000.
    """
    ### BEGIN SOLUTION
    return 1 - np.tanh(z) ** 2
    ### END SOLUTION


tanh_derivative.hints(
    "Where does tanh run flat, and what must its slope be there: 0 or 1?",
    "Call the value of tanh t. The slope is what the square of t leaves of 1. It is made of t, not of z: tanh "
    "comes first.",
    """
    t = 0, in the middle: the slope is 1 − 0 = 1
    t = 0.6: 0.6² = 0.36, and 1 − 0.36 = 0.64
    t = 0.99, far out: 1 − 0.9801 = 0.0199, almost flat
    """,
)

tanh_derivative.case("logarithms", z=[[0.0, np.log(2), -np.log(3)]], expect=[[1, 0.64, 0.36]])
tanh_derivative.case("far out", z=[[1000.0, 0.0], [0.0, -1000.0], [-1000.0, 1000.0]], expect=[[0, 1], [1, 0], [0, 0]])
tanh_derivative.cases(public=1, hidden=5)


# An element near 0 in each case: where all slopes are tiny, 1 − t² keeps no digits, and right answers differ.
@tanh_derivative.cases(hidden=2)
def far_and_near(rng):
    z = rng.permutation([-1000.0, -30.0, 0.0, 2.0, 30.0, 1000.0])
    return {"z": (z + rng.normal(scale=0.5, size=6)).reshape(3, 2)}


@tanh_derivative.oracle.pytorch("z")
def by_torch(z):
    import torch

    return torch.tanh(z)


@tanh_derivative.oracle.sympy("z")
def quotient(z):
    import sympy

    return elementwise(lambda x: sympy.sinh(x) / sympy.cosh(x), z)


@tanh_derivative.oracle.differences("z")
def stretched_sigmoid(z):
    return 2 * np.exp(-np.logaddexp(0.0, -2 * z)) - 1


@tanh_derivative.mistake(
    "z_taken_for_t", hint="Yours is 1 − z²: you take z for t. Here z goes into tanh: compute t = tanh(z) first."
)
def _(z):
    return 1 - z**2


@tanh_derivative.mistake("t_squared", hint="Yours is t². The slope is what is missing from 1: 1 − t².")
def _(z):
    return np.tanh(z) ** 2


@tanh_derivative.mistake("quotient", hint="Yours is (1 − t)/(1 + t). The two factors are multiplied: (1 − t)·(1 + t).")
def _(z):
    return (1 - np.tanh(z)) / (1 + np.tanh(z))


@tanh_derivative.mistake("missing_square", hint="Yours is 1 − t. The square is missing: 1 − t².")
def _(z):
    return 1 - np.tanh(z)


@tanh_derivative.mistake("sigmoid_rule", hint="t·(1 − t) is the rule for the sigmoid. For tanh it is 1 − t².")
def _(z):
    return np.tanh(z) * (1 - np.tanh(z))


@tanh_derivative.mistake("tanh_itself", hint="That is tanh. Its slope is asked for: 1 − t².")
def _(z):
    return np.tanh(z)


@tanh_derivative.mistake("opposite_sign", hint="Yours is t² − 1. tanh rises everywhere: its slope is never negative.")
def _(z):
    return -tanh_derivative(z)


@tanh_derivative.variant
def _(z):
    return (1 - np.tanh(z)) * (1 + np.tanh(z))


@tanh_derivative.variant
def _(z):
    return 1 / np.cosh(z) ** 2


@tanh_derivative.variant
def _(z):
    a = 1 / (1 + np.exp(-2 * z))
    return 4 * a * (1 - a)


@tanh_derivative.variant
def _(z):
    return 1 - np.tanh(z.astype(np.float32)) ** 2
