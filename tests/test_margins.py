"""Margins: right answers on one side of the tolerance, wrong ones on the other, with room between."""

import math

import msgspec
import numpy as np
import pytest
from building import AUTHOR_FILE, pack, write_course

from autograder import course as courses
from autograder.judge import tolerance
from autograder.outcome import Answer, Normal, Status, Uniform
from autograder.proving import distance, laws
from autograder.proving.kernels import environments
from autograder.proving.margins import Noise, margin, noise_of, noise_pack, sentence
from autograder.proving.matrix import Workshop, prove
from autograder.publishing import packs

SECRET = "s" * 32
Z = np.array([[1.0, -2.0, 4.0]])


@pytest.fixture(scope="module")
def workshop():
    with Workshop() as started:
        yield started


def of(value, expected=Z):
    exercise = pack(lambda x: expected, [{"x": Z}])
    answer = Answer(status=Status.returned, value=value)
    return distance.of_answers(exercise, exercise.cases, [answer])


@pytest.mark.parametrize(
    ("value", "units"),
    [
        (Z, 0),
        (Z + 4e-9, 1),
        (Z + 4e-8, 10),
        ((Z + 4e-5).astype(np.float32), 1),
        (Z.T, math.inf),
        (Z > 0, math.inf),
        (Z.tolist(), math.inf),
        (np.array([[1.0, np.nan, 4.0]]), math.inf),
        (None, math.inf),
    ],
)
def test_a_distance_is_in_units_of_what_the_judge_allows(value, units):
    assert of(value) == pytest.approx(units, rel=1e-2)


def test_a_distance_of_what_is_not_finite_or_not_measured():
    strange = np.array([np.nan, np.inf, 1.0])
    assert of(strange, strange) == 0
    assert of(3, 3) == 0
    assert of(4, 3) == math.inf
    assert of("a", "b") == math.inf
    raised = Answer(status=Status.raised, exception="ValueError")
    exercise = pack(lambda x: 1 / 0, [{"x": 1.0}])
    assert distance.of_answers(exercise, exercise.cases, [raised]) == math.inf


def value_pack(**fields):
    made = pack(lambda x: 2.0 * x, [{"x": Z}], mistakes={"near": lambda x: 2.0 * x + 8e-6, "far": lambda x: x})
    return msgspec.structs.replace(made, **fields)


@pytest.mark.parametrize(
    ("noise", "wrong", "share", "problem"),
    [
        (Noise(), {}, None, ""),
        (Noise(0.09), {}, None, ""),
        (Noise(0.11), {}, None, "the tolerance is too tight"),
        (Noise(single=0.09), {}, None, ""),
        (Noise(single=0.11), {}, None, "right answers in float32 are off by up to 0.11"),
        (Noise(math.inf), {}, None, "the tolerance is too tight"),
        (Noise(), {"a slip": 9.0}, None, "“a slip” is off by only 9 times"),
        (Noise(), {"a slip": 11.0}, None, ""),
        (Noise(), {}, 1e-7, "“near” is off by only 10 times what is allowed"),
        (Noise(), {}, 1e-3, ""),  # it accepts `near`, which is found elsewhere
    ],
)
def test_the_tolerance_needs_a_factor_of_ten_on_both_sides(noise, wrong, share, problem):
    found, evidence = margin(value_pack(tolerance=share and share * (1 + 1e-6)), noise, wrong)
    assert evidence.ok is (problem == "")
    assert problem in evidence.detail
    assert found.tolerance == pytest.approx(share or tolerance.TABLE["float64"])


def test_a_margin_is_printed_as_three_numbers():
    found, evidence = margin(value_pack(), Noise(2e-7), {})
    assert sentence(found) == evidence.detail == "noise 2e-16 … tolerance 1e-09 … nearest 1e-06"
    assert found.culprit == "near"


def exercise(tmp_path, *changes):
    text = AUTHOR_FILE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return courses.find(write_course(tmp_path, text)).exercise("arithmetic/double")


def failed(proof):
    return {(item.kind, item.name): item.detail for item in proof.evidence if not item.ok}


NOISY = ("return x + x  # CANARY_VARIANT", "return (x + x) * (1 + 4e-10)")


def test_a_narrow_margin_needs_the_author_s_reason(tmp_path, workshop):
    found = failed(prove(exercise(tmp_path / "silent", NOISY), 1.0, 1.0, SECRET, workshop))
    assert "where it cannot be otherwise, say why: @exercise(narrow_margin=…)" in found["margin", "tolerance"]
    reason = ('returns="N D")', 'returns="N D", narrow_margin="its ε of 1e-8 is all there is")')
    proof = prove(exercise(tmp_path / "said", NOISY, reason), 1.0, 1.0, SECRET, workshop)
    assert failed(proof) == {}
    assert proof.of("margin")[0].detail.endswith("; narrow, because its ε of 1e-8 is all there is")
    # A reason is for less room, not for none.
    wrong = ("return x + x  # CANARY_VARIANT", "return (x + x) * (1 + 4e-9)")
    found = failed(prove(exercise(tmp_path / "wrong", wrong, reason), 1.0, 1.0, SECRET, workshop))
    assert "right answers are off by up to 4 of what is allowed" in found["margin", "tolerance"]


def test_the_noise_in_float32_has_a_tolerance_of_its_own(tmp_path, workshop):
    single = ("return x + x  # CANARY_VARIANT", "return (x.astype(np.float32) * 2) * np.float32(1 + 3e-7)")
    (said,) = prove(exercise(tmp_path, single), 1.0, 1.0, SECRET, workshop).of("margin")
    assert said.ok
    assert said.detail.endswith("; in float32 noise 4e-07 … tolerance 1e-05")


def test_a_right_answer_that_only_fresh_inputs_show_to_be_noisy_is_found(tmp_path):
    made = exercise(tmp_path)
    built = packs.build(made, 1.0, 1.0, SECRET)
    seen = {case.inputs["x"].tobytes() for case in built.hidden.cases}
    made.variants.append(lambda x: 2.0 * x + (0.0 if x.tobytes() in seen else 1e-6))
    assert noise_of(made, built.hidden).double < 1e-6
    assert noise_of(made, noise_pack(made, built.public)).double > 1


def test_noise_is_measured_with_other_kernels(tmp_path, workshop):
    product = ("return 2.0 * x  #", "return x @ np.full((x.shape[1],) * 2, 0.1)  #")
    made = exercise(
        tmp_path,
        product,
        ("return x + x  # CANARY_V", "return np.einsum('ij,jk->ik', x, np.full((x.shape[1],) * 2, 0.1))  # CANARY_V"),
    )
    quiet = noise_pack(made, packs.build(made, 1.0, 1.0, SECRET).public)
    others = workshop.machines.noise(made, quiet)
    assert len(others) == len(environments())
    assert all(0 < noise.double < 1e-5 for noise in others)
    spoilt = msgspec.structs.replace(quiet, outputs=(msgspec.structs.replace(quiet.outputs[0], name="z"),))
    assert workshop.machines.noise(made, spoilt) == others  # the processes go on with the next question


RANDOM = '''
"""A layer

Its weights.
"""

import numpy as np

from autograder import Normal, exercise


@exercise()
def double(fan_in, rng):
    """Weights of shape (fan_in, 90)."""
    ### BEGIN SOLUTION
    return rng.normal(0.0, 0.1, size=(fan_in, 90))
    ### END SOLUTION


@double.law
def law(fan_in, scale=0.1):
    return Normal(shape=(fan_in, 90), scale=scale)


double.case("a layer", fan_in=150)


@double.cases(hidden=3)
def layers(rng):
    return {"fan_in": int(rng.integers(150, 170))}


@double.oracle.law
def by_scipy(fan_in):
    from scipy import stats

    return stats.norm(scale=0.1)


@double.mistake("twice", hint="Twice as wide.")
def _(fan_in):
    return law(fan_in, 0.2)
'''


def test_a_law_s_power_is_stated_and_a_law_with_none_is_found(tmp_path, workshop):
    made = courses.find(write_course(tmp_path, RANDOM)).exercise("arithmetic/double")
    proof = prove(made, 1.0, 1.0, SECRET, workshop)
    assert failed(proof) == {}
    assert 1.05 < proof.margin.power < 1.15
    assert proof.mutants.killed == proof.mutants.total > 10
    weak = courses.find(write_course(tmp_path / "weak", RANDOM.replace("90", "9"))).exercise("arithmetic/double")
    found = failed(prove(weak, 1.0, 1.0, SECRET, workshop))
    assert "expected at most 1.15" in found["margin", "power"]
    assert ("mutant", "scale × 1.15 (normal)") in found


@pytest.mark.parametrize("family", [Normal, Uniform])
def test_what_is_rejected_for_certain_is_always_rejected(family):
    law = Normal(shape=(60, 100)) if family is Normal else Uniform(shape=(60, 100), low=-1.0)
    exercise = pack(lambda x: law, [{"x": 1.0}])
    case = msgspec.structs.replace(exercise.cases[0], expected=law, seeds=(1, 1, 2))
    exercise = msgspec.structs.replace(exercise, cases=(case,))
    factor = laws.certain_factor(exercise, family)
    assert 1.05 < factor < 1.6
    change = dict(laws.changes(family))
    for seed in range(40):
        drawn = msgspec.structs.replace(case, seeds=(seed, seed, seed + 1000))
        for scale in (factor, 1 / factor):
            wrong = laws.drawn_answer(laws._scaled(law, scale), drawn)
            assert laws.judge(exercise, [wrong]).correct is False
        assert laws.judge(exercise, [laws.drawn_answer(law, drawn)]).correct is True
    assert change["another family"](law) != law
    assert laws.certain_factor(msgspec.structs.replace(exercise, cases=(case,) * 4), family) < factor
