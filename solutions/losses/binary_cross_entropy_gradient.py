r"""Gradient of binary cross-entropy

A classifier says with which probability $a$ an example belongs to the class; $y$ is 1 if it does and 0 if not. The
gradient grows without bound when a prediction is sure and wrong: that is why this loss learns so fast from its errors.

$$\frac{\partial L}{\partial a} = -\frac{y}{a} + \frac{1 - y}{1 - a} = \frac{a - y}{a\,(1 - a)}$$
"""

import numpy as np

from autograder import exercise


@exercise(shapes="a: N D, y: N D", returns="N D")
def binary_cross_entropy_gradient(a, y):
    """Gradient of the binary cross-entropy with respect to each predicted probability.

    a: float array of shape (N, D), probabilities from 0 to 1, both included. y: the targets, of the same shape.
    The loss of each prediction stands by itself: L = −(y·log a + (1 − y)·log(1 − a)), not averaged.

    Returns dL/da, a float array of shape (N, D), as (a − y) / (a·(1 − a)), where the denominator is at least 10⁻¹²,
    as in PyTorch: finite at a = 0 and a = 1, and 0 where a is exactly y.
    """
    ### BEGIN SOLUTION
    return (a - y) / np.maximum(a * (1 - a), 1e-12)
    ### END SOLUTION


binary_cross_entropy_gradient.hints(
    "With y = 1 and a = 0.01, was the model sure and right, or sure and wrong; and how large should its gradient be?",
    "Above the line stands how far the prediction is off, below it the slope that you know from the sigmoid. Near "
    "0 and near 1 that slope vanishes: do not let it fall below 10⁻¹², and leave what is above the line as it is.",
    """
    y = 1, a = 0.8: −0.2 / (0.8 · 0.2) = −1.25
    y = 0, a = 0.8: 0.8 / 0.16 = 5
    y = 0, a = 0.99, sure and wrong: 0.99 / 0.0099 = 100
    """,
)


def probabilities(rng, shape):
    return rng.uniform(0.02, 0.98, size=shape)


def classes(rng, shape):
    return rng.integers(0, 2, size=shape).astype(float)


binary_cross_entropy_gradient.case(
    "by hand", a=[[0.8, 0.8, 0.25], [0.5, 0.2, 0.2]], y=[[1, 0, 1], [1, 0, 1]], expect=[[-1.25, 5, -4], [-2, 1.25, -5]]
)
binary_cross_entropy_gradient.case("sure and wrong", a=[[0.0, 1.0]], y=[[1, 0]], expect=[[-1e12, 1e12]])
binary_cross_entropy_gradient.case("sure and right", a=[[0.0, 1.0]], y=[[0, 1]], expect=[[0, 0]])
binary_cross_entropy_gradient.cases(public=1, hidden=6, a=probabilities, y=classes)


@binary_cross_entropy_gradient.oracle.pytorch
def by_torch(a, y):
    import torch

    loss = torch.nn.functional.binary_cross_entropy(a.requires_grad_(), y, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, a)
    # PyTorch's 1e-12 is rounded to float32.
    return torch.where(gradient.abs() > 1e11, gradient * np.float64(np.float32(1e-12)) / 1e-12, gradient)


@binary_cross_entropy_gradient.oracle.differences("a")
def loss(a, y):
    with np.errstate(all="ignore"):  # beyond 0 and 1 it is NaN: no opinion
        return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


@binary_cross_entropy_gradient.mistake(
    "opposite_sign", hint="The sign is the wrong way round: where a is too large, the slope is positive."
)
def _(a, y):
    return -binary_cross_entropy_gradient(a, y)


@binary_cross_entropy_gradient.mistake(
    "mean", hint="You divide by the number of elements. Here each loss stands by itself, without a mean."
)
def _(a, y):
    return binary_cross_entropy_gradient(a, y) / a.size


@binary_cross_entropy_gradient.mistake(
    "by_the_logit", hint="a − y is the derivative by z, where a = σ(z). Here it is by a: the denominator is missing."
)
def _(a, y):
    return a - y


@binary_cross_entropy_gradient.mistake(
    "no_inner_derivative", hint="log(1 − a) has an inner derivative of −1: it turns the second term's sign round."
)
def _(a, y):
    return -(y / np.maximum(a, 1e-12)) - (1 - y) / np.maximum(1 - a, 1e-12)


@binary_cross_entropy_gradient.mistake(
    "divides_by_zero", hint="At a = 0 and a = 1 you divide by zero: see the docstring."
)
def _(a, y):
    return (a - y) / (a * (1 - a))


@binary_cross_entropy_gradient.mistake(
    "swapped", hint="You have exchanged predictions and targets: a is what is predicted."
)
def _(a, y):
    return binary_cross_entropy_gradient(y, a)


@binary_cross_entropy_gradient.mistake("loss_itself", hint="That is the loss. Its derivative by a is asked for.")
def _(a, y):
    return -(y * np.log(np.maximum(a, 1e-12)) + (1 - y) * np.log(np.maximum(1 - a, 1e-12)))


@binary_cross_entropy_gradient.mistake(
    "kept_apart", hint="Where a is exactly y, 0 or 1, the gradient is 0 here: only the common denominator is bounded."
)
def _(a, y):
    return -y / np.maximum(a, 1e-12) + (1 - y) / np.maximum(1 - a, 1e-12)


@binary_cross_entropy_gradient.variant
def _(a, y):
    gradient = np.empty(a.shape)
    for i, j in np.ndindex(*a.shape):
        gradient[i, j] = (a[i, j] - y[i, j]) / max(a[i, j] - a[i, j] ** 2, 1e-12)
    return gradient


@binary_cross_entropy_gradient.variant
def _(a, y):
    inside = (a > 0) & (a < 1)
    safe = np.where(inside, a, 0.5)
    return np.where(inside, -y / safe + (1 - y) / (1 - safe), (a - y) * 1e12)


@binary_cross_entropy_gradient.variant
def _(a, y):
    return np.divide(a - y, np.clip((1.0 - a) * a, 1e-12, None))
