r"""The slope of swish, by hand

A product, with the sigmoid as its second factor: the product rule, and inside it the sigmoid's slope.

$$\mathrm{swish}(z) = z \cdot \sigma(z), \qquad \sigma(z) = \frac{1}{1 + e^{-z}}$$
"""

import sympy


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


def swish_formula(z):
    """swish of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes into swish. Returns (value, slope), each a SymPy expression or a text such
    as "exp(2*x)/3"; in a text, sigmoid(…) is known. For slope a list is taken, too, the lines of your derivation: the
    first wrong one is named. expression(z) is z as a SymPy expression, and sympy.diff(expression(z), "x") the
    derivative of it.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(swish_formula))
