r"""The slope of tanh, by hand

tanh is a quotient, so the quotient rule derives it:

$$\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}$$

What comes out looks worse than it is. Above the line and below it stand the same two sums, and divided by each other
they are tanh again.
"""

import sympy

from autograder import Formula, exercise


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


@exercise(symbols="x: real", returns=[Formula("value"), Formula("slope", weight=2, steps=True)])
def tanh_formula(z):
    """tanh of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes into tanh. Returns (value, slope), each a SymPy expression or a text such
    as "exp(2*x)/3". For slope a list is taken, too, the lines of your derivation: the first wrong one is named.
    expression(z) is z as a SymPy expression, and sympy.diff(expression(z), "x") the derivative of it.
    """
    ### BEGIN SOLUTION
    z = expression(z)
    t = sympy.tanh(z)
    return t, (1 - t**2) * sympy.diff(z, "x")
    ### END SOLUTION


tanh_formula.hints(
    "Which rule derives a quotient, and what does deriving make of the two sums in this one?",
    "Deriving turns the sum above the line into the one below it, and the other way round. Divided out, the "
    "value's square is left, taken from 1. That is the slope along z; the chain rule then asks for the derivative "
    "of z.",
    """
    z is 5x, at x = 0
    value: 0; slope along z: 1 − 0² = 1
    z grows five times as fast as x: along x it is 5
    """,
)

tanh_formula.case("twice x", z="2*x", expect=("tanh(2*x)", "8/(exp(2*x) + exp(-2*x))**2"))
tanh_formula.case("a falling line", z="1 - 3*x", expect=("tanh(1 - 3*x)", "-3/cosh(1 - 3*x)**2"))


@tanh_formula.cases(public=1, hidden=5)
def inside(rng):
    a, b = (int(n) for n in rng.permutation([2, 3, 4, 5])[:2])
    return {"z": str(rng.choice([f"{a}*x + {b}", f"{b} - {a}*x", f"{a}*x**2 - {b}", f"{a}*sin(x) + {b}"]))}


def quotient(z):
    """tanh by its definition, the powers of e above the line and below it."""
    z = expression(z)
    return sympy.exp(z) - sympy.exp(-z), sympy.exp(z) + sympy.exp(-z)


@tanh_formula.oracle.sympy
def derived(z):
    above, below = quotient(z)
    return above / below, sympy.diff(above / below, "x")


@tanh_formula.oracle.differences
def before_deriving(z):
    return {"slope": f"tanh({z})"}


def parts(z):
    """tanh(z), z and the derivative of z."""
    z = expression(z)
    return sympy.tanh(z), z, sympy.diff(z, "x")


@tanh_formula.mistake(
    "inner_derivative_forgotten",
    hint="That is the slope along z. Along x the chain rule multiplies it by the derivative of z.",
)
def _(z):
    t, _, _ = parts(z)
    return t, 1 - t**2


@tanh_formula.mistake("one_minus_z_squared", hint="You have 1 − z² in the slope. What is squared there is tanh(z).")
def _(z):
    t, z, dz = parts(z)
    return t, (1 - z**2) * dz


@tanh_formula.mistake("square_of_tanh", hint="Yours is tanh². That is what is taken away from 1.")
def _(z):
    t, _, dz = parts(z)
    return t, t**2 * dz


@tanh_formula.mistake("quotient_of_the_factors", hint="Yours is (1 − t)/(1 + t). 1 − t² is the *product* of the two.")
def _(z):
    t, _, dz = parts(z)
    return t, (1 - t) / (1 + t) * dz


@tanh_formula.mistake("plus_in_the_slope", hint="You add the square of tanh to 1. In the quotient rule stands a minus.")
def _(z):
    t, _, dz = parts(z)
    return t, (1 + t**2) * dz


@tanh_formula.mistake("square_forgotten", hint="Yours is 1 − tanh(z). The tanh there is squared.")
def _(z):
    t, _, dz = parts(z)
    return t, (1 - t) * dz


@tanh_formula.mistake(
    "quotient_of_derivatives", hint="You divide the derivatives, u'/v'. The quotient rule is (u'v − uv')/v²."
)
def _(z):
    t, _, _ = parts(z)
    return t, 1 / t


@tanh_formula.mistake("tangent", hint="Yours is the slope of the tangent, tan. Here it is tanh: 1 *minus* a square.")
def _(z):
    t, z, dz = parts(z)
    return t, (1 + sympy.tan(z) ** 2) * dz


@tanh_formula.mistake("sigmoid", hint="That is the sigmoid, from 0 to 1. tanh runs from −1 to 1.")
def _(z):
    z = expression(z)
    a = 1 / (1 + sympy.exp(-z))
    return a, a * (1 - a) * sympy.diff(z, "x")


@tanh_formula.mistake("value_again", hint="Your slope is tanh itself. Its derivative is asked for.")
def _(z):
    t, _, _ = parts(z)
    return t, t


@tanh_formula.variant
def _(z):
    dz = sympy.diff(expression(z), "x")
    return f"tanh({z})", f"(1 - tanh({z}))*(1 + tanh({z}))*({dz})"


@tanh_formula.variant
def _(z):
    above, below = quotient(z)
    dz = sympy.diff(expression(z), "x")
    return above / below, [(below**2 - above**2) / below**2 * dz, 4 / below**2 * dz]


@tanh_formula.variant
def _(z):
    dz = sympy.diff(expression(z), "x")
    return f"2*sigmoid(2*({z})) - 1", f"4*sigmoid(2*({z}))*(1 - sigmoid(2*({z})))*({dz})"
