"""Answers as they come → answers as the judge takes them. What was heard before to the last bit is not read again:
in a class most answers are alike. What an exercise answered can be kept, and judged again some other day.
"""

from collections.abc import Mapping, Sequence

import msgspec

from autograder.child import frames, wire
from autograder.child.frames import Answered, FrameError
from autograder.outcome import Answer, Status
from autograder.running.endings import explained

LARGE = 1024 * 1024  # bytes of an answer that is not remembered
ROOM = 64 * 1024 * 1024  # for all that are
NODE = 64  # bytes that a byte of a tree becomes, at the most: an empty list
MAX_RECORD = 64 * 1024  # bytes of the answers of an exercise that are kept


class Unanswered(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A case that has no answer, and why."""

    status: Status
    text: str


class Record(msgspec.Struct, frozen=True, array_like=True):
    """What an exercise answered: for each case what was said, with its arrays.

    seconds: of computing in its calls; None where nothing was called.
    """

    cases: Sequence[tuple[Answered | Unanswered, list[bytes]]]
    seconds: float | None


_encoder = msgspec.msgpack.Encoder()
_records = msgspec.msgpack.Decoder(Record)


class Heard:
    """The answers of many submissions, as numbers: those of one number are the same."""

    def __init__(self) -> None:
        self.known: dict[tuple[object, ...], tuple[Answer, int]] = {}
        self.room = ROOM
        self.count = 0

    def answer(self, message: Answered, arrays: list[bytes], memory: int) -> tuple[Answer, int | None]:
        """An answer with its number, None for a large one. Raises FrameError and WireError.

        memory: bytes that the submission may use, for the sentence that says so.
        """
        value = bytes(message.value)
        size = NODE * len(value) + sum(map(len, arrays))
        if size > LARGE:
            return _read(message, arrays, memory), None
        said = (message.status, message.exception, message.text, message.line, message.printed, *message.mutated)
        key = (value, *arrays, memory, *said)
        if key not in self.known:
            answer = _read(message, arrays, memory)
            if size > self.room:
                self.known.clear()
                self.room = ROOM
            self.room -= size
            self.count += 1
            self.known[key] = answer, self.count
        return self.known[key]

    def again(self, record: bytes, memory: int) -> tuple[list[Answer], list[int | None], float | None]:
        """The answers of a record, their numbers, and its seconds. Raises FrameError and WireError."""
        try:
            kept = _records.decode(record)
        except (msgspec.MsgspecError, ValueError) as problem:
            raise FrameError(f"a record cannot be read: {problem}") from None
        each = [
            (Answer(status=said.status, text=said.text), None)
            if isinstance(said, Unanswered)
            else self.answer(said, arrays, memory)
            for said, arrays in kept.cases
        ]
        return [answer for answer, _ in each], [number for _, number in each], kept.seconds


def recorded(
    answers: Sequence[Answer], messages: Mapping[int, tuple[Answered, list[bytes]]], seconds: float | None
) -> bytes | None:
    """The record of an exercise; None where it would be large, or where what is missing is a fault of ours.

    messages: case → what was said for it.
    """
    if sum([len(array) for _, arrays in messages.values() for array in arrays]) > MAX_RECORD:
        return None
    cases: list[tuple[Answered | Unanswered, list[bytes]]] = []
    for case, answer in enumerate(answers):
        said = messages.get(case)
        if said is None and answer.status in (Status.returned, Status.raised, Status.lost):
            return None
        cases.append(said or (Unanswered(answer.status, answer.text), []))
    record = _encoder.encode(Record(cases, seconds))
    return record if len(record) <= MAX_RECORD else None


def _read(message: Answered, arrays: list[bytes], memory: int) -> Answer:
    if message.status == "raised":
        exception = message.exception[:100]
        text = explained(exception, message.text[:1000], memory)
        return Answer(status=Status.raised, exception=exception, text=text, line=message.line, printed=message.printed)
    value = wire.load(frames.tree(message.value), arrays)
    mutated = tuple(name[:100] for name in message.mutated[:100])
    return Answer(status=Status.returned, value=value, mutated=mutated, printed=message.printed)
