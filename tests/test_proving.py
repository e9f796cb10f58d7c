"""`verify` finds a planted fault of each kind, and proves every exercise of the course."""

import pytest
from building import AUTHOR_FILE, write_course

from autograder import course as courses
from autograder.proving.expectation import disagreement
from autograder.proving.matrix import prove

SECRET = "s" * 32


def proof(tmp_path, text=AUTHOR_FILE):
    course = courses.find(write_course(tmp_path, text))
    return prove(course.exercise("arithmetic/double"), 1.0, 1.0, SECRET)


def failures(found):
    return {(item.kind, item.name): item.detail for item in found.evidence if not item.ok}


def test_a_sound_exercise_is_proven(tmp_path):
    found = proof(tmp_path)
    assert failures(found) == {}
    assert [(kind, len(found.of(kind))) for kind in ("expect", "oracle", "mistake", "variant", "stub")] == [
        ("expect", 1),
        ("oracle", 1),
        ("mistake", 2),
        ("variant", 2),
        ("stub", 1),
    ]


ORACLE = "@double.oracle.brute_force\n"


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("return 2.0 * x", "return 2.5 * x", ("expect", "by hand"), "expect 3 at [0][0]; the reference gives 3.75"),
        ("expect=[[3, -4]]", "expect=[[3, 4]]", ("expect", "by hand"), "expect 4 at [0][1]; the reference gives -4"),
        ("expect=[[3, -4]]", "expect=[3, -4]", ("expect", "by hand"), "expect has 2 parts"),
        ("expect=[[3, -4]]", "raises=ValueError", ("expect", "by hand"), "does not raise ValueError"),
        ("v + v", "v * v", ("oracle", "brute force"), "the oracle gives"),
        (
            "[[v + v for v in row] for row in x]",
            "[v + v for v in x[0]]",
            ("oracle", "brute force"),
            "the oracle gives shape (7,), the reference (2, 7)",
        ),
        ("[[v + v for v in row] for row in x]", "x.nothing", ("oracle", "brute force"), "AttributeError"),
        (ORACLE, "", ("oracle", "none"), "independent second opinion"),
        ("return x**2", "return x + x", ("mistake", "squared"), "the hidden pack accepts it"),
        ("return x.copy()", "return x**2", ("mistake", "unchanged"), "rejects it but names nothing"),
        ("return x + x  # CANARY_VARIANT", "return x", ("variant", "variant 1"), "wrong on"),
        ("return x + x  # CANARY_VARIANT", "return None", ("variant", "variant 1"), "wrong on"),
        ("return x + x  # CANARY_VARIANT", "x += x\n    return x", ("variant", "variant 1"), "changed its input x"),
        ("return 2.0 * x", "return np.array([[3.0, np.nan]])", ("expect", "by hand"), "gives nan"),
        ("    return x + x\n", "    return y\n\n\nz = y\n", ("stub", "stub"), "it does not run: NameError"),
    ],
)
def test_a_planted_fault_is_found(tmp_path, old, new, where, says):
    assert AUTHOR_FILE.count(old) >= 1
    text = AUTHOR_FILE.replace(old, new, 1)
    if where == ("stub", "stub"):
        text = text.replace("z = y", "y = np.unknown")
        with pytest.raises(Exception, match="unknown"):  # it does not even load
            proof(tmp_path, text)
        return
    found = failures(proof(tmp_path, text))
    assert where in found
    assert says in found[where]


def test_a_mistake_that_only_hidden_cases_catch_is_told(tmp_path):
    late = "return np.where(x == 1.5, 3.0, x) if x.shape == (1, 2) else x  # CANARY_MISTAKE"
    text = AUTHOR_FILE.replace("double.cases(public=1, hidden=3)", "double.cases(hidden=3)")
    text = text.replace("x=[[1.5, -2.0]], expect=[[3, -4]]", "x=[[1.5, 0.0]], expect=[[3, 0]]")
    found = failures(proof(tmp_path, text.replace("return x**2  # CANARY_MISTAKE", late)))
    assert found[("mistake", "squared")] == "the public pack accepts it"


def test_a_mistake_s_own_lecture_number_is_checked(tmp_path):
    told = AUTHOR_FILE.replace('hint="That is the square."', 'hint="That is the square.", expect=[["2.25", "{}"]]')
    assert failures(proof(tmp_path, told.replace("{}", "4.0"))) == {}
    assert "expect 5.0" in failures(proof(tmp_path, told.replace("{}", "5.0")))[("mistake", "squared")]


@pytest.mark.parametrize(
    ("expect", "value", "agrees"),
    [
        ("4.350", 4.3499, True),
        ("4.350", 4.3494, False),
        ("4.35", 4.3494, True),
        ("0.462", 0.4621171572600098, True),
        ("-2.751", -2.75133, True),
        ("54.14425", 54.14424912, True),
        ("1e3", 1400.0, True),
        (0.462, 0.4621171572600098, False),
        (1, 1.0, True),
        ([["1.5"]], [[1.52]], True),
        ({"a": "1.5"}, {"a": 1.52, "b": 7}, True),
        ({"c": "1.5"}, {"a": 1.52}, False),
        ((4, 3), (4, 3), True),
        ((4, 3), (3, 4), False),
        ("softmax", "softmax", True),
        ("softmax", "sigmoid", False),
        (None, 0.0, False),
        (True, 1, False),
    ],
)
def test_an_expected_number_is_compared_to_the_places_it_is_given_with(expect, value, agrees):
    assert (disagreement(expect, value) == "") == agrees


COURSE = courses.find()
SEVEN = """activations/relu_derivative convolution/conv_output_size backprop/productivity_step rnn/rnn_tanh_step
gates/lstm_gates initialization/xavier_init rnn/bptt""".split()


@pytest.mark.parametrize("name", COURSE.names())
def test_every_exercise_of_the_course_is_proven(name):
    # Another secret than any build's: what holds must not hang on the luck of a draw.
    found = prove(COURSE.exercise(name), COURSE.points(name), COURSE.limits.seconds, "another secret".ljust(32))
    assert failures(found) == {}
    assert len(found.of("mistake")) >= 5
    assert len(found.of("variant")) >= 4  # three, and the reference


def test_the_seven_are_in_the_course():
    assert set(SEVEN) <= set(COURSE.names())
