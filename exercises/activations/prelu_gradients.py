r"""Gradients of PReLU

What comes back from the loss is passed on to z, and tells each slope how to change. A slope takes part in
every example, so it collects the shares of all of them. With the gradient $g_{ij}$ for the output,

$$\frac{\partial L}{\partial z_{ij}} = g_{ij} \begin{cases} 1 & z_{ij} > 0 \\ a_j & z_{ij} \le 0 \end{cases}
\qquad \frac{\partial L}{\partial a_j} = \sum_{i:\, z_{ij} \le 0} g_{ij}\,z_{ij}$$
"""

import numpy as np


def prelu_gradients(z, a, upstream):
    """Gradients of a loss with respect to a PReLU's input and its slopes.

    The PReLU is z where z > 0, otherwise a·z. z: float array of shape (N, D), one example in each row.
    a: (D,), the slope of each unit. upstream: (N, D), the derivative of the loss with respect to each value
    that the PReLU gives (a mean over the examples, if there was one, is in it already).

    Returns (dz, da): the derivatives of the loss with respect to z, of shape (N, D), and to a, of shape (D,).
    At z = 0 the slope of the PReLU is a, as in PyTorch.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(prelu_gradients))
