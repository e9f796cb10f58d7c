"""Answers as they come → answers as the judge takes them. What was heard before to the last bit is not read again:
in a class most answers are alike.
"""

from autograder.child import frames, wire
from autograder.child.frames import Answered
from autograder.outcome import Answer, Status
from autograder.running.endings import explained

LARGE = 1024 * 1024  # bytes of an answer that is not remembered
ROOM = 64 * 1024 * 1024  # for all that are
NODE = 64  # bytes that a byte of a tree becomes, at the most: an empty list


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


def _read(message: Answered, arrays: list[bytes], memory: int) -> Answer:
    if message.status == "raised":
        exception = message.exception[:100]
        text = explained(exception, message.text[:1000], memory)
        return Answer(status=Status.raised, exception=exception, text=text, line=message.line, printed=message.printed)
    value = wire.load(frames.tree(message.value), arrays)
    mutated = tuple(name[:100] for name in message.mutated[:100])
    return Answer(status=Status.returned, value=value, mutated=mutated, printed=message.printed)
