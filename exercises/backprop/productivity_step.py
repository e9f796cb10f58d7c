r"""One step of backpropagation

Sleep, coffee and travel time predict a day's productivity: two sigmoid units, one linear output, and the
cost $(\hat y - y)^2$. The chain rule carries the error back through every factor it passed on its way out:

$$\frac{\partial\,\text{cost}}{\partial w_7} = 2(\hat y - y)\,g_1 \qquad
\frac{\partial\,\text{cost}}{\partial w_1} = 2(\hat y - y)\,w_7\,g_1(1 - g_1)\,x_1$$

A step takes every parameter a little downhill, all of them with the slopes of one and the same point:

$$w \leftarrow w - \eta\,\frac{\partial\,\text{cost}}{\partial w}$$
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def productivity_step(parameters, x, y, learning_rate):
    """All parameters of the productivity network after one step of gradient descent on one row.

    parameters: dict of eleven floats, w1 … w8 and b1, b2, b3. x: float array of shape (3,), the features
    x₁, x₂, x₃. y: float, the target. learning_rate: float, η.

    The network:  z₁ = w₁x₁ + w₃x₂ + w₅x₃ + b₁,  g₁ = sigmoid(z₁)
                  z₂ = w₂x₁ + w₄x₂ + w₆x₃ + b₂,  g₂ = sigmoid(z₂)
                  ŷ = w₇g₁ + w₈g₂ + b₃,          cost = (ŷ − y)²

    Returns a new dict with the same eleven keys. Every gradient is taken at the old parameters;
    `parameters` itself stays as it is.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(productivity_step))
