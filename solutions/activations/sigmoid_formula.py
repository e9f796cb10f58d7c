r"""The sigmoid's slope, by hand

Where does the slope of the sigmoid come from? Write the sigmoid as a power and two rules are enough, the one for
powers and the chain rule:

$$\sigma(z) = \big(1 + e^{-z}\big)^{-1}$$

Look at the result once more before you type it: the sigmoid itself stands in it, twice. That is why a network that
has computed a sigmoid gets its slope for nothing.
"""

import sympy

from autograder import Formula, exercise


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


@exercise(symbols="x: real", returns=[Formula("value"), Formula("slope", weight=2, steps=True)])
def sigmoid_formula(z):
    """The sigmoid of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes into the sigmoid. Returns (value, slope), each a SymPy expression or a
    text such as "exp(2*x)/3". For slope a list is taken, too, the lines of your derivation: the first wrong one is
    named. expression(z) is z as a SymPy expression, and sympy.diff(expression(z), "x") the derivative of it.
    """
    ### BEGIN SOLUTION
    z = expression(z)
    a = 1 / (1 + sympy.exp(-z))
    return a, a * (1 - a) * sympy.diff(z, "x")
    ### END SOLUTION


sigmoid_formula.hints(
    "What is inside what here: which function is derived first, and what is it multiplied by then?",
    "Along z, the slope is made of the value alone, as you know it from the exercise before. But z is a formula "
    "of x itself, so the chain rule multiplies by the derivative of z.",
    """
    z is 5x, at x = 0
    value: 1/2; slope along z: 1/2 · 1/2 = 1/4
    z grows five times as fast as x: along x it is 5/4
    """,
)

sigmoid_formula.case("three times x", z="3*x", expect=("1/(1 + exp(-3*x))", "3*exp(-3*x)/(1 + exp(-3*x))**2"))
sigmoid_formula.case(
    "a falling line", z="1 - 2*x", expect=("1/(1 + exp(2*x - 1))", "-2*exp(2*x - 1)/(1 + exp(2*x - 1))**2")
)


@sigmoid_formula.cases(public=1, hidden=5)
def inside(rng):
    a, b = (int(n) for n in rng.permutation([2, 3, 4, 5])[:2])
    return {"z": str(rng.choice([f"{a}*x + {b}", f"{b} - {a}*x", f"{a}*x**2 - {b}", f"{a}*sin(x) + {b}"]))}


@sigmoid_formula.oracle.sympy
def derived(z):
    a = 1 / (1 + sympy.exp(-expression(z)))
    return a, sympy.diff(a, "x")


@sigmoid_formula.oracle.differences
def before_deriving(z):
    return {"slope": f"sigmoid({z})"}


def parts(z):
    """σ(z), z and the derivative of z."""
    z = expression(z)
    return 1 / (1 + sympy.exp(-z)), z, sympy.diff(z, "x")


@sigmoid_formula.mistake("opposite_exponent", hint="Yours falls where z grows: it is σ(−z). The exponent is −z.")
def _(z):
    a, _, dz = parts(z)
    return 1 - a, -a * (1 - a) * dz


@sigmoid_formula.mistake(
    "inner_derivative_forgotten",
    hint="That is the slope along z. Along x the chain rule multiplies it by the derivative of z.",
)
def _(z):
    a, _, _ = parts(z)
    return a, a * (1 - a)


@sigmoid_formula.mistake(
    "minus_of_the_exponent", hint="Your slope has the opposite sign. The derivative of e^−z is −e^−z: two minus signs."
)
def _(z):
    a, _, dz = parts(z)
    return a, -a * (1 - a) * dz


@sigmoid_formula.mistake(
    "square_forgotten", hint="Below the line of your slope the square is missing: the derivative of 1/u is −u'/u²."
)
def _(z):
    a, _, dz = parts(z)
    return a, (1 - a) * dz


@sigmoid_formula.mistake("one_minus_z", hint="You have 1 − z in the slope. What stands there is 1 − σ(z).")
def _(z):
    a, z, dz = parts(z)
    return a, a * (1 - z) * dz


@sigmoid_formula.mistake(
    "one_plus_a", hint="You have 1 + σ(z) in the slope. What is left over, e^−z/(1 + e^−z), is 1 − σ(z)."
)
def _(z):
    a, _, dz = parts(z)
    return a, a * (1 + a) * dz


@sigmoid_formula.mistake("slope_at_a", hint="You derive the sigmoid at σ(z). It is derived at z.")
def _(z):
    a, _, dz = parts(z)
    b = 1 / (1 + sympy.exp(-a))
    return a, b * (1 - b) * dz


@sigmoid_formula.mistake("derivative_below", hint="You derive what stands below the line and leave it there.")
def _(z):
    a, z, dz = parts(z)
    return a, -1 / (sympy.exp(-z) * dz)


@sigmoid_formula.mistake(
    "parentheses_forgotten",
    hint="You put z behind the minus without parentheses: of 1 − x, −z becomes −1 − x. Write -({z}).",
)
def _(z):
    a = f"1/(1 + exp(-{z}))"
    return a, sympy.diff(expression(a), "x")


@sigmoid_formula.mistake("value_again", hint="Your slope is the sigmoid itself. Its derivative is asked for.")
def _(z):
    a, _, _ = parts(z)
    return a, a


@sigmoid_formula.variant
def _(z):
    dz = sympy.diff(expression(z), "x")
    return f"1/(1 + exp(-({z})))", f"exp(-({z}))/(1 + exp(-({z})))**2*({dz})"


@sigmoid_formula.variant
def _(z):
    dz = f"({sympy.diff(expression(z), 'x')})"
    power = f"exp(-({z}))"
    lines = [f"-(1 + {power})**(-2) * {power} * (-1)*{dz}", f"{power}/(1 + {power})**2 * {dz}"]
    return f"(1 + {power})**-1", [*lines, f"sigmoid({z})*(1 - sigmoid({z}))*{dz}"]


@sigmoid_formula.variant
def _(z):
    half = expression(z) / 2
    return (1 + sympy.tanh(half)) / 2, sympy.diff(half, "x") / (2 * sympy.cosh(half) ** 2)
