"""A mistake in an author's file is answered with the file and what was expected."""

import pytest
from building import AUTHOR_FILE, write_course

from autograder import course as courses
from autograder.authoring import AuthorError
from autograder.publishing import packs
from autograder.publishing.stub import stub

SECRET = "s" * 32


def exercise(tmp_path, text=AUTHOR_FILE):
    return courses.find(write_course(tmp_path, text)).exercise("arithmetic/double")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("double", "triple", "must define one exercise, called double like the file; it defines triple"),
        ('"""Twice a number\n\nA lesson about $2x$.\n"""', "", "must begin with a docstring"),
        ('    """Twice every element of x."""\n', "", "needs a docstring"),
        ("    ### BEGIN SOLUTION\n", "", "### BEGIN SOLUTION"),
        ('shapes="x: N D"', 'shapes="x N D"', "cannot be read"),
        ('shapes="x: N D"', 'shapes="y: N D"', "double has no argument 'y'"),
        ('"squared", hint', '"unchanged", hint', "a mistake's name must be an identifier of its own"),
        ("x=[[1.5, -2.0]]", "z=[[1.5, -2.0]]", "double has no argument 'z'; it has x"),
        ("import numpy as np\n", "import numpi as np\n", "No module named 'numpi'"),
        ("double.cases(public=1, hidden=3)", "double.cases(public=1 hidden=3)", "double.py:25: SyntaxError"),
        ("def double(x):", "def double():", "double has no argument 'x'"),
    ],
)
def test_loading_says_what_is_wrong(tmp_path, old, new, says):
    assert old in AUTHOR_FILE
    with pytest.raises(AuthorError) as problem:
        exercise(tmp_path, AUTHOR_FILE.replace(old, new))
    assert says in str(problem.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("x=[[1.5, -2.0]]", "x=[1.5, -2.0]", "x has shape (2,); expected (N, D)"),
        ("hidden=3", "hidden=0", "at least one public and one hidden case"),
        ("hidden=3", 'hidden=3, x="lognormal"', "no law is called 'lognormal'"),
        ("return 2.0 * x", "while True: pass", "does not come to an end"),
    ],
)
def test_building_says_what_is_wrong(tmp_path, old, new, says, monkeypatch):
    monkeypatch.setattr(packs.inprocess.answer, "__defaults__", (0.5, 0.5))
    found = exercise(tmp_path, AUTHOR_FILE.replace(old, new))
    with pytest.raises(AuthorError) as problem:
        packs.build(found, 1.0, 1.0, SECRET)
    assert says in str(problem.value)


def test_a_missing_file_is_said(tmp_path):
    course = courses.find(write_course(tmp_path))
    course.author_file("arithmetic/double").unlink()
    with pytest.raises(AuthorError, match=r"write it, or take arithmetic/double out of course\.yml"):
        course.exercise("arithmetic/double")


def test_the_stub_keeps_helpers_and_drops_everything_of_the_author(tmp_path):
    text = stub(exercise(tmp_path))
    assert text.startswith("import numpy as np\n\n\ndef helper(x):")
    assert text.endswith(
        'def double(x):\n    """Twice every element of x."""\n    # YOUR CODE HERE\n    raise NotImplementedError()\n'
    )
    assert "autograder" not in text
    assert "CANARY" not in text


def test_every_drawn_dimension_is_distinct_and_none_is_one(tmp_path):
    wide = AUTHOR_FILE.replace("hidden=3", "hidden=60")
    built = packs.build(exercise(tmp_path, wide), 1.0, 1.0, SECRET)
    drawn = [case for case in built.hidden.cases if case.hidden]
    assert all(len(set(case.dims.values())) == len(case.dims) and min(case.dims.values()) > 1 for case in drawn)
    assert all(case.inputs["x"].shape == (case.dims["N"], case.dims["D"]) for case in drawn)


def test_hidden_cases_come_from_the_secret_and_public_ones_do_not(tmp_path):
    found = exercise(tmp_path)
    one, same, other = (packs.build(found, 1.0, 1.0, secret) for secret in ("a" * 32, "a" * 32, "b" * 32))
    from autograder.pack import same as same_pack

    assert same_pack(one.hidden, same.hidden)
    assert same_pack(one.public, other.public)
    assert not same_pack(one.hidden, other.hidden)


def test_looking_up_the_public_answers_earns_next_to_nothing(tmp_path):
    built = packs.build(exercise(tmp_path), 1.0, 1.0, SECRET)
    weights = {kind: sum(c.weight for c in built.hidden.cases if c.hidden is kind) for kind in (True, False)}
    assert 0 < weights[False] <= 0.1 * weights[True] + 1e-12
    assert not any(case.hidden for case in built.public.cases)
