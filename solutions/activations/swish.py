r"""Swish

Each value is weighted by its own sigmoid: a ReLU with a soft gate. It dips a little below 0 before it rises, and
has no kink anywhere. PyTorch calls it SiLU.

$$\mathrm{swish}(z) = z\,\sigma(z) = \frac{z}{1 + e^{-z}}$$
"""

import math

import numpy as np

from autograder import exercise
from autograder.oracles import differences, elementwise


@exercise(shapes="z: N D", returns="N D")
def swish(z):
    """Swish of every element of z: z times its sigmoid, σ(z) = 1 / (1 + e^−z).

    z: float array of shape (N, D). Returns a float array of the same shape, finite for any z, be it 1000 or
    −1000. (NumPy may warn of an overflow there: that is no mistake.)
    """
    ### BEGIN SOLUTION
    gate = (1 + np.tanh(z / 2)) / 2
    return z * gate
    ### END SOLUTION


swish.hints(
    "What does swish make of a very large z, and of a very negative one?",
    "There are two factors: the value, and a gate between 0 and 1 that the same value opens. Write the gate "
    "first, so that it is safe for any z, and then multiply.",
    """
    z = 2: the gate is σ(2) ≈ 0.881, and 2 · 0.881 ≈ 1.762
    z = −2: the gate is 0.119, and −2 · 0.119 ≈ −0.238, a little below 0
    """,
)

swish.case("logarithms", z=[[0.0, np.log(3), -np.log(3)]], expect=[[0, 0.75 * np.log(3), -0.25 * np.log(3)]])
swish.case("at 1 and −1", z=[[1.0], [-1.0]], expect=[["0.7311"], ["-0.2689"]])
swish.case("far out", z=[[1000.0, 0.0], [-1000.0, 2000.0]], expect=[[1000, 0], [0, 2000]])
swish.cases(public=1, hidden=6)


@swish.cases(hidden=1)
def far_and_near(rng):
    return {"z": rng.permutation([-1000.0, -30.0, -1.0, 2.0, 30.0, 1000.0]).reshape(3, 2)}


@swish.oracle.pytorch
def by_torch(z):
    import torch

    return torch.nn.functional.silu(z)


@swish.oracle.sympy
def formula(z):
    import sympy

    return elementwise(lambda x: x / (1 + sympy.exp(-x)), z)


@swish.oracle.differences
def slope_of_softplus(z):
    """log(1 + e^tz) changes by z·σ(z) as t passes 1."""
    return differences.gradient(lambda t: np.logaddexp(0.0, t * z).sum(), np.ones_like(z))


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


@swish.mistake("sigmoid_only", hint="That is the sigmoid, the gate alone. Multiply z by it.")
def _(z):
    return sigmoid(z)


@swish.mistake(
    "closed_gate", hint="Your gate closes where it should open: it is σ(−z), the same as 1 − σ(z). Take σ(z)."
)
def _(z):
    return z * sigmoid(-z)


@swish.mistake("missing_parentheses", hint="Yours is z/1 + e^−z. Python divides before it adds: use parentheses.")
def _(z):
    return z / 1 + np.exp(-z)


@swish.mistake("sum", hint="You add z and its sigmoid. They are multiplied.")
def _(z):
    return z + sigmoid(z)


@swish.mistake("tanh_gate", hint="Your gate is tanh, which runs from −1 to 1. Swish takes the sigmoid, from 0 to 1.")
def _(z):
    return z * np.tanh(z)


@swish.mistake("slope_for_gate", hint="You multiply by the sigmoid's derivative. The gate is the sigmoid itself.")
def _(z):
    return z * sigmoid(z) * sigmoid(-z)


@swish.mistake("relu", hint="That is ReLU, with a gate of 0 or 1. Here the gate is soft: the sigmoid.")
def _(z):
    return np.maximum(z, 0.0)


@swish.variant
def _(z):
    return z / (1 + np.exp(-z))


@swish.variant
def _(z):
    return z * np.exp(-np.logaddexp(0, -z))


@swish.variant
def _(z):
    return z - z / (1 + np.exp(z))


@swish.variant
def _(z):
    return np.array([[v / (1 + math.exp(-v)) if v > -700 else 0 for v in row] for row in z], dtype=np.float32)
