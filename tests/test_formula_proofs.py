"""What SymPy simplifies for an author: found, or given up in time; and a judge whose points were fooled is found."""

import textwrap
import time

import pytest
from formulas import DECLARED, SLOPE

from autograder import author_file
from autograder.oracles.simplification import Prover
from autograder.proving.identities import identities
from autograder.publishing import packs


@pytest.fixture(scope="module")
def prover():
    with Prover() as started:
        yield started


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        ("sin(x)**2 + cos(x)**2", "1", True),
        (SLOPE, "a*(1 - a)", True),
        ("1 - tanh(x)**2", "4/(exp(x) + exp(-x))**2", True),
        ("Max(0, x)", "(x + Abs(x))/2", True),
        ("2*x if x > 0 else 0", "2*Max(0, x)", True),
        ("log(y**2)", "2*log(y)", True),
        ("3**n", "exp(n*log(3))", True),
        ("x + 1/10**70", "x", False),
        ("x", "2*x", None),
    ],
)
def test_simplification_tells_equal_from_different_from_unknown(prover, a, b, equal):
    assert prover.ask(a, b, DECLARED).equal is equal


def test_a_proof_that_does_not_end_is_killed_and_costs_only_itself():
    with Prover(seconds=1.0) as prover:
        assert prover.ask("x", "x + x - x", DECLARED).equal
        hung = prover.process
        start = time.monotonic()
        # Python counts the digits of 9 to the 1000 to the 1000 to the 1000 without looking up: only a kill ends it.
        assert prover.ask("((9**1000)**1000)**1000", "9**1000", DECLARED).equal is None
        assert time.monotonic() - start < 4
        assert hung.returncode is not None and hung.returncode < 0
        assert prover.ask("2*x", "x + x", DECLARED).equal


FILE = '''
"""A line"""
from autograder import Formula, exercise


@exercise(symbols="x: real", returns=Formula())
def line(u):
    """Twice u."""
    ### BEGIN SOLUTION
    return f"2*({u})"
    ### END SOLUTION


line.case("x", u="x", expect="x + x")
line.cases(hidden=1, u=lambda rng, shape: "x + 1")


@line.variant
def _(u):
    return f"({u})*(1 + sin({u})**2 + cos({u})**2)"


@line.variant
def _(u):
    return f"VARIANT"
'''


def evidence_of(tmp_path, variant):
    path = tmp_path / "unit" / "line.py"
    path.parent.mkdir()
    path.write_text(textwrap.dedent(FILE).replace("VARIANT", variant).lstrip())
    exercise = author_file.load(path)
    return list(identities(exercise, packs.build(exercise, 1, 5, "a secret").public))


def test_every_form_that_the_judge_takes_for_equal_is_proven(tmp_path):
    (evidence,) = evidence_of(tmp_path, "({u})**2/({u}) + ({u})")
    assert evidence.ok
    assert evidence.detail.startswith("3 of 3 forms are proven equal")


def test_points_that_were_fooled_are_found(tmp_path):
    (evidence,) = evidence_of(tmp_path, "2*({u}) + 1/10**70")
    assert not evidence.ok
    assert "SymPy says that they differ" in evidence.detail


def test_a_variant_that_is_wrong_is_not_asked_about(tmp_path):
    (evidence,) = evidence_of(tmp_path, "3*({u})")
    assert evidence.ok
    assert evidence.detail.startswith("2 of 2")
