r"""Gradient of the mean squared error

Which way to move each prediction, and how urgently: the further off it is, the stronger the pull.

$$\frac{\partial L}{\partial \hat y_{ij}} = \frac{2}{N D} (\hat y_{ij} - y_{ij})$$
"""

import numpy as np

from autograder import exercise


@exercise(shapes="y_pred: N D, y_true: N D", returns="N D")
def mse_gradient(y_pred, y_true):
    """Gradient of the mean squared error with respect to the predictions.

    y_pred, y_true: float arrays of shape (N, D), one example in each row. The loss is the mean of the squared
    errors over all N·D elements, as in PyTorch. Returns its derivative with respect to each element of y_pred:
    a float array of shape (N, D).
    """
    ### BEGIN SOLUTION
    return 2 * (y_pred - y_true) / y_pred.size
    ### END SOLUTION


mse_gradient.hints(
    "When one prediction grows a little, which of the squares changes, and how many squares are averaged?",
    "The derivative of a square is twice what is squared. Each prediction is in one square only, so nothing is "
    "summed: the result has the shape of the predictions, and what the mean divides by stays.",
    """
    y_pred = [[1, 4]], y_true = [[3, 3]]: two elements
    2 · (1 − 3) / 2 = −2
    2 · (4 − 3) / 2 = 1
    The first prediction is too small: against its gradient, it grows.
    """,
)

mse_gradient.case("the lecture's first employee", y_pred=[[17.478]], y_true=[[85.0]], expect=[["-135.044"]])
mse_gradient.case(
    "two by three", y_pred=[[1, 2, 3], [4, 5, 6]], y_true=[[1, 0, 3], [4, 5, 9]], expect=[[0, 2 / 3, 0], [0, 0, -1]]
)
mse_gradient.cases(public=1, hidden=6)


@mse_gradient.oracle.pytorch("y_pred")
def by_torch(y_pred, y_true):
    import torch

    return torch.nn.functional.mse_loss(y_pred, y_true)


@mse_gradient.oracle.sympy("y_pred")
def sum_of_squares(y_pred, y_true):
    return sum((p - t) ** 2 for p, t in zip(y_pred.flat, y_true.flat, strict=True)) / y_pred.size


@mse_gradient.oracle.differences("y_pred")
def mse(y_pred, y_true):
    return np.mean((y_pred - y_true) ** 2)


@mse_gradient.mistake("sum_for_mean", hint="That is the gradient of the sum. The loss is a mean: divide by N·D.")
def _(y_pred, y_true):
    return 2 * (y_pred - y_true)


@mse_gradient.mistake("divides_by_rows", hint="You divide by N only. The mean is over all N·D elements.")
def _(y_pred, y_true):
    return 2 * (y_pred - y_true) / len(y_pred)


@mse_gradient.mistake(
    "opposite_sign", hint="The sign is the wrong way round: where the prediction is too large, the slope is positive."
)
def _(y_pred, y_true):
    return -mse_gradient(y_pred, y_true)


@mse_gradient.mistake("missing_two", hint="The factor 2 is missing: it comes from the derivative of the square.")
def _(y_pred, y_true):
    return mse_gradient(y_pred, y_true) / 2


@mse_gradient.mistake(
    "absolute", hint="That is the gradient of the mean absolute error: only signs. Here the size of the error counts."
)
def _(y_pred, y_true):
    return np.sign(y_pred - y_true) / y_pred.size


@mse_gradient.mistake("loss_itself", hint="That is the loss, one number. Its derivative has one for each prediction.")
def _(y_pred, y_true):
    return np.mean((y_pred - y_true) ** 2)


@mse_gradient.mistake(
    "summed_over_examples", hint="You add the examples up. Each prediction has a derivative of its own: shape (N, D)."
)
def _(y_pred, y_true):
    return mse_gradient(y_pred, y_true).sum(axis=0)


@mse_gradient.variant
def _(y_pred, y_true):
    return -2 * np.subtract(y_true, y_pred) / (y_true.shape[0] * y_true.shape[1])


@mse_gradient.variant
def _(y_pred, y_true):
    N, D = y_pred.shape
    gradient = np.zeros((N, D))
    for i in range(N):
        for j in range(D):
            gradient[i, j] = 2 * (y_pred[i, j] - y_true[i, j]) / (N * D)
    return gradient


@mse_gradient.variant
def _(y_pred, y_true):
    gradient = y_pred.copy()
    gradient -= y_true
    gradient *= 2 / gradient.size
    return gradient
