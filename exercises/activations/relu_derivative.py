r"""Derivative of ReLU

ReLU lets positive values through and stops the rest. Its derivative is the gate that
back-propagation multiplies by:

$$\mathrm{ReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}$$
"""

import numpy as np


def relu_derivative(z):
    """Derivative of ReLU at every element of z.

    z: float array of any shape. Returns a float array of the same shape:
    1 where z > 0, otherwise 0. At z = 0 it is 0, as in PyTorch.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(relu_derivative))
