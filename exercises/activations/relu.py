r"""ReLU

The rectified linear unit: what is positive passes, the rest is stopped. It is cheap, and on its positive side
the slope is 1, so that a gradient does not fade. Hidden layers start with it.

$$\mathrm{ReLU}(z) = \max(0, z)$$
"""

import numpy as np


def relu(z):
    """ReLU of every element of z.

    z: float array of shape (N, D), which must stay as it is. Returns a float array of the same shape:
    z where z > 0, otherwise 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(relu))
