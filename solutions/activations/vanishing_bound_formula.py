r"""Vanishing gradients, by hand

In numbers you have seen the gradient vanish. As a formula you can see why: every layer multiplies by a slope of the
sigmoid, and none of these slopes is larger than the one at 0, wherever the layers stand.
"""

import sympy

from autograder import Formula, exercise


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


@exercise(symbols="x: real", returns=[Formula("product", weight=2), Formula("bound")])
def vanishing_bound_formula(z):
    """The factor that a gradient gets on its way through a chain of sigmoids, and how large it can be at most.

    z: a list of texts, formulas of x such as ["x", "2*x - 1"]: what goes into the sigmoid of each layer. There are no
    weights between the layers. Returns (product, bound), each a SymPy expression or a text such as "exp(2*x)/3".
    product: the product of the slopes that the sigmoid has at each of these z. bound: a number, the largest value
    that such a product can have for as many layers, exactly: "1/3", not 0.33. In a text, sigmoid(…) is known.
    """
    ### BEGIN SOLUTION
    product, bound = sympy.Integer(1), sympy.Integer(1)
    for layer in z:
        a = 1 / (1 + sympy.exp(-expression(layer)))
        product = product * a * (1 - a)
        bound = bound / 4
    return product, bound
    ### END SOLUTION


vanishing_bound_formula.hints(
    "What is the largest slope of a sigmoid, as a fraction, and how many layers are there?",
    "The product has a factor for each layer: the slope of the sigmoid, written with its value. These are slopes "
    "along z, so no inner derivative is asked for. The bound is the largest slope as often as there are layers: "
    "start from 1 and go through the list.",
    """
    One layer, with x going in: at x = 0 its slope is 1/2 · 1/2 = 1/4.
    No slope is larger, so for one layer the bound is 1/4: there it is reached.
    """,
)

vanishing_bound_formula.case("two layers", z=["2*x", "-2*x"], expect=("exp(4*x)/(1 + exp(2*x))**4", "1/16"))
vanishing_bound_formula.case("three layers", z=["0", "3*x", "0"], expect=("exp(3*x)/(16*(1 + exp(3*x))**2)", "1/64"))


@vanishing_bound_formula.cases(public=1, hidden=5)
def layers(rng):
    pool = [f"{a}*x {sign} {b}" for a in (2, 3) for b in (1, 2) for sign in "+-"]
    return {"z": [str(rng.choice(pool)) for _ in range(int(rng.integers(2, 5)))]}


@vanishing_bound_formula.oracle.sympy
def derivatives(z):
    """The slope by differentiation; it is largest at 0, where the second derivative is 0."""
    t = sympy.Symbol("t", real=True)
    slope = sympy.diff(1 / (1 + sympy.exp(-t)), t)
    if sympy.diff(slope, t).subs(t, 0) != 0 or sympy.diff(slope, t, 2).subs(t, 0) >= 0:
        raise AssertionError("the sigmoid's slope is not largest at 0")
    return sympy.prod(slope.subs(t, expression(layer)) for layer in z), slope.subs(t, 0) ** len(z)


@vanishing_bound_formula.oracle.brute_force
def one_after_the_other(z):
    return " * ".join(f"exp({layer})/(1 + exp({layer}))**2" for layer in z), "*".join(["1/4"] * len(z))


def slopes(z):
    """The slope of each layer."""
    values = [1 / (1 + sympy.exp(-expression(layer))) for layer in z]
    return [a * (1 - a) for a in values]


@vanishing_bound_formula.mistake("sum", hint="You add the slopes. On its way back the gradient is multiplied by each.")
def _(z):
    return sum(slopes(z)), vanishing_bound_formula(z)[1]


@vanishing_bound_formula.mistake(
    "values_for_slopes", hint="You multiply the sigmoids. It is their slopes, a(1 − a), that the chain rule multiplies."
)
def _(z):
    return sympy.prod(1 / (1 + sympy.exp(-expression(layer))) for layer in z), vanishing_bound_formula(z)[1]


@vanishing_bound_formula.mistake(
    "inner_derivatives", hint="You multiply by the derivative of each z, too. There are no weights between the layers."
)
def _(z):
    inner = sympy.prod(sympy.diff(expression(layer), "x") for layer in z)
    return sympy.prod(slopes(z)) * inner, vanishing_bound_formula(z)[1]


@vanishing_bound_formula.mistake("last_layer_only", hint="That is the slope of the last layer. All of them count.")
def _(z):
    return slopes(z)[-1], vanishing_bound_formula(z)[1]


@vanishing_bound_formula.mistake("first_layer_missing", hint="The first layer is missing in your product.")
def _(z):
    return sympy.prod(slopes(z)[1:]), vanishing_bound_formula(z)[1]


@vanishing_bound_formula.mistake("quarter_once", hint="Your bound is that of one layer. Each layer brings a quarter.")
def _(z):
    return vanishing_bound_formula(z)[0], sympy.Rational(1, 4)


@vanishing_bound_formula.mistake(
    "layers_times_a_quarter", hint="You multiply a quarter by the number of layers. It is raised to that power."
)
def _(z):
    return vanishing_bound_formula(z)[0], sympy.Rational(len(z), 4)


@vanishing_bound_formula.mistake(
    "half_for_a_quarter", hint="½ is the sigmoid at 0. Its slope there is ½·(1 − ½), a quarter."
)
def _(z):
    return vanishing_bound_formula(z)[0], sympy.Rational(1, 2) ** len(z)


@vanishing_bound_formula.mistake("bound_of_values", hint="A sigmoid is at most 1, and its slope is at most a quarter.")
def _(z):
    return vanishing_bound_formula(z)[0], sympy.Integer(1)


@vanishing_bound_formula.variant
def _(z):
    return "*".join(f"sigmoid({layer})*sigmoid(-({layer}))" for layer in z), f"1/4**{len(z)}"


@vanishing_bound_formula.variant
def _(z):
    return sympy.prod(1 / (2 * sympy.cosh(expression(layer) / 2)) ** 2 for layer in z), 0.25 ** len(z)


@vanishing_bound_formula.variant
def _(z):
    values = [1 / (1 + sympy.exp(-expression(layer))) for layer in z]
    return sympy.prod(values) * sympy.prod(1 - a for a in values), sympy.Rational(1, 2) ** (2 * len(z))
