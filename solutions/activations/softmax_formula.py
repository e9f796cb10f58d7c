r"""The slope of softmax, by hand

Every score stands in every probability: above the line its own, below the line all of them. So when several scores
change along with x, a probability feels each of these changes. The quotient rule collects them.

$$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}$$
"""

import sympy

from autograder import Formula, exercise


def expression(text):
    """The SymPy expression that a text such as "2*x - 1" stands for."""
    return sympy.sympify(text)


@exercise(symbols="x y: real", returns=[Formula("value"), Formula("slope", weight=2, steps=True)])
def softmax_formula(z, j):
    """The probability of class j, and its derivative with respect to x, both as formulas of x and y.

    z: a list of texts, such as ["2*x", "x - y", "1"]: the score of each class. j: an int, which class; the first is 0.
    Returns (value, slope), each a SymPy expression or a text such as "exp(2*x)/y". For slope a list is taken, too, the
    lines of your derivation: the first wrong one is named. expression(z[0]) is the first score as a SymPy expression,
    and sympy.diff(expression(z[0]), "x") the derivative of it.
    """
    ### BEGIN SOLUTION
    powers = [sympy.exp(expression(score)) for score in z]
    p = [power / sum(powers) for power in powers]
    slopes = [sympy.diff(expression(score), "x") for score in z]
    return p[j], p[j] * (slopes[j] - sum(p[k] * slopes[k] for k in range(len(z))))
    ### END SOLUTION


softmax_formula.hints(
    "In which of the scores is x, and does it matter for class j when it is in another's?",
    "Every score moves the probability of class j: its own by p_j·(1 − p_j), another one, k, by −p_j·p_k. "
    "Multiply each by how fast that score moves with x, and add over all classes.",
    """
    Two classes with the scores 3x and 0, j = 0, at x = 0: both probabilities are 1/2.
    its own score: 1/2 · (1 − 1/2) = 1/4, times 3
    the other: −1/2 · 1/2, times 0
    together 3/4
    """,
)

softmax_formula.case(
    "two classes", z=["2*x", "y"], j=0, expect=("exp(2*x)/(exp(2*x) + exp(y))", "2*exp(2*x + y)/(exp(2*x) + exp(y))**2")
)
softmax_formula.case(
    "the score of the others alone",
    z=["3*x", "y", "-2*x"],
    j=1,
    expect=(
        "exp(y)/(exp(3*x) + exp(y) + exp(-2*x))",
        "exp(y)*(2*exp(-2*x) - 3*exp(3*x))/(exp(3*x) + exp(y) + exp(-2*x))**2",
    ),
)


# No class is certain: at scores of 100 the smaller probabilities would be nothing but zeros.
@softmax_formula.cases(public=1, hidden=5)
def scores(rng):
    a, b, c = (int(n) for n in rng.permutation([2, 3, 4, 5])[:3])
    z = [f"{a}*x - {b}", f"{b}*y - {c}*x", f"{c}*x + y"]
    return {"z": [z[int(n)] for n in rng.permutation(3)], "j": int(rng.integers(3))}


@softmax_formula.oracle.sympy
def derived(z, j):
    powers = [sympy.exp(expression(score)) for score in z]
    return powers[j] / sum(powers), sympy.diff(powers[j] / sum(powers), "x")


@softmax_formula.oracle.differences
def before_deriving(z, j):
    return {"slope": "1/(" + " + ".join(f"exp(({score}) - ({z[j]}))" for score in z) + ")"}


def parts(z, j):
    """Of all classes the probabilities and the slopes of the scores, and the sum of the powers of e."""
    scores = [expression(score) for score in z]
    powers = [sympy.exp(score) for score in scores]
    return [power / sum(powers) for power in powers], [sympy.diff(score, "x") for score in scores], powers


@softmax_formula.mistake(
    "own_score_only", hint="You count the class's own score alone, p(1 − p). The others stand below the line, too."
)
def _(z, j):
    p, slopes, _ = parts(z, j)
    return p[j], p[j] * (1 - p[j]) * slopes[j]


@softmax_formula.mistake(
    "sum_held_constant", hint="You derive above the line and hold the sum constant. It changes with every score."
)
def _(z, j):
    p, slopes, _ = parts(z, j)
    return p[j], p[j] * slopes[j]


@softmax_formula.mistake(
    "others_only", hint="Yours is what the sum does, −p·Σ p z'. The power above the line changes, too: + p·z'."
)
def _(z, j):
    p, slopes, _ = parts(z, j)
    return p[j], -p[j] * sum(map(sympy.Mul, p, slopes))


@softmax_formula.mistake(
    "plus_in_the_quotient", hint="You have a plus between the two halves. The quotient rule has −."
)
def _(z, j):
    p, slopes, _ = parts(z, j)
    return p[j], p[j] * (slopes[j] + sum(map(sympy.Mul, p, slopes)))


@softmax_formula.mistake("factor_forgotten", hint="The factor p in front of the parenthesis is missing in your slope.")
def _(z, j):
    p, slopes, _ = parts(z, j)
    return p[j], slopes[j] - sum(map(sympy.Mul, p, slopes))


@softmax_formula.mistake(
    "scores_underived",
    hint="Your slope is p_j times the sum of δ − p: the derivatives of the scores along x are missing.",
)
def _(z, j):
    p, _, _ = parts(z, j)
    return p[j], p[j] * (1 - p[j])


@softmax_formula.mistake(
    "unweighted", hint="You subtract the plain sum of the scores' slopes. Each counts by its probability."
)
def _(z, j):
    p, slopes, _ = parts(z, j)
    return p[j], p[j] * (slopes[j] - sum(slopes))


@softmax_formula.mistake(
    "quotient_of_derivatives", hint="You divide the derivatives, u'/v'. The quotient rule is (u'v − uv')/v²."
)
def _(z, j):
    p, slopes, powers = parts(z, j)
    return p[j], slopes[j] * powers[j] / sum(map(sympy.Mul, powers, slopes))


@softmax_formula.mistake("not_divided", hint="That is e to the score. A probability is its share of the sum of all.")
def _(z, j):
    _, slopes, powers = parts(z, j)
    return powers[j], slopes[j] * powers[j]


@softmax_formula.mistake("counted_from_one", hint="That is the class before: the first class has the number 0.")
def _(z, j):
    return softmax_formula(z, j - 1)


@softmax_formula.variant
def _(z, j):
    below = " + ".join(f"exp(({score}) - ({z[j]}))" for score in z)
    inner = [sympy.diff(expression(f"({score}) - ({z[j]})"), "x") for score in z]
    above = " + ".join(f"({slope})*exp(({score}) - ({z[j]}))" for score, slope in zip(z, inner, strict=True))
    return f"1/({below})", f"-({above})/({below})**2"


@softmax_formula.variant
def _(z, j):
    p, slopes, powers = parts(z, j)
    total, by_x = sum(powers), sum(map(sympy.Mul, powers, slopes))
    quotient = (slopes[j] * powers[j] * total - powers[j] * by_x) / total**2
    return p[j], [quotient, p[j] * slopes[j] - p[j] * by_x / total]


@softmax_formula.variant
def _(z, j):
    p, slopes, _ = parts(z, j)
    return p[j], sum(p[j] * (int(k == j) - p[k]) * slopes[k] for k in range(len(z)))
