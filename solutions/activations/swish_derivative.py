r"""Derivative of swish

z stands in swish twice: before the gate, and in it. The product rule counts both. With a = σ(z) it is

$$\mathrm{swish}'(z) = a + z\,a\,(1 - a)$$
"""

import math

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D", returns="N D")
def swish_derivative(z):
    """Derivative of swish, z·σ(z) with σ(z) = 1 / (1 + e^−z), at every element of z.

    z: float array of shape (N, D): what goes into swish. Returns a float array of the same shape, finite for
    any z, be it 1000 or −1000. (NumPy may warn of an overflow there: that is no mistake.)
    """
    ### BEGIN SOLUTION
    a = (1 + np.tanh(z / 2)) / 2
    return a + z * a * (1 - a)
    ### END SOLUTION


swish_derivative.hints(
    "Swish is a product in which z occurs twice. Which rule derives a product?",
    "The derivative of the first factor times the second, plus the first times the derivative of the second. The "
    "slope of the gate is that of the sigmoid, and z stays as a factor before it.",
    """
    z = 2: the gate is 0.881, its slope 0.881 · 0.119 ≈ 0.105
    1 · 0.881 + 2 · 0.105 ≈ 1.091
    Steeper than 1: there swish rises faster than ReLU.
    """,
)

swish_derivative.case(
    "logarithms",
    z=[[0.0, np.log(3), -np.log(3)]],
    expect=[[0.5, 3 / 4 + 3 / 16 * np.log(3), 1 / 4 - 3 / 16 * np.log(3)]],
)
swish_derivative.case("far out", z=[[1000.0, 0.0], [-1000.0, 2000.0]], expect=[[1, 0.5], [0, 1]])
swish_derivative.cases(public=1, hidden=5)


# An element near 0 in each case: where all slopes are tiny, right answers differ.
@swish_derivative.cases(hidden=2)
def far_and_near(rng):
    return {"z": rng.permutation([-1000.0, -30.0, 0.0, 2.0, 30.0, 1000.0]).reshape(3, 2) + rng.normal(size=(3, 2))}


@swish_derivative.oracle.pytorch("z")
def by_torch(z):
    import torch

    return torch.nn.functional.silu(z)


@swish_derivative.oracle.sympy("z")
def formula(z):
    import sympy

    return elementwise(lambda x: x / (1 + sympy.exp(-x)), z)


@swish_derivative.oracle.differences("z")
def swish(z):
    return z * np.exp(-np.logaddexp(0.0, -z))


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


@swish_derivative.mistake(
    "first_half_only", hint="That is the product rule's first half. The gate changes with z, too."
)
def _(z):
    return sigmoid(z)


@swish_derivative.mistake(
    "second_half_only", hint="That is the product rule's second half. The z before the gate counts, too."
)
def _(z):
    return z * sigmoid(z) * (1 - sigmoid(z))


@swish_derivative.mistake(
    "product_of_derivatives", hint="You multiply the two derivatives. A product has another rule: u'·v + u·v'."
)
def _(z):
    return sigmoid(z) * (1 - sigmoid(z))


@swish_derivative.mistake("minus", hint="You subtract the second half. The product rule adds the two.")
def _(z):
    return 2 * sigmoid(z) - swish_derivative(z)


@swish_derivative.mistake("missing_z", hint="In the second half the factor z is missing: u'·v + u·v', and u is z.")
def _(z):
    return sigmoid(z) + sigmoid(z) * (1 - sigmoid(z))


@swish_derivative.mistake(
    "half_the_slope", hint="In the second half you have z·(1 − a). The sigmoid's slope is a·(1 − a)."
)
def _(z):
    return sigmoid(z) + z * (1 - sigmoid(z))


@swish_derivative.mistake("swish_itself", hint="That is swish. Its slope is asked for: use the product rule.")
def _(z):
    return z * sigmoid(z)


@swish_derivative.variant
def _(z):
    a = 1 / (1 + np.exp(-z))
    return z * a + a * (1 - z * a)


@swish_derivative.variant
def _(z):
    a = 1 / (1 + np.exp(-z))
    return a * (1 + z * (1 - a))


@swish_derivative.variant
def _(z):
    half = np.clip(z, -700, 700) / 2
    return (1 + np.tanh(half)) / 2 + z / (4 * np.cosh(half) ** 2)


@swish_derivative.variant
def _(z):
    slope = np.zeros(z.shape, dtype=np.float32)
    for index, value in np.ndenumerate(np.clip(z, -700, 700)):
        a = 1 / (1 + math.exp(-value))
        slope[index] = a + value * a * (1 - a)
    return slope
