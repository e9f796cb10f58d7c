r"""Vanishing gradients

On its way back through L sigmoids a gradient is multiplied by L slopes, none of them above ¼. Ten layers, and
at best a millionth of it arrives: the first layers learn nothing.

$$\prod_{l=1}^{L} \sigma'(z_l) \le \left(\tfrac14\right)^L$$
"""

import numpy as np


def vanishing_bound(z):
    """The factor that a gradient gets on its way through a chain of sigmoids, and how large it can be at most.

    z: float array of shape (L, N): row l holds what goes into the sigmoid σ(z) = 1 / (1 + e^−z) of layer l,
    for N examples. There are no weights between the layers here.

    Returns (bound, product). bound: a float, the largest value that the product of L slopes can have.
    product: a float array of shape (N,), the product of the L slopes for each example.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(vanishing_bound))
