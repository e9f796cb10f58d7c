"""The class report says of a class what is true of it, and nothing of anybody it should not."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest
from building import pack, write_course
from simulated import TITLE, UNIT, simulated, unit_of

from autograder import course as courses
from autograder.feedback.report import figures, misunderstandings, page
from autograder.grading.evidence import RIGHT, Sketch, sketch
from autograder.grading.result import Graded
from autograder.outcome import Answer, CaseVerdict, Outcome, Status, Verdict
from autograder.publishing import build

RELU = "activations/relu_derivative"


def test_the_mistakes_listed_are_exactly_those_that_were_planted():
    made = misunderstandings.made(simulated().results, simulated().hints)
    assert len(simulated().planted) >= 10
    assert {(each.exercise, each.mistake): each.students for each in made} == dict(simulated().planted)
    assert [each.students for each in made] == sorted(simulated().planted.values(), reverse=True)
    assert all(each.hint == simulated().hints[each.exercise, each.mistake] for each in made)
    assert all(f"def {each.exercise.partition('/')[2]}(" in each.example for each in made)


def test_all_other_mistakes_are_listed_as_nobodys():
    nobody = misunderstandings.nobody(simulated().results, simulated().hints)
    assert {(exercise, name) for exercise, names in nobody.items() for name in names} == (
        set(simulated().hints) - set(simulated().planted)
    )


def test_like_answers_that_no_mistake_explains_are_one_cluster_however_they_are_written():
    three, one = misunderstandings.clusters(simulated().results)
    assert (three.exercise, three.students) == (RELU, 3)
    assert (one.exercise, one.students) == (RELU, 1)
    assert three.what.startswith("other values in ") and three.what.endswith(" cases")
    assert three.example == "def relu_derivative(z):\n    return np.where(z > 0, 3.25, 0)"


def test_computing_time_is_that_of_the_calls():
    seconds = {each.exercise: each.seconds for each in figures.items(simulated().results)}
    # Of a few microseconds the system's clock sees nothing.
    assert seconds[RELU][1] > 0.05 > seconds[RELU][0]
    assert seconds["losses/mse_gradient"][1] < 0.05


def test_a_process_that_lies_about_its_time_changes_nothing():
    liars = [graded for graded in simulated().results if graded.student in ("own-5", "own-6", "own-7")]
    assert [graded.verdicts[0].outcome for graded in liars] == [Outcome.correct] * 3
    assert [graded.evidence[0].seconds for graded in liars] == [0.0] * 3


# Answers that are alike

ONE = pack(lambda x: x, [{"x": 1.0}])
A = np.array([[1.5, -2.0, 3.0], [0.0, 4.0, 5.5]])


def drawn(value: object, **fields: object) -> Sketch:
    return sketch(ONE, Answer(**{"status": Status.returned, "value": value, **fields}))


def alike(*sketches: Sketch) -> bool:
    """Whether the report takes them for one answer."""
    case = CaseVerdict(case="", outcome=Outcome.wrong, right=0, rung="values")
    wrong = Verdict(exercise="unit/f", outcome=Outcome.wrong, score=0, max_score=1, message="", cases=(case,))
    results = [
        Graded(student="s", unit="unit", verdicts=(wrong,), evidence=({"answers": (each,)},)) for each in sketches
    ]
    results = [msgspec.convert(msgspec.to_builtins(each), Graded) for each in results]
    return len(misunderstandings.clusters(results)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, A * (1 + 1e-9)),
        (A, A.astype(np.float32)),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([np.nan, 1.0]), np.array([np.nan, 1.0])),
        ((A, None), (A + 1e-12, None)),
        ("words", "words"),
    ],
)
def test_answers_are_alike_up_to_rounding(one, other):
    assert alike(drawn(one), drawn(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, A * 1.001),
        (A, -A),
        (A, A.T),
        (A, A[::-1]),
        (A, A[:, ::-1]),
        (A, A.ravel()),
        (A, list(A)),
        (np.array([np.nan, 1.0]), np.array([np.inf, 1.0])),
        (np.array([1.0, np.nan]), np.array([np.nan, 1.0])),
        (True, 1.0),
        (None, 0.0),
        ("words", "other words"),
        (2**4000, 2**4000 + 1),
    ],
)
def test_other_answers_are_not(one, other):
    assert not alike(drawn(one), drawn(other))


def test_how_a_call_ended_tells_answers_apart():
    assert drawn(None, status=Status.raised, exception="KeyError") != drawn(None, status=Status.raised)
    assert drawn(A, mutated=("x",)) != drawn(A)
    assert sketch(ONE, Answer(status=Status.returned, value=A), right=True) == Sketch(RIGHT)


# Figures


def graded(student: str, *scores: float) -> Graded:
    verdicts = tuple(
        Verdict(
            exercise=f"unit/e{number}",
            outcome=Outcome.correct if score == 1 else Outcome.wrong,
            score=score,
            max_score=1.0,
            message="",
        )
        for number, score in enumerate(scores)
    )
    return Graded(student=student, unit="unit", verdicts=verdicts)


def test_an_exercise_that_only_the_better_ones_solve_tells_students_apart():
    """Against SciPy's point-biserial correlation with the rest of the unit."""
    from scipy.stats import pointbiserialr

    rng = np.random.default_rng(5)
    able = rng.uniform(size=40)
    scores = np.stack([able > 0.6, rng.uniform(size=40) > 0.5, able > 0.3, np.ones(40)], axis=1).astype(float)
    items = figures.items([graded(str(number), *row) for number, row in enumerate(scores)])
    for index in range(3):
        expected = pointbiserialr(scores[:, index], np.delete(scores, index, axis=1).sum(axis=1)).statistic
        assert items[index].discrimination == pytest.approx(expected)
    assert items[0].discrimination > 0.3 > abs(items[1].discrimination)
    assert items[3].discrimination is None  # all are alike
    assert [item.mean for item in items] == pytest.approx(scores.mean(axis=0))
    assert figures.items([graded(str(n), *row) for n, row in enumerate(scores[:9])])[0].discrimination is None


def test_scores_are_counted_in_tenths():
    results = [graded("a", 1, 1), graded("b", 0, 0), graded("c", 0.7, 0.7), graded("d", 0.69, 0.69)]
    assert figures.histogram(results) == [1, 0, 0, 0, 0, 0, 1, 1, 0, 1]


def test_who_needs_help_is_whom_the_rule_lists():
    results = [
        graded("low", 0.4, 0.4, 0.5, 0.5),
        graded("half", 1, 1, 0, 0),
        graded("often", 0.8, 0.8, 0.8, 1),
        graded("lower", 0, 0, 0, 0),
    ]
    lost = Verdict(exercise="unit/e0", outcome=Outcome.grader_error, score=0, max_score=1, message="")
    results.append(Graded(student="unjudged", unit="unit", verdicts=(lost,)))
    needy = figures.needy(results)
    assert [(each.graded.student, each.number) for each in needy] == [("lower", 3), ("low", 0), ("often", 2)]
    assert needy[0].why == "0 % of the points, 4 of 4 tried and not right"


def test_a_case_that_tells_nobody_apart_is_named():
    def verdict(*right: bool) -> Verdict:
        cases = tuple(
            CaseVerdict(case=f"c{n}", outcome=Outcome.correct if ok else Outcome.wrong, right=ok)
            for n, ok in enumerate(right)
        )
        outcome = Outcome.correct if all(right) else Outcome.wrong
        return Verdict(exercise="unit/e", outcome=outcome, score=0, max_score=1, message="", cases=cases)

    def idle(*verdicts: Verdict) -> list[misunderstandings.Idle]:
        return misunderstandings.idle([Graded(student="s", unit="unit", verdicts=(each,)) for each in verdicts])

    assert idle(verdict(True, True, True), verdict(True, False, True), verdict(True, False, False)) == [
        misunderstandings.Idle("unit/e", 3, ["1 c0"], [])
    ]
    assert idle(verdict(True, True), verdict(True, True)) == []  # then it is the exercise, and no case


# The page


@pytest.mark.parametrize(
    ("exercises", "diagnosis"), [(27, None), (27, "a_mistake_of_theirs"), (9, "a_mistake_of_theirs"), (6, None)]
)
def test_a_thousand_students_are_less_than_two_megabytes(exercises, diagnosis):
    """Even when all of them get all wrong."""
    results = unit_of(1000, exercises, Outcome.wrong, "It is wrong: <&>\n" * 100, diagnosis)
    text = "".join(page("unit", "Unit", results, {}))
    assert len(text.encode()) < 2_000_000
    assert text.count('class="student"') == 1000


def test_the_page_asks_for_nothing():
    text = "".join(page(UNIT, TITLE, simulated().results, simulated().hints))
    assert Counter(text.split()).keys().isdisjoint({"src=", "<link", "<img"})
    assert "http" not in text.replace("http-equiv", "")
    assert "unsafe-inline" not in text and "style=" not in text


def autograder(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_report_is_written_again_from_what_grading_left(tmp_path):
    course = courses.find(write_course(tmp_path))
    build.write(course, build.files(course, "s" * 32))
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ann.py").write_text("def double(x):\n    return x * x\n")
    absent = autograder(tmp_path, "report", "arithmetic")
    assert absent.returncode == 2
    assert "Grade the class first: autograder grade arithmetic" in absent.stderr
    assert autograder(tmp_path, "grade", "arithmetic", "--course", "class", "--jobs", "1").returncode == 0
    written = tmp_path / "reports" / "arithmetic.html"
    first = written.read_text()
    written.unlink()
    result = autograder(tmp_path, "report", "arithmetic")
    assert (result.returncode, written.read_text()) == (0, first), result.stderr
    assert "squared" in first
    (tmp_path / "reports" / "arithmetic.results").write_bytes(b"\x93 no results")
    assert "cannot be read" in autograder(tmp_path, "report", "arithmetic").stderr
