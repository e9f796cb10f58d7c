r"""Vanishing gradients

On its way back through L sigmoids a gradient is multiplied by L slopes, none of them above ¼. Ten layers, and
at best a millionth of it arrives: the first layers learn nothing.

$$\prod_{l=1}^{L} \sigma'(z_l) \le \left(\tfrac14\right)^L$$
"""

import math

import numpy as np

from autograder import Out, exercise
from autograder.oracles import elementwise


@exercise(shapes="z: L N", returns=[Out("bound", ""), Out("product", "N")])
def vanishing_bound(z):
    """The factor that a gradient gets on its way through a chain of sigmoids, and how large it can be at most.

    z: float array of shape (L, N): row l holds what goes into the sigmoid σ(z) = 1 / (1 + e^−z) of layer l,
    for N examples. There are no weights between the layers here.

    Returns (bound, product). bound: a float, the largest value that the product of L slopes can have.
    product: a float array of shape (N,), the product of the L slopes for each example.
    """
    ### BEGIN SOLUTION
    a = 1 / (1 + np.exp(-z))
    return 0.25 ** len(z), np.prod(a * (1 - a), axis=0)
    ### END SOLUTION


vanishing_bound.hints(
    "How large can the slope of one sigmoid be, and how many of them are multiplied?",
    "The bound looks at no value, only at the number of layers. The product takes the slope in each layer from "
    "the sigmoid's value there, and multiplies down the layers, for each example by itself.",
    """
    Two layers, one example: 0 goes into the first, 2 into the second.
    slopes: 0.25 and 0.105, their product 0.026
    bound: 0.25 · 0.25 = 0.0625, and 0.026 is below it
    """,
)

vanishing_bound.case(
    "three layers",
    z=[[0.0, np.log(3)], [0.0, -np.log(3)], [0.0, 0.0]],
    expect={"bound": 1 / 64, "product": [1 / 64, 9 / 1024]},
)
vanishing_bound.case("ten layers at their best", z=[[0.0]] * 10, expect={"bound": "9.54e-7", "product": ["9.54e-7"]})


def near_zero(rng, shape):
    """Where 1 − a keeps its digits, in float32, too."""
    return rng.uniform(-2, 2, size=shape)


vanishing_bound.cases(public=1, hidden=6, z=near_zero)


@vanishing_bound.oracle.sympy
def derivatives(z):
    """The slope by differentiation; it is largest at 0, where the second derivative is 0."""
    import sympy

    x = sympy.Symbol("x", real=True)
    slope = sympy.diff(1 / (1 + sympy.exp(-x)), x)
    if sympy.simplify(sympy.diff(slope, x).subs(x, 0)) != 0:
        raise AssertionError("the sigmoid's slope is not largest at 0")
    return slope.subs(x, 0) ** len(z), np.prod(elementwise(lambda value: slope.subs(x, value), z), axis=0)


@vanishing_bound.oracle.brute_force
def loop(z):
    def slope(value):
        return math.exp(-value) / (1 + math.exp(-value)) ** 2

    steepest = max(slope(step / 100) for step in range(-1000, 1001))
    bound, product = 1.0, [1.0] * z.shape[1]
    for layer in z:
        bound *= steepest
        for i, value in enumerate(layer):
            product[i] *= slope(value)
    return bound, np.array(product)


@vanishing_bound.mistake(
    "half_to_the_L", hint="Your bound is ½ to the L. One half is the sigmoid at 0; its slope there is one quarter."
)
def _(z):
    return 0.5 ** len(z), vanishing_bound(z)[1]


@vanishing_bound.mistake(
    "times_L", hint="Your bound is L/4. The slopes are multiplied, so one quarter is taken to the L."
)
def _(z):
    return 0.25 * len(z), vanishing_bound(z)[1]


@vanishing_bound.mistake("one_slope", hint="Your bound is one quarter, that of a single slope. There are L of them.")
def _(z):
    return 0.25, vanishing_bound(z)[1]


@vanishing_bound.mistake(
    "largest_product",
    hint="Your bound is the largest of these products. It must hold for any z: what is the steepest slope?",
)
def _(z):
    product = vanishing_bound(z)[1]
    return product.max(), product


@vanishing_bound.mistake(
    "examples_for_layers", hint="You multiply the examples and count them as layers. A layer is a row: L comes first."
)
def _(z):
    return vanishing_bound(z.T)


@vanishing_bound.mistake(
    "product_of_sigmoids", hint="You multiply the sigmoids. Their slopes are asked for: a·(1 − a)."
)
def _(z):
    return vanishing_bound(z)[0], np.prod(1 / (1 + np.exp(-z)), axis=0)


@vanishing_bound.mistake("sum", hint="You add the slopes up. By the chain rule they are multiplied.")
def _(z):
    a = 1 / (1 + np.exp(-z))
    return vanishing_bound(z)[0], np.sum(a * (1 - a), axis=0)


@vanishing_bound.mistake("one_product_for_all", hint="You multiply all slopes. Each example has a product of its own.")
def _(z):
    bound, product = vanishing_bound(z)
    return bound, np.prod(product)


@vanishing_bound.mistake("tanh", hint="Those are the slopes of tanh, which reach 1. These layers end in sigmoids.")
def _(z):
    return 1.0, np.prod(1 - np.tanh(z) ** 2, axis=0)


@vanishing_bound.variant
def _(z):
    return 4.0 ** -z.shape[0], np.exp(-np.sum(np.logaddexp(0, z) + np.logaddexp(0, -z), axis=0))


@vanishing_bound.variant
def _(z):
    bound, product = 1, 1
    for layer in z:
        bound = bound / 4
        product = product * np.exp(-layer) / (1 + np.exp(-layer)) ** 2
    return bound, product


@vanishing_bound.variant
def _(z):
    z = z.astype(np.float32)
    return np.float32(0.25) ** len(z), np.cumprod((1 - np.tanh(z / 2) ** 2) / 4, axis=0)[-1]
