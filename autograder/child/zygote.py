"""The zygote: an exec'd process that imports the heavy libraries once and forks one child per job.

Run as `python -s -P -m autograder.child.zygote FD SCRATCH`, where FD is a SEQPACKET socket to the grader and
SCRATCH an empty folder for its children, one after the other. It runs no student's code and knows no expected value
and no hidden input: of all inputs it keeps what is published and used in many cases, a network's weights. It calls no
BLAS: one that had started threads would hang its children. It ends when the grader closes the socket, also by dying.
"""

import contextlib
import gc
import importlib
import mmap
import os
import random
import select
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from autograder.child import confinement, scratch
from autograder.child.confinement import Plan, prctl
from autograder.child.orders import (
    NOWHERE,
    PRELOADED,
    Alive,
    Clock,
    Ended,
    Keep,
    Kill,
    Report,
    Start,
    Used,
    encode,
    to_begin,
    to_zygote,
)
from autograder.child.preparation import freeze, prepare

MAX_FILES = 250  # of a working folder: a packet carries 253 descriptors
CHANNEL = 3  # the child's only descriptor besides 0, 1 and 2


class Zygote:
    """One child at a time."""

    def __init__(self, control: socket.socket, shell: Any, plan: Plan, place: str) -> None:
        self.control = control
        self.shell = shell
        self.plan = plan
        self.place = place
        self.ruleset = confinement.rules(plan, place)
        self.kept: list[bytes] = []
        self.at = mmap.mmap(-1, mmap.PAGESIZE)  # its children's memory too: one byte says which exercise it is at
        self.pid = 0
        self.pidfd = -1
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)

    def serve(self) -> None:
        """Takes orders until the grader is gone."""
        self.report(Alive())
        while True:
            ready = [fd for fd, _ in self.poll.poll()]
            if self.pidfd in ready:
                self.ended()
            if self.control.fileno() in ready and not self.take():
                break
        if self.pid:
            self.ended()

    def take(self) -> bool:
        """Carries out one order; False when there are no more."""
        data, fds, _, _ = socket.recv_fds(self.control, 1 << 16, 2 + MAX_FILES)
        if not data:
            return False
        match to_zygote.decode(data):
            case Start() as start:
                self.start(start, fds)
            case Keep() as keep:
                self.keep(keep, fds)
            case Kill() if self.pid:
                self.ended()
            case Clock() if self.pid:
                self.report(Used(_cpu_seconds(self.pid), self.at[0]))
            case _:
                pass  # the child ended before the order came
        return True

    def start(self, order: Start, fds: list[int]) -> None:
        self.preload(order.preload)
        try:
            folder = scratch.make(self.place, self.plan.user)
            self.at[0] = NOWHERE
            self.pid = os.fork()
        except OSError as problem:
            self.report(Ended(0, 0.0, f"no process could be started: {problem.strerror}", NOWHERE))
            return
        finally:
            if self.pid:
                for fd in fds:
                    os.close(fd)
        if self.pid == 0:
            _child(order, fds, folder, self)
        self.pidfd = os.pidfd_open(self.pid)
        self.poll.register(self.pidfd, select.POLLIN)

    def keep(self, order: Keep, fds: list[int]) -> None:
        with open(fds[0], "rb") as file:
            self.kept += [file.read(size) for size in order.sizes]

    def ended(self) -> None:
        """Reaps the child, ending it if need be, and whatever it left running."""
        self.poll.unregister(self.pidfd)
        os.close(self.pidfd)
        status, used = _reap(self.pid)
        _reap_stragglers()
        scratch.wipe(self.place)  # whatever the next student's process could find
        self.pid, self.pidfd = 0, -1
        self.report(Ended(status, used, "", self.at[0]))

    def report(self, report: Report) -> None:
        with contextlib.suppress(OSError):  # the grader is gone: the next read says so
            self.control.send(encode(report))

    def preload(self, names: list[str]) -> None:
        new = [module for name in names for module in PRELOADED.get(name, ()) if module not in sys.modules]
        for module in new:
            with contextlib.suppress(ImportError):
                importlib.import_module(module)
        if new:
            freeze()


def _reap(pid: int) -> tuple[int, float]:
    """How the child ended (it is killed first if it has not), and the computing time it used."""
    done, status, usage = os.wait4(pid, os.WNOHANG)
    if not done:
        os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime


def _reap_stragglers() -> None:
    """Ends what the child started: the zygote is a subreaper and inherits all of it, daemons too."""
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.001)


def _cpu_seconds(pid: int) -> float:
    """Computing time of another process, by its clock (clock_getcpuclockid, Linux); 0 when it has none."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def _child(order: Start, fds: list[int], folder: str, zygote: Zygote) -> None:
    """The forked process: set up, then the student's. Never returns."""
    status = 99
    try:
        set_up(order, fds, folder, zygote.plan, zygote.ruleset)
        from autograder.child.cells import work

        work(zygote.shell, CHANNEL, zygote.kept, zygote.at)
        status = 0
    except MemoryError:
        status = 98
    except BaseException as problem:
        status = 99  # the student's code broke what runs it; our own faults end here too, before `Started`
        if isinstance(problem, OSError):
            os.write(2, f"{problem}\n".encode())
    finally:
        os._exit(status)


def set_up(order: Start, fds: list[int], folder: str, plan: Plan, ruleset: int | None) -> None:
    """Makes a forked process fit to run a student's code: descriptors, folders, seeds, and confinement."""
    channel, printed, *files = fds
    os.setsid()
    if plan.user is not None:
        confinement.become(plan.user)
    if files:
        scratch.fill(folder, dict(zip(order.files, files, strict=True)))
    null = os.open(os.devnull, os.O_RDONLY)
    kept = os.dup(ruleset) if ruleset is not None else None
    for source, target in ((null, 0), (printed, 1), (printed, 2), (channel, CHANNEL)):
        os.dup2(source, target)
    if kept is not None:
        kept = os.dup2(kept, CHANNEL + 1, inheritable=False)
    os.closerange(CHANNEL + 1 + (kept is not None), 1 << 20)
    # Where a process can be forked at all it must not write a second set of answers.
    os.register_at_fork(after_in_child=lambda: os.close(CHANNEL))
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):
        os.environ[name] = folder
    tempfile.tempdir = None
    os.chdir(folder)
    sys.path.insert(0, "")  # as in Jupyter: a module beside the notebook can be imported
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed(0)  # which Python has seeded anew after the fork, and NumPy not
    gc.enable()
    confinement.confine(plan, kept, order.memory, order.seconds)


def main() -> None:
    control, place = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    plan = to_begin.decode(control.recv(1 << 16))
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # it ends with its grader, and by nothing that a child could send
    prctl(confinement.SET_CHILD_SUBREAPER, 1)
    prctl(confinement.SET_DUMPABLE, 0)
    Zygote(control, prepare(), plan, place).serve()
    with contextlib.suppress(OSError):  # behind the outer wall it is a mount, which ends with this process
        scratch.wipe(place)
        os.rmdir(place)
    os._exit(0)


if __name__ == "__main__":
    main()
