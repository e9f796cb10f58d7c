"""The trusted end of a zygote: starting it, giving it jobs, hearing how they end."""

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from autograder.child.orders import Alive, Clock, Ended, Kill, Order, Report, Start, encode, from_zygote

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

    def __init__(self, server: "Zygote", channel: socket.socket, printed: int, folder: Path) -> None:
        self.server = server
        self.channel = channel
        self.printed = printed
        self.folder = folder
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
            shutil.rmtree(self.folder, ignore_errors=True)


class Zygote:
    """An exec'd zygote, with a clean environment and a scratch folder. Raises ZygoteError if it does not start."""

    def __init__(self) -> None:
        if not hasattr(os, "pidfd_open"):
            raise ZygoteError(
                "Grading runs students' code in a sandbox that needs Linux. Grade on a Linux machine or in a container."
            )
        self.scratch = Path(tempfile.mkdtemp(prefix="autograder-"))
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.errors = self.scratch / "errors.txt"
        with theirs, self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-m", ZYGOTE, str(theirs.fileno()), str(self.scratch)],
                pass_fds=[theirs.fileno()],
                env=self._environment(),
                cwd=self.scratch,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,  # Ctrl-C in the terminal is for the grader
            )
        try:
            if not isinstance(self.receive(START_SECONDS), Alive):
                raise ZygoteError("The grading process said something unexpected at its start.")
        except ZygoteError as problem:
            self.close()
            raise ZygoteError(f"{problem} {INSTALL}") from None

    def _environment(self) -> dict[str, str]:
        home = str(self.scratch)
        place = Path(__file__).parents[2]
        # A checkout that is not installed; the zygote takes it off its path again, as `solutions` lies there too.
        checkout = {} if place.name.endswith("-packages") else {"PYTHONPATH": str(place)}
        return checkout | {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "LANG": "C.UTF-8",
            "HOME": home,
            "TMPDIR": home,
            "MPLCONFIGDIR": home,
        }

    def start(self, files: Sequence[tuple[str, Path]], memory: int, seconds: float, preload: Sequence[str]) -> Child:
        """Forks a child that finds copies of `files` in its working directory. Raises ZygoteError."""
        try:
            folder = self._working_folder(files)
            ours, theirs = socket.socketpair()
            printed, their_printed = os.pipe()
        except OSError as problem:
            raise ZygoteError(f"A process for the student's code could not be set up: {problem.strerror}.") from None
        child = Child(self, ours, printed, folder)
        try:
            order = Start(folder=str(folder), memory=memory, seconds=int(seconds) + 1, preload=list(preload))
            self.send(order, [theirs.fileno(), their_printed])
        finally:
            theirs.close()
            os.close(their_printed)
        return child

    def _working_folder(self, files: Sequence[tuple[str, Path]]) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        for name, path in files:
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(OSError):  # unreadable for us, so it cannot be read there either
                shutil.copyfile(path, copy)
        return folder

    def send(self, order: Order, fds: Sequence[int] = ()) -> None:
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
            said = self.errors.read_text(errors="replace").strip().splitlines()
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
        shutil.rmtree(self.scratch, ignore_errors=True)


def last_words(end: Ended, memory: int) -> str:
    """How a process ended, in a sentence."""
    allowed = f"the {memory / 2**30:g} GiB of memory it may use"
    if end.status == 98:
        return f"The process ended while it ran: it needs more than {allowed}."
    if end.status >= 0:
        return f"The process ended while it ran (exit status {end.status}). Is there an os._exit or a fork?"
    known: dict[int, str] = {
        signal.SIGSEGV: "segmentation fault: memory that is not there, or a recursion without end",
        signal.SIGABRT: "aborted",
        signal.SIGKILL: f"killed: perhaps it needs more than {allowed}",
        signal.SIGFPE: "arithmetic fault",
        signal.SIGBUS: "bus error",
    }
    return f"The process ended while it ran ({known.get(-end.status, f'signal {-end.status}')})."
