r"""Leaky ReLU

A unit whose ReLU is 0 for every example has no slope and never learns again. The leaky one lets a hundredth
through on the negative side, so that it can recover.

$$\mathrm{LeakyReLU}(z) = \begin{cases} z & z > 0 \\ 0.01\,z & z \le 0 \end{cases}$$
"""

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D", returns="N D")
def leaky_relu(z):
    """Leaky ReLU of every element of z, with a slope of 0.01 on the negative side.

    z: float array of shape (N, D). Returns a float array of the same shape: z where z > 0, otherwise 0.01·z.
    """
    ### BEGIN SOLUTION
    return np.where(z > 0, z, 0.01 * z)
    ### END SOLUTION


leaky_relu.hints(
    "What would ReLU give here, and on which side is the leaky one different?",
    "There are two answers for each element, z itself or a hundredth of it, and a condition that chooses between "
    "them. NumPy chooses for a whole array at once.",
    """
    z = [4, −300]
    4 is positive: it stays 4.
    −300 is not: a hundredth of it is −3.
    Together: [4, −3]
    """,
)

leaky_relu.case("the lecture's inputs", z=[[9.0, 8.0, -186.0, 96.0]], expect=[[9, 8, -1.86, 96]])
leaky_relu.case("around 0", z=[[0.5, -0.5, 0.0], [-2.0, 5.0, 0.0]], expect=[[0.5, -0.005, 0], [-0.02, 5, 0]])
leaky_relu.cases(public=1, hidden=6)


@leaky_relu.oracle.pytorch
def by_torch(z):
    import torch

    return torch.nn.functional.leaky_relu(z, 0.01)


@leaky_relu.oracle.sympy
def piecewise(z):
    import sympy

    return elementwise(lambda x: sympy.Piecewise((x, x > 0), (x / 100, True)), z)


@leaky_relu.oracle.differences("z")
def half_the_square(z):
    """z²/2, whose slope is z; a hundredth of it on the negative side."""
    return np.where(z > 0, 1.0, 0.01) * z**2 / 2


@leaky_relu.mistake("both_sides", hint="You take a hundredth everywhere. Where z is positive, z itself passes.")
def _(z):
    return 0.01 * z


@leaky_relu.mistake(
    "negative_slope", hint="Your slope is −0.01: yours rises to the left. A negative z stays negative, only smaller."
)
def _(z):
    return np.where(z > 0, z, -0.01 * z)


@leaky_relu.mistake("relu", hint="That is ReLU. On the negative side a hundredth of z leaks through.")
def _(z):
    return np.maximum(z, 0.0)


@leaky_relu.mistake("sides_swapped", hint="You swapped the sides: it is the negative one that is made smaller.")
def _(z):
    return np.where(z > 0, 0.01 * z, z)


@leaky_relu.mistake("tenth", hint="Your slope is 0.1. Here it is 0.01.")
def _(z):
    return np.where(z > 0, z, 0.1 * z)


@leaky_relu.mistake("constant", hint="On the negative side you give 0.01 itself. It is a slope: it multiplies z.")
def _(z):
    return np.where(z > 0, z, 0.01)


@leaky_relu.mistake("derivative", hint="That is the derivative, 1 or 0.01. Here the value is asked for.")
def _(z):
    return np.where(z > 0, 1.0, 0.01)


@leaky_relu.variant
def _(z):
    return np.maximum(0.01 * z, z)


@leaky_relu.variant
def _(z):
    return np.maximum(z, 0) + 0.01 * np.minimum(z, 0)


@leaky_relu.variant
def _(z):
    leaked = z.copy()
    leaked[z < 0] *= 0.01
    return leaked


@leaky_relu.variant
def _(z):
    return np.array([[value if value > 0 else value / 100 for value in row] for row in z], dtype=np.float32)
