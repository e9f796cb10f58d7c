r"""Derivative of ELU

On the left the slope fades slowly instead of breaking off. There it is ELU(z) + α, which the forward pass
nearly knows.

$$\mathrm{ELU}'(z) = \begin{cases} 1 & z > 0 \\ \alpha\,e^z & z \le 0 \end{cases}$$
"""

import math

import numpy as np

from autograder import exercise
from autograder.oracles import elementwise


@exercise(shapes="z: N D, alpha:", returns="N D")
def elu_derivative(z, alpha):
    """Derivative of ELU (z where z > 0, otherwise alpha·(e^z − 1)) at every element of z.

    z: float array of shape (N, D). alpha: a positive float. Returns a float array of shape (N, D), finite for
    any z, be it 1000 or −1000. (NumPy may warn of an overflow there: that is no mistake.) At z = 0 it is
    alpha, as in PyTorch.
    """
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))
    ### END SOLUTION


elu_derivative.hints(
    "What slopes have the two branches where they meet, and for which alpha are they the same?",
    "Derive each branch by itself. A straight line has the slope 1; on the left the constant falls away, and the "
    "exponential stays as it is, with alpha before it. It never needs to see a positive z.",
    """
    alpha = 2
    z = −1: 2 · e^−1 ≈ 0.736
    z = 0: 2 · e^0 = 2, that of the left side
    z = 5: 1
    """,
)

elu_derivative.case(
    "logarithms, and the kink",
    z=[[2.0, -np.log(2), 0.0], [-np.log(4), 0.5, -np.log(8)]],
    alpha=2.0,
    expect=[[1, 1, 2], [0.5, 1, 0.25]],
)
elu_derivative.case(
    "alpha = 1",
    z=[[-np.log(4), 3.0], [-np.log(8), -np.log(5)], [1.0, -np.log(2)]],
    alpha=1.0,
    expect=[[0.25, 1], [0.125, 0.2], [1, 0.5]],
)
elu_derivative.case("far out", z=[[1000.0, -1000.0]], alpha=3.0, expect=[[1, 0]])
elu_derivative.cases(public=1, hidden=5, alpha="positive")


@elu_derivative.cases(hidden=2)
def with_zeros_and_far_out(rng):
    return {"z": rng.permutation([-1000.0, -30.0, -1.0, 0.0, 2.0, 1000.0]).reshape(3, 2), "alpha": rng.uniform(1.5, 3)}


@elu_derivative.oracle.pytorch("z")
def by_torch(z, alpha):
    import torch

    return torch.nn.functional.elu(z, alpha)


@elu_derivative.oracle.sympy("z")
def piecewise(z, alpha):
    import sympy

    return elementwise(lambda x: sympy.Piecewise((x, x > 0), (alpha * (sympy.exp(x) - 1), True)), z)


@elu_derivative.oracle.differences("z")
def forward(z, alpha):
    return np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0))


@elu_derivative.mistake("open_at_zero", hint="You count 0 as positive. At z = 0 the slope is α, as in PyTorch.")
def _(z, alpha):
    return np.where(z >= 0, 1.0, elu_derivative(z, alpha))


@elu_derivative.mistake("ignores_alpha", hint="The factor α is missing on the left: there the slope is α·e^z.")
def _(z, alpha):
    return elu_derivative(z, 1.0)


@elu_derivative.mistake("elu_itself", hint="That is ELU. Its slope is asked for: 1 on the right, α·e^z on the left.")
def _(z, alpha):
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


@elu_derivative.mistake(
    "keeps_minus_one", hint="The −1 is a constant: its derivative is 0, so it is gone in the slope."
)
def _(z, alpha):
    return np.where(z > 0, 1.0, elu_derivative(z, alpha) - 1)


@elu_derivative.mistake("relu_slope", hint="That is ReLU's slope. On the left the ELU has one, too: α·e^z.")
def _(z, alpha):
    return np.where(z > 0, 1.0, 0.0)


@elu_derivative.mistake("leaky_slope", hint="Your slope is α all over the left side. It fades: α·e^z.")
def _(z, alpha):
    return np.where(z > 0, 1.0, alpha)


@elu_derivative.mistake("alpha_on_both_sides", hint="Your slope is α on the right. There z itself passes: it is 1.")
def _(z, alpha):
    return alpha * elu_derivative(z, 1.0)


@elu_derivative.mistake(
    "power_rule", hint="You bring z down as if e^z were a power of z. The derivative of e^z is e^z itself."
)
def _(z, alpha):
    return np.where(z > 0, 1.0, z * elu_derivative(z, alpha))


@elu_derivative.variant
def _(z, alpha):
    return np.where(z > 0, 1, alpha * np.exp(z))


@elu_derivative.variant
def _(z, alpha):
    value = np.where(z > 0, z, alpha * (np.exp(z) - 1))
    return np.where(value > 0, 1, value + alpha)


@elu_derivative.variant
def _(z, alpha):
    slope = np.ones_like(z)
    slope[z <= 0] = alpha * np.exp(z[z <= 0])
    return slope


@elu_derivative.variant
def _(z, alpha):
    return np.array([[1 if v > 0 else alpha * math.exp(v) for v in row] for row in z], dtype=np.float32)
