r"""How losses bear an outlier

Somebody types a zero too many, and one target of a hundred is wrong. How far does each loss move? The squared error
grows with the square of the slip, the absolute error in step with it, and Huber's like the first for small errors and
like the second for large ones:

$$h_\delta(e) = \begin{cases} \frac{1}{2} e^2 & |e| \le \delta \\
\delta\,|e| - \frac{1}{2} \delta^2 & |e| > \delta \end{cases}$$
"""

import numpy as np


def outlier_sensitivity(y_pred, y_true, outlier, delta):
    """How much three losses grow when the last target is replaced by an outlier.

    y_pred, y_true: float arrays of shape (N,), the predictions and the targets. outlier: the number that stands in
    the last target's place. delta: where Huber's loss turns from a square into a line, a positive number.
    All three losses are means over the N examples. y_true itself must stay as it is.

    Returns (mse, mae, huber), three floats: the loss with the outlier minus the loss without it.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(outlier_sensitivity))
