"""A formula's text is read by an allow-list: whatever it is, it is never run, and refused at once with a sentence."""

import subprocess
import sys
import time

import pytest
from formulas import DECLARED, NAMES
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.judge import formula, formula_text
from autograder.pack import Output

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


def test_the_table_is_as_long_as_it_is_meant_to_be():
    assert len(set(HOSTILE)) >= 20


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


def test_equal_parts_of_a_formula_are_one_part():
    tree = formula_text.parse("exp(x)/(1 + exp(x))", NAMES)
    assert tree.parts[0] is tree.parts[1].parts[1]


def test_judging_numbers_imports_neither_sympy_nor_mpmath():
    code = "import sys, autograder.judge; print({'sympy', 'mpmath', 'autograder.judge.formula'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
