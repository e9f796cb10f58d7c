r"""Derivative of the leaky ReLU

The gate that back-propagation multiplies by is open on the right and ajar on the left. It is never closed,
so no unit is cut off from learning.

$$\mathrm{LeakyReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0.01 & z \le 0 \end{cases}$$
"""

import numpy as np


def leaky_relu_derivative(z):
    """Derivative of the leaky ReLU (z where z > 0, otherwise 0.01·z) at every element of z.

    z: float array of shape (N, D). Returns a float array of the same shape: 1 where z > 0, otherwise 0.01.
    At z = 0 it is 0.01, as in PyTorch.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(leaky_relu_derivative))
