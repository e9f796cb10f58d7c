r"""Jacobian of softmax

Raise one score, and its class gains what all the others lose. So a score has a slope not only for its own
probability but for each: a matrix for every example.

$$J_{jk} = \frac{\partial p_j}{\partial z_k} = p_j\,(\delta_{jk} - p_k), \qquad
\delta_{jk} = \begin{cases} 1 & j = k \\ 0 & j \ne k \end{cases}$$
"""

import numpy as np


def softmax_jacobian(z):
    """Derivatives of softmax: of each probability with respect to each score, for every example.

    z: float array of shape (N, C), the scores of C classes, one example in each row: what goes into softmax.
    Returns J, a float array of shape (N, C, C): J[i, j, k] is the derivative of the probability of class j
    with respect to the score of class k, in example i.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(softmax_jacobian))
