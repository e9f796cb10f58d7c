r"""Hyperbolic tangent

A sigmoid stretched to run from −1 to 1. Its values lie around 0, so the next layer's inputs do, too, which is
why hidden layers prefer it to the sigmoid.

$$\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}$$
"""

import numpy as np


def tanh(z):
    """Hyperbolic tangent of every element of z.

    z: float array of shape (N, D). Returns a float array of the same shape, with values from −1 to 1, finite
    for any z, be it 1000 or −1000. NumPy has it ready-made; try it with np.exp first.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(tanh))
