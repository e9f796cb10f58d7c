r"""Gradient of binary cross-entropy

A classifier says with which probability $a$ an example belongs to the class; $y$ is 1 if it does and 0 if not. The
gradient grows without bound when a prediction is sure and wrong: that is why this loss learns so fast from its errors.

$$\frac{\partial L}{\partial a} = -\frac{y}{a} + \frac{1 - y}{1 - a} = \frac{a - y}{a\,(1 - a)}$$
"""

import numpy as np


def binary_cross_entropy_gradient(a, y):
    """Gradient of the binary cross-entropy with respect to each predicted probability.

    a: float array of shape (N, D), probabilities from 0 to 1, both included. y: the targets, of the same shape.
    The loss of each prediction stands by itself: L = −(y·log a + (1 − y)·log(1 − a)), not averaged.

    Returns dL/da, a float array of shape (N, D), as (a − y) / (a·(1 − a)), where the denominator is at least 10⁻¹²,
    as in PyTorch: finite at a = 0 and a = 1, and 0 where a is exactly y.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(binary_cross_entropy_gradient))
