r"""Jacobian of softmax

Raise one score, and its class gains what all the others lose. So a score has a slope not only for its own
probability but for each: a matrix for every example.

$$J_{jk} = \frac{\partial p_j}{\partial z_k} = p_j\,(\delta_{jk} - p_k), \qquad
\delta_{jk} = \begin{cases} 1 & j = k \\ 0 & j \ne k \end{cases}$$
"""

import numpy as np

from autograder import exercise
from autograder.oracles import complex_step


@exercise(shapes="z: N C", returns="N C C")
def softmax_jacobian(z):
    """Derivatives of softmax: of each probability with respect to each score, for every example.

    z: float array of shape (N, C), the scores of C classes, one example in each row: what goes into softmax.
    Returns J, a float array of shape (N, C, C): J[i, j, k] is the derivative of the probability of class j
    with respect to the score of class k, in example i.
    """
    ### BEGIN SOLUTION
    p = probabilities(z)
    return p[:, :, None] * (np.eye(z.shape[1]) - p[:, None, :])
    ### END SOLUTION


softmax_jacobian.hints(
    "One score of an example rises. Which of its probabilities rise, which fall, and what do all the changes add "
    "up to?",
    "The two cases, j equal to k or not, differ by what an identity matrix has on its diagonal. Bring the axes "
    "into the order (example, class j, class k): an axis of length 1 lets NumPy combine each j with each k.",
    """
    p = [0.8, 0.2]
    on the diagonal: 0.8 · (1 − 0.8) = 0.16 and 0.2 · (1 − 0.2) = 0.16
    beside it: 0.8 · (0 − 0.2) = −0.16
    J = [[0.16, −0.16], [−0.16, 0.16]], and every row adds up to 0.
    """,
)


def probabilities(z):
    """Softmax of every row."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


softmax_jacobian.case(
    "logarithms",
    z=np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]]),
    expect=[
        [[7 / 64, -2 / 64, -5 / 64], [-2 / 64, 12 / 64, -10 / 64], [-5 / 64, -10 / 64, 15 / 64]],
        [[3 / 16, -1 / 16, -2 / 16], [-1 / 16, 3 / 16, -2 / 16], [-2 / 16, -2 / 16, 4 / 16]],
    ],
)
softmax_jacobian.case("two equal scores", z=[[4.0, 4.0]], expect=[[[0.25, -0.25], [-0.25, 0.25]]])
softmax_jacobian.cases(public=1, hidden=6)


@softmax_jacobian.oracle.pytorch
def jacobian_of_softmax(z):
    import torch

    return torch.stack([torch.autograd.functional.jacobian(lambda row: row.softmax(0), row) for row in z])


@softmax_jacobian.oracle.sympy(dims={"N": 2, "C": 3})
def derivatives(z):
    import sympy

    def of(row):
        total = sum(map(sympy.exp, row))
        return [[sympy.diff(sympy.exp(z_j) / total, z_k) for z_k in row] for z_j in row]

    return np.array([of(row) for row in z])


@softmax_jacobian.oracle.complex_step
def by_imaginary_steps(z):
    def of(row, j):
        return complex_step.gradient(lambda moved: np.exp(moved[j]) / np.exp(moved).sum(), row)

    return np.array([[of(row, j) for j in range(len(row))] for row in z])


@softmax_jacobian.oracle.relation
def what_one_class_gains_the_others_lose(f, z):
    return f(z).sum(axis=1), np.zeros_like(z)


@softmax_jacobian.oracle.relation
def a_number_added_to_a_row_changes_nothing(f, z):
    return f(z + 7.0), f(z)


@softmax_jacobian.mistake(
    "diagonal_only", hint="Only your diagonal is filled. A score moves the other probabilities, too: −p_j·p_k."
)
def _(z):
    return softmax_jacobian(z) * np.eye(z.shape[1])


@softmax_jacobian.mistake(
    "sigmoid_rule",
    hint="Yours is p·(1 − p), the rule for a sigmoid. Each probability depends on every score: a matrix.",
)
def _(z):
    p = probabilities(z)
    return p * (1 - p)


@softmax_jacobian.mistake("plus_off_the_diagonal", hint="Off the diagonal the sign is wrong: the other classes lose.")
def _(z):
    return np.abs(softmax_jacobian(z))


@softmax_jacobian.mistake(
    "one_everywhere", hint="Yours is p_j·(1 − p_k) everywhere. The 1 stands on the diagonal only; elsewhere it is 0."
)
def _(z):
    p = probabilities(z)
    return p[:, :, None] * (1 - p[:, None, :])


@softmax_jacobian.mistake("no_diagonal", hint="Yours is −p_j·p_k everywhere. On the diagonal p_j is added.")
def _(z):
    p = probabilities(z)
    return -p[:, :, None] * p[:, None, :]


@softmax_jacobian.mistake(
    "opposite_sign", hint="All signs are the wrong way round: raising a score raises its own class."
)
def _(z):
    return -softmax_jacobian(z)


@softmax_jacobian.mistake(
    "z_taken_for_p", hint="You take z for the probabilities. They are what comes out of softmax: compute them first."
)
def _(z):
    return z[:, :, None] * (np.eye(z.shape[1]) - z[:, None, :])


@softmax_jacobian.mistake(
    "summed_over_examples", hint="You add the examples up. Each has a matrix of its own: the shape is (N, C, C)."
)
def _(z):
    return softmax_jacobian(z).sum(axis=0)


@softmax_jacobian.variant
def _(z):
    return np.array([np.diag(p) - np.outer(p, p) for p in probabilities(z)])


@softmax_jacobian.variant
def _(z):
    p = probabilities(z)
    J = -np.einsum("nj,nk->njk", p, p)
    diagonal = np.arange(z.shape[1])
    J[:, diagonal, diagonal] += p
    return J


@softmax_jacobian.variant
def _(z):
    N, C = z.shape
    p = probabilities(z)
    J = np.zeros((N, C, C))
    for i in range(N):
        for j in range(C):
            for k in range(C):
                J[i, j, k] = p[i, j] * (1 - p[i, j]) if j == k else -p[i, j] * p[i, k]
    return J


@softmax_jacobian.variant
def _(z):
    return softmax_jacobian(z.astype(np.float32)).astype(np.float32)
