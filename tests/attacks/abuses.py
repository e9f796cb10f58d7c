"""Attacks on the grader's patience: code that takes too much, or ends its own process.

Each names the outcome that it must have; the exercise beside it must be graded as if nothing had happened.
"""

from collections.abc import Callable
from typing import NamedTuple

from attempts import text_of

from autograder.outcome import Outcome


class Abuse(NamedTuple):
    """outcomes: that it may have. stopped: by what, as the table says. source: of the cell with the answer."""

    name: str
    outcomes: tuple[Outcome, ...]
    stopped: str
    source: str


ABUSES: list[Abuse] = []
CLOCK, MEMORY = "the clock of the grader", "limits (memory)"
ITSELF = "a process of its own for each submission"


def abuse(name: str, *outcomes: Outcome, stopped: str) -> Callable[[Callable[..., object]], None]:
    return lambda function: ABUSES.append(Abuse(name, outcomes, stopped, text_of(function)))


@abuse("take all memory with NumPy", Outcome.crashed, Outcome.timed_out, stopped=MEMORY)
def f(x):
    import numpy as np

    kept = []
    while True:
        kept.append(np.ones(10**7))


@abuse("take all memory with lists", Outcome.crashed, Outcome.timed_out, stopped=MEMORY)
def f(x):
    kept = [None]
    while True:
        kept += kept


@abuse("loop, and ignore the signal of the limit", Outcome.timed_out, stopped=CLOCK)
def f(x):
    import signal

    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    while True:
        pass


@abuse("loop, and catch everything", Outcome.timed_out, stopped=CLOCK)
def f(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


@abuse("hang in C", Outcome.timed_out, stopped=CLOCK)
def f(x):
    return 3 ** (10**9)


@abuse("sleep", Outcome.timed_out, stopped=CLOCK)
def f(x):
    import time

    time.sleep(1000)


@abuse("wait for itself", Outcome.timed_out, stopped=CLOCK)
def f(x):
    import threading

    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


@abuse("print 100 MB", Outcome.wrong, stopped="only counted")
def f(x):
    for _ in range(10):
        print("x" * 10**7)


@abuse("write 600 MB past Python", Outcome.crashed, Outcome.timed_out, stopped="limits (what is printed)")
def f(x):
    import os

    for _ in range(100):
        os.write(1, bytes(10**6))


@abuse("return 40 MB", Outcome.wrong, stopped="limits (the size of an answer)")
def f(x):
    import numpy as np

    return np.zeros(5 * 10**6)


@abuse("return a list of ten million numbers", Outcome.wrong, stopped="limits (the size of an answer)")
def f(x):
    return [0.5] * 10**6


@abuse("recurse without end", Outcome.crashed, stopped="Python")
def f(x):
    return f(x)


@abuse("recurse past Python's limit", Outcome.crashed, Outcome.timed_out, stopped=ITSELF)
def f(x):
    import sys

    sys.setrecursionlimit(10**9)
    return f(x)


@abuse("segmentation fault", Outcome.crashed, stopped=ITSELF)
def f(x):
    import ctypes

    ctypes.string_at(0)


@abuse("abort", Outcome.crashed, stopped=ITSELF)
def f(x):
    import os

    os.abort()


@abuse("end the process as if all were well", Outcome.crashed, stopped=ITSELF)
def f(x):
    import os

    os._exit(0)


@abuse("kill its own process", Outcome.crashed, stopped=ITSELF)
def f(x):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


@abuse("close the line to the grader", Outcome.crashed, stopped=ITSELF)
def f(x):
    import os

    os.closerange(0, 100)


@abuse("raise what nobody catches", Outcome.crashed, stopped="every exception is caught")
def f(x):
    class Strange(BaseException):
        def __str__(self):
            raise self

    raise Strange


@abuse("leave a thread running", Outcome.wrong, stopped="reaping")
def f(x):
    import threading

    def spin():
        while True:
            pass

    threading.Thread(target=spin, daemon=True).start()


@abuse(
    "nest folders deeper than any path",
    Outcome.wrong,
    Outcome.crashed,
    stopped="the working folder is emptied without recursion",
)
def f(x):
    import os

    while len(os.getcwd()) < 3000:
        os.mkdir("locked", 0)
        os.mkdir("deeper" * 20)
        os.chdir("deeper" * 20)
    for _ in range(20):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)


@abuse("leave files that nobody may remove", Outcome.wrong, stopped="the working folder is emptied by its owner")
def f(x):
    import os

    os.makedirs("kept/inside", exist_ok=True)
    open("kept/inside/file", "w").close()
    os.chmod("kept/inside", 0)
    os.mkdir(f"locked{len(os.listdir())}", 0)
