r"""Rules of derivation

Every function of a network is put together from simpler ones. Three rules say what becomes of the derivatives:

$$(u \cdot v)' = u'v + uv' \qquad \left(\frac{u}{v}\right)' = \frac{u'v - uv'}{v^2} \qquad
\big(u(v(x))\big)' = u'(v(x)) \cdot v'(x)$$

The third is the chain rule, and back-propagation is nothing but this rule, applied from the cost back to every
weight. SymPy knows the derivatives of the simple functions: `sympy.diff(u, x)`. It puts an expression in the place
of a symbol with `u.subs(x, v)`.
"""

import sympy

from autograder import Formula, exercise


def expression(text):
    """The SymPy expression that a text such as "x**2 + 1" stands for."""
    return sympy.sympify(text)


@exercise(symbols="x: positive", returns=[Formula("product"), Formula("quotient"), Formula("chain")])
def derivative_rules(u, v):
    """Derivatives with respect to x of the product u·v, the quotient u/v and the composition u(v(x)).

    u, v: texts, two functions of x > 0, such as "sin(x)" and "x**2 + 1". Returns the three derivatives as a tuple
    (product, quotient, chain) of SymPy expressions, or of texts such as "2*x*sin(x)". Any form is right that has
    the right value: 2*x + 2 or 2*(x + 1).
    """
    ### BEGIN SOLUTION
    x = sympy.Symbol("x")
    u, v = expression(u), expression(v)
    du, dv = sympy.diff(u, x), sympy.diff(v, x)
    return du * v + u * dv, (du * v - u * dv) / v**2, du.subs(x, v) * dv
    ### END SOLUTION


derivative_rules.hints(
    "Which of the three rules has a minus in it, and which an inner derivative?",
    "Derive u and v once each, and put the three answers together from u, v and these two. For the composition, v "
    "takes the place of x in the derivative of u; that is multiplied by the derivative of v.",
    """
    u is x³ and v is 2x: their derivatives are 3x² and 2.
    product: 3x² · 2x + x³ · 2 = 8x³
    quotient: (3x² · 2x − x³ · 2) / (2x)² = x
    composition: 3 · (2x)² · 2 = 24x²
    """,
)

derivative_rules.case(
    "two powers",
    u="x**3",
    v="x**2 + 1",
    expect=("5*x**4 + 3*x**2", "(x**4 + 3*x**2)/(x**2 + 1)**2", "6*x*(x**2 + 1)**2"),
)
derivative_rules.case(
    "a sine and a line",
    u="sin(x)",
    v="3*x",
    expect=("3*sin(x) + 3*x*cos(x)", "(x*cos(x) - sin(x))/(3*x**2)", "3*cos(3*x)"),
)


@derivative_rules.cases(public=1, hidden=6)
def functions(rng):
    a, b, c = (int(n) for n in rng.permutation([2, 3, 4, 5, 6, 7])[:3])
    outer = f"{a}*x**3 - {b}*x|sin({a}*x)|cos(x) + {b}*x**2|log(x) + {a}*x|exp(-x/{a})|tanh(x)/{b}"
    inner = f"x**2 + {c}*x|exp(x/{c})|sqrt(x) + {c}|{c}*x + 1/x|{c}*x**3 + x"
    return {"u": str(rng.choice(outer.split("|"))), "v": str(rng.choice(inner.split("|")))}


@derivative_rules.oracle.sympy
def all_at_once(u, v):
    u, v, x = expression(u), expression(v), sympy.Symbol("x")
    return sympy.diff(u * v, x), sympy.diff(u / v, x), sympy.diff(u.subs(x, v), x)


@derivative_rules.oracle.differences
def before_deriving(u, v):
    return f"({u})*({v})", f"({u})/({v})", str(expression(u).subs("x", expression(v)))


def parts(u, v):
    """u, v, u', v', the three right answers, and u'(v(x))."""
    x = sympy.Symbol("x")
    u, v = expression(u), expression(v)
    du, dv = sympy.diff(u, x), sympy.diff(v, x)
    return u, v, du, dv, [du * v + u * dv, (du * v - u * dv) / v**2, du.subs(x, v) * dv], du.subs(x, v)


@derivative_rules.mistake(
    "product_of_derivatives",
    hint="You multiply the derivatives, u'·v'. In the product rule one factor at a time is derived: u'v + uv'.",
)
def _(u, v):
    _, _, du, dv, (_, quotient, chain), _ = parts(u, v)
    return du * dv, quotient, chain


@derivative_rules.mistake(
    "half_a_product_rule", hint="Yours is u'v. The other half of the product rule is missing: + uv'."
)
def _(u, v):
    _, v, du, _, (_, quotient, chain), _ = parts(u, v)
    return du * v, quotient, chain


@derivative_rules.mistake(
    "minus_in_the_product",
    hint="You have u'v − uv' for the product. The minus belongs to the quotient rule: u'v + uv'.",
)
def _(u, v):
    u, v, du, dv, (_, quotient, chain), _ = parts(u, v)
    return du * v - u * dv, quotient, chain


@derivative_rules.mistake(
    "quotient_sign",
    hint="Your quotient has the opposite sign: above the line stands u'v − uv', the derivative of the upper one first.",
)
def _(u, v):
    u, v, du, dv, (product, _, chain), _ = parts(u, v)
    return product, (u * dv - du * v) / v**2, chain


@derivative_rules.mistake(
    "plus_in_the_quotient", hint="You have u'v + uv' above the line. In the quotient rule it is u'v − uv'."
)
def _(u, v):
    u, v, du, dv, (product, _, chain), _ = parts(u, v)
    return product, (du * v + u * dv) / v**2, chain


@derivative_rules.mistake(
    "missing_square", hint="You divide by v. Below the line of the quotient rule stands v squared."
)
def _(u, v):
    u, v, du, dv, (product, _, chain), _ = parts(u, v)
    return product, (du * v - u * dv) / v, chain


@derivative_rules.mistake(
    "quotient_of_derivatives",
    hint="You divide the derivatives, u'/v'. The quotient rule is (u'v − uv')/v².",
)
def _(u, v):
    _, _, du, dv, (product, _, chain), _ = parts(u, v)
    return product, du / dv, chain


@derivative_rules.mistake(
    "inner_derivative_forgotten",
    hint="Yours is u'(v(x)). The chain rule multiplies it by the derivative of what stands inside, v'(x).",
)
def _(u, v):
    _, _, _, _, (product, quotient, _), outer = parts(u, v)
    return product, quotient, outer


@derivative_rules.mistake(
    "outer_derivative_at_x",
    hint="Yours is u'(x)·v'(x). The outer derivative is taken at v(x), not at x: put v in for x, u'(v(x))·v'(x).",
)
def _(u, v):
    _, _, du, dv, (product, quotient, _), _ = parts(u, v)
    return product, quotient, du * dv


@derivative_rules.mistake(
    "derivative_inside",
    hint="Yours is u'(v'(x)). The inner function stays inside as it is; its derivative is a factor: u'(v(x))·v'(x).",
)
def _(u, v):
    x = sympy.Symbol("x")
    _, _, du, dv, (product, quotient, _), _ = parts(u, v)
    return product, quotient, du.subs(x, dv)


@derivative_rules.variant
def _(u, v):
    u, v, x = expression(u), expression(v), sympy.Symbol("x")
    return sympy.diff(u * v), sympy.together(sympy.diff(u / v)), sympy.expand(sympy.diff(u.subs(x, v)))


@derivative_rules.variant
def _(u, v):
    x = sympy.Symbol("x")
    du, dv = sympy.diff(expression(u), x), sympy.diff(expression(v), x)
    product = f"({du})*({v}) + ({u})*({dv})"
    return product, f"({product} - 2*({u})*({dv}))/({v})**2", str(dv * du.subs(x, expression(v)))


# The quotient as a product, u·v⁻¹.
@derivative_rules.variant
def _(u, v):
    x = sympy.Symbol("x")
    u, v = expression(u), expression(v)
    du, dv = u.diff(x), v.diff(x)
    return [u * v * (du / u + dv / v), du / v - u * dv / v**2, dv * sympy.diff(u.subs(x, v), x) / dv]
