"""Vanishing gradients, by hand

In numbers you have seen the gradient vanish. As a formula you can see why: every layer multiplies by a slope of the
sigmoid, and none of these slopes is larger than the one at 0, wherever the layers stand.
"""

import sympy


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


def vanishing_bound_formula(z):
    """The factor that a gradient gets on its way through a chain of sigmoids, and how large it can be at most.

    z: a list of texts, formulas of x such as ["x", "2*x - 1"]: what goes into the sigmoid of each layer. There are no
    weights between the layers. Returns (product, bound), each a SymPy expression or a text such as "exp(2*x)/3".
    product: the product of the slopes that the sigmoid has at each of these z. bound: a number, the largest value
    that such a product can have for as many layers, exactly: "1/3", not 0.33. In a text, sigmoid(…) is known.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(vanishing_bound_formula))
