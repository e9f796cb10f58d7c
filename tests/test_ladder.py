"""The ladder stops at the first rung that fails, and its sentence says what was expected and where."""

import sys

import msgspec
import numpy as np
import pytest
from building import pack
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autograder.judge import judge, tolerance
from autograder.outcome import Outcome
from autograder.pack import Output
from autograder.running import inprocess

X = np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]])


def verdict(function, reference=lambda x: x * 2.0, inputs=X, **fields):
    exercise = pack(reference, [{"x": inputs}], **fields)
    return judge(exercise, inprocess.answer_all(function, exercise.cases, 1.0))


def rung(found):
    return found.cases[0].rung


@pytest.mark.parametrize(
    ("function", "outcome", "at", "says"),
    [
        (lambda x: x + x, Outcome.correct, "", ""),
        (lambda x: (x + x).astype(np.float32), Outcome.correct, "", ""),
        (lambda x: None, Outcome.wrong, "type", "None"),
        (lambda x: (x * 2).tolist(), Outcome.wrong, "type", "np.array"),
        (lambda x: "text", Outcome.wrong, "type", "a str"),
        (lambda x: np.matrix(x * 2), Outcome.wrong, "type", "matrix"),
        (lambda x: np.array(x * 2, dtype=object), Outcome.wrong, "type", "dtype object"),
        (lambda x: (x * 2).T, Outcome.wrong, "shape", "transpose"),
        (lambda x: x[:1] * 2, Outcome.wrong, "shape", "(1, 3)"),
        (lambda x: x * 2 > 0, Outcome.wrong, "dtype", "bool"),
        (lambda x: x * 2 + 0j, Outcome.wrong, "dtype", "complex"),
        (lambda x: (x * 2).astype(np.float16), Outcome.wrong, "dtype", "float16"),
        (lambda x: x * np.nan, Outcome.wrong, "finite", "NaN at [0, 0]"),
        (lambda x: x * 2 / np.where(x == 0.5, 0, 1), Outcome.wrong, "finite", "infinite at [1, 0]"),
        (lambda x: x * 2 + (x == 3.0), Outcome.wrong, "values", "first difference is at [0, 2]: expected 6, got 7"),
        (lambda x: np.multiply(x, 2, out=x), Outcome.wrong, "inputs", "changed its input x"),
    ],
)
def test_each_rung_has_its_sentence(function, outcome, at, says):
    found = verdict(function)
    assert (found.outcome, rung(found)) == (outcome, at)
    assert says in found.message


def test_a_view_of_the_input_is_a_right_answer_when_its_values_are():
    assert verdict(lambda x: x, reference=lambda x: x.copy()).correct


def test_never_broadcasts_to_compare():
    ones = np.ones((2, 3))
    found = verdict(lambda x: np.ones((1, 3)), reference=lambda x: ones)
    assert rung(found) == "shape"
    assert rung(verdict(lambda x: np.float64(1.0), reference=lambda x: ones)) == "shape"


@pytest.mark.parametrize(
    ("function", "outcome", "says"),
    [
        (lambda x: x.nothing, Outcome.crashed, "AttributeError"),
        (lambda: 1, Outcome.crashed, "It is called as f(x)"),
        (lambda x, y: 1, Outcome.crashed, "It is called as f(x)"),
        (lambda x: exec("raise NotImplementedError"), Outcome.not_attempted, "NotImplementedError"),
        (lambda x: sys.exit(), Outcome.crashed, "SystemExit"),
    ],
)
def test_what_did_not_run_is_told_apart(function, outcome, says):
    found = verdict(function)
    assert found.outcome is outcome
    assert says in found.message


def test_recursion_and_loops_end_with_a_question():
    def recurse(x):
        return recurse(x)

    def loop(x):
        while True:
            try:
                pass
            except:  # noqa: E722 - a student's own
                pass

    assert "calls itself" in verdict(recurse).message
    found = verdict(loop)
    assert found.outcome is Outcome.timed_out
    assert "never ends" in found.message


def test_integers_and_bools_are_not_confused():
    def number(x):
        return 4

    assert verdict(lambda x: np.int64(4), number).correct
    assert verdict(lambda x: 4.0, number).cases[0].rung == "dtype"
    assert verdict(lambda x: True, number).cases[0].rung == "dtype"
    assert verdict(lambda x: 2**80, lambda x: 2**80).correct
    assert not verdict(lambda x: 2**80 + 1, lambda x: 2**80).correct


def test_a_required_exception_is_a_right_answer():
    def refuse(x):
        raise ValueError("no")

    def other(x):
        raise KeyError("no")

    assert verdict(refuse, refuse).correct
    assert "expected it to raise ValueError" in verdict(lambda x: 3, refuse).message
    assert verdict(other, refuse).outcome is Outcome.wrong


def test_named_outputs_are_judged_by_themselves():
    outputs = (Output(name="big", weight=3.0), Output(name="small", weight=1.0))

    def reference(x):
        return np.array([54.0, 1.0]), np.array([2e-4])

    found = verdict(lambda x: (np.array([54.0, 1.0]), np.array([2.1e-4])), reference, outputs=outputs, returns="tuple")
    assert found.outcome is Outcome.wrong
    assert found.score == 3.0  # the small one does not hide behind the scale of the big one
    assert "`small`" in found.message
    assert "Right already: `big`" in found.message
    missing = verdict(lambda x: np.array([54.0, 1.0]), reference, outputs=outputs, returns="tuple")
    assert "expected (big, small)" in missing.message


def test_of_many_wrong_outputs_three_get_a_sentence():
    outputs = tuple(Output(name=name) for name in "abcdef")

    def reference(x):
        return tuple(x + n for n in range(6))

    found = verdict(lambda x: (x, *(x - n for n in range(1, 6))), reference, outputs=outputs, returns="tuple")
    assert [line[:3] for line in found.message.splitlines() if "has the right shape" in line] == ["`b`", "`c`", "`d`"]
    assert "… and 2 more outputs." in found.message


def test_what_all_outputs_have_in_common_is_said_once():
    def emptied(x):
        x.fill(0)
        return (x,) * 6

    outputs = tuple(Output(name=name) for name in "abcdef")
    found = verdict(emptied, lambda x: (x * 0,) * 6, outputs=outputs, returns="tuple")
    assert found.message.count("changed its input x") == 1
    assert "more outputs" not in found.message


def test_what_is_said_of_a_case_is_not_said_of_a_copy_with_other_values():
    exercise = pack(lambda x: x * 2.0, [{"x": X}])
    other = pack(lambda x: x * 3.0, [{"x": X + 1}]).cases[0]
    changed = msgspec.structs.replace(exercise.cases[0], inputs=other.inputs, expected=other.expected)
    first, second = (
        judge(each, inprocess.answer_all(lambda x: x, each.cases, 1.0)).message
        for each in (exercise, msgspec.structs.replace(exercise, cases=(changed,)))
    )
    assert "x = [[  1,  -2,   3]" in first
    assert "expected  [[ 2, -4,  6]" in first
    assert "x = [[  2,  -1,   4]" in second
    assert "expected  [[  6,  -3,  12]" in second


def test_a_dict_of_outputs_names_what_is_lacking():
    outputs = (Output(name="w"), Output(name="b"))
    found = verdict(lambda x: {"w": 1.0, "v": 2.0}, lambda x: {"w": 1.0, "b": 2.0}, outputs=outputs, returns="dict")
    assert "lacks b and has v too" in found.message


def test_the_tolerance_follows_the_scale_and_not_each_element():
    def reference(x):
        return np.array([1e6, 1e-6])

    assert verdict(lambda x: np.array([1e6, 1.1e-6]), reference).correct
    assert not verdict(lambda x: np.array([1e6 + 1, 1e-6]), reference).correct
    assert not verdict(lambda x: np.array([0.0, 1e-10]), lambda x: np.zeros(2)).correct


NUMBER = st.sampled_from([0.0, 1e-13, 1.0, -3.0, np.nan, np.inf, -np.inf, 1e308]) | st.floats(-2, 2)
CHANGE = st.sampled_from([0.0, 1e-13, 5e-10, 4e-9, 5e-5, 4e-4, 1.0, np.nan])


@given(arrays(float, 3, elements=NUMBER), arrays(float, 3, elements=CHANGE), st.sampled_from([None, 1e-4]))
def test_the_short_way_to_a_distance_says_what_the_long_one_says(expected, change, override):
    got = expected + change
    short = tolerance.distance(expected, got, override)
    if short is None:
        assert not (np.isfinite(expected).all() and np.isfinite(got).all())
    else:
        limit = tolerance.allowed(expected, got.dtype, override)
        assert (short <= 1) == (not tolerance.differs(expected, got, limit).any())


def test_infinity_must_be_met_exactly():
    def reference(x):
        return np.array([np.inf, 1.0])

    assert verdict(lambda x: np.array([np.inf, 1.0]), reference).correct
    assert not verdict(lambda x: np.array([1e300, 1.0]), reference).correct
    assert not verdict(lambda x: np.array([-np.inf, 1.0]), reference).correct


def test_hidden_cases_tell_the_kind_of_failure_and_nothing_of_the_case():
    secret = np.array([[12345.678]])

    def leak(x):
        raise type("Secret12345", (ValueError,), {})(str(x))

    for function in (lambda x: x, lambda x: None, lambda x: x.T[0], lambda x: x * np.nan, leak):
        found = verdict(function, inputs=secret, hidden=True)
        assert found.outcome is not Outcome.correct
        assert "12345" not in found.message
        assert "24691" not in found.message
        assert "hidden case" in found.message


def test_the_outcome_of_many_cases_is_the_strongest_claim_and_the_score_counts_the_right_ones():
    def sometimes(x):
        if x > 2:
            raise KeyError("no")
        return x if x > 1 else 2.0 * x

    exercise = pack(lambda x: 2.0 * x, [{"x": 1.0}, {"x": 2.0}, {"x": 3.0}, {"x": 0.5}], points=4.0)
    found = judge(exercise, inprocess.answer_all(sometimes, exercise.cases, 1.0))
    assert found.outcome is Outcome.crashed
    assert found.score == 2.0
    assert [case.outcome.value for case in found.cases] == ["correct", "wrong", "crashed", "correct"]
