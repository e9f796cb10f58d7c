r"""Mean squared error

How far the predictions are from the targets, in one number. Squaring makes every error count as positive,
and a large one count for much: one outlier can outweigh all the rest.

$$L = \frac{1}{N D} \sum_{i=1}^{N} \sum_{j=1}^{D} (\hat y_{ij} - y_{ij})^2$$
"""

import numpy as np


def mse(y_pred, y_true):
    """Mean squared error of predictions.

    y_pred, y_true: float arrays of shape (N, D), one example in each row. Returns a float: the mean over
    all N·D elements, as in PyTorch.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(mse))
