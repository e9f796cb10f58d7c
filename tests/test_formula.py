"""Formulas as answers: read without being evaluated, and right when they are equal in value."""

import subprocess
import sys
import time

import pytest
import sympy
from building import pack
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.authoring import AuthorError, exercise
from autograder.child import wire
from autograder.formulas import Formula
from autograder.judge import formula, formula_drawing, formula_points, formula_process, formula_text, judge
from autograder.outcome import Answer, Outcome, Status
from autograder.pack import Output, read, write
from autograder.publishing import packs

DECLARED = "x t: real, y: positive, p: 0..1, n: natural, a = sigmoid(x)"
NAMES = formula_points.symbols(DECLARED).names
SLOPE = "exp(-x)/(1 + exp(-x))**2"

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

HOSTILE = [
    "x.__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "__import__('os').system('true')",
    "exec('x')",
    "open('/etc/passwd')",
    "getattr(x, 'real')",
    "lambda: x",
    "(lambda x: x)(1)",
    "[x for x in (1, 2)]",
    "{x: 1 for x in (1,)}",
    "(x := 1)",
    "x[0]",
    "f'{x}'",
    "f'{x.__class__}'",
    "'x' * 9**9",
    "b'x'",
    "9**9**9**9",
    "9**(9**9)",
    "x**10**10",
    "2**-99999999",
    "1e999999999",
    "9" * 1500,
    "1_000",
    "0xff",
    "1j",
    "(" * 900 + "x" + ")" * 900,
    "-" * 1900 + "x",
    "x" + "**x" * 500,
    "sin(" * 300 + "x" + ")" * 300,
    "not " * 300 + "x",
    "x + " * 5000 + "x",
    "exp(*x)",
    "exp(**x)",
    "exp(x=1)",
    "х + 1",  # a Cyrillic letter
    "ｘ + 1",  # a full-width one
    "x\u200b + 1",
    "x\x00",
    "x; x",
    "x\nimport os",
    "await x",
    "yield x",
    "...",
    "None",
    "x if True else __builtins__",
    "x @ x",
    "x // 2",
    "x % 2",
    "~x",
    "x < 1",
    "x and t",
    "print",
    "sympify('x')",
    "Symbol(x)",
    "oo",
    "zoo",
    "",
    "#",
]


def equal(expected, got, declared=DECLARED):
    return formula.difference(expected, got, declared, "a seed") is None


@pytest.mark.parametrize(("expected", "got"), EQUAL)
def test_an_equal_form_is_accepted(expected, got):
    assert equal(expected, got)
    assert equal(got, expected)


@pytest.mark.parametrize(("expected", "got"), NEAR_MISSES)
def test_a_near_miss_is_refused(expected, got):
    assert not equal(expected, got)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:30]))
def test_a_hostile_text_is_refused_at_once_with_a_sentence(text):
    formula_text.parse("x", NAMES)
    start = time.process_time()
    with pytest.raises(formula_text.FormulaError) as refused:
        formula_text.parse(text, NAMES)
    assert time.process_time() - start < 0.05
    assert str(refused.value).endswith((".", "?")) and len(str(refused.value)) < 400


@pytest.mark.parametrize(
    "text", ["exp(exp(exp(exp(exp(x)))))", "((x**1000)**1000)**1000", "(9**1000)**(x*9**1000)", "sin(exp(exp(x*100)))"]
)
def test_a_tower_is_refused_before_it_fills_the_memory(text):
    start = time.process_time()
    rung, _ = formula.finding(Output(name="", symbols=DECLARED), "x", text, "a seed")
    assert rung in ("type", "values")
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2x", "is a * missing"),
        ("x^2", "write **"),
        ("y = 2*x", "right-hand side"),
        ("x(1 + x)", "x*(…)"),
        ("e**x", "exp(x)"),
        ("(x + 1", "1 opening and 0 closing"),
        ("x − 1", "write -"),
        ("x²", "**2"),
        ("exp", "exp(…)"),
        ("Derivative(x, x)", ".doit()"),
        ("z", "there are a, n, p, t, x, y, pi, E"),
    ],
)
def test_a_slip_of_the_pen_is_explained(text, hint):
    with pytest.raises(formula_text.FormulaError, match=r"."):
        formula_text.parse(text, NAMES)
    try:
        formula_text.parse(text, NAMES)
    except formula_text.FormulaError as problem:
        assert hint in str(problem)


@given(st.text(max_size=60) | st.text("x+-*/() 019.,<>=exp", max_size=60))
@settings(max_examples=300, deadline=None)
def test_reading_any_text_raises_nothing_but_its_own_error(text):
    try:
        formula_text.parse(text, NAMES)
    except formula_text.FormulaError:
        pass


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


ODDITIES = st.recursive(
    st.sampled_from("x t y 0 1 -1 9 1000 1e-50 1e50 0.333 pi E".split()),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map(lambda p: "({}){}({})".format(*p))
        | st.tuples(st.sampled_from(list(formula_text.FUNCTIONS)), inner).map(lambda p: "{}({})".format(*p))
        | st.tuples(st.sampled_from("Max Min log Heaviside".split()), inner, inner).map(
            lambda p: "{}({}, {})".format(*p)
        )
        | st.tuples(inner, inner, inner, inner).map(lambda p: "Piecewise(({}, {} < {}), ({}, True))".format(*p))
    ),
    max_leaves=12,
)


@given(ODDITIES)
@settings(max_examples=150, deadline=None)
def test_poles_towers_and_complex_numbers_stop_nothing(u):
    for expected, got in (("x + t", u), (u, f"{u} + 0")):
        try:
            formula.difference(expected, got, DECLARED, "a seed")
        except formula_text.FormulaError as problem:
            assert str(problem).endswith((".", "?"))


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
    assert equal(u, str(formula_process.expression(tree, {name: sympy.Symbol(name) for name in NAMES})))


# SymPy's own drawing reasons about what it draws, and on some formulas never comes to an end.
@given(FORMULAS)
@settings(max_examples=100, deadline=None)
def test_any_formula_is_drawn(u):
    lines = formula_drawing.pretty(u, NAMES).split("\n")
    assert all(lines) and max(map(len, lines)) <= max(90, len(u))
    written = formula_drawing.latex(u, NAMES)
    assert written.count("{") == written.count("}")


@pytest.mark.parametrize(
    ("text", "lines", "latex"),
    [
        ("x - 1/3*t", ["    1", "x - ─⋅t", "    3"], r"x - \frac{1}{3} \cdot t"),
        ("(x/t)**2", ["   2", "⎛x⎞", "⎜─⎟", "⎝t⎠"], r"{\left( \frac{x}{t} \right)}^{2}"),
        ("x - (t - x)", ["x - (t - x)"], r"x - \left( t - x \right)"),
        ("-x**2", ["  2", "-x"], r"- {x}^{2}"),
        ("(-x)**2", ["    2", "(-x)"], r"{\left( - x \right)}^{2}"),
        ("sqrt(pi)*Abs(x)", ["√π⋅│x│"], r"\sqrt{\pi} \cdot \left| x \right|"),
        ("exp(-x)", [" -x", "ℯ"], "{e}^{- x}"),
        ("0.3*sigmoid(x)", ["0.3⋅σ(x)"], r"0.3 \cdot \sigma \left( x \right)"),
        (
            "x if 0 < x <= 1 else 0",
            ["⎨ x  0 < x and x <= 1", "⎨ 0  otherwise"],
            r"\begin{cases} x & 0 < x \wedge x \le 1 \\ 0 & \text{otherwise} \end{cases}",
        ),
    ],
)
def test_a_formula_is_drawn_as_a_textbook_does(text, lines, latex):
    assert formula_drawing.pretty(text, NAMES).split("\n") == lines
    assert " ".join(formula_drawing.latex(text, NAMES).split()) == latex


def test_a_kink_counts_where_it_is_declared():
    gate = "Heaviside(x, 0)"
    for other, right in [("Heaviside(x)", False), ("1 if x >= 0 else 0", False), ("1 if x > 0 else 0", True)]:
        assert equal(gate, other, "x: real at 0") is right
        assert equal(gate, other, "x: real")


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


def asked(value, *, hidden=False, output=None, expected=SLOPE):
    output = output or Output(name="", symbols=DECLARED)
    one = pack(lambda z: expected, [{"z": "x"}, {"z": "x"}], outputs=[output], hidden=hidden)
    return judge(one, [Answer(status=Status.returned, value=value)] * 2)


@pytest.mark.parametrize("value", ["a*(1 - a)", wire.Expression("a*(1 - a)"), " a * (1-a) "])
def test_a_right_formula_is_correct_as_a_text_or_as_an_expression(value):
    assert asked(value).correct


def test_a_number_is_a_formula():
    assert asked(2, expected="x - x + 2").correct
    assert asked(0.5, expected="1/2").correct
    assert asked(1 / 3, expected="1/3").outcome is Outcome.wrong


def test_a_wrong_formula_is_shown_with_ours_and_a_point_where_they_differ():
    message = asked("a*(1 + a)").message
    assert "is another formula than expected" in message
    assert "a⋅(1 + a)" in message
    assert "is expected and yours is" in message


def test_a_rounded_number_is_called_one():
    assert "0.333 is not exact" in asked("0.333*x", expected="x/3").message
    assert "is not exact" not in asked("0.333*x + 2", expected="x/3").message


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, True, wire.Opaque("function")])
def test_what_is_no_formula_is_told_so(value):
    verdict = asked(value)
    assert verdict.outcome is Outcome.wrong
    assert "a formula as a text" in verdict.message


def test_a_hidden_case_shows_neither_formula():
    for value in ("a*(1 + a)", "a.b", None):
        message = asked(value, hidden=True).message
        assert "hidden case" in message
        assert not any(piece in message for piece in ("a*", "exp(", "a.b", "⋅"))


def test_the_first_wrong_step_is_named():
    derivation = Output(name="", symbols=DECLARED, steps=True)
    right = ["exp(-x)/(1 + exp(-x))**2", "1/(1 + exp(-x)) * exp(-x)/(1 + exp(-x))", "a*(1 - a)"]
    assert asked(right, output=derivation).correct
    assert asked(right[-1], output=derivation).correct
    wrong = asked([right[0], "1/(1 + exp(-x)) * exp(-x)", right[2]], output=derivation)
    assert "Step 2 of 3" in wrong.message and "Step 1 is still right" in wrong.message
    assert asked(right).outcome is Outcome.wrong  # where no steps are asked for


def answers(*texts):
    return [Answer(status=Status.returned, value=text) for text in texts]


def test_a_mistake_is_named_in_whatever_form_it_is_written():
    made = pack(
        lambda u: f"cos({u})",
        [{"u": "x"}, {"u": "2*x"}],
        mistakes={"other": lambda u: f"sin({u})", "squared_cosine": lambda u: f"cos({u})**2"},
        outputs=[Output(name="", symbols="x: real")],
    )
    assert judge(made, answers("1 - sin(x)**2", "(1 + cos(4*x))/2")).diagnosis == "squared_cosine"
    assert judge(made, answers("-cos(x)", "2*sin(x)**2 - 1")).diagnosis == "opposite_sign"
    assert judge(made, answers("cos(x)*2", "cos(2*x)*2")).diagnosis == "twice"
    assert judge(made, answers("cos(x)*2", "sin(2*x)")).diagnosis is None


def test_a_sympy_expression_crosses_the_wall_as_its_text():
    x = sympy.Symbol("x")
    blobs = []
    for value in (x**2 + sympy.exp(-x), sympy.Rational(1, 3), sympy.Piecewise((1, x > 0), (0, True))):
        assert wire.load(wire.dump(value, blobs), blobs) == wire.Expression(str(value))
    assert wire.load(wire.dump((x, [x]), blobs), blobs) == (wire.Expression("x"), [wire.Expression("x")])


def test_an_expression_that_explodes_as_a_text_is_cut_before_it_is_made():
    value = sympy.Symbol("x")
    for _ in range(200):
        value = sympy.Add(value, sympy.sin(value), evaluate=False)
    start = time.process_time()
    blobs = []
    found = wire.load(wire.dump(value, blobs), blobs)
    assert time.process_time() - start < 1
    with pytest.raises(formula_text.FormulaError):
        formula_text.parse(found.text, NAMES)


def test_a_forged_expression_is_refused():
    with pytest.raises(wire.WireError):
        wire.load(["e", "x" * 3000], [])


def test_a_pack_keeps_what_a_formula_needs():
    output = Output(name="dz", symbols="z: real at 0", steps=True)
    made = pack(lambda z: {"dz": "z"}, [{"z": "z"}], outputs=[output], returns="dict")
    assert read(write(made), "a pack").outputs == (output,)


def test_a_reference_without_a_value_on_its_domain_is_refused():
    @exercise(symbols="z: real", returns=Formula())
    def f(z):
        return f"log({z})"

    with pytest.raises(AuthorError, match="has a real value at"):
        packs.freeze(f, "a case", {"z": "z"}, "", hidden=False)


def test_a_proof_is_found_or_given_up_in_time():
    assert formula_process.proven("sin(x)**2 + cos(x)**2", "1", DECLARED)
    assert formula_process.proven(SLOPE, "a*(1 - a)", DECLARED)
    assert not formula_process.proven("x", "2*x", DECLARED)
    start = time.monotonic()
    assert not formula_process.proven("((9**1000)**1000)**1000", "9**1000", DECLARED, seconds=1.5)
    assert time.monotonic() - start < 5


def test_judging_numbers_imports_neither_sympy_nor_mpmath():
    code = "import sys, autograder.judge; print({'sympy', 'mpmath', 'autograder.judge.formula'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
