r"""Leaky ReLU

A unit whose ReLU is 0 for every example has no slope and never learns again. The leaky one lets a hundredth
through on the negative side, so that it can recover.

$$\mathrm{LeakyReLU}(z) = \begin{cases} z & z > 0 \\ 0.01\,z & z \le 0 \end{cases}$$
"""

import numpy as np


def leaky_relu(z):
    """Leaky ReLU of every element of z, with a slope of 0.01 on the negative side.

    z: float array of shape (N, D). Returns a float array of the same shape: z where z > 0, otherwise 0.01·z.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(leaky_relu))
