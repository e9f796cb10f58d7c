r"""The slope of ELU, by hand

The left piece of ELU is an exponential. Its derivative is nearly the piece itself, but not quite: mind the constant.

$$\mathrm{ELU}(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases}$$

For $\alpha = 1$ the two pieces meet without an angle. For any other α they do not, and the left side's slope counts.
"""

import sympy

from autograder import Formula, exercise


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


@exercise(symbols="x: real at -1 0 1/2 1, alpha: positive", returns=[Formula("value"), Formula("slope", weight=2)])
def elu_formula(z):
    """ELU of a formula z of x, and its derivative with respect to x, both as formulas of x and alpha.

    z: a text, such as "2*x - 1": what goes into ELU. Returns (value, slope), each a SymPy expression or a text such as
    "Piecewise((3*x, x > 1), (alpha*x, True))" or "3*x if x > 1 else alpha*x". Where z = 0 the slope is that of the left
    side, as in PyTorch. expression(z) is z as a SymPy expression, sympy.diff(expression(z), "x") the derivative of it.
    """
    ### BEGIN SOLUTION
    z, alpha = expression(z), sympy.Symbol("alpha")
    left = alpha * sympy.exp(z)
    slope = sympy.Piecewise((1, z > 0), (left, True))
    return sympy.Piecewise((z, z > 0), (left - alpha, True)), slope * sympy.diff(z, "x")
    ### END SOLUTION


elu_formula.hints(
    "What is the derivative of alpha·(e^z − 1) along z, and what is it along x?",
    "Derive piece by piece. On the left the constant falls away and the power stays. Then the chain rule "
    "multiplies both pieces by the derivative of z.",
    """
    z is 4x
    at x = 1: z is positive, its slope 1 · 4 = 4
    at x = −1: alpha · e^−4 along z, four times that along x
    """,
)

elu_formula.case(
    "three times x", z="3*x", expect=("3*x if x > 0 else alpha*(exp(3*x) - 1)", "3 if x > 0 else 3*alpha*exp(3*x)")
)
elu_formula.case(
    "a falling line",
    z="2 - 4*x",
    expect=("2 - 4*x if x < 1/2 else alpha*exp(2 - 4*x) - alpha", "-4 if x < 1/2 else -4*alpha*exp(2 - 4*x)"),
)


# z is 0 at −1, 0, ½ or 1: only points that are declared are certain to be looked at.
@elu_formula.cases(public=1, hidden=5)
def inside(rng):
    a = int(rng.integers(2, 6))
    return {"z": str(rng.choice([f"-{a}*x", f"{a}*x - {a}", f"{a} - {2 * a}*x", f"{a}*x**2 - {a}", f"{a}*x + {a}"]))}


@elu_formula.oracle.sympy
def derived(z):
    z, alpha = expression(z), sympy.Symbol("alpha")
    value = sympy.Piecewise((z, z > 0), (alpha * (sympy.exp(z) - 1), True))
    return value, sympy.diff(value, "x")


@elu_formula.oracle.differences
def before_deriving(z):
    return {"slope": f"{z} if {z} > 0 else alpha*(exp({z}) - 1)"}


ALPHA = sympy.Symbol("alpha")


def parts(z):
    """The right value, z and the derivative of z."""
    return elu_formula(z)[0], expression(z), sympy.diff(expression(z), "x")


def pieces(z, right, left):
    """`right` where z > 0, else `left`."""
    return sympy.Piecewise((right, z > 0), (left, True))


@elu_formula.mistake(
    "minus_one_forgotten", hint="The −1 is missing on the left: yours jumps at z = 0, where ELU is continuous."
)
def _(z):
    _, z, dz = parts(z)
    return pieces(z, z, ALPHA * sympy.exp(z)), pieces(z, dz, dz * ALPHA * sympy.exp(z))


@elu_formula.mistake("alpha_outside", hint="α multiplies all of e^z − 1. Yours multiplies only the power of e.")
def _(z):
    _, z, dz = parts(z)
    return pieces(z, z, ALPHA * sympy.exp(z) - 1), pieces(z, dz, dz * ALPHA * sympy.exp(z))


@elu_formula.mistake("constant_stays", hint="The −1 stays in your slope. The derivative of a constant is 0.")
def _(z):
    value, z, dz = parts(z)
    return value, pieces(z, dz, dz * ALPHA * (sympy.exp(z) - 1))


@elu_formula.mistake("alpha_lost", hint="α is lost in your slope. A constant factor stays when you derive.")
def _(z):
    value, z, dz = parts(z)
    return value, pieces(z, dz, dz * sympy.exp(z))


@elu_formula.mistake(
    "inner_derivative_forgotten",
    hint="Those are the slopes along z. Along x the chain rule multiplies them by the derivative of z.",
)
def _(z):
    value, z, _ = parts(z)
    return value, pieces(z, 1, ALPHA * sympy.exp(z))


@elu_formula.mistake(
    "inner_derivative_on_the_right_alone",
    hint="To the left the derivative of z is missing in your slope: the chain rule holds for both pieces.",
)
def _(z):
    value, z, dz = parts(z)
    return value, pieces(z, dz, ALPHA * sympy.exp(z))


@elu_formula.mistake("power_rule", hint="You derive e^z like a power, z·e^(z − 1). The derivative of e^z is e^z.")
def _(z):
    value, z, dz = parts(z)
    return value, pieces(z, dz, dz * ALPHA * z * sympy.exp(z - 1))


@elu_formula.mistake(
    "right_side_at_zero", hint="At z = 0 your slope is that of the right side. There the left one counts."
)
def _(z):
    value, z, dz = parts(z)
    return value, sympy.Piecewise((dz, z >= 0), (dz * ALPHA * sympy.exp(z), True))


@elu_formula.mistake("sides_swapped", hint="You swapped the sides of the slope: the power of e belongs to negative z.")
def _(z):
    value, z, dz = parts(z)
    return value, pieces(z, dz * ALPHA * sympy.exp(z), dz)


@elu_formula.mistake("value_again", hint="Your slope is ELU itself. Its derivative is asked for.")
def _(z):
    value, _, _ = parts(z)
    return value, value


@elu_formula.variant
def _(z):
    dz = sympy.diff(expression(z), "x")
    return f"Max(0, {z}) + alpha*(exp(Min(0, {z})) - 1)", f"({dz})*(1 if {z} > 0 else alpha*exp({z}))"


# The slope on the left is the value plus α.
@elu_formula.variant
def _(z):
    z = expression(z)
    value = sympy.Piecewise((ALPHA * (sympy.exp(z) - 1), z <= 0), (z, True))
    return value, sympy.Piecewise((value + ALPHA, z <= 0), (1, True)) * sympy.diff(z, "x")


@elu_formula.variant
def _(z):
    open_ = f"Heaviside({z}, 0)"
    dz = sympy.diff(expression(z), "x")
    left = f"(1 - {open_})*alpha"
    return f"{open_}*({z}) + {left}*(exp({z}) - 1)", f"({dz})*({open_} + {left}*exp({z}))"
