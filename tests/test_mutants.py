"""Mutants: each slip has a before and an after, the order is fixed, and those that hang cost only themselves."""

import textwrap

import numpy as np
import pytest
from building import AUTHOR_FILE, write_course

from autograder import course as courses
from autograder.judge import judge
from autograder.outcome import Outcome, Status
from autograder.proving import comparison, fresh, mutants
from autograder.proving.matrix import Workshop
from autograder.proving.power import try_mutants
from autograder.proving.suspects import Suspects
from autograder.proving.trials import Trials
from autograder.proving.verdicts import rule
from autograder.publishing import packs
from autograder.running import inprocess
from autograder.running.forkserver import Zygote

SECRET = "s" * 32


@pytest.fixture(scope="module")
def workshop():
    with Workshop() as started:
        yield started


def bodies(body: str, arguments: str = "x, y") -> list[str]:
    """The mutants of a function with this body, without the line that defines it."""
    source = f"def f({arguments}):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}"
    found = [mutant.function.partition("\n")[2] for mutant in mutants.of_source(source)]
    return [textwrap.dedent(each) for each in found]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return x + y", "return x - y"),
        ("return x - y", "return x + y"),
        ("return x * y", "return x / y"),
        ("return x / y", "return x * y"),
        ("return x / y", "return x // y"),
        ("return x // y", "return x / y"),
        ("return x ** y", "return x * y"),
        ("return x @ y", "return x * y"),
        ("return x * y", "return x @ y"),
        ("return x + y", "return x"),
        ("return x * y", "return y"),
        ("return x - y", "return y - x"),
        ("return x / y", "return y / x"),
        ("return x @ y", "return y @ x"),
        ("return x / (x * y)", "return x / x * y"),
        ("return (x + y) * y", "return x + y * y"),
        ("return x > y", "return x >= y"),
        ("return x <= y", "return x < y"),
        ("return x == y", "return x != y"),
        ("return x and y", "return x or y"),
        ("return x if y else 2", "return 2 if y else x"),
        ("return not x", "return x"),
        ("return -x", "return x"),
        ("return x", "return -x"),
        ("return x + 0", "return x + 1"),
        ("return x + 1", "return x + 0"),
        ("return 3 * x", "return 4 * x"),
        ("return 3 * x", "return 2 * x"),
        ("return 2 * x", "return 1 * x"),
        ("return 0.5 * x", "return 0.25 * x"),
        ("return 0.5 * x", "return 1.0 * x"),
        ("return x(y, True)", "return x(y, False)"),
        ("return x['a'] + x['b']", "return x['b'] + x['b']"),
        ("return np.sum(x)", "return np.mean(x)"),
        ("return x.max()", "return x.min()"),
        ("return max(x)", "return min(x)"),
        ("return sum(x)", "return len(x)"),
        ("return np.zeros_like(x)", "return np.ones_like(x)"),
        ("return np.sqrt(x)", "return x"),
        ("return np.maximum(x, y)", "return x"),
        ("return np.clip(x, 0, 1)", "return x"),
        ("return x - np.max(x)", "return x"),
        ("return np.where(x, y, 0)", "return np.where(x, 0, y)"),
        ("return x.sum(axis=0)", "return x.sum(axis=1)"),
        ("return x.sum(axis=0)", "return x.sum()"),
        ("return x.sum(axis=1, keepdims=True)", "return x.sum(axis=1)"),
        ("return x.std(ddof=1)", "return x.std()"),
        ("return x.T @ y", "return x @ y"),
        ("return x @ y", "return x @ y.T"),
        ("return x[y]", "return x[y + 1]"),
        ("return x[0]", "return x[1]"),
        ("return x[1:]", "return x[2:]"),
        ("return x[1:]", "return x[:]"),
        ("return x[:-1]", "return x[:]"),
        ("return x[::-1]", "return x[:]"),
        ("return range(x)", "return range(x - 1)"),
        ("return range(x)", "return range(1, x)"),
        ("return x / y", "return np.asarray(x / y).astype(int)"),
        ("return np.zeros(x)", "return np.zeros(x, dtype=int)"),
        ("return x", "return y"),
        ("return x, y", "return (y, x)"),
        ("return {'a': x, 'b': y}", "return {'a': y, 'b': x}"),
        ("z = x\nx = y\nreturn z", "z = x\nx = z\nreturn z"),
        ("x += y\nreturn x", "x = y\nreturn x"),
        ("x += y\nreturn x", "x -= y\nreturn x"),
        ("z = x\nreturn y", "z = x\nreturn z\nreturn y"),
        ("z = x\nreturn y", "pass\nreturn y"),
        ("for i in x:\n    y = i\nreturn y", "for i in x:\n    y = i\n    break\nreturn y"),
        ("for i in x:\n    y = i\nreturn y", "for i in x:\n    y = i\n    return y\nreturn y"),
        ("for i in x:\n    y = i\nreturn y", "for i in list(x)[1:]:\n    y = i\nreturn y"),
        ("for i in x:\n    y = i\nreturn y", "for i in list(x)[:-1]:\n    y = i\nreturn y"),
        ("for i in x:\n    y += i\nreturn y", "for i in x:\n    pass\nreturn y"),
        ("while x:\n    x -= 1\nreturn y", "while x:\n    pass\nreturn y"),
        ("if x:\n    y = 1\nreturn y", "y = 1\nreturn y"),
        ("if x:\n    y = 1\nreturn y", "if not x:\n    y = 1\nreturn y"),
    ],
)
def test_a_slip_is_made(before, after):
    assert after in bodies(before)


def test_mutants_are_all_different_none_is_the_reference_and_the_order_is_fixed():
    source = "z = x @ y.T\nfor t in range(3):\n    z = z + x[t] - np.mean(z, axis=0)\nreturn z * 2, -z"
    found = bodies(source)
    assert found == bodies(source)
    assert len(found) == len(set(found)) > 60
    assert source not in found
    for each in found:
        compile(f"def f(x, y):\n{textwrap.indent(each, '    ')}", "", "exec")


@pytest.mark.parametrize(
    ("source", "absent"),
    [
        ("return x + y + 1", "return x + (y + 1)"),
        ("return x * (y / 2)", "return x * y / 2"),
        ("z = np.zeros_like(x)\nreturn z", "z = np.zeros_like(-x)\nreturn z"),
        ("return len(x)", "return len(-x)"),
    ],
)
def test_what_is_equal_by_the_rules_of_arithmetic_is_no_mutant(source, absent):
    assert absent not in bodies(source)


def test_what_is_given_and_what_an_exception_says_is_not_mutated(tmp_path):
    body = "    if x.ndim == 9:\n        raise ValueError(1 + 1)\n    return helper(x)  #"
    text = AUTHOR_FILE.replace("    return 2.0 * x  #", body)
    course = courses.find(write_course(tmp_path, text))
    made = mutants.of(course.exercise("arithmetic/double"))
    assert "Given to the students." in made.given
    assert all("ValueError(1 + 1)" in mutant.function or "raise" not in mutant.function for mutant in made.mutants)
    line = 1 + text.lstrip().splitlines().index("    return helper(x)  # CANARY_SOLUTION")
    assert any(mutant.change.endswith(f"helper(x) → x (line {line})") for mutant in made.mutants)


def test_a_change_is_described_where_it_is():
    source = "def f(alpha, beta):\n    return alpha * alpha * alpha * alpha * alpha * beta * beta * beta / 2"
    changes = [mutant.change for mutant in mutants.of_source(source)]
    assert "2 → 3 (line 2)" in changes
    assert all(len(change) < 100 for change in changes)


LOOP = """
    total, n = np.zeros_like(x), 0
    while n < 2:
        total, n = total + x, n + 1
    return total  #"""


def test_a_mutant_that_loops_for_ever_costs_only_itself(tmp_path, workshop):
    course = courses.find(write_course(tmp_path, AUTHOR_FILE.replace("\n    return 2.0 * x  #", LOOP)))
    exercise = course.exercise("arithmetic/double")
    built = packs.build(exercise, 1.0, 1.0, SECRET)
    made = mutants.of(exercise)
    trials = Trials(workshop.sandbox, made, built.hidden, 0.2)
    found = dict(trials.answers(range(len(made.mutants)), built.hidden.cases))
    verdicts = {made.mutants[number].change: judge(built.hidden, answers) for number, answers in found.items()}
    outcomes = {change.rpartition(" (")[0]: verdict.outcome for change, verdict in verdicts.items()}
    assert outcomes["n + 1 → n"] is Outcome.timed_out
    assert outcomes["total + x → total - x"] is Outcome.wrong
    assert set(outcomes.values()) <= {Outcome.timed_out, Outcome.wrong, Outcome.crashed, Outcome.correct}
    # The short way to a verdict is the judge's.
    for number, answers in found.items():
        ruling, verdict = rule(built.hidden, answers), verdicts[made.mutants[number].change]
        assert (ruling.correct, ruling.diagnosis) == (verdict.correct, verdict.diagnosis)
        assert [outcome or Outcome.correct for outcome in ruling.failed] == [case.outcome for case in verdict.cases]


@pytest.mark.parametrize(
    ("loop", "children"),
    [("while True:\n        pass", 1), ("return sum(iter(int, 1))", 3)],
)
def test_a_loop_costs_a_process_only_where_it_is_deaf_to_the_alarm(tmp_path, workshop, monkeypatch, loop, children):
    course = courses.find(write_course(tmp_path))
    built = packs.build(course.exercise("arithmetic/double"), 1.0, 1.0, SECRET)
    right = "def double(x):\n    return 2 * x"
    stuck = mutants.Mutant("stuck", f"def double(x):\n    {loop}")
    made = mutants.Mutants("import numpy as np", right, [mutants.Mutant("right", right), stuck])
    workshop.sandbox.__enter__()
    started, start = [], Zygote.start
    monkeypatch.setattr(Zygote, "start", lambda *given: started.append(1) or start(*given))
    found = dict(Trials(workshop.sandbox, made, built.hidden, 0.05).answers([0, 1], built.hidden.cases))
    assert {answer.status for answer in found[0]} == {Status.returned}
    assert {answer.status for answer in found[1]} == {Status.timed_out}
    assert len(started) == children


TWO_OUTPUTS = '''
"""Twice, and where it is largest"""

import numpy as np

from autograder import Out, exercise


@exercise(shapes="x: N D", returns=[Out("twice", "N D"), Out("largest", "N")])
def double(x):
    """Twice x, and the column of each row's largest."""
    ### BEGIN SOLUTION
    twice = 2.0 * x
    return twice, twice.argmax(axis=1)
    ### END SOLUTION


double.cases(public=2, hidden=4)


@double.mistake("thrice", hint="That is three times x.")
def _(x):
    return 3.0 * x, x.argmax(axis=1)


@double.mistake("smallest", hint="You take the smallest.")
def _(x):
    return 2.0 * x, x.argmin(axis=1)


@double.mistake("the_other_way", hint="You divide.")
def _(x):
    return x / 2.0, x.argmax(axis=1)


@double.mistake("both_negative", hint="A sign too many.")
def _(x):
    return -2.0 * x, x.argmin(axis=1)


@double.mistake("one_for_all", hint="One column for all rows.")
def _(x):
    return 2.0 * x, x.sum(axis=0).argmax(axis=0, keepdims=True)


@double.mistake("half_of_it", hint="Where is the other one?")
def _(x):
    return 2.0 * x


@double.mistake("not_a_number", hint="You divide by nothing.")
def _(x):
    return np.where(x > 0, np.nan, 2.0 * x), x.argmax(axis=1)


@double.mistake("single", hint="Too few digits.")
def _(x):
    return np.float32(3.1) * x.astype(np.float32), x.argmax(axis=1)
'''


def test_with_suspects_a_ruling_is_the_same(tmp_path, workshop):
    exercise = courses.find(write_course(tmp_path, TWO_OUTPUTS)).exercise("arithmetic/double")
    hidden = packs.build(exercise, 1.0, 1.0, SECRET).hidden
    made = mutants.of(exercise)
    tried = dict(Trials(workshop.sandbox, made, hidden, 0.2).answers(range(len(made.mutants)), hidden.cases))
    tried |= {each.told.name: inprocess.answer_all(each.function, hidden.cases, 9.0) for each in exercise.mistakes}
    suspects = Suspects(hidden)
    rulings = {name: rule(hidden, answers, suspects) for name, answers in tried.items()}
    assert rulings == {name: rule(hidden, answers) for name, answers in tried.items()}
    assert {name for name, ruling in rulings.items() if ruling.diagnosis == name} == {
        mistake.name for mistake in hidden.mistakes
    }
    left = suspects.among(hidden, tried["thrice"], ["twice"]).mistakes
    # What comes in another form is not compared so quickly.
    assert {mistake.name for mistake in left} == {"thrice", "half_of_it", "not_a_number", "single"}


def test_a_mistake_is_asked_for_its_answer_to_a_fresh_input_when_that_is_looked_at(tmp_path):
    exercise = courses.find(write_course(tmp_path)).exercise("arithmetic/double")
    case = fresh.frozen(exercise, "input 0", {"x": np.array([[1.0, 3.0]])}, mistakes=True)
    assert case.mistakes == {}
    assert np.array_equal(case.mistakes["squared"].value, [[1.0, 9.0]])
    assert [*case.mistakes] == ["squared"]


def test_a_function_is_asked_by_the_number_of_a_case(monkeypatch):
    def spoils(x, layers, seen):
        x += 1
        layers["W"][0] = 7
        seen.add(3)
        return x.sum()

    given = {"x": np.zeros(2), "layers": {"W": np.ones(2)}, "seen": {1}}
    monkeypatch.setattr(comparison, "CASES", [given])
    assert comparison.by_number(spoils)(0) == (2.0, ["layers", "seen", "x"])
    assert comparison.by_number(lambda *_: 5)(0) == (5, [])
    assert given["seen"] == {1}
    assert np.array_equal(given["x"], np.zeros(2))
    assert np.array_equal(given["layers"]["W"], np.ones(2))


def test_a_function_that_calls_itself_is_mutated_as_a_whole(tmp_path, workshop):
    recursive = "return 2.0 * x if len(x) < 2 else np.vstack([double(x[:1]), double(x[1:])])  #"
    found = tried(tmp_path, workshop, ("return 2.0 * x  #", recursive))
    assert [item for item in found.evidence if not item.ok] == []
    assert "len(x) < 2 → len(x) <= 2" in [change.rpartition(" (")[0] for change in found.tally.equivalent]


def test_a_mutant_that_eats_memory_is_stopped(tmp_path, workshop):
    course = courses.find(write_course(tmp_path))
    exercise = course.exercise("arithmetic/double")
    built = packs.build(exercise, 1.0, 1.0, SECRET)
    greedy = "def double(x):\n    return np.ones((200000, 200000))"
    made = mutants.Mutants("import numpy as np", "def double(x):\n    return 2 * x", [mutants.Mutant("greedy", greedy)])
    ((_, answers),) = Trials(workshop.sandbox, made, built.hidden, 0.2).answers([0], built.hidden.cases)
    assert {(answer.status, answer.exception) for answer in answers} == {(Status.raised, "MemoryError")}


def tried(tmp_path, workshop, *changes):
    text = AUTHOR_FILE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    course = courses.find(write_course(tmp_path, text))
    exercise = course.exercise("arithmetic/double")
    return try_mutants(exercise, packs.build(exercise, 1.0, 1.0, SECRET), workshop.sandbox)


def test_a_sound_exercise_kills_its_mutants_and_lists_the_equivalent_ones(tmp_path, workshop):
    found = tried(tmp_path, workshop)
    assert [item for item in found.evidence if not item.ok] == []
    assert found.tally.killed + len(found.tally.equivalent) == found.tally.total
    assert found.tally.killed == found.tally.public > 5
    assert found.tally.survivors == ()
    commuting = tried(tmp_path, workshop, ("return 2.0 * x", "return np.dot(2.0, x)"))
    assert [change.rpartition(" (")[0] for change in commuting.tally.equivalent] == ["np.dot(2.0, x) → np.dot(x, 2.0)"]
    assert commuting.tally.inputs >= 2000


POSITIVE = (
    ("double.cases(public=1, hidden=3)", 'double.cases(public=1, hidden=3, x="positive")'),
    ("x=[[1.5, -2.0]], expect=[[3, -4]]", "x=[[1.5, 2.0]], expect=[[3, 4]]"),
    ("return 2.0 * x  #", "return 2.0 * np.maximum(x, -9.0)  #"),
)


def test_a_survivor_fails_with_an_input_that_tells_it_apart(tmp_path, workshop):
    # The cases never go below 0.5, so that a bound of −9 or of −8 is all the same to them.
    found = tried(tmp_path, workshop, *POSITIVE, ("x + x  # CANARY_V", "2 * np.maximum(x, -9)  # CANARY_V"))
    failed = [item for item in found.evidence if not item.ok]
    assert {item.kind for item in failed} == {"mutant"}
    told = {item.name.rpartition(" (")[0]: item.detail for item in failed}
    assert "an input at the edge tells it apart" in told["np.maximum(x, -9.0) → x"]
    assert "double(x)  with" in told["np.maximum(x, -9.0) → x"]


def test_where_right_answers_differ_from_each_other_no_mutant_is_told_apart(tmp_path, workshop):
    # The variant has no bound at all: inputs below it are no part of the exercise.
    found = tried(tmp_path, workshop, *POSITIVE)
    assert [item for item in found.evidence if not item.ok] == []
    assert "np.maximum(x, -9.0) → x" in [change.rpartition(" (")[0] for change in found.tally.equivalent]


def test_a_false_explanation_is_found(tmp_path, workshop):
    course = courses.find(write_course(tmp_path))
    exercise = course.exercise("arithmetic/double")
    cases = packs.build(exercise, 1.0, 1.0, SECRET).hidden.cases
    seen = {case.inputs["x"].tobytes() for case in cases}
    # On the cases this mistake is a mutant's answer; on fresh inputs it is not.
    mistake = exercise.mistakes[1]
    exercise.mistakes[1] = mistake._replace(function=lambda x: 3.0 * x if x.tobytes() in seen else x.copy())
    found = try_mutants(exercise, packs.build(exercise, 1.0, 1.0, SECRET), workshop.sandbox)
    failed = [item for item in found.evidence if not item.ok]
    assert [(item.kind, item.name.rpartition(" (")[0]) for item in failed] == [("explanation", "2.0 → 3.0")]
    assert failed[0].detail == "it is told to be “unchanged”; on fresh inputs it is not"


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        (1.0, 1.0 + 1e-13, True),
        (1.0, 1.0 + 1e-9, False),
        (float("nan"), float("nan"), True),
        (float("inf"), 1.0, False),
        (1, 1, True),
        (1, 1.0, False),
        ((1.0, 2.0), (1.0, 2.0), True),
        ((1.0, 2.0), [1.0, 2.0], False),
        ({"a": 1.0}, {"a": 1.0}, True),
        ({"a": 1.0}, {"b": 1.0}, False),
        (None, None, True),
    ],
)
def test_two_values_are_alike_only_when_the_judge_would_surely_say_so(a, b, alike):
    assert comparison.alike(a, b, 1e-11) is alike


def test_a_comparison_sees_exceptions_and_changed_inputs():
    def raises(x):
        raise ValueError

    def changes(x):
        x += 1
        return x

    batch = [{"x": np.ones(3)}]
    assert comparison.unlike(raises, [raises, changes], 10_001, batch, 1e-11) == [[], [0]]
    assert comparison.unlike(lambda x: x + 1, [changes, lambda x: x + 1], 10_002, batch, 1e-11) == [[0], []]


TWO_SIZES = """double.cases(public=1, hidden=3)
double.cases(hidden=3, dims={"N": 40, "D": 50})"""


def test_of_the_inputs_that_mutants_are_compared_on_few_are_large(tmp_path):
    text = AUTHOR_FILE.replace("double.cases(public=1, hidden=3)", TWO_SIZES)
    exercise = courses.find(write_course(tmp_path, text)).exercise("arithmetic/double")
    sizes = [inputs["x"].size for inputs in fresh.mostly_small(exercise, 200, "test")]
    assert sizes.count(2000) == 200 / fresh.RARE
    assert max(size for size in sizes if size != 2000) < 2000 / fresh.LARGE
    alike = courses.find(write_course(tmp_path / "alike")).exercise("arithmetic/double")
    for mine, drawn in zip(fresh.mostly_small(alike, 5, "test"), fresh.drawn(alike, 5, "test"), strict=True):
        assert np.array_equal(mine["x"], drawn["x"])
