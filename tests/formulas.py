"""What the tests of formulas share: symbols, a slope, and formulas drawn at random."""

from hypothesis import strategies as st

from autograder.judge import formula, formula_points

DECLARED = "x t: real, y: positive, p: 0..1, n: natural, a = sigmoid(x)"
NAMES = formula_points.symbols(DECLARED).names
SLOPE = "exp(-x)/(1 + exp(-x))**2"

LEAVES = st.sampled_from(["x", "t", "y", "a", "2", "3", "0.5", "pi", "1/3"])
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: "({} {} {})".format(*parts))
        | st.tuples(st.sampled_from("sin cos tanh Abs sigmoid".split()), inner).map(
            lambda parts: "{}({})".format(*parts)
        )
        | inner.map(lambda part: f"({part})**2")
        | inner.map(lambda part: f"1/(2 + ({part})**2)")
    ),
    max_leaves=8,
)


def equal(expected: str, got: str, declared: str = DECLARED) -> bool:
    return formula.difference(expected, got, declared, "a seed") is None
