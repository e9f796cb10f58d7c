r"""The slope of softmax, by hand

Every score stands in every probability: above the line its own, below the line all of them. So when several scores
change along with x, a probability feels each of these changes. The quotient rule collects them.

$$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}$$
"""

import sympy


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


def softmax_formula(z, j):
    """The probability of class j, and its derivative with respect to x, both as formulas of x and y.

    z: a list of texts, such as ["2*x", "x - y", "1"]: the score of each class. j: an int, which class; the first is 0.
    Returns (value, slope), each a SymPy expression or a text such as "exp(2*x)/y". For slope a list is taken, too, the
    lines of your derivation: the first wrong one is named. expression(z[0]) is the first score as a SymPy expression,
    and sympy.diff(expression(z[0]), "x") the derivative of it.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(softmax_formula))
