r"""Derivative of swish

z stands in swish twice: before the gate, and in it. The product rule counts both. With a = σ(z) it is

$$\mathrm{swish}'(z) = a + z\,a\,(1 - a)$$
"""

import numpy as np


def swish_derivative(z):
    """Derivative of swish, z·σ(z) with σ(z) = 1 / (1 + e^−z), at every element of z.

    z: float array of shape (N, D): what goes into swish. Returns a float array of the same shape, finite for
    any z, be it 1000 or −1000. (NumPy may warn of an overflow there: that is no mistake.)
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(swish_derivative))
