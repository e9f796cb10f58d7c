"""What an exercise answered can be kept, and is then the same to the judge as if it were asked again."""

from collections.abc import Iterator

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from autograder.judge import judge
from autograder.outcome import Answer, Status
from autograder.pack import Case, Output, Pack
from autograder.running.heard import MAX_RECORD
from autograder.running.sandbox import Limits, Sandbox
from autograder.running.submission import Cell, Submission

LIMITS = Limits(cell_seconds=0.5, wall=5.0, memory=512 * 1024**2)

# One exercise for each way to end, and for each kind of value.
CELLS = {
    "right": "return 2 * z",
    "wrong": "return 3 * z",
    "nested": "return {'a': (1, [2.5, None]), 'b': np.float32(z[0, 0]), 'c': {1, 2}}",
    "prints": "print('x' * 9)\n    return z",
    "changes": "z += 1\n    return z",
    "raises": "raise ValueError(f'not {z[0, 0]}')",
    "hangs": "while True: pass",
    "dies": "import os; os._exit(3)",
    "opaque": "return object()",
}
ABSENT = "absent"


def pack(name: str, shape: tuple[int, int] = (3, 4)) -> Pack:
    """An exercise that is to give 2 * z, in three cases, one of them hidden."""
    inputs = [np.full(shape, float(number)) for number in range(3)]
    cases = tuple(
        Case(
            name=f"case {number}",
            inputs={"z": z},
            expected=Answer(status=Status.returned, value=2 * z),
            mistakes={"unchanged": Answer(status=Status.returned, value=z)},
            dims={},
            hidden=number == 2,
        )
        for number, z in enumerate(inputs)
    )
    return Pack(
        exercise=f"unit/{name}",
        title=name,
        signature=f"{name}(z)",
        returns="one",
        outputs=(Output(name=""),),
        shapes={},
        cases=cases,
        mistakes=(),
        points=1.0,
        seconds=0.3,
        stub=f"def {name}(z):\n    raise NotImplementedError()\n",
        source="",
        hidden_cases=1,
    )


def submission(**bodies: str) -> Submission:
    sources = ["import numpy as np", *(f"def {name}(z):\n    {body}" for name, body in bodies.items())]
    cells = tuple(Cell(source, "unit.ipynb", number, "notebook") for number, source in enumerate(sources, 1))
    return Submission(student="ann", unit="unit", cells=cells)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


def test_whatever_was_answered_is_judged_again_without_the_submission(sandbox: Sandbox) -> None:
    packs = [pack(name) for name in (*CELLS, ABSENT)]
    run = sandbox.answers(submission(**CELLS), packs, LIMITS)
    assert set(run.records) == {each.exercise for each in packs}
    for other in (sandbox, Sandbox()):  # one that has heard it before, and one that starts no process at all
        again = other.again(run.records, packs, LIMITS)
        assert again and again.records == run.records and not again.cells
        assert repr(again.answers) == repr(run.answers)
        assert again.called == run.called
        verdicts = [[judge(each, done.answers[each.exercise]) for each in packs] for done in (run, again)]
        assert verdicts[0] == verdicts[1]
    known = sandbox.again(run.records, packs, LIMITS)
    assert known and known.said == run.said


def test_an_exercise_with_large_answers_has_no_record(sandbox: Sandbox) -> None:
    large = pack("large", (MAX_RECORD // 8 // 100, 40))  # three of them are too much, and one is not
    run = sandbox.answers(submission(large="return z", right="return 2 * z"), [large, pack("right")], LIMITS)
    assert set(run.records) == {"unit/right"}


def test_where_the_grader_failed_there_is_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.running.forkserver.ZYGOTE", "no_such_module")
    run = Sandbox().answers(submission(right="return 2 * z"), [pack("right")], LIMITS)
    assert run.answers["unit/right"][0].status is Status.lost
    assert run.records == {}


def test_a_record_of_other_cases_or_of_another_exercise_is_not_read(sandbox: Sandbox) -> None:
    one = pack("right")
    records = sandbox.answers(submission(right="return 2 * z"), [one], LIMITS).records
    assert sandbox.again(records, [msgspec.structs.replace(one, cases=one.cases[:2])], LIMITS) is None
    assert sandbox.again(records, [pack("wrong")], LIMITS) is None


@given(some.data())
def test_a_damaged_record_is_not_read(sandbox: Sandbox, data: some.DataObject) -> None:
    one = pack("right")
    (record,) = sandbox.answers(submission(right="return 2 * z"), [one], LIMITS).records.values()
    place = data.draw(some.integers(0, len(record) - 1))
    broken = record[:place] + data.draw(some.binary(max_size=8))
    again = sandbox.again({"unit/right": broken}, [one], LIMITS)
    assert again is None or len(again.answers["unit/right"]) == len(one.cases)
