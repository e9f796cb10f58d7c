"""What was answered alike to the last bit is read and judged once; nothing else is taken for alike."""

from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.child import frames, wire
from autograder.child.frames import Answered, FrameError
from autograder.child.wire import WireError
from autograder.outcome import Answer
from autograder.running import heard
from autograder.running.heard import Heard


def told(value: Any = None, **fields: Any) -> tuple[Answered, list[bytes]]:
    """An answer as it arrives."""
    arrays: list[bytes] = []
    usual: dict[str, Any] = {"status": "returned", "mutated": [], "exception": "", "text": "", "line": None}
    fields = {**usual, "printed": 0, "seconds": 0.0, **fields}
    return Answered(exercise=0, case=0, value=frames.raw(wire.dump(value, arrays)), **fields), arrays


def number(ear: Heard, message: tuple[Answered, list[bytes]]) -> int | None:
    return ear.answer(*message, memory=1)[1]


VALUES = [
    0.0,
    -0.0,
    0,
    False,
    float("nan"),
    [1, 2],
    (1, 2),
    np.arange(3),
    np.arange(3.0),
    np.arange(3.0).reshape(3, 1),
    np.nextafter(np.arange(3.0), 9),
    np.float64(0),
    "0",
    {"a": 1, "b": 2},
    {"b": 2, "a": 1},
]
TOLD = [
    *map(told, VALUES),
    told(0.0, mutated=["x"]),
    told(0.0, printed=1),
    told(status="raised", exception="ValueError"),
    told(status="raised", exception="KeyError"),
    told(status="raised", exception="ValueError", text="no"),
    told(status="raised", exception="ValueError", line=3),
]


def test_answers_have_one_number_exactly_when_they_are_the_same() -> None:
    ear = Heard()
    first = [number(ear, each) for each in TOLD]
    assert len(set(first)) == len(TOLD)
    assert [number(ear, each) for each in reversed(TOLD)] == first[::-1]


def test_what_is_said_of_an_answer_and_not_by_it_makes_no_difference() -> None:
    ear = Heard()
    again = told(1.5)[0]
    again.seconds, again.case, again.exercise = 2.0, 7, 3
    assert number(ear, told(1.5)) == ear.answer(again, [], memory=1)[1]


@pytest.mark.parametrize("each", TOLD)
def test_an_answer_is_the_same_whether_it_was_heard_before_or_not(each: tuple[Answered, list[bytes]]) -> None:
    ear = Heard()
    answers = [ear.answer(*each, memory=1)[0] for _ in range(2)]
    assert all(isinstance(answer, Answer) for answer in answers)
    assert repr(answers[0]) == repr(answers[1]) == repr(Heard().answer(*each, memory=1)[0])


def test_what_is_large_is_not_remembered() -> None:
    ear = Heard()
    assert number(ear, told(np.zeros(heard.LARGE // 8 + 1))) is None
    assert number(ear, told(list(range(heard.LARGE // heard.NODE)))) is None
    assert not ear.known


def test_what_is_remembered_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "ROOM", 10_000)
    ear = Heard()
    numbers = [number(ear, told(np.full(100, float(n)))) for n in range(200)]
    assert len(ear.known) <= 10_000 // 800
    # What was forgotten has another number when it comes again: no verdict is taken for another one's.
    assert number(ear, told(np.full(100, 0.0))) not in numbers


@pytest.mark.parametrize(
    ("value", "arrays"),
    [(b"\xc1", []), (b"\x91" * 5_000, []), (bytes(frames.raw(["a", "<f8", [9], 0])), [bytes(8)])],
    ids=["no MessagePack", "nested", "lying shape"],
)
def test_a_forged_answer_is_an_error_each_time(value: bytes, arrays: list[bytes]) -> None:
    ear = Heard()
    forged = told()[0]
    forged.value = msgspec.Raw(value)
    for _ in range(2):
        with pytest.raises((FrameError, WireError)):
            ear.answer(forged, arrays, memory=1)
    assert not ear.known
