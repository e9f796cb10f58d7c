"""An exercise that trains is judged by what its parameters are worth on rows that training did not see."""

import msgspec
import numpy as np
import pytest
from building import write_course
from hypothesis import given
from hypothesis import strategies as st

from autograder import course as courses
from autograder import pack as packs
from autograder.authoring import AuthorError
from autograder.judge import judge, training
from autograder.outcome import Answer, HeldOut, Outcome, Status
from autograder.pack import Training
from autograder.proving.matrix import Workshop, prove
from autograder.publishing.packs import build
from autograder.running import inprocess

SECRET = "s" * 32
LINE = Training(network="x → dense(W, b)", targets="y", enough=0.9)
HELD = HeldOut(x=np.array([[0.0], [1.0], [2.0]]), y=np.array([1.0, 3.0, 5.0]), like=(), error=0.0)

AUTHOR_FILE = '''
"""A line through points

A lesson.
"""

import numpy as np

from autograder import Out, Training, exercise


@exercise(
    shapes="x: N 1, y: N, W: 1 1, b: 1",
    returns=[Out("W", "1 1"), Out("b", "1")],
    training=Training(network="x → dense(W, b)", targets="y", enough=0.9),
)
def double(x, y, W, b):
    """W and b of a line, trained."""
    ### BEGIN SOLUTION
    for _ in range(STEPS := 300):
        error = (x @ W + b)[:, 0] - y
        W, b = W - 0.2 * (error @ x / len(x))[:, None], b - 0.2 * error.mean()
    return W, b
    ### END SOLUTION


def points(rng, slope):
    x = rng.uniform(-2, 2, (30, 1))
    y = slope * x[:, 0] + 1.0
    start = {"W": np.zeros((1, 1)), "b": np.zeros(1)}
    return {"x": x[:20], "y": y[:20], **start, "held_out": (x[20:], y[20:])}


double.case("by hand", **points(np.random.default_rng(1), 3.0), expect=1e-4)


@double.cases(public=1, hidden=2)
def drawn(rng):
    return points(rng, slope=rng.choice([-1, 1]) * rng.uniform(1, 3))


@double.oracle.brute_force
def squares(x, y, W, b, rows):
    slope, shift = np.polyfit(x[:, 0], y, 1)
    return slope * rows[:, 0] + shift


@double.mistake("not_trained", hint="CANARY: nothing was trained.")
def _(x, y, W, b):
    return W, b


@double.mistake("no_slope", hint="Only b was trained.")
def _(x, y, W, b):
    return W, np.array([y.mean()])


@double.variant
def variant(x, y, W, b):
    slope, shift = np.polyfit(x[:, 0], y, 1)
    return np.array([[slope]]), np.array([shift])
'''


def course_of(tmp_path, text=AUTHOR_FILE):
    return courses.find(write_course(tmp_path, text))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    course = course_of(tmp_path_factory.mktemp("course"))
    return build(course.exercise("arithmetic/double"), 4.0, 10.0, SECRET)


def answered(pack, function):
    return judge(pack, inprocess.answer_all(function, pack.cases, 10.0))


def fitted(x, y, W, b, share=1.0):
    """So much of the way from the mean to the best line."""
    slope, shift = np.polyfit(x[:, 0], y, 1)
    return np.array([[share * slope]]), np.array([share * shift + (1 - share) * y.mean()])


# What is scored


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_the_nearer_the_line_the_larger_the_gain(slope, shift):
    nearer = 2 + (slope - 2) / 2, 1 + (shift - 1) / 2
    far, near = (training.predictions(LINE, {"W": [[w]], "b": [b]}, HELD) for w, b in ((slope, shift), nearer))
    assert training.gain(near, HELD) >= training.gain(far, HELD)
    assert training.share(LINE, near, HELD) >= training.share(LINE, far, HELD)


def test_the_best_constant_gains_nothing_and_the_reference_everything():
    assert training.gain(np.full(3, 3.0), HELD) == pytest.approx(0.0)
    assert training.gain(HELD.y, HELD) == pytest.approx(1.0)
    assert training.share(LINE, np.full(3, 3.0), HELD) == 0.0
    assert training.share(LINE, HELD.y, HELD) == 1.0


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
def test_what_diverged_gains_nothing(value):
    predicted = training.predictions(LINE, {"W": [[value]], "b": [0.0]}, HELD)
    assert training.share(LINE, predicted, HELD) == 0.0
    assert training.lost(LINE, predicted, HELD) > 1


@pytest.mark.parametrize(
    ("network", "parameters", "expected"),
    [
        ("x → dense(W, b)", {"W": [[2.0]], "b": [1.0]}, [1.0, 3.0, 5.0]),
        ("x → standardize(m, d) → dense(W, b)", {"m": [1.0], "d": [2.0], "W": [[2.0]], "b": [1.0]}, [0.0, 1.0, 2.0]),
        ("x → dense(W, b) → relu", {"W": [[-1.0]], "b": [1.0]}, [1.0, 0.0, 0.0]),
        ("x → dense(W, b) → sigmoid", {"W": [[0.0]], "b": [0.0]}, [0.5, 0.5, 0.5]),
        ("x → dense(W, b) → tanh", {"W": [[0.0]], "b": [np.log(2.0)]}, [0.6, 0.6, 0.6]),
        # The first of the two steps reaches the last state through W: tanh(W · tanh(x₁)).
        ("x → rnn(U, W, b)", {"U": [[0.0]], "W": [[1.0]], "b": [np.log(2.0)]}, [0.6, 0.6, 0.6]),
    ],
)
def test_a_network_is_what_its_words_say(network, parameters, expected):
    given = {name: np.array(value) for name, value in parameters.items()}
    assert training.predictions(Training(network=network, targets="y", enough=0.9), given, HELD) == pytest.approx(
        np.array(expected)
    )


def test_a_recurrent_layer_goes_through_all_steps():
    held = HeldOut(x=np.array([[1.0, 0.0]]), y=np.zeros(1), like=(), error=0.0)
    weights = {"U": np.array([[1.0]]), "W": np.array([[0.5]]), "b": np.zeros(1)}
    said = training.predictions(Training(network="x → rnn(U, W, b)", targets="y", enough=0.9), weights, held)
    assert said == pytest.approx(np.tanh(0.5 * np.tanh(1.0)))


def test_columns_are_examples_where_the_network_says_so():
    held = HeldOut(x=np.array([[1.0, 2.0], [3.0, 4.0]]), y=np.zeros((1, 2)), like=(), error=0.0)
    network = Training(network="X → columns(W, b)", targets="y", enough=0.9)
    assert training.predictions(network, {"W": np.array([[1.0, 10.0]]), "b": 0.5}, held).tolist() == [[31.5, 42.5]]


# What a student is told


def test_well_trained_parameters_are_right_whatever_way_they_were_found(built):
    assert answered(built.hidden, fitted).score == 4.0


def test_half_trained_parameters_earn_a_part_and_are_told_how_much_is_missing(built):
    verdict = answered(built.public, lambda *inputs: fitted(*inputs, share=0.5))
    assert verdict.outcome is Outcome.wrong
    assert 0.5 * 4 < verdict.score < 4
    assert "has a mean squared error of" in verdict.message
    assert "of what the reference gains; full marks begin at 90%" in verdict.message


def test_what_the_network_says_is_drawn_beside_what_is_right_in_public_cases_only(built):
    (drawn,) = answered(built.public, lambda x, y, W, b: (W, b)).pictures
    assert drawn.expected == tuple(sorted(drawn.expected))
    assert set(drawn.got) == {0.0}
    assert drawn.mark[1] == max(drawn.expected, key=abs)
    alone = msgspec.structs.replace(built.hidden, cases=built.hidden.cases[:2])
    assert answered(alone, lambda x, y, W, b: (W, b)).pictures == ()
    assert answered(built.public, lambda x, y, W, b: (W * np.nan, b)).pictures == ()


def test_of_hidden_rows_only_the_share_of_the_points_is_said(built):
    for case in (case for case in built.hidden.cases if case.hidden):
        alone = msgspec.structs.replace(built.hidden, cases=(case,))
        message = answered(alone, lambda *inputs: fitted(*inputs, share=0.5)).message
        assert "% of the points" in message
        assert "error" not in message


def test_a_mistake_is_named_though_nobody_trains_to_the_last_digit_alike(built):
    assert answered(built.hidden, lambda x, y, W, b: (W, b + y.mean() * 1.01)).diagnosis == "no_slope"
    assert answered(built.hidden, lambda x, y, W, b: (W, b)).diagnosis == "not_trained"
    assert answered(built.hidden, lambda *inputs: fitted(*inputs, share=0.5)).diagnosis is None


@pytest.mark.parametrize(
    ("answer", "rung", "says"),
    [
        (lambda x, y, W, b: (W.ravel(), b), "shape", "has shape (1,)"),
        (lambda x, y, W, b: (W * np.nan, b), "finite", "The training diverged"),
        (lambda x, y, W, b: W, "type", "expected (W, b)"),
        (lambda x, y, W, b: (W.astype(complex), b), "dtype", "expected float"),
    ],
)
def test_parameters_of_another_form_are_refused_before_they_are_tried(built, answer, rung, says):
    verdict = answered(built.public, answer)
    assert verdict.cases[0].rung == rung
    assert says in verdict.message
    assert verdict.score == 0


def test_parameters_of_another_shape_are_never_multiplied(built, monkeypatch):
    def multiplied(*_):
        raise AssertionError("they would broadcast, to more than there is memory for")

    monkeypatch.setattr(training, "predictions", multiplied)
    verdict = answered(built.hidden, lambda x, y, W, b: (W, np.zeros((50, 1, 1))))
    assert verdict.outcome is Outcome.wrong
    assert verdict.diagnosis is None


def test_who_learned_the_public_data_by_heart_is_found_out(built):
    case = built.public.cases[0]
    learned = fitted(*case.inputs.values())
    verdict = judge(built.hidden, [Answer(status=Status.returned, value=learned)] * len(built.hidden.cases))
    by_case = {case.case: case.outcome for case in verdict.cases}
    assert by_case["by hand"] is Outcome.correct
    assert {by_case["hidden 1"], by_case["hidden 2"]} == {Outcome.wrong}


def test_a_pack_comes_back_as_it_was_written(built):
    for pack in built:
        again = packs.read(packs.write(pack), "a pack")
        assert packs.same(pack, again)
        assert isinstance(again.cases[0].expected, HeldOut)
        assert again.training == LINE


# What `verify` says of an author's file


def test_a_sound_exercise_is_proven(tmp_path):
    with Workshop() as workshop:
        found = prove(course_of(tmp_path).exercise("arithmetic/double"), 4.0, 10.0, SECRET, workshop)
    assert [item for item in found.evidence if not item.ok] == []
    assert found.mutants is not None and found.mutants.killed >= 8
    assert found.margin is not None and found.margin.tolerance == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("old", "new", "kind", "says"),
    [
        ("STEPS := 300", "STEPS := 2", "oracle", "it is trained too little"),
        ("STEPS := 300", "STEPS := 12", "expect", "expected at most 0.0001"),
        ("slope * rows[:, 0] + shift", "0 * rows[:, 0]", "oracle", "no better than the best constant answer"),
        (
            "return W, b\n\n\n@double.mistake",
            "return variant(x, y, W, b)\n\n\n@double.mistake",
            "mistake",
            "accepts it",
        ),
        ("np.array([[slope]])", "np.array([[slope / 2]])", "variant", "wrong on"),
        # The hidden data are those that everybody has: parameters learned by heart would pass.
        ("rng.choice([-1, 1]) * rng.uniform(1, 3)", "3.0", "mutant", "accepted in hidden 1, hidden 2"),
        ("np.array([[slope]])", "np.array([[slope * 0.8]])", "margin", "right answers are off by up to 0."),
    ],
)
def test_a_planted_fault_is_found(tmp_path, old, new, kind, says):
    assert AUTHOR_FILE.count(old) == 1
    course = course_of(tmp_path, AUTHOR_FILE.replace(old, new))
    with Workshop() as workshop:
        found = prove(course.exercise("arithmetic/double"), 4.0, 10.0, SECRET, workshop)
    assert any(says in item.detail for item in found.of(kind) if not item.ok), found


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("x → dense(W, b)", "x → lstm(W, b)", "no layer of a network; there are standardize, dense"),
        ("x → dense(W, b)", "x", "has no layers"),
        ("x → dense(W, b)", "x → dense(W, c)", "the network needs W, c, and the function returns W, b"),
        ('targets="y"', 'targets="z"', "none of the arguments x, y, W, b"),
        ("enough=0.9", "enough=1.0", "must lie between 0 and 1"),
    ],
)
def test_a_score_that_cannot_be_is_refused_with_a_sentence(tmp_path, old, new, says):
    with pytest.raises(AuthorError, match=r"\.py: training: ") as refused:
        course_of(tmp_path, AUTHOR_FILE.replace(old, new)).exercise("arithmetic/double")
    assert says in str(refused.value)


def test_a_reference_that_does_not_train_is_refused_with_a_sentence(tmp_path):
    text = AUTHOR_FILE.replace("    return W, b\n    ### END", "    return W[0], b\n    ### END")
    text = text.replace('"x → dense(W, b)"', '"x → standardize(W, b)"')
    course = course_of(tmp_path, text.replace("return W[0], b", "return None"))
    with pytest.raises(AuthorError, match="training gives no parameters that fit the network"):
        build(course.exercise("arithmetic/double"), 4.0, 10.0, SECRET)
