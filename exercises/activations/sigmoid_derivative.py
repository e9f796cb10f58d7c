r"""Derivative of the sigmoid

Back-propagation multiplies by this slope at every sigmoid it passes. It is never more than one quarter, which
is why the signal fades in deep networks. With a = σ(z), the value the forward pass already knows, it is

$$\sigma'(z) = a\,(1 - a)$$
"""

import numpy as np


def sigmoid_derivative(z):
    """Derivative of the sigmoid σ(z) = 1 / (1 + e^−z) at every element of z.

    z: float array of shape (N, D): what goes into the sigmoid, not what comes out of it. Returns a float
    array of the same shape, finite for any z, be it 1000 or −1000. (NumPy may warn there: no mistake.)
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(sigmoid_derivative))
