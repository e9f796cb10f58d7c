r"""Training logistic regression

One unit and a sigmoid tell the odd digits from the even ones, or any set of them from the others. Its cost has one
valley, so that gradient descent from every start comes close to the same weights:

$$A = \sigma(w^T X + b) \qquad
\frac{\partial J}{\partial w} = \frac1m X (A - Y)^T \qquad \frac{\partial J}{\partial b} = \frac1m \sum (A - Y)$$

The images are scikit-learn's handwritten digits, 8 × 8 pixels. What counts is how well the unit does on images that it
was not trained on, and which digits it is asked about is another matter each time.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logistic_train(X, Y, W, b):
    """Trains one logistic unit and returns its parameters.

    X: (D, N), an image in each column, D pixels from 0 to 1 (float32). Y: (1, N), 1 for the digits that are asked for,
    else 0. W: (1, D), b: float: the weights to start from. The unit says sigmoid(W @ X + b).

    Returns a tuple of W: (1, D) and b: float.

    Scored by the mean squared error of its probabilities on images that you are not given. Full marks: 80 % of what
    the reference gains over the best constant answer. How you go downhill, and how long, is up to you.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(logistic_train))
