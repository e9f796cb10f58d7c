r"""The sigmoid's slope, by hand

Where does the slope of the sigmoid come from? Write the sigmoid as a power and two rules are enough, the one for
powers and the chain rule:

$$\sigma(z) = \big(1 + e^{-z}\big)^{-1}$$

Look at the result once more before you type it: the sigmoid itself stands in it, twice. That is why a network that
has computed a sigmoid gets its slope for nothing.
"""

import sympy


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


def sigmoid_formula(z):
    """The sigmoid of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes into the sigmoid. Returns (value, slope), each a SymPy expression or a
    text such as "exp(2*x)/3". For slope a list is taken, too, the lines of your derivation: the first wrong one is
    named. expression(z) is z as a SymPy expression, and sympy.diff(expression(z), "x") the derivative of it.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(sigmoid_formula))
