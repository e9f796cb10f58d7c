r"""Swish

Each value is weighted by its own sigmoid: a ReLU with a soft gate. It dips a little below 0 before it rises, and
has no kink anywhere. PyTorch calls it SiLU.

$$\mathrm{swish}(z) = z\,\sigma(z) = \frac{z}{1 + e^{-z}}$$
"""

import numpy as np


def swish(z):
    """Swish of every element of z: z times its sigmoid, σ(z) = 1 / (1 + e^−z).

    z: float array of shape (N, D). Returns a float array of the same shape, finite for any z, be it 1000 or
    −1000. (NumPy may warn of an overflow there: that is no mistake.)
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(swish))
