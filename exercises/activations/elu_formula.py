r"""The slope of ELU, by hand

The left piece of ELU is an exponential. Its derivative is nearly the piece itself, but not quite: mind the constant.

$$\mathrm{ELU}(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases}$$

For $\alpha = 1$ the two pieces meet without an angle. For any other α they do not, and the left side's slope counts.
"""

import sympy


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


def elu_formula(z):
    """ELU of a formula z of x, and its derivative with respect to x, both as formulas of x and alpha.

    z: a text, such as "2*x - 1": what goes into ELU. Returns (value, slope), each a SymPy expression or a text such as
    "Piecewise((3*x, x > 1), (alpha*x, True))" or "3*x if x > 1 else alpha*x". Where z = 0 the slope is that of the left
    side, as in PyTorch. expression(z) is z as a SymPy expression, sympy.diff(expression(z), "x") the derivative of it.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(elu_formula))
