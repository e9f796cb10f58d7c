r"""Gradients of PReLU

What comes back from the loss is passed on to z, and tells each slope how to change. A slope takes part in
every example, so it collects the shares of all of them. With the gradient $g_{ij}$ for the output,

$$\frac{\partial L}{\partial z_{ij}} = g_{ij} \begin{cases} 1 & z_{ij} > 0 \\ a_j & z_{ij} \le 0 \end{cases}
\qquad \frac{\partial L}{\partial a_j} = \sum_{i:\, z_{ij} \le 0} g_{ij}\,z_{ij}$$
"""

import numpy as np

from autograder import Out, exercise


@exercise(shapes="z: N D, a: D, upstream: N D", returns=[Out("dz", "N D"), Out("da", "D")])
def prelu_gradients(z, a, upstream):
    """Gradients of a loss with respect to a PReLU's input and its slopes.

    The PReLU is z where z > 0, otherwise a·z. z: float array of shape (N, D), one example in each row.
    a: (D,), the slope of each unit. upstream: (N, D), the derivative of the loss with respect to each value
    that the PReLU gives (a mean over the examples, if there was one, is in it already).

    Returns (dz, da): the derivatives of the loss with respect to z, of shape (N, D), and to a, of shape (D,).
    At z = 0 the slope of the PReLU is a, as in PyTorch.
    """
    ### BEGIN SOLUTION
    dz = upstream * np.where(z > 0, 1.0, a)
    da = np.sum(upstream * np.minimum(z, 0), axis=0)
    return dz, da
    ### END SOLUTION


prelu_gradients.hints(
    "How often does one slope take part in the loss, and on which elements of z has it no influence at all?",
    "dz: what comes from above, times the local slope, which is 1 or a. da: along a, the local slope is z itself "
    "where z is negative, and 0 elsewhere; and because every example uses the same slope, the shares are added "
    "along the axis of the examples.",
    """
    One unit, three examples: z = [−2, 4, −1], a = 0.5, upstream = [1, 10, 3]
    dz = [1 · 0.5, 10 · 1, 3 · 0.5] = [0.5, 10, 1.5]
    da = 1 · (−2) + 10 · 0 + 3 · (−1) = −5
    """,
)

prelu_gradients.case(
    "two by three, with the kink",
    z=[[2.0, -1.0, 0.0], [-3.0, 4.0, -2.0]],
    a=[0.5, -0.25, 3.0],
    upstream=[[1.0, 2.0, 3.0], [4.0, 5.0, -6.0]],
    expect={"dz": [[1, -0.5, 9], [2, 5, -18]], "da": [-12, -2, 12]},
)


def slopes(rng, shape):
    """From below 0 to above 1."""
    return rng.permutation(np.linspace(-0.5, 2.0, *shape) + rng.uniform(0.0, 0.2, shape))


def both_signs(rng, shape):
    """Each unit has a negative value and a positive one."""
    z = rng.normal(size=shape)
    return rng.permutation(np.vstack([-np.abs(z[:1]), np.abs(z[1:2]), z[2:]]))


prelu_gradients.cases(public=1, hidden=6, z=both_signs, a=slopes)


@prelu_gradients.cases(hidden=2)
def with_zeros(rng):
    z = rng.permutation(np.repeat([-2.0, -1.0, 0.0, 1.0, 2.0], 4)).reshape(5, 4)
    return {"z": z, "a": slopes(rng, (4,)), "upstream": rng.normal(size=z.shape)}


@prelu_gradients.oracle.pytorch(dz="z", da="a")
def by_torch(z, a, upstream):
    import torch

    return upstream * torch.nn.functional.prelu(z, a)


@prelu_gradients.oracle.differences(dz="z", da="a")
def loss(z, a, upstream):
    return np.sum(upstream * (np.maximum(z, 0) + a * np.minimum(z, 0)))


@prelu_gradients.mistake(
    "no_sum", hint="Your da has a row for each example. A slope is shared by all: add their shares up."
)
def _(z, a, upstream):
    return prelu_gradients(z, a, upstream)[0], upstream * np.minimum(z, 0)


@prelu_gradients.mistake("sum_of_all", hint="Your da is one number. Each unit has its own slope: one for each column.")
def _(z, a, upstream):
    dz, da = prelu_gradients(z, a, upstream)
    return dz, da.sum()


@prelu_gradients.mistake(
    "mean", hint="Your da is divided by N. A mean over the examples is in upstream already: add up."
)
def _(z, a, upstream):
    dz, da = prelu_gradients(z, a, upstream)
    return dz, da / len(z)


@prelu_gradients.mistake(
    "wrong_side", hint="The sides are swapped: where z is positive the slope is 1, and a has no part in it."
)
def _(z, a, upstream):
    return upstream * np.where(z > 0, a, 1), np.sum(upstream * np.maximum(z, 0), axis=0)


@prelu_gradients.mistake(
    "no_upstream", hint="You do not use upstream. By the chain rule it multiplies the derivatives of the PReLU."
)
def _(z, a, upstream):
    return prelu_gradients(z, a, np.ones_like(upstream))


@prelu_gradients.mistake("both_sides", hint="In da you count positive z, too. There a takes no part: leave them out.")
def _(z, a, upstream):
    return prelu_gradients(z, a, upstream)[0], np.sum(upstream * z, axis=0)


@prelu_gradients.mistake(
    "without_z", hint="In da the factor z is missing: the derivative of a·z with respect to a is z."
)
def _(z, a, upstream):
    return prelu_gradients(z, a, upstream)[0], np.sum(upstream * (z <= 0), axis=0)


@prelu_gradients.mistake("open_at_zero", hint="You count 0 as positive. At z = 0 the slope is a, as in PyTorch.")
def _(z, a, upstream):
    return upstream * np.where(z >= 0, 1, a), prelu_gradients(z, a, upstream)[1]


@prelu_gradients.variant
def _(z, a, upstream):
    passes = z > 0
    return passes * upstream + ~passes * a * upstream, np.einsum("nd,nd->d", upstream, np.minimum(z, 0))


@prelu_gradients.variant
def _(z, a, upstream):
    dz, da = upstream.copy(), np.zeros_like(a)
    for i, j in np.ndindex(z.shape):
        if z[i, j] <= 0:
            da[j] += dz[i, j] * z[i, j]
            dz[i, j] *= a[j]
    return dz, da


@prelu_gradients.variant
def _(z, a, upstream):
    negative = np.where(z < 0, z, 0)
    return [np.where(z > 0, upstream, upstream * a), (upstream.T @ negative).diagonal()]


@prelu_gradients.variant
def _(*inputs):
    return prelu_gradients(*(array.astype(np.float32) for array in inputs))
