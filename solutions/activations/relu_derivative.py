r"""Derivative of ReLU

ReLU lets positive values through and stops the rest. Its derivative is the gate that
back-propagation multiplies by:

$$\mathrm{ReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}$$
"""

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D", returns="N D")
def relu_derivative(z):
    """Derivative of ReLU at every element of z.

    z: float array of any shape. Returns a float array of the same shape:
    1 where z > 0, otherwise 0. At z = 0 it is 0, as in PyTorch.
    """
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, 0.0)
    ### END SOLUTION


relu_derivative.hints(
    "Draw ReLU. How steep is it on the left of 0, how steep on the right, and which of the two does the docstring "
    "take at 0 itself?",
    "The answer is a gate of ones and zeros: it asks of each element whether it is above 0, not how large it is. "
    "A comparison gives True and False; numbers are asked for.",
    """
    z = [3, −4, 0]
    above 0?  yes, no, no
    gate:     1, 0, 0
    A gradient of [10, 10, 10] comes out of this gate as [10, 0, 0].
    """,
)

relu_derivative.case("the lecture's numbers", z=[[9.0, 8.0, -186.0, 96.0]], expect=[[1, 1, 0, 1]])
relu_derivative.case("the kink", z=[[0.0, -0.0, 1e-9], [-1e-9, 2.0, -2.0]], expect=[[0, 0, 1], [0, 1, 0]])
relu_derivative.cases(public=1, hidden=5)


@relu_derivative.cases(hidden=2)
def with_zeros(rng):
    return {"z": rng.integers(-2, 3, size=(5, 4)).astype(float)}


@relu_derivative.oracle.pytorch("z")
def relu(z):
    import torch

    return torch.relu(z)


@relu_derivative.oracle.sympy("z")
def piecewise(z):
    import sympy

    return elementwise(lambda x: sympy.Piecewise((x, x > 0), (0, True)), z)


@relu_derivative.oracle.differences("z")
def forward(z):
    return np.maximum(z, 0)


@relu_derivative.mistake(
    "open_at_zero", hint="You count 0 as positive. At z = 0 the gate is closed: the derivative is 0."
)
def _(z):
    return np.where(z >= 0, 1.0, 0.0)


@relu_derivative.mistake("relu_itself", hint="That is ReLU. Its derivative is the slope: 1 or 0, not z.")
def _(z):
    return np.maximum(z, 0.0)


@relu_derivative.mistake(
    "returns_z", hint="You return z unchanged. The slope of ReLU is 1 where z > 0 and 0 elsewhere."
)
def _(z):
    return z.copy()


@relu_derivative.mistake(
    "boolean", hint="Your values are True and False. A gate multiplies a gradient: make it 1.0 and 0.0."
)
def _(z):
    return z > 0


@relu_derivative.mistake(
    "sign", hint="That is the sign of z. Where z is negative ReLU is flat: its slope is 0, not −1."
)
def _(z):
    return np.sign(z)


@relu_derivative.mistake("inverted", hint="Your gate is open where it should be closed: it is 1 where z > 0.")
def _(z):
    return np.where(z > 0, 0.0, 1.0)


@relu_derivative.variant
def _(z):
    return (z > 0) * 1.0


@relu_derivative.variant
def _(z):
    return (z > 0).astype(int)


@relu_derivative.variant
def _(z):
    gate = np.zeros_like(z)
    for index, value in np.ndenumerate(z):
        if value > 0:
            gate[index] = 1
    return gate


@relu_derivative.variant
def _(z):
    return np.heaviside(z, 0.0)
