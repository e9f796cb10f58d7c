r"""The slope of the leaky ReLU, by hand

Two pieces, two slopes, and none of them is 0: to the left a hundredth of z leaks through, and a hundredth of the error
comes back.

$$\mathrm{LeakyReLU}(z) = \begin{cases} z & z > 0 \\ \tfrac{1}{100}\,z & z \le 0 \end{cases}$$
"""

import sympy

from autograder import Formula, exercise


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


@exercise(symbols="x: real at -1 0 1/2 1", returns=[Formula("value"), Formula("slope", weight=2)])
def leaky_relu_formula(z):
    """Leaky ReLU of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes in. The slope of the leaky side is 1/100, and it counts where z = 0, too,
    as in PyTorch. Returns (value, slope), each a SymPy expression or a text such as
    "Piecewise((3*x, x > 1), (x, True))" or "3*x if x > 1 else x". expression(z) is z as a SymPy expression, and
    sympy.diff(expression(z), "x") the derivative of it.
    """
    ### BEGIN SOLUTION
    z = expression(z)
    dz = sympy.diff(z, "x")
    return sympy.Piecewise((z, z > 0), (z / 100, True)), sympy.Piecewise((dz, z > 0), (dz / 100, True))
    ### END SOLUTION


leaky_relu_formula.hints(
    "On the leaky side, what is left of z, and what of its derivative?",
    "Two pieces, as for ReLU, but the second is not 0. Derive each piece by itself: a constant factor stays. "
    "Divide by 100 in place of multiplying by 0.01, and it stays exact.",
    """
    4x − 8 is positive where x > 2.
    there: value 4x − 8, slope 4
    elsewhere: a hundredth of each: value (x − 2)/25, slope 1/25
    """,
)

leaky_relu_formula.case("three times x", z="3*x", expect=("Max(3*x, 0.03*x)", "3 if x > 0 else 0.03"))
leaky_relu_formula.case(
    "a falling line",
    z="2 - 4*x",
    expect=("2 - 4*x if x < 1/2 else 0.02 - 0.04*x", "-4 if x < 1/2 else -0.04"),
)


# z is 0 at −1, 0, ½ or 1: only points that are declared are certain to be looked at.
@leaky_relu_formula.cases(public=1, hidden=5)
def inside(rng):
    a = int(rng.integers(2, 6))
    return {"z": str(rng.choice([f"-{a}*x", f"{a}*x - {a}", f"{a} - {2 * a}*x", f"{a}*x**2 - {a}", f"{a}*x + {a}"]))}


@leaky_relu_formula.oracle.sympy
def derived(z):
    value = sympy.Piecewise((expression(z), expression(z) > 0), (expression(z) / 100, True))
    return value, sympy.diff(value, "x")


@leaky_relu_formula.oracle.differences
def before_deriving(z):
    return {"slope": f"Max({z}, ({z})/100)"}


def parts(z):
    """The right value, z and the derivative of z."""
    return leaky_relu_formula(z)[0], expression(z), sympy.diff(expression(z), "x")


@leaky_relu_formula.mistake(
    "open_at_zero", hint="You count z = 0 to the right side. There the slope is a hundredth, as in PyTorch."
)
def _(z):
    value, z, dz = parts(z)
    return value, sympy.Piecewise((dz, z >= 0), (dz / 100, True))


@leaky_relu_formula.mistake(
    "inner_derivative_forgotten",
    hint="Those are the slopes along z. Along x the chain rule multiplies them by the derivative of z.",
)
def _(z):
    value, z, _ = parts(z)
    return value, sympy.Piecewise((1, z > 0), (sympy.Rational(1, 100), True))


@leaky_relu_formula.mistake(
    "leak_underived", hint="To the left your slope is z/100 still. The derivative of z/100 is asked for."
)
def _(z):
    value, z, dz = parts(z)
    return value, sympy.Piecewise((dz, z > 0), (z / 100, True))


@leaky_relu_formula.mistake("relu", hint="That is ReLU. On the left side a hundredth leaks through.")
def _(z):
    _, z, dz = parts(z)
    return sympy.Piecewise((z, z > 0), (0, True)), sympy.Piecewise((dz, z > 0), (0, True))


@leaky_relu_formula.mistake("slope_of_relu", hint="Your value leaks and your slope does not: to the left it is not 0.")
def _(z):
    value, z, dz = parts(z)
    return value, sympy.Piecewise((dz, z > 0), (0, True))


@leaky_relu_formula.mistake(
    "both_sides", hint="Your slope is a hundredth everywhere. Where z is positive z itself passes."
)
def _(z):
    value, _, dz = parts(z)
    return value, dz / 100


@leaky_relu_formula.mistake("sides_swapped", hint="You swapped the sides of the slope: the left one is made smaller.")
def _(z):
    value, z, dz = parts(z)
    return value, sympy.Piecewise((dz / 100, z > 0), (dz, True))


@leaky_relu_formula.mistake("negative_slope", hint="Your slope is −1/100 on the left. A negative z stays negative.")
def _(z):
    _, z, dz = parts(z)
    return sympy.Piecewise((z, z > 0), (-z / 100, True)), sympy.Piecewise((dz, z > 0), (-dz / 100, True))


@leaky_relu_formula.mistake("tenth", hint="Your slope is a tenth on the left. Here it is a hundredth.")
def _(z):
    _, z, dz = parts(z)
    return sympy.Piecewise((z, z > 0), (z / 10, True)), sympy.Piecewise((dz, z > 0), (dz / 10, True))


@leaky_relu_formula.mistake("value_again", hint="Your slope is the value itself. Its derivative is asked for.")
def _(z):
    value, _, _ = parts(z)
    return value, value


@leaky_relu_formula.variant
def _(z):
    dz = sympy.diff(expression(z), "x")
    return f"Max({z}, 0.01*({z}))", f"({dz})*(1 if {z} > 0 else 0.01)"


@leaky_relu_formula.variant
def _(z):
    dz = sympy.diff(expression(z), "x")
    return f"Max(0, {z}) + Min(0, {z})/100", f"({dz})*(1 + 99*Heaviside({z}, 0))/100"


@leaky_relu_formula.variant
def _(z):
    z = expression(z)
    factor = sympy.Piecewise((0.01, z <= 0), (1, True))
    return factor * z, factor * sympy.diff(z, "x")
