r"""The slope of tanh, by hand

tanh is a quotient, so the quotient rule derives it:

$$\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}$$

What comes out looks worse than it is. Above the line and below it stand the same two sums, and divided by each other
they are tanh again.
"""

import sympy


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


def tanh_formula(z):
    """tanh of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes into tanh. Returns (value, slope), each a SymPy expression or a text such
    as "exp(2*x)/3". For slope a list is taken, too, the lines of your derivation: the first wrong one is named.
    expression(z) is z as a SymPy expression, and sympy.diff(expression(z), "x") the derivative of it.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(tanh_formula))
