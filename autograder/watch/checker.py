"""The screen's side of checking: a process made ready for the next save, and what to do when one is lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

import msgspec

from autograder.watch import CannotWatch
from autograder.watch.checking import Item, Message, Order, Seen, Started

# An exercise stops itself after its own limit; what no alarm stops, a long call into C, is ended after this many
# times the limit without a word. Cells of a notebook have the same limit each.
PATIENCE = 3.0
START = 60.0

Process = subprocess.Popen[bytes]


class Report(NamedTuple):
    """What a process said; None when it has ended."""

    process: Process
    message: Message | None


class Checker:
    """Checks exercises, one order at a time: a new one ends what is under way.

    put: is handed a Report from another thread, to be given to `heard` in the screen's own.
    """

    def __init__(self, put: Callable[[Report], None]) -> None:
        self.waiting_for: Item | None = None
        self.since = 0.0
        self._limit = START
        self._put = put
        self._libraries: tuple[str, ...] = ()
        self._left: list[Item] = []
        self._busy: Process | None = None
        self._spare: Process | None = self._start()

    @property
    def busy(self) -> bool:
        return self._busy is not None

    def check(self, items: Iterable[Item]) -> None:
        """Starts with these, and goes on with what was not finished before."""
        first = list(items)
        again = {(item.folder, item.name) for item in first}
        self._order([*first, *(item for item in self._left if (item.folder, item.name) not in again)])

    def _order(self, items: list[Item]) -> None:
        _end(self._busy)
        self._left, self.waiting_for, self.since, self._limit = items, None, time.monotonic(), START
        self._busy, self._spare = self._spare or self._start(), None
        assert self._busy.stdin
        with suppress(BrokenPipeError):
            self._busy.stdin.write(msgspec.json.encode(Order(tuple(items))) + b"\n")
            self._busy.stdin.flush()
        threading.Thread(target=self._listen, args=(self._busy,), daemon=True).start()

    def heard(self, report: Report) -> Seen | None:
        """What to show of a report; starts over where a process was lost. Raises CannotWatch when none starts."""
        if report.process is not self._busy:
            return None  # of an order that another one replaced
        self.since = time.monotonic()
        if isinstance(report.message, Started):
            self.waiting_for, self._limit = report.message.item, PATIENCE * report.message.seconds
        elif report.message:
            self._left = [item for item in self._left if item != report.message.item]
            self._libraries = report.message.libraries
            return report.message
        else:
            self._ended("died")
        return None

    def tick(self) -> None:
        """Ends what has been silent for too long. To be called now and then."""
        if self._busy and time.monotonic() - self.since > self._limit:
            self._ended("timed_out")

    def _ended(self, how: str) -> None:
        _end(self._busy)
        self._busy = None
        if self._left and self.waiting_for is None:
            raise CannotWatch("the checks do not start: `python -m autograder.watch.checking < /dev/null` says why")
        lost, self.waiting_for = self.waiting_for, None
        if self._left:
            self._order([Item(i.folder, i.name, how) if i == lost else i for i in self._left])
        self._spare = self._spare or self._start()

    def close(self) -> None:
        _end(self._busy)
        _end(self._spare)

    def _start(self) -> Process:
        # -P: the working folder may hold files named like modules. A group of its own: Ctrl-C is for the screen.
        command = [sys.executable, "-P", "-m", "autograder.watch.checking", *self._libraries]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )

    def _listen(self, process: Process) -> None:
        assert process.stdout
        for line in process.stdout:
            with suppress(msgspec.MsgspecError):
                self._put(Report(process, msgspec.json.decode(line, type=Message)))
        self._put(Report(process, None))


def _end(process: Process | None) -> None:
    """Ends a process with all that it started."""
    if process is None or process.returncode is not None:
        return
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    with suppress(OSError):
        assert process.stdin
        process.stdin.close()
