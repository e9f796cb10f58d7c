r"""Standardisation

Features in years and features in dollars cannot be compared. Take the mean away and divide by the standard
deviation, and each is told in one unit: how many deviations from the average.

$$\mu_j = \frac{1}{N} \sum_i x_{ij} \qquad \sigma_j = \sqrt{\frac{1}{N} \sum_i (x_{ij} - \mu_j)^2} \qquad
z_{ij} = \frac{x_{ij} - \mu_j}{\sigma_j}$$
"""

import numpy as np


def standardize(X):
    """Mean, standard deviation and z-scores of each feature.

    X: float array of shape (N, D): an example in each row, a feature in each column.
    Returns a dict with

    mean: array of shape (D,), the mean of each feature
    std: array of shape (D,), the standard deviation of each feature; it divides by N, not by N − 1
    Z: array of shape (N, D), the z-scores; a feature that never changes has std 0 and is divided by 1 instead
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(standardize))
