"""Formulas as answers: what the judge says of them, and how they cross the wall."""

import time

import pytest
import sympy
from building import pack
from formulas import DECLARED, NAMES, SLOPE

from autograder.authoring import AuthorError, exercise
from autograder.child import wire
from autograder.formulas import Formula
from autograder.judge import formula_text, judge
from autograder.outcome import Answer, Outcome, Status
from autograder.pack import Output, read, write
from autograder.publishing import packs


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


def test_a_wrong_formula_is_told_with_a_point_where_it_differs():
    message = asked("a*(1 + a)").message
    assert "is another formula than expected" in message
    assert "is expected and yours is" in message


def test_a_rounded_number_is_called_one():
    assert "0.333 is not exact" in asked("0.333*x", expected="x/3").message
    assert "is not exact" not in asked("0.333*x + 2", expected="x/3").message


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, True, wire.Opaque("function")])
def test_what_is_no_formula_is_told_so(value):
    verdict = asked(value)
    assert verdict.outcome is Outcome.wrong
    assert "a formula as a text" in verdict.message


def test_one_formula_where_two_are_asked_for_is_called_one():
    outputs = [Output(name="value", symbols=DECLARED), Output(name="slope", symbols=DECLARED)]
    made = pack(lambda z: ("x", "1"), [{"z": "x"}], outputs=outputs, returns="tuple")
    message = judge(made, [Answer(status=Status.returned, value=wire.Expression("x + 1"))]).message
    assert "It returned the formula x + 1; expected (value, slope), 2 values." in message


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
