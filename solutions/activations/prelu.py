r"""PReLU

The parametric ReLU: how much leaks through on the negative side is not fixed but learned, like a weight, for
each unit by itself.

$$\mathrm{PReLU}(z_{ij}) = \begin{cases} z_{ij} & z_{ij} > 0 \\ a_j\,z_{ij} & z_{ij} \le 0 \end{cases}$$
"""

import numpy as np

from autograder import exercise


@exercise(shapes="z: N D, a: D", returns="N D")
def prelu(z, a):
    """Parametric ReLU of a layer's values.

    z: float array of shape (N, D), one example in each row and one unit in each column. a: float array of
    shape (D,), the slope of each unit on its negative side; it may be any number, negative or above 1, too.
    Returns a float array of shape (N, D): z where z > 0, otherwise z times the slope of its unit.
    """
    ### BEGIN SOLUTION
    return np.where(z > 0, z, a * z)
    ### END SOLUTION


prelu.hints(
    "Which axis of z counts the units, and how long is a?",
    "The condition is that of the leaky ReLU; only the factor is another one in each column. An array of shape "
    "(D,) meets each row of an (N, D) array by itself: no loop, no reshaping.",
    """
    z = [[−2, −2], [3, −1]], a = [0.5, 0.1]
    first row:  −2 · 0.5 = −1 and −2 · 0.1 = −0.2
    second row: 3 stays, −1 · 0.1 = −0.1
    Together: [[−1, −0.2], [3, −0.1]]
    """,
)

prelu.case("the lecture's inputs", z=[[9.0, 8.0, -186.0, 96.0]], a=[0.5, 0.5, 0.5, 0.5], expect=[[9, 8, -93, 96]])
prelu.case(
    "a slope for each unit",
    z=[[2.0, -1.0, 0.0], [-3.0, 4.0, -2.0]],
    a=[0.5, -0.25, 3.0],
    expect=[[2, 0.25, 0], [-1.5, 4, -6]],
)


def slopes(rng, shape):
    """From below 0 to above 1, where max(a·z, z) is no longer the same."""
    return rng.permutation(np.linspace(-0.5, 2.0, *shape) + rng.uniform(0.0, 0.2, shape))


def both_signs(rng, shape):
    """Each unit has a negative value and a positive one."""
    z = rng.normal(size=shape)
    return rng.permutation(np.vstack([-np.abs(z[:1]), np.abs(z[1:2]), z[2:]]))


prelu.cases(public=1, hidden=6, z=both_signs, a=slopes)


@prelu.oracle.pytorch
def by_torch(z, a):
    import torch

    return torch.nn.functional.prelu(z, a)


@prelu.oracle.differences("z")
def half_the_square(z, a):
    """z²/2, whose slope is z; a times it on the negative side."""
    return np.where(z > 0, 1.0, a) * z**2 / 2


@prelu.mistake("wrong_side", hint="Your slope is on the positive side. It is the negative one that a belongs to.")
def _(z, a):
    return np.where(z > 0, a * z, z)


@prelu.mistake("both_sides", hint="You multiply everywhere by a. Where z is positive, z itself passes.")
def _(z, a):
    return a * z


@prelu.mistake(
    "larger_of_the_two",
    hint="max(a·z, z) is right only as long as a is at most 1, and a is learned. Ask for the sign of z.",
)
def _(z, a):
    return np.maximum(a * z, z)


@prelu.mistake("leaky", hint="Your slope is 0.01, whatever a is. That is the leaky ReLU; here the slope is a.")
def _(z, a):
    return np.where(z > 0, z, 0.01 * z)


@prelu.mistake("negative_slope", hint="Your slope is −a. The value on the negative side is a·z, with z's own sign.")
def _(z, a):
    return np.where(z > 0, z, -a * z)


@prelu.mistake("constant", hint="On the negative side you give a itself. It is a slope: it multiplies z.")
def _(z, a):
    return np.where(z > 0, z, a)


@prelu.mistake("one_slope", hint="You use one slope for all. Each unit, that is each column, has its own.")
def _(z, a):
    return np.where(z > 0, z, a[0] * z)


@prelu.variant
def _(z, a):
    return np.maximum(z, 0) + a * np.minimum(z, 0)


@prelu.variant
def _(z, a):
    return z * np.where(z >= 0, 1, a)


@prelu.variant
def _(z, a):
    N, D = z.shape
    out = z.copy()
    for i in range(N):
        for j in range(D):
            if z[i, j] < 0:
                out[i, j] = a[j] * z[i, j]
    return out


@prelu.variant
def _(z, a):
    return prelu(z.astype(np.float32), a.astype(np.float32))
