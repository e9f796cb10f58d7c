r"""Gradient of the mean squared error

Which way to move each prediction, and how urgently: the further off it is, the stronger the pull.

$$\frac{\partial L}{\partial \hat y_{ij}} = \frac{2}{N D} (\hat y_{ij} - y_{ij})$$
"""

import numpy as np


def mse_gradient(y_pred, y_true):
    """Gradient of the mean squared error with respect to the predictions.

    y_pred, y_true: float arrays of shape (N, D), one example in each row. The loss is the mean of the squared
    errors over all N·D elements, as in PyTorch. Returns its derivative with respect to each element of y_pred:
    a float array of shape (N, D).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(mse_gradient))
