r"""Sigmoid

The sigmoid bends the whole line of numbers into the interval from 0 to 1, so that its value can be read as a
probability. At 0 it cannot decide: one half.

$$\sigma(z) = \frac{1}{1 + e^{-z}}$$
"""

import numpy as np


def sigmoid(z):
    """Sigmoid of every element of z.

    z: float array of shape (N, D). Returns a float array of the same shape, with values from 0 to 1,
    finite for any z, be it 1000 or −1000. (NumPy may warn of an overflow there: that is no mistake.)
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(sigmoid))
