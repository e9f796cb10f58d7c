r"""Derivative of the sigmoid

Back-propagation multiplies by this slope at every sigmoid it passes. It is never more than one quarter, which
is why the signal fades in deep networks. With a = σ(z), the value the forward pass already knows, it is

$$\sigma'(z) = a\,(1 - a)$$
"""

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D", returns="N D")
def sigmoid_derivative(z):
    """Derivative of the sigmoid σ(z) = 1 / (1 + e^−z) at every element of z.

    z: float array of shape (N, D): what goes into the sigmoid, not what comes out of it. Returns a float
    array of the same shape, finite for any z, be it 1000 or −1000. (NumPy may warn there: no mistake.)
    """
    ### BEGIN SOLUTION
    shrinking = np.exp(-np.abs(z))
    return shrinking / (1.0 + shrinking) ** 2
    ### END SOLUTION


sigmoid_derivative.hints(
    "At which z is the sigmoid steepest, and what is its value there?",
    "Call the sigmoid's value a. The slope needs nothing else: it is a, times what a lacks to 1. Far out, see to "
    "it that no power overflows; it helps that the slope at −z is the slope at z.",
    """
    z = 0: a = 0.5, and 0.5 · 0.5 = 0.25, the largest slope there is
    z = 2: a ≈ 0.881, and 0.881 · 0.119 ≈ 0.105
    z = −2: a ≈ 0.119, and 0.119 · 0.881 ≈ 0.105
    """,
)

sigmoid_derivative.case("one quarter at 0", z=[[0.0, np.log(3), -np.log(3)]], expect=[[0.25, 3 / 16, 3 / 16]])
sigmoid_derivative.case(
    "far out", z=[[1000.0, 0.0], [0.0, -1000.0], [-1000.0, 1000.0]], expect=[[0, 0.25], [0.25, 0], [0, 0]]
)
sigmoid_derivative.cases(public=1, hidden=5)


# An element near 0 in each case: where all slopes are tiny, 1 − a keeps no digits, and right answers differ.
@sigmoid_derivative.cases(hidden=2)
def far_and_near(rng):
    return {"z": rng.permutation([-1000.0, -30.0, 0.0, 2.0, 30.0, 1000.0]).reshape(3, 2) + rng.normal(size=(3, 2))}


@sigmoid_derivative.oracle.pytorch("z")
def by_torch(z):
    import torch

    return torch.sigmoid(z)


@sigmoid_derivative.oracle.sympy("z")
def logistic(z):
    import sympy

    return elementwise(lambda x: 1 / (1 + sympy.exp(-x)), z)


@sigmoid_derivative.oracle.complex_step("z")
def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


@sigmoid_derivative.mistake(
    "a_times_one_minus_z", hint="Yours is a·(1 − z). Both factors are made of a = σ(z): a·(1 − a)."
)
def _(z):
    return sigmoid(z) * (1 - z)


@sigmoid_derivative.mistake(
    "z_taken_for_a", hint="Yours is z·(1 − z): you take z for a. Here z goes into the sigmoid: compute a = σ(z) first."
)
def _(z):
    return z * (1 - z)


@sigmoid_derivative.mistake("sigmoid_itself", hint="That is the sigmoid. Its slope is asked for: a·(1 − a).")
def _(z):
    return sigmoid(z)


@sigmoid_derivative.mistake("missing_factor", hint="Yours is 1 − a. The other factor of a·(1 − a) is missing.")
def _(z):
    return 1 - sigmoid(z)


@sigmoid_derivative.mistake(
    "missing_square", hint="You have 1 + e^−z below the line. By the chain rule it stands there squared."
)
def _(z):
    return np.exp(-z) / (1 + np.exp(-z))


@sigmoid_derivative.mistake(
    "mixed_exponents", hint="You have e^−z above the line and e^z below it. The exponent is the same in both."
)
def _(z):
    return np.exp(-z) / (1 + np.exp(z)) ** 2


@sigmoid_derivative.mistake("tanh_rule", hint="1 − a² is the rule for tanh. For the sigmoid it is a·(1 − a).")
def _(z):
    return 1 - sigmoid(z) ** 2


@sigmoid_derivative.mistake(
    "overflows",
    hint="Far to the left yours is NaN: e^−z is infinite there, and ∞/∞ is nothing. Written with a it stays finite.",
)
def _(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@sigmoid_derivative.variant
def _(z):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


@sigmoid_derivative.variant
def _(z):
    a = 1 / (1 + np.exp(z))
    return a - a**2


@sigmoid_derivative.variant
def _(z):
    return (1 - np.tanh(z / 2) ** 2) / 4


@sigmoid_derivative.variant
def _(z):
    return 0.25 / np.cosh(np.clip(z, -700, 700) / 2) ** 2
