"""A fault of each kind, planted in an author's file that is sound, is found by `verify` and said in its words."""

import subprocess
import sys

import pytest
from building import AUTHOR_FILE, write_course
from test_margins import RANDOM

from autograder import course as courses
from autograder.proving.matrix import Workshop, prove

# What is wrong, the line of the sound file, what stands there instead, the evidence that fails, what it says.
FAULTS = [
    (
        "a wrong reference",
        "return 2.0 * x  #",
        "return 2.5 * x  #",
        [("expect", "by hand"), ("oracle", "brute force"), ("variant", "variant 1")],
        "expect 3 at [0][0]; the reference gives 3.75",
    ),
    (
        "a wrong expected value",
        "expect=[[3, -4]]",
        "expect=[[3, 4]]",
        [("expect", "by hand")],
        "expect 4 at [0][1]; the reference gives -4",
    ),
    (
        "a wrong oracle",
        "[[v + v for v in row] for row in x]",
        "[[v * v for v in row] for row in x]",
        [("oracle", "brute force")],
        ": at [0, 0] the oracle gives 3.35362449817, the reference -3.66258078309",
    ),
    (
        "no oracle",
        "@double.oracle.brute_force\n",
        "",
        [("oracle", "none")],
        "an exercise needs an independent second opinion on its reference",
    ),
    (
        "an oracle that pins nothing",
        "@double.oracle.brute_force\ndef canary_oracle(x):\n    return np.array([[v + v for v in row] for row in x])",
        "@double.oracle.relation\ndef opposites(f, x):\n    return f(-x), -f(x)",
        [("oracle", "none")],
        "relations leave the reference a choice",
    ),
    (
        "a relation that is wrong",
        '@double.mistake("squared"',
        '@double.oracle.relation\ndef a_shift(f, x):\n    return f(x + 1), f(x)\n\n\n@double.mistake("squared"',
        [("oracle", "relation")],
        "“a shift” does not hold in case “hidden 1”: -1.66258078309 on the left, -3.66258078309 on the right at [0, 0]",
    ),
    (
        "a relation that says nothing",
        '@double.mistake("squared"',
        '@double.oracle.relation\ndef rows(f, x):\n    return f(x[:1]), f(x)[:1]\n\n\n@double.mistake("squared"',
        [("oracle", "relation")],
        "“rows” holds of every known mistake, too, so it says nothing",
    ),
    (
        "a mistake that is right",
        "return x**2",
        "return x + x",
        [("mistake", "squared")],
        "the hidden pack accepts it; the public pack accepts it",
    ),
    (
        "a mistake that is another one",
        "return x.copy()",
        "return x**2",
        [("mistake", "squared"), ("mistake", "unchanged")],
        "the hidden pack rejects it but names nothing",
    ),
    (
        "a variant that is wrong",
        "return x + x  # CANARY_VARIANT",
        "return x + 1",
        [("variant", "variant 1"), ("margin", "tolerance")],
        "wrong on",
    ),
    (
        "a tolerance that is too wide",
        'returns="N D")',
        'returns="N D", tolerance=0.2)',
        [("margin", "tolerance")],
        "the tolerance is too wide, or the inputs hardly show the difference",
    ),
    (
        "a tolerance that is too tight",
        "return x + x  # CANARY_VARIANT",
        "return (x + x) * (1 + 4e-10)",
        [("margin", "tolerance")],
        "right answers are off by up to 0.4 of what is allowed, expected at most 0.1: the tolerance is too tight",
    ),
    (
        "a public case that says nothing",
        "x=[[1.5, -2.0]], expect=[[3, -4]]",
        "x=[[0.0]], expect=[[0]]",
        [("public", "by hand")],
        "it rejects none of the known mistakes, so it shows nothing",
    ),
]
# The same for a random exercise.
FAULTS_OF_LAWS = [
    (
        "a law with no power",
        "90",
        "9",
        [("margin", "power"), ("mutant", "scale × 1.15 (normal)")],
        "expected at most 1.15: larger shapes, or more cases of that law",
    ),
    (
        "a law that is wrong",
        "scale=0.1):",
        "scale=0.12):",
        [("oracle", "law"), ("variant", "reference")],
        "the law's distribution function is off by",
    ),
    (
        "a reference that draws otherwise",
        "rng.normal(0.0, 0.1,",
        "rng.normal(0.0, 0.12,",
        [("oracle", "law"), ("variant", "reference")],
        "the reference's draws have p = ",
    ),
    (
        "an oracle that gives another law",
        "stats.norm(scale=0.1)",
        "stats.norm(scale=0.11)",
        [("oracle", "law")],
        "the law's distribution function is off by",
    ),
    (
        "a mistake that follows the law",
        "law(fan_in, 0.2)",
        "law(fan_in, 0.1)",
        [("mistake", "twice")],
        "the hidden pack accepts it; the public pack accepts it",
    ),
    (
        "so many cases that right answers fail",
        "hidden=3",
        "hidden=170",
        [("margin", "power")],
        "a right answer fails with a chance below 1e-06 (worst: the normal law); expected below 1e-06: fewer cases",
    ),
]
SECRET = "s" * 32


@pytest.fixture(scope="module")
def workshop():
    with Workshop() as started:
        yield started


def failures(root, text, workshop):
    """What `verify` finds wrong with an author's file: (kind, name) of the evidence and what it says."""
    course = courses.find(write_course(root, text))
    proof = prove(course.exercise("arithmetic/double"), 1.0, 1.0, SECRET, workshop)
    return {(item.kind, item.name): item.detail for item in proof.evidence if not item.ok}


@pytest.mark.parametrize("text", [AUTHOR_FILE, RANDOM], ids=["values", "law"])
def test_the_files_they_are_planted_in_are_sound(tmp_path, workshop, text):
    assert failures(tmp_path, text, workshop) == {}


PLANTED = [*((AUTHOR_FILE, *fault) for fault in FAULTS), *((RANDOM, *fault) for fault in FAULTS_OF_LAWS)]


@pytest.mark.parametrize(
    ("text", "right", "wrong", "where", "says"),
    [(text, *rest) for text, _, *rest in PLANTED],
    ids=[what for _, what, *_ in PLANTED],
)
def test_verify_finds(tmp_path, workshop, text, right, wrong, where, says):
    assert right in text
    found = failures(tmp_path, text.replace(right, wrong), workshop)
    assert set(where) <= set(found)
    assert says in found[where[0]]


def test_verify_finds_cases_that_mutants_pass(tmp_path, workshop):
    # The cases never reach the bound, so that another bound is all the same to them.
    bounded = AUTHOR_FILE.replace("return 2.0 * x  #", "return np.clip(2.0 * x, -99.0, 99.0)  #")
    found = failures(tmp_path, bounded.replace("return x + x  #", "return np.clip(x + x, -99.0, 99.0)  #"), workshop)
    assert {kind for kind, _ in found} == {"mutant"}
    assert all("every case accepts it, though an input at the edge tells it apart" in said for said in found.values())


def test_the_command_says_it_and_fails(tmp_path):
    root = write_course(tmp_path, AUTHOR_FILE.replace('returns="N D")', 'returns="N D", tolerance=0.2)'))
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "verify"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "✗ arithmetic/double: margin tolerance" in done.stdout
    assert "the tolerance is too wide, or the inputs hardly show the difference" in " ".join(done.stdout.split())
