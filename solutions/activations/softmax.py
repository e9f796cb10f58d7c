r"""Softmax

Scores become probabilities: the exponential makes each positive, the division makes them sum to 1. Only the
differences between scores count, so taking the largest away from all of them changes nothing, except that no
exponential overflows.

$$p_{ij} = \frac{e^{z_{ij}}}{\sum_{k} e^{z_{ik}}}$$
"""

import numpy as np

from autograder import exercise
from autograder.oracles import differences


@exercise(shapes="z: N C", returns="N C")
def softmax(z):
    """Softmax of every row of z.

    z: float array of shape (N, C), the scores of C classes, one example in each row. Returns a float array of
    the same shape: the probabilities of the classes; each row sums to 1. It is finite for any z, be it 1000
    or −1000, also side by side.
    """
    ### BEGIN SOLUTION
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
    ### END SOLUTION


softmax.hints(
    "What must each row add up to, and what would e^1000 do to that?",
    "Taking the same number away from all scores of a row changes no probability. Choose it so that the largest "
    "score becomes 0: then every power lies between 0 and 1. Maximum and sum go along the classes, and keep that "
    "axis, so that each row is divided by its own.",
    """
    One row, [1, 3]: the largest is 3, which leaves [−2, 0].
    powers: 0.135 and 1, together 1.135
    probabilities: 0.135 / 1.135 ≈ 0.119 and 1 / 1.135 ≈ 0.881
    """,
)

softmax.case("logarithms", z=np.log([[1, 2, 5], [3, 3, 6]]), expect=[[1 / 8, 2 / 8, 5 / 8], [1 / 4, 1 / 4, 1 / 2]])
softmax.case("shifted", z=np.log([[1, 2, 5], [3, 3, 6]]) + 7, expect=[[1 / 8, 2 / 8, 5 / 8], [1 / 4, 1 / 4, 1 / 2]])
softmax.case(
    "far out",
    z=[[1000, 1001], [-1000, -1001], [1000, -1000]],
    expect=[["0.26894142", "0.73105858"], ["0.73105858", "0.26894142"], [1, 0]],
)
softmax.cases(public=1, hidden=6)


@softmax.cases(hidden=2)
def far_out(rng):
    """High rows, low rows, and rows that hold both."""
    z = rng.integers(-3, 4, size=(6, 4)) + 1000.0 * np.array([[1], [-1], [0], [0], [0], [0]])
    z[2:4, 1:3] += [1000.0, -1000.0]
    return {"z": rng.permutation(rng.permutation(z), axis=1)}


@softmax.oracle.pytorch
def by_torch(z):
    import torch

    return torch.softmax(z, dim=1)


@softmax.oracle.sympy
def formula(z):
    import sympy

    rows = [[sympy.exp(score) for score in row] for row in z]
    return np.array([[power / sum(row) for power in row] for row in rows])


@softmax.oracle.differences
def log_sum_exp(z):
    """Softmax is its gradient. Taken at t = 0, so that the step is small beside 1000, too."""
    return differences.gradient(lambda t: np.logaddexp.reduce(z + t, axis=1).sum(), np.zeros_like(z))


@softmax.oracle.relation
def a_number_added_to_a_row_changes_nothing(f, z):
    return f(z + 7.0), f(z)


@softmax.oracle.relation
def rows_know_nothing_of_each_other(f, z):
    return f(z[:1]), f(z)[:1]


@softmax.mistake("wrong_axis", hint="Your columns sum to 1. An example is a row: each row sums to 1.")
def _(z):
    return softmax(z.T).T


@softmax.mistake("whole_array", hint="All your values together sum to 1. Each row by itself does.")
def _(z):
    return softmax(z.reshape(1, -1)).reshape(z.shape)


@softmax.mistake(
    "overflows",
    hint="Far out yours is NaN: e^1000 is infinite. Take each row's largest score away first: nothing else changes.",
)
def _(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


@softmax.mistake(
    "shift_by_the_largest_of_all",
    hint="You take the largest score of all away. In a row far below it the powers become 0: use each row's own.",
)
def _(z):
    powers = np.exp(z - z.max())
    return powers / powers.sum(axis=1, keepdims=True)


@softmax.mistake("not_normalised", hint="Your rows do not sum to 1: divide the powers by their sum.")
def _(z):
    return np.exp(z - z.max(axis=1, keepdims=True))


@softmax.mistake(
    "no_exponential", hint="You divide the scores by their sum. They may be negative: take the powers of e first."
)
def _(z):
    return z / z.sum(axis=1, keepdims=True)


@softmax.mistake(
    "sigmoid", hint="That is a sigmoid for each score. In softmax the classes compete: each row sums to 1."
)
def _(z):
    return (1 + np.tanh(z / 2)) / 2


@softmax.mistake("opposite_exponent", hint="Yours prefers the smallest score: the exponent is z, not −z.")
def _(z):
    return softmax(-z)


@softmax.mistake("logarithm", hint="That is the logarithm of softmax. The probabilities themselves are asked for.")
def _(z):
    return z - np.logaddexp.reduce(z, axis=1, keepdims=True)


@softmax.variant
def _(z):
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


@softmax.variant
def _(z):
    powers = np.exp(z.T - z.max(axis=1))
    return (powers / powers.sum(axis=0)).T


@softmax.variant
def _(z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)


@softmax.variant
def _(z):
    p = np.zeros(z.shape, dtype=np.float32)
    for i, row in enumerate(z):
        powers = [np.exp(score - max(row)) for score in row]
        p[i] = np.array(powers) / sum(powers)
    return p
