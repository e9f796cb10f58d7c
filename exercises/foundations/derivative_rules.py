r"""Rules of derivation

Every function of a network is put together from simpler ones. Three rules say what becomes of the derivatives:

$$(u \cdot v)' = u'v + uv' \qquad \left(\frac{u}{v}\right)' = \frac{u'v - uv'}{v^2} \qquad
\big(u(v(x))\big)' = u'(v(x)) \cdot v'(x)$$

The third is the chain rule, and back-propagation is nothing but this rule, applied from the cost back to every
weight. SymPy knows the derivatives of the simple functions: `sympy.diff(u, x)`. It puts an expression in the place
of a symbol with `u.subs(x, v)`.
"""

import sympy


def expression(text):
    """The SymPy expression that a text such as "x**2 + 1" stands for."""
    return sympy.sympify(text)


def derivative_rules(u, v):
    """Derivatives with respect to x of the product u·v, the quotient u/v and the composition u(v(x)).

    u, v: texts, two functions of x > 0, such as "sin(x)" and "x**2 + 1". Returns the three derivatives as a tuple
    (product, quotient, chain) of SymPy expressions, or of texts such as "2*x*sin(x)". Any form is right that has
    the right value: 2*x + 2 or 2*(x + 1).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(derivative_rules))
