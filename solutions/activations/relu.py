r"""ReLU

The rectified linear unit: what is positive passes, the rest is stopped. It is cheap, and on its positive side
the slope is 1, so that a gradient does not fade. Hidden layers start with it.

$$\mathrm{ReLU}(z) = \max(0, z)$$
"""

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D", returns="N D")
def relu(z):
    """ReLU of every element of z.

    z: float array of shape (N, D), which must stay as it is. Returns a float array of the same shape:
    z where z > 0, otherwise 0.
    """
    ### BEGIN SOLUTION
    return np.maximum(z, 0.0)
    ### END SOLUTION


relu.hints(
    "Of 5, 0 and −5, which does ReLU change, and into what?",
    "Each element is compared with 0, and the larger of the two is kept. NumPy compares a whole array with a "
    "number at once, element by element, and makes a new array.",
    """
    The larger of 0 and 2.5 is 2.5.
    The larger of 0 and −1.5 is 0.
    So [[2.5, −1.5]] becomes [[2.5, 0]], and what you started from still reads [[2.5, −1.5]].
    """,
)

relu.case("the lecture's numbers", z=[[9.0, 8.0, -186.0, 96.0]], expect=[[9, 8, 0, 96]])
relu.case("around 0", z=[[0.5, -0.5, 0.0], [-2.0, 5.0, 0.0]], expect=[[0.5, 0, 0], [0, 5, 0]])
relu.cases(public=1, hidden=6)


@relu.oracle.pytorch
def by_torch(z):
    import torch

    return torch.relu(z)


@relu.oracle.sympy
def piecewise(z):
    import sympy

    return elementwise(lambda x: sympy.Piecewise((x, x > 0), (0, True)), z)


@relu.oracle.differences("z")
def half_the_square(z):
    """On the positive side z²/2, whose slope is z."""
    return np.where(z > 0, z**2 / 2, 0)


@relu.oracle.relation
def what_is_stopped_is_what_the_opposite_lets_through(f, z):
    return f(z) - f(-z), z


@relu.mistake("derivative", hint="That is the derivative, 1 or 0. ReLU lets z itself through.")
def _(z):
    return np.where(z > 0, 1.0, 0.0)


@relu.mistake("absolute", hint="Yours is |z|. A negative z is not turned over: it becomes 0.")
def _(z):
    return np.abs(z)


@relu.mistake("negative_side", hint="You keep the negative values and stop the positive ones: the other way round.")
def _(z):
    return np.minimum(z, 0.0)


@relu.mistake("leaky", hint="That is the leaky ReLU. Here nothing passes where z is negative.")
def _(z):
    return np.where(z > 0, z, 0.01 * z)


@relu.mistake("clipped", hint="You cut off at 1, too. ReLU has no upper end: 96 stays 96.")
def _(z):
    return np.clip(z, 0.0, 1.0)


@relu.mistake(
    "largest_of_each_column",
    hint="np.max takes its 0 for an axis: you give each column's largest. Compare with 0 instead.",
)
def _(z):
    return np.max(z, 0)


@relu.mistake(
    "in_place", hint="The values are right, but you wrote them into z, which others still need. Work on a copy."
)
def _(z):
    z[z < 0] = 0
    return z


@relu.variant
def _(z):
    return z * (z > 0)


@relu.variant
def _(z):
    return (z + np.abs(z)) / 2


@relu.variant
def _(z):
    return np.where(z >= 0, z, 0)


@relu.variant
def _(z):
    return np.array([[max(0, value) for value in row] for row in z], dtype=np.float32)
