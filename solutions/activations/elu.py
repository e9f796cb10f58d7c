r"""ELU

The exponential linear unit bends where ReLU breaks off: to the left it runs smoothly towards −α. So a unit can
answer with negative values, and its slope vanishes only far out.

$$\mathrm{ELU}(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases}$$
"""

import math

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D, alpha:", returns="N D")
def elu(z, alpha):
    """ELU of every element of z.

    z: float array of shape (N, D). alpha: a positive float, −alpha is what it approaches on the left.
    Returns a float array of shape (N, D): z where z > 0, otherwise alpha·(e^z − 1). It is finite for any z,
    be it 1000 or −1000. (NumPy may warn of an overflow there: that is no mistake.)
    """
    ### BEGIN SOLUTION
    return np.maximum(z, 0) + alpha * (np.exp(np.minimum(z, 0)) - 1)
    ### END SOLUTION


elu.hints(
    "Which of the two branches overflows at z = 1000, although its value is not even used there?",
    "A choice between two arrays computes both of them everywhere. Give the exponential only what it can bear: "
    "the negative part of z, with 0 in place of the rest.",
    """
    alpha = 2, z = [3, −1]
    3 is positive: it stays 3.
    For −1: e^−1 ≈ 0.368, and 2 · (0.368 − 1) ≈ −1.264
    Together: [3, −1.264]
    """,
)

elu.case(
    "logarithms",
    z=[[5.0, -np.log(2), 0.0], [-np.log(4), 0.5, -np.log(8)]],
    alpha=2.0,
    expect=[[5, -1, 0], [-1.5, 0.5, -1.75]],
)
elu.case(
    "alpha = 1",
    z=[[-np.log(2), 3.0], [-np.log(4), -np.log(5)], [1.0, 0.0]],
    alpha=1.0,
    expect=[[-0.5, 3], [-0.75, -0.8], [1, 0]],
)
elu.case("far out", z=[[1000.0, -1000.0]], alpha=3.0, expect=[[1000, -3]])
elu.cases(public=1, hidden=6, alpha="positive")


@elu.cases(hidden=1)
def far_and_near(rng):
    return {"z": rng.permutation([-1000.0, -30.0, -1.0, 2.0, 30.0, 1000.0]).reshape(3, 2), "alpha": rng.uniform(1.5, 3)}


@elu.oracle.pytorch
def by_torch(z, alpha):
    import torch

    return torch.nn.functional.elu(z, alpha)


@elu.oracle.sympy
def piecewise(z, alpha):
    import sympy

    return elementwise(lambda x: sympy.Piecewise((x, x > 0), (alpha * (sympy.exp(x) - 1), True)), z)


@elu.oracle.differences("z")
def antiderivative(z, alpha):
    return np.where(z > 0, z**2 / 2, alpha * (np.exp(np.minimum(z, 0)) - z - 1))


@elu.mistake("misses_minus_one", hint="The −1 is missing: without it there is a jump at 0.")
def _(z, alpha):
    return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)))


@elu.mistake("alpha_on_the_exponential_only", hint="Yours is α·e^z − 1. α multiplies the whole of (e^z − 1).")
def _(z, alpha):
    return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)) - 1)


@elu.mistake("alpha_on_both_sides", hint="You multiply both sides by α. Where z is positive, z itself passes.")
def _(z, alpha):
    return alpha * elu(z, 1.0)


@elu.mistake("alpha_in_the_exponent", hint="Your α is in the exponent. It stands before the parenthesis: α·(e^z − 1).")
def _(z, alpha):
    return np.where(z > 0, z, np.exp(alpha * np.minimum(z, 0)) - 1)


@elu.mistake("ignores_alpha", hint="You do not use α: it multiplies the negative side.")
def _(z, alpha):
    return elu(z, 1.0)


@elu.mistake("leaky", hint="Yours is a straight line on the left, α·z. The ELU bends there: α·(e^z − 1).")
def _(z, alpha):
    return np.where(z > 0, z, alpha * z)


@elu.mistake("upside_down", hint="Yours is positive on the left. It is e^z − 1, which is negative there, not 1 − e^z.")
def _(z, alpha):
    return np.where(z > 0, z, -elu(z, alpha))


@elu.mistake(
    "overflows",
    hint="Far to the right yours is NaN: e^z is infinite there, and 0·∞ is nothing. Choose a side instead.",
)
def _(z, alpha):
    return (z > 0) * z + (z <= 0) * alpha * (np.exp(z) - 1)


@elu.variant
def _(z, alpha):
    return np.where(z >= 0, z, alpha * np.expm1(z))


@elu.variant
def _(z, alpha):
    return np.maximum(z, 0) + np.minimum(alpha * (np.exp(z) - 1), 0)


@elu.variant
def _(z, alpha):
    out = z.copy()
    out[z < 0] = alpha * (np.exp(z[z < 0]) - 1)
    return out


@elu.variant
def _(z, alpha):
    return np.array([[v if v > 0 else alpha * (math.exp(v) - 1) for v in row] for row in z], dtype=np.float32)
