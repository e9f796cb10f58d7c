"""The trusted end of a zygote: starting it, giving it jobs, hearing how they end."""

import contextlib
import os
import select
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from autograder.child import scratch
from autograder.child.confinement import Plan
from autograder.child.orders import Alive, Clock, Ended, Keep, Kill, Order, Report, Start, encode, from_zygote
from autograder.running import isolation
from autograder.running.isolation import Isolation

START_SECONDS = 60.0  # a cold disk and a font cache take their time
END_SECONDS = 30.0
CHUNK = 1 << 18
ZYGOTE = "autograder.child.zygote"
INSTALL = "Install what grading needs: pip install 'chainrule[staff]'."


class ZygoteError(Exception):
    """The zygote is gone, or cannot start; the text is a sentence. Never a student's fault."""


class Events(NamedTuple):
    """What there is to do: data to read, room to write, a report of the zygote's."""

    readable: bool
    writable: bool
    printed: bool
    report: Report | None


class Child:
    """A forked child as its parent sees it. `closed`: it has closed its end of the line."""

    def __init__(self, server: "Zygote", channel: socket.socket, printed: int) -> None:
        self.server = server
        self.channel = channel
        self.printed = printed
        self.closed = False
        self.end: Ended | None = None
        self.poll = select.poll()
        for fd in (channel.fileno(), printed, server.control.fileno()):
            self.poll.register(fd, select.POLLIN)

    def wait(self, seconds: float, writing: bool) -> Events:
        """Waits for something to happen, at most so long. Raises ZygoteError."""
        channel = self.channel.fileno()
        if not self.closed:
            self.poll.modify(channel, select.POLLIN | (select.POLLOUT if writing else 0))
        found = dict(self.poll.poll(max(0.0, seconds) * 1000))
        report = self.server.receive() if self.server.control.fileno() in found else None
        if isinstance(report, Ended):
            self.end = report
        state = found.get(channel, 0)
        return Events(bool(state & ~select.POLLOUT), bool(state & select.POLLOUT), self.printed in found, report)

    def read(self) -> bytes:
        """What the child has written, at most CHUNK; b"" when there is nothing, or no more ever (`closed`)."""
        try:
            data = self.channel.recv(CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data and not self.closed:
            self.closed = True
            self.poll.unregister(self.channel.fileno())
        return data

    def write(self, data: memoryview) -> int:
        """How much of `data` could be written without waiting."""
        try:
            return self.channel.send(data, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)  # nobody reads it any more; that the child is gone is heard elsewhere

    def drain(self) -> int:
        """Reads and forgets what the child wrote to descriptors 1 and 2; returns how much it was."""
        data = os.read(self.printed, 1 << 20)
        if not data:
            self.poll.unregister(self.printed)
        return len(data)

    def ask_clock(self) -> None:
        self.server.send(Clock())

    def finish(self) -> Ended:
        """Ends the child, with everything it started. Raises ZygoteError."""
        try:
            if self.end is None:
                self.server.send(Kill())
            deadline = time.monotonic() + END_SECONDS
            while self.end is None:
                if time.monotonic() > deadline:
                    raise ZygoteError("The grading process does not answer any more.")
                report = self.server.receive(END_SECONDS)
                self.end = report if isinstance(report, Ended) else None
            return self.end
        finally:
            self.channel.close()
            os.close(self.printed)


class Zygote:
    """An exec'd zygote, walled in as a survey says that it can be. Raises ZygoteError if it does not start."""

    def __init__(self, walls: Isolation | None = None) -> None:
        if not hasattr(os, "pidfd_open"):
            raise ZygoteError(
                "Grading runs students' code in a sandbox that needs Linux. Grade on a Linux machine or in a container."
            )
        walls = walls or isolation.survey()
        self.kept = 0
        # Behind the outer wall there is a folder in memory, which ends with the zygote.
        self.scratch = None if walls.command else Path(tempfile.mkdtemp(prefix="autograder-"))
        if self.scratch:
            self.scratch.chmod(0o711)
        place = str(self.scratch or isolation.INSIDE)
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        with theirs:
            self.process = subprocess.Popen(
                [*walls.command, *isolation.python("-m", ZYGOTE, str(theirs.fileno()), place)],
                pass_fds=[theirs.fileno()],
                env=isolation.environment(place),
                cwd=self.scratch or "/",
                stdin=subprocess.DEVNULL,
                stdout=self.errors,
                stderr=self.errors,
                start_new_session=True,  # Ctrl-C in the terminal is for the grader
            )
        try:
            self.send(walls.plan)
            if not isinstance(self.receive(START_SECONDS), Alive):
                raise ZygoteError("The grading process said something unexpected at its start.")
        except ZygoteError as problem:
            self.close()
            raise ZygoteError(f"{problem} {INSTALL}") from None

    def start(
        self, files: Sequence[tuple[str, Path | bytes]], memory: int, seconds: float, preload: Sequence[str]
    ) -> Child:
        """Forks a child that finds copies of `files` in its working directory. Raises ZygoteError."""
        try:
            ours, theirs = socket.socketpair()
            printed, their_printed = os.pipe()
        except OSError as problem:
            raise ZygoteError(f"A process for the student's code could not be set up: {problem.strerror}.") from None
        given = _opened(files)
        child = Child(self, ours, printed)
        try:
            order = Start(files=list(given), memory=memory, seconds=int(seconds) + 1, preload=list(preload))
            self.send(order, [theirs.fileno(), their_printed, *given.values()])
        finally:
            theirs.close()
            for descriptor in (their_printed, *given.values()):
                os.close(descriptor)
        return child

    def keep(self, arrays: Sequence[bytes]) -> None:
        """Gives the arrays to every child to come, those it does not have yet. Raises ZygoteError."""
        if new := arrays[self.kept :]:
            file = _in_memory(b"".join(new))
            try:
                self.send(Keep([len(array) for array in new]), [file])
            finally:
                os.close(file)
            self.kept = len(arrays)

    def send(self, order: Order | Plan, fds: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self.control, [encode(order)], list(fds))
        except OSError:
            raise ZygoteError("The grading process has ended.") from None

    def receive(self, seconds: float | None = None) -> Report:
        """The next report. Raises ZygoteError when the zygote is gone, or silent for so long."""
        self.control.settimeout(seconds)
        try:
            data = self.control.recv(1 << 16)
        except TimeoutError:
            raise ZygoteError(f"The grading process was silent for {seconds:g} seconds.") from None
        except OSError:
            data = b""
        finally:
            self.control.settimeout(None)
        if not data:
            self.errors.seek(0)
            said = self.errors.read().decode(errors="replace").strip().splitlines()
            raise ZygoteError(" ".join(["The grading process has ended.", *said[-1:]]))
        return from_zygote.decode(data)

    def close(self) -> None:
        """Ends the zygote, and with it its child."""
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.errors.close()
        if self.scratch:
            with contextlib.suppress(OSError):  # it has removed it itself, unless it was killed
                scratch.wipe(str(self.scratch))
                self.scratch.rmdir()


def _opened(files: Sequence[tuple[str, Path | bytes]]) -> dict[str, int]:
    """Descriptors of the files that can be read: what cannot be read here cannot be read there either."""
    found = {}
    for name, source in files:
        with contextlib.suppress(OSError):
            found[name] = (
                _in_memory(source) if isinstance(source, bytes) else os.open(source, os.O_RDONLY | os.O_NONBLOCK)
            )
    return found


def _in_memory(content: bytes) -> int:
    """A descriptor of a file that is on no disk: what lay in an archive."""
    descriptor = os.memfd_create("content")
    with open(descriptor, "wb", closefd=False) as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
