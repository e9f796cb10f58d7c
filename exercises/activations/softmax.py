r"""Softmax

Scores become probabilities: the exponential makes each positive, the division makes them sum to 1. Only the
differences between scores count, so taking the largest away from all of them changes nothing, except that no
exponential overflows.

$$p_{ij} = \frac{e^{z_{ij}}}{\sum_{k} e^{z_{ik}}}$$
"""

import numpy as np


def softmax(z):
    """Softmax of every row of z.

    z: float array of shape (N, C), the scores of C classes, one example in each row. Returns a float array of
    the same shape: the probabilities of the classes; each row sums to 1. It is finite for any z, be it 1000
    or −1000, also side by side.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(softmax))
