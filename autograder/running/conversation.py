"""One child, from its first cell to its last answer: what it may say when, and how long it may take.

The child is a stranger: everything it sends is checked against the one thing that can come next. The only way
it is ever stopped is by the zygote, on our order.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

import msgspec

from autograder.child import frames, wire
from autograder.child.frames import Answered, CellDone, Found, FrameError, Inbox, Output, Ready, Started
from autograder.child.orders import Ended, Used
from autograder.outcome import Answer, Status
from autograder.running.endings import last_words
from autograder.running.forkserver import CHUNK, Child, ZygoteError
from autograder.running.questions import Limits, Question

MAX_PRINTED = 512 * 1024 * 1024  # bytes past Python's own stdout
SETTLE_SECONDS = 5.0
PATIENCE = 8  # how often the time by the clock is given once more to a process that computes
SHARE = 0.03  # of a processor: less is no computing
_outputs = msgspec.json.Decoder(list[Output])

LATE = "It used more than {:g} seconds of computing time and was stopped. Is there a loop that never ends?"
STUCK = "It did not come to an end in {:g} seconds and was stopped: it waits for something. Is there a sleep or a lock?"


class Step(NamedTuple):
    """What the child is at: a cell, or an exercise's calls, by index. seconds: how long that may take."""

    kind: str
    number: int
    seconds: float


class Stop(NamedTuple):
    """Why a child was ended before it was through, and at which step."""

    step: Step
    status: Status
    text: str


class Record(Protocol):
    """Where the answers go, and what to ask."""

    def cell(self, index: int, problem: str, outputs: list[Output]) -> None: ...

    def functions(self, found: list[Found], notes: list[str]) -> None: ...

    def answer(self, exercise: int, case: int, message: Answered, arrays: list[bytes], seconds: float) -> Answer: ...

    def batches(self) -> Iterator[list[Question]]: ...


class _Stopped(Exception):
    def __init__(self, status: Status, text: str) -> None:
        self.status = status
        self.text = text


class Conversation:
    """`hold` leads it."""

    def __init__(self, child: Child, job: bytes, cells: int, record: Record, limits: Limits) -> None:
        self.child = child
        self.record = record
        self.limits = limits
        self.cells = cells
        self.outgoing = memoryview(job)
        self.inbox = Inbox(frames.from_child, frames.MAX_SKELETON, max(frames.MAX_ANSWER, frames.MAX_CELL_OUTPUT))
        self.handle: Callable[[Any, list[bytes]], None] = self._started
        self.batches = record.batches()
        self.awaited: list[Question] = []
        self.wall_end = 0.0
        self.done = False
        self.printed = 0
        self._begin(Step("cell", 0, limits.cell_seconds))

    def hold(self) -> Stop | None:
        """Talks until every question is answered (None) or the child had to be ended. Raises ZygoteError."""
        try:
            while not self.done:
                self._turn()
        except _Stopped as stopped:
            if self.handle == self._started:
                raise ZygoteError(f"A process for the student's code could not be set up. {stopped.text}") from None
            return Stop(self.step, stopped.status, stopped.text)
        finally:
            self.child.finish()
        return None

    def _turn(self) -> None:
        """Waits for whatever is next and deals with it."""
        now = time.monotonic()
        events = self.child.wait(min(self.next_look, self.wall_end) - now, len(self.outgoing) > 0)
        if events.writable:
            self.outgoing = self.outgoing[self.child.write(self.outgoing) :]
        if events.printed:
            self.printed += self.child.drain()
            if self.printed > MAX_PRINTED:
                raise _Stopped(Status.died, f"It printed more than {MAX_PRINTED >> 20} MB and was stopped.")
        if events.readable:
            self._read()
        if self.done:
            return
        if isinstance(events.report, Ended):
            self._ended(events.report)
        if isinstance(events.report, Used):
            self._forward(events.report.at)
            self._check_computing(events.report.seconds)
        self._check_clock()

    def _read(self) -> None:
        """Takes in all that has arrived: it counts, however late it is looked at. Bounded, as frames are."""
        more = True
        while more and not self.done:
            data = self.child.read()
            more = len(data) == CHUNK
            self.inbox.feed(data)
            try:
                while not self.done and (frame := self.inbox.take()) is not None:
                    self.handle(*frame)
            except (FrameError, wire.WireError):
                said = "The process wrote something into the grader's line that is no answer, and was stopped."
                raise _Stopped(Status.died, said) from None
        if self.child.closed:
            self.wall_end = min(self.wall_end, time.monotonic() + SETTLE_SECONDS)

    # What can come next, one after the other.

    def _started(self, message: Any, blobs: list[bytes]) -> None:
        _expect(isinstance(message, Started) and not blobs)
        self.handle = self._cell_done if self.cells else self._ready
        self._begin(Step("cell", 0, self.limits.cell_seconds))

    def _cell_done(self, message: Any, blobs: list[bytes]) -> None:
        _expect(isinstance(message, CellDone) and message.index == self.step.number and len(blobs) == 1)
        if message.out_of_memory:
            # What the cell left in memory would fail the cells after it: they are to have a fresh child.
            allowed = f"{self.limits.memory / 2**30:g} GiB"
            raise _Stopped(Status.died, f"It needs more than the {allowed} of memory it may use.")
        try:
            outputs = _outputs.decode(blobs[0])
        except (msgspec.MsgspecError, RecursionError, ValueError):
            raise FrameError("outputs that are none") from None
        self.record.cell(message.index, message.problem[:1000], outputs)
        self._begin(Step("cell", message.index + 1, self.limits.cell_seconds))
        if message.index + 1 == self.cells:
            self.handle = self._ready

    def _ready(self, message: Any, blobs: list[bytes]) -> None:
        _expect(isinstance(message, Ready) and not blobs)
        self.record.functions(message.functions, message.notes)
        self.handle = self._answered
        self._next_batch()

    def _answered(self, message: Any, blobs: list[bytes]) -> None:
        _expect(isinstance(message, Answered))
        question = self.awaited.pop()
        _expect((message.exercise, message.case) == (question.exercise, question.case))
        # Forged or not a number, it counts as none.
        seconds = message.seconds if 0 <= message.seconds <= question.seconds * self.limits.wall else 0.0
        answer = self.record.answer(question.exercise, question.case, message, blobs, seconds)
        if answer.exception == "MemoryError":
            raise _Stopped(Status.raised, "")  # the answer stands; the others are to have a fresh child
        if not self.awaited:
            self._next_batch()
        else:
            self._forward(self.awaited[-1].exercise)

    def _next_batch(self) -> None:
        questions = next(self.batches, None)
        if not questions:
            self.done = True
            return
        arrays = [array for question in questions for array in question.arrays]
        frame = frames.encode(frames.Asking([question.call for question in questions]), arrays)
        self.outgoing = memoryview(bytes(self.outgoing) + frame)
        self.awaited = questions[::-1]
        self._begin(_step(questions[0]))

    # How long it may take.

    def _forward(self, exercise: int) -> None:
        """Begins the time of an exercise that is asked for. Never an earlier one: its time would begin once more.

        That the child is there may be known before its answers to those before have come.
        """
        if self.step.kind == "exercise" and exercise > self.step.number:
            question = next((each for each in self.awaited if each.exercise == exercise), None)
            if question:
                self._begin(_step(question))

    def _begin(self, step: Step) -> None:
        now = time.monotonic()
        self.step = step
        self.used_before: float | None = None
        self.used = self.used_at_wall = 0.0
        self.tick = min(0.25, max(0.02, step.seconds / 20))
        self.next_look = now + self.tick
        self.wall_seconds = step.seconds * self.limits.wall
        self.wall_end = now + self.wall_seconds
        self.patience = PATIENCE

    def _check_clock(self) -> None:
        now = time.monotonic()
        if now >= self.wall_end:
            if self.child.closed:
                raise _Stopped(Status.died, "The process closed the grader's line and was stopped.")
            # Who computes and gets little of a busy machine is not stuck: the limit of computing time will come.
            if not self.patience or self.used - self.used_at_wall < SHARE * self.wall_seconds:
                raise _Stopped(Status.timed_out, STUCK.format(self.wall_seconds))
            self.patience -= 1
            self.used_at_wall, self.wall_end = self.used, now + self.wall_seconds
        if now >= self.next_look:
            self.next_look = now + self.tick
            self.child.ask_clock()

    def _check_computing(self, used: float) -> None:
        # The first look at a step comes one tick after its beginning: the tick is given to the student.
        if self.used_before is None:
            self.used_before = used
        self.used = used - self.used_before
        if self.used > self.step.seconds:
            raise _Stopped(Status.timed_out, LATE.format(self.step.seconds))

    def _ended(self, end: Ended) -> None:
        self._read()  # what it said before it ended
        if end.fault:
            raise ZygoteError(end.fault)
        if not self.done:
            self._forward(end.at)
            raise _Stopped(Status.died, last_words(end, self.limits.memory))


def _step(question: Question) -> Step:
    return Step("exercise", question.exercise, question.seconds)


def _expect(condition: bool) -> None:
    if not condition:
        raise FrameError("not what comes next")
