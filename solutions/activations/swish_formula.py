r"""The slope of swish, by hand

A product, with the sigmoid as its second factor: the product rule, and inside it the sigmoid's slope.

$$\mathrm{swish}(z) = z \cdot \sigma(z), \qquad \sigma(z) = \frac{1}{1 + e^{-z}}$$
"""

import sympy

from autograder import Formula, exercise


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


@exercise(symbols="x: real", returns=[Formula("value"), Formula("slope", weight=2, steps=True)])
def swish_formula(z):
    """swish of a formula z of x, and its derivative with respect to x, both as formulas.

    z: a text, such as "2*x - 1": what goes into swish. Returns (value, slope), each a SymPy expression or a text such
    as "exp(2*x)/3"; in a text, sigmoid(…) is known. For slope a list is taken, too, the lines of your derivation: the
    first wrong one is named. expression(z) is z as a SymPy expression, and sympy.diff(expression(z), "x") the
    derivative of it.
    """
    ### BEGIN SOLUTION
    z = expression(z)
    a = 1 / (1 + sympy.exp(-z))
    return z * a, (a + z * a * (1 - a)) * sympy.diff(z, "x")
    ### END SOLUTION


swish_formula.hints(
    "How often does z occur in z·σ(z), and what does that mean for deriving it?",
    "First the product rule, along z: the gate, plus z times the slope of the gate. Then the chain rule, along x.",
    """
    z is 5x, at x = 0: the gate is 1/2, its slope 1/4
    along z: 1/2 + 0 · 1/4 = 1/2
    along x: five times that, 5/2
    """,
)

swish_formula.case(
    "three times x",
    z="3*x",
    expect=("3*x/(1 + exp(-3*x))", "3/(1 + exp(-3*x)) + 9*x*exp(-3*x)/(1 + exp(-3*x))**2"),
)
swish_formula.case(
    "a falling line",
    z="1 - 2*x",
    expect=(
        "(1 - 2*x)/(1 + exp(2*x - 1))",
        "-2/(1 + exp(2*x - 1)) - 2*(1 - 2*x)*exp(2*x - 1)/(1 + exp(2*x - 1))**2",
    ),
)


@swish_formula.cases(public=1, hidden=5)
def inside(rng):
    a, b = (int(n) for n in rng.permutation([2, 3, 4, 5])[:2])
    return {"z": str(rng.choice([f"{a}*x + {b}", f"{b} - {a}*x", f"{a}*x**2 - {b}", f"{a}*sin(x) + {b}"]))}


@swish_formula.oracle.sympy
def derived(z):
    z = expression(z)
    value = z / (1 + sympy.exp(-z))
    return value, sympy.diff(value, "x")


@swish_formula.oracle.differences
def before_deriving(z):
    return {"slope": f"({z})*sigmoid({z})"}


def parts(z):
    """σ(z), z and the derivative of z."""
    z = expression(z)
    return 1 / (1 + sympy.exp(-z)), z, sympy.diff(z, "x")


@swish_formula.mistake(
    "first_half_only", hint="That is the product rule's first half, u'·v. The gate changes with z, too: + u·v'."
)
def _(z):
    a, z, dz = parts(z)
    return z * a, a * dz


@swish_formula.mistake(
    "second_half_only", hint="That is the product rule's second half, u·v'. The z before the gate counts, too: u'·v."
)
def _(z):
    a, z, dz = parts(z)
    return z * a, z * a * (1 - a) * dz


@swish_formula.mistake(
    "product_of_derivatives", hint="You multiply the two derivatives. A product has another rule: u'·v + u·v'."
)
def _(z):
    a, z, dz = parts(z)
    return z * a, a * (1 - a) * dz


@swish_formula.mistake("minus", hint="You subtract the second half. The product rule adds the two.")
def _(z):
    a, z, dz = parts(z)
    return z * a, (a - z * a * (1 - a)) * dz


@swish_formula.mistake("missing_z", hint="In the second half the factor z is missing: u'·v + u·v', and u is z.")
def _(z):
    a, z, dz = parts(z)
    return z * a, (a + a * (1 - a)) * dz


@swish_formula.mistake(
    "half_the_slope", hint="In the second half you have z·(1 − a). The sigmoid's slope is a·(1 − a)."
)
def _(z):
    a, z, dz = parts(z)
    return z * a, (a + z * (1 - a)) * dz


@swish_formula.mistake(
    "inner_derivative_forgotten",
    hint="That is the slope along z. Along x the chain rule multiplies it by the derivative of z.",
)
def _(z):
    a, z, _ = parts(z)
    return z * a, a + z * a * (1 - a)


@swish_formula.mistake(
    "inner_derivative_in_one_half",
    hint="One half of your slope has the derivative of z as a factor, the other has not: both halves are along x.",
)
def _(z):
    a, z, dz = parts(z)
    return z * a, a + z * a * (1 - a) * dz


@swish_formula.mistake("value_again", hint="Your slope is swish itself. Its derivative is asked for.")
def _(z):
    a, z, _ = parts(z)
    return z * a, z * a


@swish_formula.mistake("sigmoid", hint="That is the gate alone. swish is z times the gate.")
def _(z):
    a, z, dz = parts(z)
    return a, a * (1 - a) * dz


@swish_formula.variant
def _(z):
    dz = sympy.diff(expression(z), "x")
    s = f"sigmoid({z})"
    return f"({z})*{s}", [f"({dz})*{s} + ({z})*({dz})*{s}*(1 - {s})", f"({dz})*{s}*(1 + ({z})*(1 - {s}))"]


@swish_formula.variant
def _(z):
    z = expression(z)
    below = 1 + sympy.exp(-z)
    return z / below, (below + z * sympy.exp(-z)) / below**2 * sympy.diff(z, "x")


@swish_formula.variant
def _(z):
    z = expression(z)
    a = (1 + sympy.tanh(z / 2)) / 2
    value = z * a
    return value, (value + a * (1 - value)) * sympy.diff(z, "x")
