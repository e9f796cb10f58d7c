"""Two formulas are equal when they are equal in value, however they are written."""

import subprocess
import sys

import pytest
import sympy
from formulas import DECLARED, FORMULAS, NAMES, SLOPE, equal
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.authoring import AuthorError, exercise
from autograder.formulas import Formula
from autograder.judge import formula, formula_points, formula_text
from autograder.oracles import simplification

EQUAL = [
    (SLOPE, "a*(1 - a)"),
    (SLOPE, "a - a**2"),
    (SLOPE, "sigmoid(x)*sigmoid(-x)"),
    (SLOPE, "exp(x)/(1 + exp(x))**2"),
    (SLOPE, "(1 - tanh(x/2)**2)/4"),
    (SLOPE, "1/(4*cosh(x/2)**2)"),
    (SLOPE, "sech(x/2)**2/4"),
    (SLOPE, "1/(2 + exp(x) + exp(-x))"),
    (SLOPE, "E**(-x)/(1 + E**(-x))**2"),
    (SLOPE, "1/(2*(1 + cosh(x)))"),
    (SLOPE, "0.25*sech(0.5*x)**2"),
    ("1 - tanh(x)**2", "sech(x)**2"),
    ("1 - tanh(x)**2", "4/(exp(x) + exp(-x))**2"),
    ("1 - tanh(x)**2", "(1 - tanh(x))*(1 + tanh(x))"),
    ("1 - tanh(x)**2", "1/cosh(x)**2"),
    ("1 - tanh(x)**2", "4*sigmoid(2*x)*(1 - sigmoid(2*x))"),
    ("2*x + 2", "2*(x + 1)"),
    ("2*x + 2", "x + 1 + x + 1"),
    ("2*x + 2", "(2*x**2 + 2*x)/x"),
    ("2*x + 2", "-(-2*x - 2)"),
    ("x + 1", "(x**2 - 1)/(x - 1)"),
    ("x**3 - t**3", "(x - t)*(x**2 + x*t + t**2)"),
    ("sin(2*x)", "2*sin(x)*cos(x)"),
    ("cos(2*x)", "1 - 2*sin(x)**2"),
    ("1", "sin(x)**2 + cos(x)**2"),
    ("0", "sin(x)**2 + cos(x)**2 - 1"),
    ("tan(x)", "sin(x)/cos(x)"),
    ("sqrt(x**2)", "Abs(x)"),
    ("Abs(x)", "Max(x, -x)"),
    ("Abs(x)", "x*sign(x)"),
    ("Max(0, x)", "(x + Abs(x))/2"),
    ("Max(0, x)", "x*Heaviside(x)"),
    ("Max(0, x)", "Piecewise((x, x > 0), (0, True))"),
    ("Max(0, x)", "x if x > 0 else 0"),
    ("Max(0, x)", "Piecewise((0, x <= 0), (x, x > 0))"),
    ("Piecewise((x, (x > -1) & (x < 1)), (sign(x), True))", "Max(-1, Min(1, x))"),
    ("log(y**2)", "2*log(y)"),
    ("log(y)/log(2)", "log(y, 2)"),
    ("ln(y)", "log(y)"),
    ("1/(2*sqrt(y))", "y**(-1/2)/2"),
    ("1/(2*sqrt(y))", "0.5*y**-0.5"),
    ("y**(2/3)", "exp(2*log(y)/3)"),
    ("x/3", "x*(1/3)"),
    ("x/8", "0.125*x"),
    ("asin(p)", "pi/2 - acos(p)"),
    ("log(p) - log(1 - p)", "log(p/(1 - p))"),
    ("asinh(x)", "log(x + sqrt(x**2 + 1))"),
    ("3**n", "exp(n*log(3))"),
    ("sign(x)", "2*Heaviside(x) - 1"),
    ("erf(x)", "-erf(-x)"),
]

NEAR_MISSES = [
    (SLOPE, "a*(1 + a)"),
    (SLOPE, "a*(1 - x)"),
    (SLOPE, "exp(-x)/(1 + exp(-x))"),
    (SLOPE, "exp(-x)/(1 + exp(x))**2"),
    (SLOPE, "-exp(-x)/(1 + exp(-x))**2"),
    (SLOPE, "exp(-x)/(1 - exp(-x))**2"),
    (SLOPE, "exp(-x)/(1 + exp(-x)**2)"),
    (SLOPE, "exp(-x)/1 + exp(-x)**2"),
    (SLOPE, "1 - sigmoid(x)**2"),
    (SLOPE, "0.25*sech(0.5*x)"),
    ("1 - tanh(x)**2", "1 - tanh(x**2)"),
    ("1 - tanh(x)**2", "1 + tanh(x)**2"),
    ("1 - tanh(x)**2", "(1 - tanh(x))**2"),
    ("1 - tanh(x)**2", "1/cosh(x)"),
    ("x/3", "0.3333*x"),
    ("x/3", "0.333333333333333*x"),
    ("x/3", "0.3333333333333333333333333333*x"),
    ("E*x", "2.718*x"),
    ("E*x", "2.7182818284590452353602874713*x"),
    ("pi*x", "3.14159*x"),
    ("pi*x", "22*x/7"),
    ("sqrt(2)*x", "1.41421356*x"),
    ("x*log(2)", "0.6931*x"),
    ("2*x + 2", "2*x + 1"),
    ("2*x + 2", "2*x + 2 + 1e-25*x"),
    ("2*x + 2", "2*x + 2 + sin(1000*pi*x)/10**9"),
    ("2*x + 2", "2*x + 2 + Max(0, x)/10**12"),
    ("x**2", "x**2.0001"),
    ("x**2", "x*Abs(x)"),
    ("sqrt(x**2)", "x"),
    ("log(x**2)", "2*log(x)"),
    ("1/x", "1/Abs(x)"),
    ("x", "log(exp(x) + 1)"),
    ("x", "x/(x - x)"),
    ("x", "(x**3)**(1/3)"),
    ("Max(0, x)", "Max(0, -x)"),
    ("Max(0, x)", "Min(0, x)"),
    ("Heaviside(x)", "sign(x)"),
    ("Piecewise((x, x > 0), (0.01*x, True))", "Piecewise((x, x > 0), (0.1*x, True))"),
    ("Piecewise((x, x > 0), (0.01*x, True))", "0.01*x"),
    ("sin(x)", "sin(x + 2*3.14159265358979*2)"),
    ("3**n", "3*n"),
    ("log(p) - log(1 - p)", "log(p/(1 + p))"),
    ("x*t", "x**2"),
    ("0", "1e-30*x"),
    ("1", "0.99999999999999999999999999"),
]

KINKS = [
    ("Heaviside(x, 0)", "1 if x > 0 else 0", True),
    ("Heaviside(x, 0)", "Piecewise((0, x <= 0), (1, True))", True),
    ("Heaviside(x, 0)", "(1 + sign(x))/2", False),
    ("Heaviside(x, 0)", "Heaviside(x)", False),
    ("Heaviside(x, 0)", "1 if x >= 0 else 0", False),
    ("Max(0, x)", "x if x >= 0 else 0", True),
    ("Max(0, x)", "x*Heaviside(x, 7)", True),
    ("Abs(x)", "x*sign(x)", True),
]

# declared, one formula and another, and whether they are equal there
DOMAINS = [
    ("x: real", "sqrt(x**2)", "x", False),
    ("x: positive", "sqrt(x**2)", "x", True),
    ("x: negative", "sqrt(x**2)", "-x", True),
    ("x: real", "log(x**2)", "2*log(x)", False),
    ("x: positive", "log(x**2)", "2*log(x)", True),
    ("x: 0..1", "Abs(x - 1)", "1 - x", True),
    ("x: 0..2", "Abs(x - 1)", "1 - x", False),
    ("x: -1..1", "Max(-1, Min(1, x))", "x", True),
    ("x: natural", "cos(2*pi*x)", "1", True),
    ("x: real", "cos(2*pi*x)", "1", False),
    ("x: natural", "(-1)**x", "cos(pi*x)", True),
    ("p: 0..1", "sqrt(1 - p)*sqrt(1 + p)", "sqrt(1 - p**2)", True),
]


def test_the_tables_are_as_long_as_they_are_meant_to_be():
    assert len(set(EQUAL)) >= 40 and len(set(NEAR_MISSES)) >= 40


@pytest.mark.parametrize(("expected", "got"), EQUAL)
def test_an_equal_form_is_accepted(expected, got):
    assert equal(expected, got)
    assert equal(got, expected)


@pytest.mark.parametrize(("expected", "got"), NEAR_MISSES)
def test_a_near_miss_is_refused(expected, got):
    assert not equal(expected, got)


@pytest.mark.parametrize(("expected", "got", "right"), KINKS)
def test_a_kink_counts_where_it_is_declared(expected, got, right):
    assert equal(expected, got, "x: real at 0") is right
    assert equal(expected, got, "x: real")


@pytest.mark.parametrize(("declared", "expected", "got", "right"), DOMAINS)
def test_the_domain_decides(declared, expected, got, right):
    assert equal(expected, got, declared) is right


# At x = 8, 1 − σ(x³) has 222 zeros behind the point.
def test_a_sigmoid_far_out_is_equal_in_every_form():
    slope, a = "exp(-x**3)/(1 + exp(-x**3))**2", "sigmoid(x**3)"
    assert equal(slope, f"{a}*(1 - {a})", "x: 6..8")
    assert not equal(slope, f"{a}*(1 - {a})*(1 + 1e-20)", "x: 6..8")


@given(FORMULAS, FORMULAS, FORMULAS)
@settings(max_examples=40, deadline=None)
def test_the_laws_of_algebra_hold(u, v, w):
    assert equal(f"({u})*(({v}) + ({w}))", f"({w})*({u}) + ({u})*({v})")
    assert equal(f"({u}) - ({v})", f"-(({v}) - ({u}))")
    assert equal(f"(({u}) + ({v}))**2", f"({u})**2 + 2*({v})*({u}) + ({v})**2")


@given(FORMULAS, st.sampled_from(["1e-20", "1e-20*x", "sin(t)/10**15", "-1e-12*Heaviside(x)", "a*1e-9"]))
@settings(max_examples=40, deadline=None)
def test_a_small_term_makes_it_another_formula(u, term):
    assert not equal(u, f"({u}) + {term}")


@given(FORMULAS)
@settings(max_examples=40, deadline=None)
def test_what_sympy_makes_of_a_formula_is_equal_to_it(u):
    tree = formula_text.parse(u, NAMES)
    assert equal(u, str(simplification.expression(tree, {name: sympy.Symbol(name) for name in NAMES})))


@given(FORMULAS, st.sampled_from(sorted(formula.CHANGES)))
@settings(max_examples=30, deadline=None)
def test_a_change_is_that_of_the_formula_written_out(u, change):
    written = {"opposite_sign": "-({})", "twice": "2*({})", "half": "({})/2", "squared": "({})**2"}
    written |= {"off_by_one": "({}) + 1", "one_less": "({}) - 1"}
    assert formula.difference(u, written[change].format(u), DECLARED, "a seed", change) is None
    assert formula.difference(u, written[change].format(u) + " + 1e-9", DECLARED, "a seed", change)
    assert formula.difference(f"sin({u}) + 2", f"sin({u}) + 2", DECLARED, "a seed", change)


def test_the_points_depend_on_the_seed_and_on_nothing_else():
    assert formula_points.points(DECLARED, "a") != formula_points.points(DECLARED, "b")
    again = subprocess.run(
        [sys.executable, "-c", f"from autograder.judge.formula_points import points; print(points({DECLARED!r}, 'a'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.strip() == repr(formula_points.points(DECLARED, "a"))


@pytest.mark.parametrize("declared", ["", "x", "x real", "x: integer", "x: 0..", "E: real", "exp: real", "a = 2"])
def test_symbols_that_cannot_be_read_are_refused_with_a_sentence(declared):
    with pytest.raises(AuthorError, match=r"the symbols|the domain"):
        exercise(symbols=declared, returns=Formula())(lambda x: x)
