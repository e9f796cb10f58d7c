"""Hints in stages: asked for one after the other, published with the exercise, never its solution."""

import json
from io import StringIO
from pathlib import Path

import pytest
from building import AUTHOR_FILE, write_course
from rich.console import Console

from autograder import check, pack
from autograder import course as courses
from autograder.authoring import AuthorError
from autograder.feedback import proofs
from autograder.proving.matrix import prove
from autograder.publishing import build, packs

QUESTION, IDEA, EXAMPLE = (
    "What is x + 0 lacking?",
    "Each element counts twice.",
    "\n    3 becomes 6,\n    and −1 becomes −2.\n",
)
SECRET = "s" * 64


def with_hints(*texts: str) -> str:
    call = f"double.hints({', '.join(map(repr, texts))})\n"
    return AUTHOR_FILE.replace('double.case("by hand"', f'{call}double.case("by hand"')


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """The folder of a unit as students get it."""
    root = write_course(tmp_path, with_hints(QUESTION, IDEA, EXAMPLE))
    build.write(courses.find(root), build.files(courses.find(root), SECRET))
    monkeypatch.chdir(root / "exercises" / "arithmetic")
    return root / "exercises" / "arithmetic"


def double(x):
    return x**2


@pytest.mark.parametrize(
    ("hint", "heading", "text", "following"),
    [
        (1, "Hint 1 of 3, a question:", QUESTION, "Still stuck? check(double, hint=2) gives the idea."),
        (2, "Hint 2 of 3, the idea:", IDEA, "Still stuck? check(double, hint=3) gives a smaller example."),
        (3, "Hint 3 of 3, a smaller example:", "  3 becomes 6,\n  and −1 becomes −2.", ""),
    ],
)
def test_each_stage_shows_itself_alone_and_how_to_ask_for_the_next(unit, hint, heading, text, following):
    card = check(double, hint=hint)
    said, page = repr(card), card._repr_html_()
    assert "✗ arithmetic/double: wrong" in said and "✗ wrong" in page
    assert said.partition(heading)[2].startswith("\n")
    assert text in said
    assert heading in page
    assert [other in said for other in (QUESTION, IDEA, "becomes 6")].count(True) == 1
    assert ("Still stuck" in said, "Still stuck" in page) == (bool(following), bool(following))
    assert said.endswith(following)


def test_who_is_wrong_is_told_of_hints_and_who_is_right_is_not(unit):
    assert "Stuck? check(double, hint=1) gives a question." in repr(check(double))
    assert "Stuck? check(double, hint=1)" in check(double)._repr_html_()
    namespace = {"check": check}
    exec("double = lambda x: x + x", namespace)
    assert "hint" not in eval("repr(check(double)) + check(double)._repr_html_()", namespace)


@pytest.mark.parametrize("asked", [0, 4, -1, True, "1", 1.5])
def test_what_is_no_hint_is_answered_with_those_there_are(unit, asked):
    said = repr(check(double, hint=asked))
    assert "There are 3 hints: hint=1 (a question), hint=2 (the idea), hint=3 (a smaller example)." in said
    assert QUESTION not in said and IDEA not in said


def test_an_exercise_without_hints_says_so_when_asked_and_is_silent_otherwise(tmp_path, monkeypatch):
    root = write_course(tmp_path)
    build.write(courses.find(root), build.files(courses.find(root), SECRET))
    monkeypatch.chdir(root / "exercises" / "arithmetic")
    assert "No hints were written for double." in repr(check(double, hint=1))
    assert "hint=" not in repr(check(double))


def test_under_nbgrader_the_result_stays_a_number(unit, monkeypatch, capfd):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert repr(check(double, hint=1)) == "0.0"
    assert QUESTION not in check(double, hint=1)._repr_html_() + capfd.readouterr().err


def test_what_an_author_wrote_is_data_on_a_page(tmp_path, monkeypatch):
    root = write_course(tmp_path, with_hints("Is <script>alert(1)</script> it?", IDEA, EXAMPLE))
    build.write(courses.find(root), build.files(courses.find(root), SECRET))
    monkeypatch.chdir(root / "exercises" / "arithmetic")
    assert "<script" not in check(double, hint=1)._repr_html_()


def test_hints_travel_in_the_public_pack_alone(unit):
    public = pack.read_file(unit / "packs" / "double.pack")
    hidden = pack.read_file(unit.parents[1] / "hidden_packs" / "arithmetic" / "double.pack")
    assert public.hints == (QUESTION, IDEA, "3 becomes 6,\nand −1 becomes −2.")
    assert hidden.hints == ()


@pytest.mark.parametrize(
    "texts",
    [
        ("No question.", IDEA, EXAMPLE),
        (QUESTION, " ", EXAMPLE),
        (QUESTION, IDEA, ""),
    ],
)
def test_hints_are_a_question_and_two_texts(tmp_path, texts):
    root = write_course(tmp_path, with_hints(*texts))
    with pytest.raises(AuthorError, match=r"double.hints\(…\) is written once, with three texts: a question"):
        courses.find(root).exercise("arithmetic/double")


LEAKS = {
    "the reference's own expression": (f"Is it 2.0*x? {QUESTION}", IDEA, EXAMPLE),
    "in other spaces": (QUESTION, "Write 2.0  *  x there.", EXAMPLE),
    "another one that is right": (QUESTION, "Try `x + x`.", EXAMPLE),
    "a line that is right": (QUESTION, IDEA, "3 becomes 6\nreturn np.add(x, x)\n"),
    "without its module": (QUESTION, "It is `add(x, x)`.", EXAMPLE),
    "after a colon": (QUESTION, "Do this: x * 2", EXAMPLE),
    "in a fence": (QUESTION, "```python\ny = x.copy()\ny += x\nreturn y\n```", EXAMPLE),
    "indented": (QUESTION, IDEA, "like so:\n\n    y = np.zeros_like(x)\n    for _ in range(2):\n        y += x\n    y"),
    "a whole function": (QUESTION, IDEA, "def f(a):\n    return a * 2"),
    "from one hint to the next": ("What does `y = x` do?", "Go on: `y = y + x`", "Then `return y`."),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_hint_that_gives_the_solution_away_is_refused(tmp_path, leak):
    course = courses.find(write_course(tmp_path, with_hints(*LEAKS[leak])))
    with pytest.raises(AuthorError, match=r"double.py: hint \d (holds|and those before it)"):
        build.files(course, SECRET)
    proof = prove(course.exercise("arithmetic/double"), 1.0, 5.0, SECRET)
    assert [item.kind for item in proof.evidence if not item.ok] == ["hint"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Does np.asarray( both ) end it?", r"hint 1 holds what the reference returns, np.asarray\(both\)"),
        ("What of np.abs(x) and y * np.sign(x)?", "hint 3 and those before it hold 2 of the reference's 4 lines"),
    ],
)
def test_neither_the_last_line_nor_half_of_them_may_be_told(tmp_path, question, said):
    body = "    y = np.abs(x)\n    z = y * np.sign(x)\n    both = z + z\n    return np.asarray(both)"
    longer = with_hints(question, IDEA, EXAMPLE).replace("    return 2.0 * x  # CANARY_SOLUTION", body)
    with pytest.raises(AuthorError, match=said):
        build.files(courses.find(write_course(tmp_path, longer)), SECRET)


FORMULA = '''
"""Slope of a square"""

from autograder import Formula, exercise


@exercise(symbols="x: real", returns=Formula())
def slope(a):
    """The derivative of a·x² along x."""
    ### BEGIN SOLUTION
    return f"2*{a}*x"
    ### END SOLUTION


slope.hints(HINTS)
slope.case("three", a=3, expect="6*x")
slope.case("another three", a=3, expect="6*x")


@slope.cases(hidden=2)
def _(rng):
    return {"a": 3}
'''


@pytest.mark.parametrize(("idea", "refused"), [("It is `3*x + 3*x`.", True), ("For x² it is `2*x`.", False)])
def test_a_formula_in_a_hint_is_tried_as_an_answer(tmp_path, idea, refused):
    texts = FORMULA.replace("HINTS", repr(["Which rule is it?", idea, "x³ has 3x²."])[1:-1])
    path = tmp_path / "solutions" / "arithmetic" / "slope.py"
    root = write_course(tmp_path)
    path.write_text(texts.lstrip())
    (root / "course.yml").write_text((root / "course.yml").read_text() + "      slope: 1\n")
    exercise = courses.find(root).exercise("arithmetic/slope")
    from autograder.publishing import leaks

    problems = leaks.in_hints(exercise, packs.build(exercise, 1.0, 5.0, SECRET).public)
    assert [bool(problem) for problem in problems] == [False, refused, False]


def test_the_matrix_counts_hints_and_names_the_exercises_without(tmp_path):
    def shown(text: str) -> str:
        root = write_course(tmp_path, text)
        proof = prove(courses.find(root).exercise("arithmetic/double"), 1.0, 5.0, SECRET)
        assert proof.ok
        out = StringIO()
        proofs.show([proof], Console(file=out, width=140))
        assert json.loads(proofs.as_json([proof]))["ok"]
        return out.getvalue()

    assert "✓ 3/3" in shown(with_hints(QUESTION, IDEA, EXAMPLE))
    assert "No hints yet: arithmetic/double." in shown(AUTHOR_FILE)


def test_every_exercise_of_the_course_has_hints():
    course = courses.find(Path(__file__).parent)
    assert [name for name in course.names() if len(course.exercise(name).staged_hints) != 3] == []
