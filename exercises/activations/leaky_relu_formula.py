r"""The slope of the leaky ReLU, by hand

Two pieces, two slopes, and none of them is 0: to the left a hundredth of z leaks through, and a hundredth of the error
comes back.

$$\mathrm{LeakyReLU}(z) = \begin{cases} z & z > 0 \\ \tfrac{1}{100}\,z & z \le 0 \end{cases}$$
"""

import sympy


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


def leaky_relu_formula(z):
    """Leaky ReLU of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes in. The slope of the leaky side is 1/100, and it counts where z = 0, too,
    as in PyTorch. Returns (value, slope), each a SymPy expression or a text such as
    "Piecewise((3*x, x > 1), (x, True))" or "3*x if x > 1 else x". expression(z) is z as a SymPy expression, and
    sympy.diff(expression(z), "x") the derivative of it.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(leaky_relu_formula))
