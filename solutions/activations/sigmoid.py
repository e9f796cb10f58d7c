r"""Sigmoid

The sigmoid bends the whole line of numbers into the interval from 0 to 1, so that its value can be read as a
probability. At 0 it cannot decide: one half.

$$\sigma(z) = \frac{1}{1 + e^{-z}}$$
"""

import math

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D", returns="N D")
def sigmoid(z):
    """Sigmoid of every element of z.

    z: float array of shape (N, D). Returns a float array of the same shape, with values from 0 to 1,
    finite for any z, be it 1000 or −1000. (NumPy may warn of an overflow there: that is no mistake.)
    """
    ### BEGIN SOLUTION
    shrinking = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, shrinking) / (1.0 + shrinking)
    ### END SOLUTION


sigmoid.hints(
    "Try z = −1000 by hand: which part of the formula becomes too large for a float?",
    "e to a negative number is harmless, e to a large positive one overflows. Multiply what is above and below "
    "the line by e^z, and you have a second form of the same function. Each form is safe on one side of 0.",
    """
    z = −2, with e^−2 ≈ 0.1353
    second form: 0.1353 / (1 + 0.1353) ≈ 0.1192
    the lesson's: 1 / (1 + 7.389) ≈ 0.1192
    Both agree, and only the lesson's needed a large power.
    """,
)

sigmoid.case("one half at 0", z=[[0.0, np.log(3), -np.log(3)]], expect=[[0.5, 0.75, 0.25]])
sigmoid.case("far out", z=[[1000.0, 0.0], [-1000.0, 1000.0], [0.0, -1000.0]], expect=[[1, 0.5], [0, 1], [0.5, 0]])
sigmoid.cases(public=1, hidden=5)


@sigmoid.cases(hidden=2)
def far_and_near(rng):
    return {"z": rng.permutation([-1000.0, -30.0, 0.0, 2.0, 30.0, 1000.0]).reshape(3, 2) + rng.normal(size=(3, 2))}


@sigmoid.oracle.pytorch
def by_torch(z):
    import torch

    return torch.sigmoid(z)


@sigmoid.oracle.sympy
def logistic(z):
    import sympy

    return elementwise(lambda x: 1 / (1 + sympy.exp(-x)), z)


@sigmoid.oracle.differences("z")
def softplus(z):
    """log(1 + e^z), whose derivative is the sigmoid."""
    return np.logaddexp(0.0, z)


@sigmoid.oracle.relation
def what_is_left_of_1_belongs_to_the_other_side(f, z):
    return f(-z), 1 - f(z)


@sigmoid.mistake("opposite_exponent", hint="Yours falls where it should rise: it is σ(−z). The exponent is −z, not z.")
def _(z):
    return sigmoid(-z)


@sigmoid.mistake(
    "missing_parentheses", hint="Yours is 1 + e^−z. Python divides before it adds: put the sum in parentheses."
)
def _(z):
    return 1 / 1 + np.exp(-z)


@sigmoid.mistake("minus_below", hint="You have 1 − e^−z below the line. It is a sum, so that it never becomes 0.")
def _(z):
    return 1 / (1 - np.exp(-z))


@sigmoid.mistake("tanh", hint="That is tanh, which runs from −1 to 1. The sigmoid runs from 0 to 1.")
def _(z):
    return np.tanh(z)


@sigmoid.mistake("derivative", hint="That is the derivative, a·(1 − a). Here a itself is asked for.")
def _(z):
    return sigmoid(z) * (1 - sigmoid(z))


@sigmoid.mistake("rounded", hint="You give the decision, 0 or 1. The sigmoid is the probability before any rounding.")
def _(z):
    return np.round(sigmoid(z))


@sigmoid.variant
def _(z):
    return 1 / (1 + np.exp(-z))


@sigmoid.variant
def _(z):
    return 0.5 * (1 + np.tanh(z / 2))


@sigmoid.variant
def _(z):
    return np.exp(-np.logaddexp(0, -z))


@sigmoid.variant
def _(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


@sigmoid.variant
def _(z):
    a = np.empty_like(z)
    for index, value in np.ndenumerate(z):
        a[index] = 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
    return a
