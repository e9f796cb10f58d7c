"""Feedback says what the mistake is, or nothing."""

import numpy as np
import pytest
from building import pack
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge import judge
from autograder.outcome import Answer, Normal, Outcome, Status, Uniform
from autograder.pack import Output
from autograder.running import inprocess

rng = np.random.default_rng(3)
CASES = [{"x": rng.normal(size=(n, n + 1))} for n in (2, 3, 5)]
DIMS = [{"N": n, "D": n + 1} for n in (2, 3, 5)]


def reference(x):
    return x * np.sin(x)


MISTAKES = {"forgets_x": np.sin, "cosine": lambda x: x * np.cos(x), "only_first_row": lambda x: reference(x)[:1]}


def verdict(function, **fields):
    exercise = pack(reference, CASES, **{"mistakes": MISTAKES, "dims": DIMS, **fields})
    return judge(exercise, inprocess.answer_all(function, exercise.cases, 5.0))


@pytest.mark.parametrize("name", MISTAKES)
def test_a_named_mistake_is_named_with_its_hint(name):
    found = verdict(MISTAKES[name])
    assert (found.diagnosis, found.hint) == (name, f"You made {name}.")
    assert found.hint in found.message


@pytest.mark.parametrize("name", MISTAKES)
def test_it_is_named_on_hidden_cases_too(name):
    assert verdict(MISTAKES[name], hidden=True).diagnosis == name


def test_whole_numbers_that_numpy_does_not_have_are_compared_too():
    exercise = pack(lambda x: 2**80, [{"x": 1.0}], mistakes={"twice": lambda x: 2**81, "thrice": lambda x: 3 * 2**80})
    assert judge(exercise, inprocess.answer_all(lambda x: 2**81, exercise.cases, 1.0)).diagnosis == "twice"


def test_a_right_answer_is_never_diagnosed():
    assert verdict(reference).diagnosis is None
    assert verdict(lambda x: reference(x).astype(np.float32)).diagnosis is None


def test_silent_when_two_mistakes_fit():
    twins = {**MISTAKES, "forgets_x_again": np.sin}
    assert verdict(np.sin, mistakes=twins).diagnosis is None


def test_silent_when_a_mistake_explains_only_some_of_the_cases():
    assert verdict(lambda x: np.sin(x) if x.shape[0] < 5 else x * np.cos(x)).diagnosis is None


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda y: -y, "opposite_sign"),
        (lambda y: 2 * y, "twice"),
        (lambda y: y / 2, "half"),
        (lambda y: y.T, "transposed"),
        (lambda y: y + 1, "off_by_one"),
        (lambda y: y**2, "squared"),
        (lambda y: y * y.shape[0], "times_N"),
        (lambda y: y / y.shape[1], "divided_by_D"),
    ],
)
def test_changes_that_could_happen_to_any_formula_are_recognised(change, name):
    assert verdict(lambda x: change(reference(x))).diagnosis == name


@given(st.floats(0.1, 10).filter(lambda f: all(abs(f - g) > 1e-3 for g in (0.5, 1, 2, 3, 4, 5, 6))))
def test_an_arbitrary_factor_is_not_explained(factor):
    assert verdict(lambda x: factor * reference(x)).diagnosis is None


def test_one_number_is_too_little_to_explain():
    exercise = pack(lambda x: 2.0 * x, [{"x": 1.0}])
    assert judge(exercise, inprocess.answer_all(lambda x: 3.0 * x, exercise.cases, 1.0)).diagnosis is None


def test_of_several_outputs_the_wrong_one_is_diagnosed():
    def both(x):
        return reference(x), x + 1.0

    exercise = pack(
        both,
        CASES,
        mistakes={"first": lambda x: (np.sin(x), x + 1.0), "second": lambda x: (reference(x), x - 1.0)},
        outputs=(Output(name="a"), Output(name="b")),
        returns="tuple",
        dims=DIMS,
    )

    def told(function):
        return judge(exercise, inprocess.answer_all(function, exercise.cases, 1.0))

    assert told(lambda x: (np.sin(x), x + 1.0)).diagnosis == "first"
    two_mistakes = told(lambda x: (np.sin(x), x - 1.0))
    assert (two_mistakes.diagnosis, two_mistakes.hint) == ("first", "In `a`: You made first.")
    unknown = told(lambda x: (reference(x), -(x + 1.0)))
    assert unknown.diagnosis == "opposite_sign"
    assert unknown.hint.startswith("In `b`")


@pytest.mark.parametrize(("chosen", "diagnosis"), [(np.argmin, None), (np.min, "least")])
def test_one_of_several_wrong_outputs_is_not_explained_by_whole_numbers_alone(chosen, diagnosis):
    """Which is the largest of a few is often the same in two wrong answers."""
    best = np.argmax if chosen is np.argmin else np.max
    exercise = pack(
        lambda x: (np.sin(x), best(x, axis=1)),
        CASES,
        outputs=(Output(name="y"), Output(name="chosen")),
        returns="tuple",
        mistakes={"least": lambda x: (np.cos(x), chosen(x, axis=1))},
    )
    answers = inprocess.answer_all(lambda x: (np.tan(x), chosen(x, axis=1)), exercise.cases, 5.0)
    assert judge(exercise, answers).diagnosis == diagnosis


def test_an_exception_is_a_mistake_when_the_mistake_raises_it_in_every_case():
    mistakes = {"wrong_axis": lambda x: reference(x) @ np.zeros(99), "other": np.sin}
    assert verdict(lambda x: np.zeros((2, 3)) @ np.zeros(7), mistakes=mistakes).diagnosis == "wrong_axis"


LAW = {"shape": (200, 100), "scale": 0.1}


def law_pack():
    mistakes = {
        "too_wide": Normal(shape=(200, 100), scale=0.12),
        "uniform": Uniform(shape=(200, 100), low=-0.1, high=0.1),
        "unseeded": Normal(shape=(200, 100), scale=0.1, seeded=False),
    }
    inputs = {"rng": inprocess.wire.Rng(0)}
    exercise = pack(lambda rng: 0, [inputs], mistakes=mistakes)
    import msgspec

    cases = [msgspec.structs.replace(exercise.cases[0], expected=Normal(shape=(200, 100), scale=0.1), seeds=(1, 1, 2))]
    return msgspec.structs.replace(exercise, cases=tuple(cases))


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda rng: rng.normal(0, 0.1, (200, 100)), "correct"),
        (lambda rng: 0.1 * rng.standard_normal((100, 200)).T, "correct"),
        (lambda rng: rng.normal(0, 0.12, (200, 100)), "too_wide"),
        (lambda rng: rng.uniform(-0.1, 0.1, (200, 100)), "uniform"),
        (lambda rng: np.random.normal(0, 0.1, (200, 100)), "unseeded"),
        (lambda rng: np.random.default_rng(5).normal(0, 0.1, (200, 100)), "unseeded"),
        (lambda rng: np.sort(rng.normal(0, 0.1, 20_000)).reshape(200, 100), None),
        (lambda rng: np.tile(rng.normal(0, 0.1, (1, 100)), (200, 1)), None),
        (lambda rng: rng.normal(0.01, 0.1, (200, 100)), None),
        (lambda rng: np.full((200, 100), 0.1), None),
    ],
)
def test_random_answers_are_judged_by_their_law(function, name):
    exercise = law_pack()
    found = judge(exercise, inprocess.answer_all(function, exercise.cases, 30.0))
    assert found.correct == (name == "correct")
    if not found.correct:
        assert found.diagnosis == name


@pytest.mark.parametrize(
    "value",
    [inprocess.wire.Opaque("value of more than 16 MB"), None, 1.0, (np.zeros((200, 100)),), [np.zeros((200, 100))] * 3],
    ids=["too large to be sent", "None", "a number", "one draw", "a list"],
)
def test_random_answers_of_another_form_are_wrong_and_no_fault_of_the_grader(value):
    found = judge(law_pack(), [Answer(status=Status.returned, value=value)])
    assert found.outcome is Outcome.wrong
    assert "expected an array" in found.message


def test_a_right_law_is_accepted_for_every_seed():
    exercise = law_pack()
    for seed in range(40):
        draws = [np.random.default_rng(s).normal(0, 0.1, (200, 100)) for s in (seed, seed, seed + 1000)]
        answer = inprocess.Answer(status="returned", value=tuple(draws))
        assert judge(exercise, [answer]).correct
