r"""The slope of ReLU, by hand

A function that is put together from pieces is derived piece by piece. Where two pieces meet at an angle there is no
derivative: somebody has to say what counts there. PyTorch takes the slope of the left side, and so do we.

$$\mathrm{ReLU}(z) = \begin{cases} z & z > 0 \\ 0 & z \le 0 \end{cases}$$
"""

import sympy

from autograder import Formula, exercise


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


@exercise(symbols="x: real at -1 0 1/2 1", returns=[Formula("value"), Formula("slope", weight=2)])
def relu_formula(z):
    """ReLU of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes into ReLU. Returns (value, slope), each a SymPy expression or a text such
    as "Piecewise((3*x, x > 1), (0, True))" or "3*x if x > 1 else 0". Where z = 0 the slope is 0, as in PyTorch.
    expression(z) is z as a SymPy expression, and sympy.diff(expression(z), "x") the derivative of it.
    """
    ### BEGIN SOLUTION
    z = expression(z)
    return sympy.Piecewise((z, z > 0), (0, True)), sympy.Piecewise((sympy.diff(z, "x"), z > 0), (0, True))
    ### END SOLUTION


relu_formula.hints(
    "For which x is z positive, and what is the derivative of ReLU there?",
    "A formula in two pieces, between which a condition on z chooses. sympy.Piecewise takes pairs of (formula, "
    "condition), the last condition being True. The slope has the same condition as the value; derive each piece "
    "by itself.",
    """
    4x − 8 is positive where x > 2.
    value: 4x − 8 there, 0 elsewhere
    slope: 4 there, 0 elsewhere, at x = 2 too
    """,
)

relu_formula.case("three times x", z="3*x", expect=("Max(0, 3*x)", "3 if x > 0 else 0"))
relu_formula.case("a falling line", z="2 - 4*x", expect=("2 - 4*x if x < 1/2 else 0", "-4 if x < 1/2 else 0"))
relu_formula.case("open on both sides", z="2*x**2 - 2", expect=("Max(0, 2*x**2 - 2)", "4*x if x < -1 or x > 1 else 0"))


# z is 0 at −1, 0, ½ or 1: only points that are declared are certain to be looked at.
@relu_formula.cases(public=1, hidden=5)
def inside(rng):
    a = int(rng.integers(2, 6))
    return {"z": str(rng.choice([f"-{a}*x", f"{a}*x - {a}", f"{a} - {2 * a}*x", f"{a}*x**2 - {a}", f"{a}*x + {a}"]))}


@relu_formula.oracle.sympy
def derived(z):
    value = sympy.Piecewise((expression(z), expression(z) > 0), (0, True))
    return value, sympy.diff(value, "x")


@relu_formula.oracle.differences
def before_deriving(z):
    return {"slope": f"Max(0, {z})"}


def pieces(z, right, left=0):
    """`right` where z > 0, else `left`."""
    return sympy.Piecewise((right, expression(z) > 0), (left, True))


@relu_formula.mistake(
    "open_at_zero", hint="You count z = 0 as positive. There the gate is closed, as in PyTorch: the slope is 0."
)
def _(z):
    value, _ = relu_formula(z)
    return value, sympy.Piecewise((sympy.diff(expression(z), "x"), expression(z) >= 0), (0, True))


@relu_formula.mistake("half_at_zero", hint="At z = 0 your slope is half open. It is closed there: Heaviside(z, 0).")
def _(z):
    value, _ = relu_formula(z)
    return value, sympy.diff(expression(z), "x") * sympy.Heaviside(expression(z))


@relu_formula.mistake(
    "inner_derivative_forgotten",
    hint="That is the slope along z. Along x the chain rule multiplies it by the derivative of z.",
)
def _(z):
    value, _ = relu_formula(z)
    return value, pieces(z, 1)


@relu_formula.mistake("always_open", hint="Your slope is that of z, everywhere. Where z is not positive it is 0.")
def _(z):
    value, _ = relu_formula(z)
    return value, sympy.diff(expression(z), "x")


@relu_formula.mistake("sides_swapped", hint="You swapped the sides of the slope: it is 0 where z is not positive.")
def _(z):
    value, _ = relu_formula(z)
    return value, pieces(z, 0, sympy.diff(expression(z), "x"))


@relu_formula.mistake("sign_of_z", hint="You give the sign of z. To the left of 0 ReLU is flat: its slope is 0.")
def _(z):
    value, _ = relu_formula(z)
    return value, sympy.diff(expression(z), "x") * sympy.sign(expression(z))


@relu_formula.mistake(
    "side_of_x", hint="Your slope asks where x is positive. The gate opens where *z* is, which may be elsewhere."
)
def _(z):
    value, _ = relu_formula(z)
    return value, sympy.Piecewise((sympy.diff(expression(z), "x"), sympy.Symbol("x") > 0), (0, True))


@relu_formula.mistake("value_again", hint="Your slope is ReLU itself. Its derivative is asked for.")
def _(z):
    value, _ = relu_formula(z)
    return value, value


@relu_formula.mistake("absolute_value", hint="Yours is |z|. ReLU does not mirror the left side, it cuts it off.")
def _(z):
    z = expression(z)
    return sympy.Abs(z), sympy.diff(z, "x") * sympy.sign(z)


@relu_formula.variant
def _(z):
    dz = sympy.diff(expression(z), "x")
    return f"Max(0, {z})", f"({dz})*Heaviside({z}, 0)"


@relu_formula.variant
def _(z):
    dz = sympy.diff(expression(z), "x")
    return f"({z} + Abs({z}))/2", f"{dz} if {z} > 0 else 0"


@relu_formula.variant
def _(z):
    z = expression(z)
    gate = sympy.Piecewise((0, z <= 0), (1, True))
    return z * gate, gate * sympy.diff(z, "x")
