r"""The slope of ReLU, by hand

A function that is put together from pieces is derived piece by piece. Where two pieces meet at an angle there is no
derivative: somebody has to say what counts there. PyTorch takes the slope of the left side, and so do we.

$$\mathrm{ReLU}(z) = \begin{cases} z & z > 0 \\ 0 & z \le 0 \end{cases}$$
"""

import sympy


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


def relu_formula(z):
    """ReLU of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes into ReLU. Returns (value, slope), each a SymPy expression or a text such
    as "Piecewise((3*x, x > 1), (0, True))" or "3*x if x > 1 else 0". Where z = 0 the slope is 0, as in PyTorch.
    expression(z) is z as a SymPy expression, and sympy.diff(expression(z), "x") the derivative of it.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(relu_formula))
