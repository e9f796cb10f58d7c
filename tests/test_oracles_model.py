"""A trained model as an oracle: it agrees, finds what is wrong, and says what it needs; packs need none of it."""

import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from building import AUTHOR_FILE, write_course
from reference_models import FOLDER, ROOT, exact, models

from autograder import course as courses
from autograder import pack as packs
from autograder.authoring import AuthorError
from autograder.judge import judge
from autograder.oracles.models import trained
from autograder.proving import cache
from autograder.proving.second_opinions import second_opinions
from autograder.publishing.packs import build
from autograder.running import inprocess

SECRET = "s" * 32
NAMES = ["convolution/cnn_forward", "gates/sentiment_lstm", "gates/next_word", "attention/machine_translation"]
LOOP = "@double.oracle.brute_force\ndef canary_oracle(x):\n    return np.array([[v + v for v in row] for row in x])"
# Twice a number, from the slope of a network with one unit that is never bent.
ASKED = """
@double.oracle.model("digits_logistic")
def twice(model, x):
    ones = {"unit.w": np.ones((64, 1)), "unit.b": np.zeros((1, 1))}
    return model.forward(np.ones((64, 1)) * x.ravel() / 32, ones)["Z"].reshape(x.shape)
"""
AUTHORS = AUTHOR_FILE.replace(LOOP, ASKED)


@pytest.fixture(scope="module")
def built():
    course = courses.find()
    return {name: (course.exercise(name), build(course.exercise(name), 1.0, 10.0, SECRET)) for name in NAMES}


def write(tmp_path, text=AUTHORS, without=()):
    """The small course, with the reference models but for what is left out."""
    root = write_course(tmp_path, text)
    shutil.copytree(FOLDER, root / "solutions" / "models", ignore=shutil.ignore_patterns("__pycache__", *without))
    return root / "solutions" / "arithmetic" / "double.py"


def opinion(author_file):
    exercise = courses.find(author_file.parent.parent.parent).exercise("arithmetic/double")
    (found,) = second_opinions(exercise, build(exercise, 1.0, 1.0, SECRET).hidden)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_model_pins_the_right_answer(built, name):
    exercise, made = built[name]
    (oracle,) = [oracle for oracle in exercise.oracles if oracle.model]
    assert oracle.pins
    alone = [each for each in second_opinions(exercise, made.hidden) if each.name == "trained model"]
    assert [(each.ok, each.detail.endswith(" values agree")) for each in alone] == [(True, True)]


def test_a_right_reference_agrees_and_a_wrong_one_is_found(tmp_path):
    right = opinion(write(tmp_path))
    assert (right.name, right.ok) == ("trained model", True), right.detail
    author_file = tmp_path / "solutions/arithmetic/double.py"
    author_file.write_text(author_file.read_text().replace("return 2.0 * x", "return (2.0 + 1e-8) * x"))
    wrong = opinion(author_file)
    assert not wrong.ok
    assert re.search(r"case “hidden 1”: at \[0, 0\] the oracle gives \S+, the reference ", wrong.detail)


def test_its_weights_and_its_forward_pass_are_the_trained_ones_in_float64(built):
    model = trained("digits_cnn", built[NAMES[0]][0].path)
    x = np.random.default_rng(0).uniform(size=(2, 8, 8, 1))
    expected = models.load("digits_cnn").forward(exact("digits_cnn"), x)
    assert list(model.forward(x)) == list(expected)
    for name, values in model.forward(x).items():
        assert values.dtype == np.float64
        assert np.array_equal(values, expected[name].numpy())
    assert all(np.array_equal(values, exact("digits_cnn")[name]) for name, values in model.weights.items())
    no_bias = model.forward(x, {**model.weights, "dense.b": np.zeros(10)})
    assert np.allclose(no_bias["logits"] + model.weights["dense.b"], model.forward(x)["logits"], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("change", "without", "says"),
    [
        (
            ("digits_logistic", "digits_logistics"),
            (),
            "no reference model is called 'digits_logistics'; there are prod",
        ),
        (
            ("", ""),
            ("digits_logistic.safetensors",),
            "digits_logistic has no trained weights (digits_logistic.safetensors missing): "
            "run autograder train digits_logistic",
        ),
        (
            ("", ""),
            ("digits_logistic.json",),
            "(digits_logistic.json missing): run autograder train digits_logistic",
        ),
        (("", ""), ("__init__.py",), "models/__init__.py does not exist"),
        (("unit.w", "w"), (), "digits_logistic has the weights unit.w, unit.b, and not w, unit.b"),
    ],
    ids=["no such model", "no weights", "no card", "no models", "other weights"],
)
def test_what_is_missing_is_said_with_a_way_out(tmp_path, change, without, says):
    found = opinion(write(tmp_path, AUTHORS.replace(*change), without))
    assert not found.ok
    assert says in found.detail


def test_weights_of_another_training_than_the_card_are_refused(tmp_path):
    author_file = write(tmp_path)
    card = author_file.parent.parent / "models/trained/digits_logistic.json"
    card.write_text(card.read_text().replace('"seed": ', '"seed": 1'))
    assert "card and weights do not belong together: train it again" in opinion(author_file).detail


def test_draws_cannot_be_asked_of_a_model():
    exercise = courses.find().exercise("initialization/xavier_init")
    with pytest.raises(AuthorError, match="cannot ask a model for its answers: they are draws"):
        exercise.oracle.model("digits_cnn")(lambda model: None)


def test_a_proof_is_kept_until_the_model_it_rests_on_is_trained_again(tmp_path):
    author_file = write(tmp_path)
    folder, key = author_file.parent.parent / "models", cache.key(author_file, 1.0)
    (folder / "trained/digits_cnn.safetensors").write_bytes(b"another training of another model")
    assert cache.key(author_file, 1.0) == key
    (folder / "trained/digits_logistic.safetensors").write_bytes(b"another training")
    trained_again = cache.key(author_file, 1.0)
    assert trained_again != key
    (folder / "layers.py").write_text("another architecture")
    assert cache.key(author_file, 1.0) != trained_again


@pytest.mark.parametrize("name", NAMES)
def test_a_public_pack_holds_the_weights_once_and_stays_small(built, name):
    _, made = built[name]
    written = packs.write(made.public)
    assert len(written) < 300_000
    assert packs.same(packs.read(written, name), made.public)
    case = next(case for case in made.public.cases if "trained" in case.name or "another order" in case.name)
    values = [
        each for value in case.inputs.values() for each in (value.values() if isinstance(value, dict) else [value])
    ]
    assert written.count(max(values, key=np.size).tobytes()) == 1


def test_the_first_layer_that_differs_is_named(built):
    _, made = built[NAMES[0]]

    def too_much_in_the_pooling(*inputs):
        conv1, pool1, conv2, logits = built[NAMES[0]][0](*inputs)
        return conv1, pool1 + 0.01, conv2 + 0.01, logits + 0.01

    verdict = judge(made.public, inprocess.answer_all(too_much_in_the_pooling, made.public.cases, 10.0))
    wrong = re.findall(r"^ *`(\w+)` has the right shape, but", verdict.message, re.M)
    assert wrong == ["pool1", "conv2", "logits"]
    assert "Right already: `conv1`." in verdict.message


def test_they_are_built_where_torch_is_not_installed():
    code = f"""if True:
        import sys
        class NoTorch:
            def find_spec(name, path, target=None):
                if name.partition(".")[0] == "torch":
                    raise ModuleNotFoundError(name)
        sys.meta_path.insert(0, NoTorch)
        from autograder import course as courses
        from autograder.publishing.packs import build
        for name in {NAMES}:
            build(courses.find().exercise(name), 1.0, 10.0, "{SECRET}")
        print("built")
    """
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "built\n", done.stderr
