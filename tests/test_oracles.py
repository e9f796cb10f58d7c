"""Second opinions: how exact each kind is, where it has no opinion, and what it finds."""

import numpy as np
import pytest
from building import AUTHOR_FILE, case, write_course

from autograder import course as courses
from autograder.authoring import AuthorError
from autograder.oracle_kinds import Oracle
from autograder.oracles import complex_step, differences, symbolic
from autograder.oracles.relations import objection
from autograder.proving.second_opinions import second_opinions
from autograder.publishing import packs

Z = np.array([[0.3, -1.2, 2.0], [0.0, 1e-6, -4.0]])


def softplus(z):
    return np.sum(np.log(1 + np.exp(z)))


SIGMOID = 1 / (1 + np.exp(-Z))


def test_central_differences_are_good_to_nine_digits_and_the_complex_step_to_all():
    assert np.abs(differences.gradient(softplus, Z) - SIGMOID).max() < 1e-9
    assert np.abs(complex_step.gradient(softplus, Z) - SIGMOID).max() < 1e-15
    # Beside a large number a difference has no digits left, and says nothing; an imaginary step does not subtract.
    beside = [lambda z: softplus(z) + 1e9]
    assert np.isnan(differences.gradient(*beside, Z)).any()
    assert np.abs(complex_step.gradient(*beside, Z) - SIGMOID).max() < 1e-15


@pytest.mark.parametrize("gradient", [differences.gradient, complex_step.gradient])
def test_a_gradient_has_the_form_of_what_it_is_taken_at(gradient):
    found = gradient(lambda p: p["a"] ** 2 + np.sum(p["b"] ** 3), {"a": 3.0, "b": np.array([1.0, 2.0])})
    assert type(found["a"]) is float
    assert found["a"] == pytest.approx(6)
    assert found["b"] == pytest.approx(np.array([3.0, 12.0]))


def test_a_kink_that_is_flat_beside_steep_slopes_is_one_all_the_same():
    weights = np.array([2.0, 1e-3, 1e-3])

    def leaky(z):
        return np.sum(weights * np.where(z > 0, z, 0.9 * z))

    found = differences.gradient(leaky, np.array([1.0, 0.0, -1.0]))
    assert np.isnan(found).tolist() == [False, True, False]
    # And what is only bent is none, however flat.
    assert np.isfinite(differences.gradient(lambda z: np.sum(weights * z**2), np.array([1.0, 0.0, 1e-3]))).all()


@pytest.mark.parametrize(
    ("jumps", "function"),
    [
        ("the value", lambda z: np.sum(np.where(z > 0, 1.0, 0.0) + z)),
        ("the slope", lambda z: np.sum(np.abs(z))),
        ("the curvature", lambda z: np.sum(np.where(z > 0, 9 * z**2, 0) + z)),
    ],
)
def test_where_something_jumps_differences_have_no_opinion(jumps, function):
    found = differences.gradient(function, Z)
    assert np.argwhere(np.isnan(found)).tolist() == [[1, 0], [1, 1]]  # at 0, and within a step of it


def author_file(tmp_path, *changes):
    text = AUTHOR_FILE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return courses.find(write_course(tmp_path, text)).exercise("arithmetic/double")


def opinions(tmp_path, *changes):
    exercise = author_file(tmp_path, *changes)
    return list(second_opinions(exercise, packs.build(exercise, 1.0, 1.0, "s" * 32).hidden))


LOOP = "@double.oracle.brute_force\ndef canary_oracle(x):\n    return np.array([[v + v for v in row] for row in x])"


def declared(declaration, forward="x**2"):
    return LOOP, f"@double.oracle.{declaration}\ndef forward(x):\n    return {forward}"


@pytest.mark.parametrize(
    ("declaration", "kind"),
    [
        ('differences("x")', "finite differences"),
        ('differences("x", directions=3)', "finite differences"),
        ('complex_step("x")', "complex step"),
    ],
)
def test_a_forward_value_pins_its_derivative(tmp_path, declaration, kind):
    (right,) = opinions(tmp_path / "right", declared(declaration))
    assert (right.name, right.ok) == (kind, True), right.detail
    # 2x is the slope of x², and not of x² with another constant at a single element.
    (wrong,) = opinions(tmp_path / "wrong", declared(declaration, "x**2 + 1e-3 * x * (np.arange(x.shape[1]) == 1)"))
    assert not wrong.ok
    assert "the oracle gives" in wrong.detail


def test_along_directions_two_hundred_weights_cost_no_more_than_two():
    def calls(shape):
        asked = []
        oracle = Oracle("finite differences", lambda w: asked.append(1) or w**3, {"": "w"}, {}, directions=2)
        weights = np.linspace(-1, 1, int(np.prod(shape))).reshape(shape)
        (opinion,) = differences.along_directions(oracle, {"w": weights}, {"": 3 * weights**2})
        assert np.abs(opinion.value - opinion.reference).max() < 1e-8 * opinion.size
        return len(asked)

    assert calls((10, 20)) == calls((1, 2)) == 10


def test_a_difference_that_is_silent_at_most_elements_proves_nothing(tmp_path):
    kinked = declared('differences("x")', "x**2 + np.minimum(np.abs(x), 1e-4)")  # at 0 alone
    zeros = "hidden=3, x=lambda rng, shape: rng.permutation(np.r_[1.5, np.zeros(np.prod(shape) - 1)]).reshape(shape))"
    (found,) = opinions(tmp_path, kinked, ("hidden=3)", zeros))
    assert not found.ok
    assert "more than half lie at a kink, so choose other inputs" in found.detail


@pytest.mark.parametrize("forward", ["np.abs(x) ** 2", "np.linalg.norm(x) ** 2", "x.astype(float) ** 2"])
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_a_forward_value_that_loses_the_imaginary_part_is_refused(tmp_path, forward):
    (found,) = opinions(tmp_path, declared('complex_step("x")', forward))
    assert not found.ok
    assert "its forward value is not analytic" in found.detail


def test_sympy_differentiates_once_for_each_form():
    asked = []
    oracle = Oracle("SymPy", lambda x, n: asked.append(x.shape) or x**n, {"": "x"}, {})
    for shape, n in [((2,), 3), ((2,), 3), ((3,), 3), ((2,), 2), ((2,), 3)]:
        x = np.linspace(1, 2, *shape)
        assert symbolic.answer(oracle, {"x": x, "n": n})[""] == pytest.approx(n * x ** (n - 1))
    assert asked == [(2,), (3,), (2,)]


# Relations: what holds between answers, a function that keeps to it, one that does not.


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def shift(f, z):
    return f(z + 3.0), f(z)


def translation(f, image, kernel):
    moved = np.roll(image, 1)
    return f(moved, kernel)[len(kernel) :], f(image, kernel)[len(kernel) - 1 : -1]


def causal(f, x):
    return f(x[:2]), f(x)[:2]


def batch(f, x, y, w):
    return f(x, y, w), sum(f(x[i : i + 1], y[i : i + 1], w) for i in range(len(x)))


def backward(x, w, h=0.0, later=0.0):
    """h_t = w·h_{t−1} + x_t and the loss Σ h_t: the slope along w, the last state, what goes back to the first."""
    states = [h]
    for x_t in x:
        states.append(w * states[-1] + x_t)
    dw = 0.0
    for t in range(len(x), 0, -1):
        later += 1.0
        dw, later = dw + later * states[t - 1], later * w
    return dw, states[-1], later


def halves(f, x, w):
    middle = len(x) // 2
    h = f(x[:middle], w)[1]
    second = f(x[middle:], w, h)
    return f(x, w)[0], f(x[:middle], w, 0.0, second[2])[0] + second[0]


X, Y, W = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]]), np.array([1.0, 0.0, 2.0]), np.array([0.3, -0.7])


@pytest.mark.parametrize(
    ("relation", "inputs", "right", "wrong"),
    [
        (shift, {"z": Z}, softmax, lambda z: z / z.sum(axis=1, keepdims=True)),
        (
            translation,
            {"image": Z.ravel(), "kernel": np.array([1.0, -2.0])},
            lambda image, kernel: np.convolve(image, kernel, "valid"),
            lambda image, kernel: np.convolve(image, kernel, "valid") * np.arange(len(image) - 1),
        ),
        (causal, {"x": X}, lambda x: np.cumsum(x, axis=0), lambda x: np.cumsum(x, axis=0) / len(x)),
        (
            batch,
            {"x": X, "y": Y, "w": W},
            lambda x, y, w: 2 * x.T @ (x @ w - y),
            lambda x, y, w: 2 * x.T @ (x @ w - y) / len(x),
        ),
        (
            halves,
            {"x": X.ravel(), "w": 0.5},
            backward,
            lambda x, w, h=0.0, later=0.0: backward(x, w, h),  # what comes from the second half is lost
        ),
    ],
    ids=["softmax shift", "translation", "causal", "sum over a batch", "BPTT in two halves"],
)
def test_a_relation_holds_of_a_right_function_and_not_of_a_wrong_one(relation, inputs, right, wrong):
    oracle = Oracle("relation", relation, {}, {})
    asked = case(inputs, lambda *_: 0.0, {})
    assert objection(oracle, right, asked) == ""
    assert "on the left" in objection(oracle, wrong, asked)


@pytest.mark.parametrize(
    ("sides", "says"),
    [
        ((1.0, 1.0 + 1e-12), ""),
        ((1.0, 1.0 + 1e-9), "1 on the left, 1.000000001 on the right"),
        (((1.0, Z), [1.0, Z]), ""),
        (((1.0, Z), [1.0, -Z]), "0.3 on the left, -0.3 on the right at [1][0, 0]"),
        (({"a": 1}, {"a": 2}), "1 on the left, 2 on the right at ['a']"),
        ((Z, Z[:1]), "shape (2, 3) on the left, (1, 3) on the right"),
        (("softmax", "sigmoid"), "'softmax' on the left, 'sigmoid' on the right"),
        ((None, 0.0), "None on the left, 0.0 on the right"),
        ((np.nan, np.nan), ""),
        ((np.inf, 1.0), "inf on the left, 1 on the right"),
    ],
)
def test_two_sides_are_equal_in_every_part(sides, says):
    assert objection(Oracle("relation", lambda f, x: sides, {}, {}), abs, case({"x": 1.0}, abs, {})) == says


def test_what_a_relation_cannot_be_is_said(tmp_path):
    with pytest.raises(
        ValueError, match="a relation returns its two sides, `return left, right`; this returned a bool"
    ):
        objection(Oracle("relation", lambda f, x: True, {}, {}), abs, case({"x": 1.0}, abs, {}))
    with pytest.raises(AuthorError, match="a relation's name says what holds"):
        author_file(
            tmp_path, ("@double.variant", "@double.oracle.relation\ndef _(f, x):\n    return x, x\n\n\n@double.variant")
        )


def test_of_draws_there_is_no_relation():
    exercise = courses.find().exercise("initialization/xavier_init")
    with pytest.raises(AuthorError, match="cannot have a relation, as its answers are draws"):
        exercise.oracle.relation(shift)
