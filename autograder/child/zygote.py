"""The zygote: an exec'd process that imports the heavy libraries once and forks one child per job.

Run as `python -s -P -m autograder.child.zygote FD SCRATCH`, where FD is a SEQPACKET socket to the grader and
SCRATCH a folder that is removed at the end. It runs no student's code, knows no expected value and computes
nothing: a BLAS that had started threads would hang its children. It ends when the grader closes the socket,
also by dying.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import random
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from autograder.child.orders import PRELOADED, Alive, Clock, Ended, Kill, Report, Start, Used, encode, to_zygote

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
CHANNEL = 3  # the child's only descriptor besides 0, 1 and 2

# NumPy loads some of its parts on first use: in each child anew, 20 ms for numpy.random alone.
HEAVY = ("numpy", "numpy.random", "numpy.linalg", "numpy.fft", "numpy.testing")


class Zygote:
    """One child at a time."""

    def __init__(self, control: socket.socket, shell: Any) -> None:
        self.control = control
        self.shell = shell
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
        data, fds, _, _ = socket.recv_fds(self.control, 1 << 16, 2)
        if not data:
            return False
        match to_zygote.decode(data):
            case Start() as start:
                self.start(start, *fds)
            case Kill() if self.pid:
                self.ended()
            case Clock() if self.pid:
                self.report(Used(_cpu_seconds(self.pid)))
            case _:
                pass  # the child ended before the order came
        return True

    def start(self, order: Start, channel: int, printed: int) -> None:
        self.preload(order.preload)
        try:
            self.pid = os.fork()
        except OSError as problem:
            self.report(Ended(0, 0.0, f"no process could be started: {problem.strerror}"))
            return
        finally:
            if self.pid:
                os.close(channel)
                os.close(printed)
        if self.pid == 0:
            _child(order, channel, printed, self.shell)
        self.pidfd = os.pidfd_open(self.pid)
        self.poll.register(self.pidfd, select.POLLIN)

    def ended(self) -> None:
        """Reaps the child, ending it if need be, and whatever it left running."""
        self.poll.unregister(self.pidfd)
        os.close(self.pidfd)
        status, used = _reap(self.pid)
        _reap_stragglers()
        self.pid, self.pidfd = 0, -1
        self.report(Ended(status, used, ""))

    def report(self, report: Report) -> None:
        with contextlib.suppress(OSError):  # the grader is gone: the next read says so
            self.control.send(encode(report))

    def preload(self, names: list[str]) -> None:
        new = [module for name in names for module in PRELOADED.get(name, ()) if module not in sys.modules]
        for module in new:
            with contextlib.suppress(ImportError):
                importlib.import_module(module)
        if new:
            _freeze()


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


def _child(order: Start, channel: int, printed: int, shell: Any) -> None:
    """The forked process: set up, then the student's. Never returns."""
    status = 99
    try:
        set_up(order, channel, printed)
        from autograder.child.cells import work

        work(shell, CHANNEL)
        status = 0
    except MemoryError:
        status = 98
    except BaseException:
        status = 99  # the student's code broke what runs it; our own faults end here too, before `Started`
    finally:
        os._exit(status)


def set_up(order: Start, channel: int, printed: int) -> None:
    """Makes a forked process fit to run a student's code: descriptors, limits, folders, seeds, and confinement."""
    os.setsid()
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (printed, 1), (printed, 2), (channel, CHANNEL)):
        os.dup2(source, target)
    os.closerange(CHANNEL + 1, 1 << 20)
    # A process that the student forks (multiprocessing does) must not write a second set of answers.
    os.register_at_fork(after_in_child=lambda: os.close(CHANNEL))
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):
        os.environ[name] = order.folder
    tempfile.tempdir = None
    os.chdir(order.folder)
    sys.path.insert(0, "")  # as in Jupyter: a module beside the notebook can be imported
    random.seed(0)
    sys.modules["numpy"].random.seed(0)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, order.seconds),  # should the grader itself be gone
        (resource.RLIMIT_AS, order.memory),
    ):
        resource.setrlimit(limit, (value, value))
    gc.enable()
    # Confinement goes here: Landlock, seccomp, the change of user.


_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} was refused")


def _freeze() -> None:
    # Without this the child's first garbage collection copies every page it inherited (52 ms instead of 3).
    gc.collect()
    gc.freeze()


def prepare() -> Any:
    """Imports what notebooks use, makes the shell, and puts a silent `check` in place."""
    for module in HEAVY:
        importlib.import_module(module)
    import autograder
    from autograder.child import cells  # noqa: F401
    from autograder.child.output import Shown
    from autograder.child.shell import CellShell

    autograder.check = lambda *_, **__: None
    checkout = os.environ.pop("PYTHONPATH", "")
    sys.path[:] = [place for place in sys.path if place != checkout]
    shell = CellShell.instance()
    shell.run("1", "<warming up>", Shown())  # loads what IPython imports late
    shell.reset(new_session=True)  # type: ignore[no-untyped-call]
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    gc.disable()
    _freeze()
    return shell


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    Zygote(control, prepare()).serve()
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
