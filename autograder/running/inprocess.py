"""The runner of the self-check: calls a function in this very process, with an alarm."""

import contextlib
import io
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograder.child import calls, wire
from autograder.outcome import Answer, Status
from autograder.pack import Case

PRINTED_LIMIT = 10_000


class TimeOut(BaseException):
    """Raised by the alarm inside a student's code: no `except Exception` of theirs stops it."""


class Printed(io.TextIOBase):
    """Takes what a student's code prints, and keeps no more than the beginning."""

    def __init__(self) -> None:
        self.count = 0
        self.text = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.count < PRINTED_LIMIT:
            self.text += text[: PRINTED_LIMIT - self.count]
        self.count += len(text)
        return len(text)


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raises TimeOut inside the block after `seconds`; does nothing where there are no alarms.

    It rings again every 50 ms, since a bare `except:` in the student's loop swallows the first.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise TimeOut

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def captured() -> Iterator[Printed]:
    """Keeps what the block prints off the screen, warnings too."""
    printed = Printed()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield printed


def answer_all(function: Callable[..., Any], cases: Sequence[Case], seconds: float) -> list[Answer]:
    """The answers of `function` to all cases, within `seconds` together.

    When the time is up, that case and those after it are timed out. Never raises.
    """
    end = time.monotonic() + seconds
    answers: list[Answer] = []
    for case in cases:
        remaining = end - time.monotonic()
        if answers and answers[-1].status is Status.timed_out:
            remaining = 0
        answers.append(answer(function, case, remaining, seconds) if remaining > 0 else late(seconds))
    return answers


def answer(function: Callable[..., Any], case: Case, remaining: float = 60.0, budget: float = 60.0) -> Answer:
    """The answer of `function` to one case: what it returned or raised, copied; its inputs are fresh."""
    blobs: list[bytes] = []
    tree = wire.dump(case.inputs, blobs)
    with captured() as printed:
        try:
            with alarm(remaining):
                report = calls.call(function, tree, blobs, list(case.seeds))
        except TimeOut:
            return late(budget)
        except KeyboardInterrupt:
            raise
        except BaseException as problem:
            report = {"status": "raised", **calls.describe(problem, function)}
    return received(report, printed.count)


def received(report: dict[str, Any], printed: int) -> Answer:
    """The answer in a report of `calls.call`."""
    if report["status"] == "raised":
        fields = {name: report[name] for name in ("exception", "text", "line")}
        return Answer(status=Status.raised, printed=printed, **fields)
    value = wire.load(report["value"], report["blobs"])
    return Answer(status=Status.returned, value=value, mutated=tuple(report["mutated"]), printed=printed)


def late(seconds: float) -> Answer:
    """The answer where time was up."""
    text = f"It took longer than {seconds:g} seconds and was stopped. Is there a loop that never ends?"
    return Answer(status=Status.timed_out, text=text)


def absent(cases: Sequence[Case], text: str, status: Status = Status.absent) -> list[Answer]:
    """The answers when there is no function to ask, with the sentence that says why."""
    return [Answer(status=status, text=text)] * len(cases)
