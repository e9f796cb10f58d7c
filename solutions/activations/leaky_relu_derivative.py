r"""Derivative of the leaky ReLU

The gate that back-propagation multiplies by is open on the right and ajar on the left. It is never closed,
so no unit is cut off from learning.

$$\mathrm{LeakyReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0.01 & z \le 0 \end{cases}$$
"""

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D", returns="N D")
def leaky_relu_derivative(z):
    """Derivative of the leaky ReLU (z where z > 0, otherwise 0.01·z) at every element of z.

    z: float array of shape (N, D). Returns a float array of the same shape: 1 where z > 0, otherwise 0.01.
    At z = 0 it is 0.01, as in PyTorch.
    """
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, 0.01)
    ### END SOLUTION


leaky_relu_derivative.hints(
    "How much does the output change when z grows by a little: on the right of 0, and on the left?",
    "The function is two straight lines, so its slope takes two values only, and a comparison with 0 decides "
    "which. How large z is makes no difference, and neither of the two is 0.",
    """
    From z = 5 to 5.1 the output rises by 0.1: slope 0.1 / 0.1 = 1.
    From z = −5 to −4.9 it rises from −0.05 to −0.049, by 0.001: slope 0.001 / 0.1 = 0.01.
    """,
)

leaky_relu_derivative.case("the lecture's inputs", z=[[9.0, 8.0, -186.0, 96.0]], expect=[[1, 1, 0.01, 1]])
leaky_relu_derivative.case(
    "the kink", z=[[0.0, -0.0, 1e-9], [-1e-9, 2.0, -2.0]], expect=[[0.01, 0.01, 1], [0.01, 1, 0.01]]
)
leaky_relu_derivative.cases(public=1, hidden=5)


@leaky_relu_derivative.cases(hidden=2)
def with_zeros(rng):
    return {"z": rng.permutation(np.repeat([-2.0, -1.0, 0.0, 1.0, 2.0], 4)).reshape(5, 4)}


@leaky_relu_derivative.oracle.pytorch("z")
def by_torch(z):
    import torch

    return torch.nn.functional.leaky_relu(z, 0.01)


@leaky_relu_derivative.oracle.sympy("z")
def piecewise(z):
    import sympy

    return elementwise(lambda x: sympy.Piecewise((x, x > 0), (x / 100, True)), z)


@leaky_relu_derivative.oracle.differences("z")
def forward(z):
    return np.maximum(z, 0.01 * z)


@leaky_relu_derivative.mistake(
    "function_itself",
    hint="max(0.01z, z) is the leaky ReLU, not its derivative. A slope does not grow with z: 1 or 0.01.",
)
def _(z):
    return np.maximum(0.01 * z, z)


@leaky_relu_derivative.mistake(
    "open_at_zero", hint="You count 0 as positive. At z = 0 the slope is 0.01, as in PyTorch."
)
def _(z):
    return np.where(z >= 0, 1.0, 0.01)


@leaky_relu_derivative.mistake("relu_slope", hint="That is ReLU's slope. The leaky one has 0.01 on the left, not 0.")
def _(z):
    return np.where(z > 0, 1.0, 0.0)


@leaky_relu_derivative.mistake("both_sides", hint="Yours is 0.01 everywhere. Where z is positive, the slope is 1.")
def _(z):
    return np.full_like(z, 0.01)


@leaky_relu_derivative.mistake(
    "negative_slope", hint="Your slope is −0.01 on the left. The leaky ReLU rises there, too."
)
def _(z):
    return np.where(z > 0, 1.0, -0.01)


@leaky_relu_derivative.mistake("times_z", hint="On the left you give 0.01·z. The derivative of 0.01·z is 0.01.")
def _(z):
    return np.where(z > 0, 1.0, 0.01 * z)


@leaky_relu_derivative.mistake("sides_swapped", hint="You swapped the sides: the slope is 1 where z > 0.")
def _(z):
    return np.where(z > 0, 0.01, 1.0)


@leaky_relu_derivative.variant
def _(z):
    return 0.01 + 0.99 * (z > 0)


@leaky_relu_derivative.variant
def _(z):
    gate = np.ones_like(z)
    gate[z <= 0] = 0.01
    return gate


@leaky_relu_derivative.variant
def _(z):
    return np.array([[1 if value > 0 else 0.01 for value in row] for row in z], dtype=np.float32)


@leaky_relu_derivative.variant
def _(z):
    return np.maximum(np.heaviside(z, 0), 0.01)
