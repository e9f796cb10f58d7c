r"""Hyperbolic tangent

A sigmoid stretched to run from −1 to 1. Its values lie around 0, so the next layer's inputs do, too, which is
why hidden layers prefer it to the sigmoid.

$$\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}$$
"""

import math

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D", returns="N D")
def tanh(z):
    """Hyperbolic tangent of every element of z.

    z: float array of shape (N, D). Returns a float array of the same shape, with values from −1 to 1, finite
    for any z, be it 1000 or −1000. NumPy has it ready-made; try it with np.exp first.
    """
    ### BEGIN SOLUTION
    shrinking = np.exp(-2 * np.abs(z))
    return np.sign(z) * (1 - shrinking) / (1 + shrinking)
    ### END SOLUTION


tanh.hints(
    "What becomes of e^z and of e^−z when z = 1000, and which of the two could you do without?",
    "Divide everything above and below the line by the larger of the two powers: what is left are powers that "
    "shrink. For negative z the same happens on the other side, with the sign turned round.",
    """
    z = 1, with e^−2 ≈ 0.1353
    (1 − 0.1353) / (1 + 0.1353) ≈ 0.7616
    the lesson's: (2.7183 − 0.3679) / (2.7183 + 0.3679) ≈ 0.7616
    and z = −1 gives −0.7616
    """,
)

tanh.case(
    "logarithms",
    z=[[0.0, np.log(2), -np.log(2)], [np.log(3), 0.0, -np.log(3)]],
    expect=[[0, 0.6, -0.6], [0.8, 0, -0.8]],
)
tanh.case("far out", z=[[1000.0, 0.0], [-1000.0, 1000.0], [0.0, -1000.0]], expect=[[1, 0], [-1, 1], [0, -1]])
tanh.cases(public=1, hidden=5)


@tanh.cases(hidden=2)
def far_and_near(rng):
    return {"z": rng.permutation([-1000.0, -30.0, 0.0, 2.0, 30.0, 1000.0]).reshape(3, 2) + rng.normal(size=(3, 2))}


@tanh.oracle.pytorch
def by_torch(z):
    import torch

    return torch.tanh(z)


@tanh.oracle.sympy
def quotient(z):
    import sympy

    return elementwise(lambda x: sympy.sinh(x) / sympy.cosh(x), z)


@tanh.oracle.differences("z")
def log_cosh(z):
    """Its derivative is tanh (a constant apart, this is log cosh)."""
    return np.logaddexp(z, -z)


@tanh.oracle.relation
def opposite_inputs_have_opposite_values(f, z):
    return f(-z), -f(z)


@tanh.mistake("falls", hint="Yours falls where it should rise: it is tanh(−z). Above the line, e^−z is subtracted.")
def _(z):
    return -tanh(z)


@tanh.mistake("half_of_z", hint="Yours is tanh(z/2). Written with one exponential only, its exponent is 2z.")
def _(z):
    return tanh(z / 2)


@tanh.mistake("sigmoid", hint="That is the sigmoid, which runs from 0 to 1. tanh runs from −1 to 1.")
def _(z):
    return (1 + tanh(z / 2)) / 2


@tanh.mistake("derivative", hint="That is the derivative, 1 − t². Here t itself is asked for.")
def _(z):
    return 1 - tanh(z) ** 2


@tanh.mistake("sinh", hint="That is sinh, which grows without end. Divide the difference by the sum, not by 2.")
def _(z):
    return np.sinh(z)


@tanh.mistake(
    "missing_parentheses", hint="Python divides before it adds: put what is above and below the line in parentheses."
)
def _(z):
    return np.exp(z) - np.exp(-z) / np.exp(z) + np.exp(-z)


@tanh.mistake(
    "overflows",
    hint="Far out yours is NaN: e^z is infinite there, and ∞/∞ is nothing. Use exponents that are never positive.",
)
def _(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


@tanh.variant
def _(z):
    return np.tanh(z)


@tanh.variant
def _(z):
    return 1 - 2 / (np.exp(2 * z) + 1)


@tanh.variant
def _(z):
    z = np.clip(z, -50, 50)
    return np.sinh(z) / np.cosh(z)


@tanh.variant
def _(z):
    t = np.empty_like(z)
    for index, value in np.ndenumerate(z):
        t[index] = math.tanh(value)
    return t
