r"""Mean squared error

How far the predictions are from the targets, in one number. Squaring makes every error count as positive,
and a large one count for much: one outlier can outweigh all the rest.

$$L = \frac{1}{N D} \sum_{i=1}^{N} \sum_{j=1}^{D} (\hat y_{ij} - y_{ij})^2$$
"""

import numpy as np

from autograder import exercise
from autograder.oracles import differences


@exercise(shapes="y_pred: N D, y_true: N D")
def mse(y_pred, y_true):
    """Mean squared error of predictions.

    y_pred, y_true: float arrays of shape (N, D), one example in each row. Returns a float: the mean over
    all N·D elements, as in PyTorch.
    """
    ### BEGIN SOLUTION
    return np.mean((y_pred - y_true) ** 2)
    ### END SOLUTION


mse.hints(
    "Over how many numbers is the mean taken: over N, or over N·D?",
    "Three steps, from the inside outwards: the error of each element, its square, the mean of them all. The "
    "squares come before the mean, or errors of different signs would cancel.",
    """
    y_pred = [[1, 4]], y_true = [[3, 3]]
    errors: −2 and 1; squares: 4 and 1
    mean: 5 / 2 = 2.5
    """,
)

# A network that always answers the mean: its error is the variance of the four productivities.
mse.case("always the mean", y_pred=[[84.25]] * 4, y_true=[[85.0], [65.0], [92.0], [95.0]], expect="136.69")
mse.case("two by three", y_pred=[[1, 2, 3], [4, 5, 6]], y_true=[[1, 0, 3], [4, 5, 9]], expect=13 / 6)
mse.cases(public=1, hidden=6)


@mse.oracle.pytorch
def by_torch(y_pred, y_true):
    import torch

    return torch.nn.functional.mse_loss(y_pred, y_true)


@mse.oracle.sympy
def sum_of_squares(y_pred, y_true):
    return sum((p - t) ** 2 for p, t in zip(y_pred.flat, y_true.flat, strict=True)) / y_pred.size


@mse.oracle.differences
def slope_of_the_cube(y_pred, y_true):
    """e² is the derivative of e³/3."""
    return differences.gradient(lambda t: np.mean((y_pred - y_true + t) ** 3) / 3, 0.0)


@mse.mistake("sum_for_mean", hint="You add the squared errors up. Divide by their number: it is a mean.")
def _(y_pred, y_true):
    return np.sum((y_pred - y_true) ** 2)


@mse.mistake("divides_by_rows", hint="You divide by N only. The mean is over all N·D elements.")
def _(y_pred, y_true):
    return np.sum((y_pred - y_true) ** 2) / len(y_pred)


@mse.mistake("root", hint="That is the root of the mean squared error (RMSE). Leave the root away.")
def _(y_pred, y_true):
    return np.sqrt(mse(y_pred, y_true))


@mse.mistake("absolute", hint="That is the mean absolute error. Square the errors.")
def _(y_pred, y_true):
    return np.mean(np.abs(y_pred - y_true))


@mse.mistake("square_of_the_mean", hint="You square the mean error, so that errors cancel. Square first, then average.")
def _(y_pred, y_true):
    return np.mean(y_pred - y_true) ** 2


@mse.mistake("half", hint="You have a factor ½. Some books have it there; here it is the plain mean.")
def _(y_pred, y_true):
    return mse(y_pred, y_true) / 2


@mse.mistake("per_example", hint="You give one number for each example. The mean is over all N·D elements: one number.")
def _(y_pred, y_true):
    return np.mean((y_pred - y_true) ** 2, axis=1)


@mse.variant
def _(y_pred, y_true):
    return np.square(y_true - y_pred).mean(axis=1).mean()


@mse.variant
def _(y_pred, y_true):
    error = (y_pred - y_true).ravel()
    return error @ error / error.size


@mse.variant
def _(y_pred, y_true):
    return float(np.linalg.norm(y_pred - y_true) ** 2 / y_true.size)


@mse.variant
def _(y_pred, y_true):
    N, D = y_true.shape
    total = 0
    for i in range(N):
        for j in range(D):
            total += (y_pred[i, j] - y_true[i, j]) ** 2
    return total / (N * D)
