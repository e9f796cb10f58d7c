"""The worker processes of this machine: what is given to them, what they answer, and what is done when one dies.

Each has a line of its own, so it is known which submission it died of. concurrent.futures' pool has one line for all
results: a worker that is killed while it sends leaves half an answer there, and the main process waits for the other
half for ever.
"""

import multiprocessing
import os
import pickle
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import NamedTuple

import msgspec

from autograder import pack as packs
from autograder.course import CourseError
from autograder.gradebook.master import Master
from autograder.grading import worker
from autograder.grading.result import Graded
from autograder.grading.worker import Job
from autograder.pack import Pack
from autograder.running.isolation import Isolation
from autograder.running.sandbox import Limits
from autograder.running.submission import HandedIn

# So many submissions are with a worker: it goes on while the main process writes what it answered.
UNDER_WAY = 3
TRIES = 3  # of a submission whose worker died
STARTS = 5  # so often in a row a worker may end before it has begun
END_SECONDS = 5.0

_answers = msgspec.msgpack.Decoder(Graded | None)


class Work(NamedTuple):
    """A submission, and the exercises that are judged: all of them for ().

    again: as in a `Decision`. Then what was answered before is judged, where it is known.
    """

    handed_in: HandedIn
    only: tuple[str, ...] = ()
    again: bool = False


Records = Callable[[Work], Mapping[str, bytes]]


class Workers:
    """Worker processes. A context manager: leaving it ends them, at once when by an exception."""

    def __init__(
        self, unit: str, hidden: Sequence[Pack], limits: Limits, walls: Isolation | None, most: int, now: int = 0
    ) -> None:
        """most: so many processes. now: so many of them begin at once, the others when there is work for them."""
        self.most = most
        # Where every core has a worker each keeps to its own: it and its student's process take turns hundreds of times
        # a submission, and that another core is woken for it costs a tenth of the time.
        cores = sorted(os.sched_getaffinity(0))
        self._cores = cores if most >= len(cores) else []
        self._failed = 0  # starts in a row
        # In memory, for all workers to read: as an argument each start would wait until its process has read it.
        self._told = os.fdopen(os.memfd_create("job"), "wb")
        self._tell(Job(unit=unit, packs=[packs.write(pack) for pack in hidden], limits=limits, walls=walls))
        self._all: list[_Process] = []
        for _ in range(min(now, most)):
            self._start()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for each in self._all:
            each.close(at_once=kind is not None)  # what it is at is for another run
        for each in self._all:
            each.join()
        self._all = []
        self._told.close()

    def graded(
        self, work: Sequence[Work], master: Master | None, records: Records
    ) -> Iterator[tuple[Work, Graded | None]]:
        """Each submission with its verdicts as they are ready; None for one whose worker died each time.

        master: as in Job. records: what a submission answered before. Raises CourseError when no worker can begin.
        """
        self._tell(master)
        left, tries = deque(work), Counter[Work]()
        while left or any(each.given for each in self._all):
            self._share(left, records)
            lines = {each.line: each for each in self._all}
            for line in wait(lines):
                each = lines[line]  # type: ignore[index]
                try:
                    answer = _answers.decode(each.line.recv_bytes())
                except (EOFError, OSError):
                    if (died := self._lost(each, left)) is None:
                        continue
                    tries[died] += 1
                    if tries[died] < TRIES:
                        left.append(died)
                    else:
                        yield died, None
                else:
                    each.begun, self._failed = True, 0
                    if answer:
                        yield each.given.popleft(), answer

    def _share(self, left: deque[Work], records: Records) -> None:
        """Gives to those who have least, and starts workers where there is work for more."""
        while len(self._all) < min(self.most, len(left) + sum(len(each.given) for each in self._all)):
            self._start()
        # Towards the end nobody waits behind another's long one.
        at_once = UNDER_WAY if len(left) > UNDER_WAY * self.most else 1
        while left and len((idle := min(self._all, key=lambda each: len(each.given))).given) < at_once:
            idle.give(work := left.popleft(), records(work))

    def _start(self) -> None:
        taken = Counter(each.core for each in self._all)
        core = min(self._cores, key=lambda each: taken[each], default=None)
        self._all.append(_Process(f"/proc/{os.getpid()}/fd/{self._told.fileno()}", core))

    def _lost(self, each: "_Process", left: deque[Work]) -> Work | None:
        """Takes up what a dead worker leaves; the submission it died of, None if of none. Raises CourseError."""
        self._all.remove(each)
        each.close(at_once=True)
        each.join()
        died = each.given.popleft() if each.begun and each.given else None
        left.extendleft(reversed(each.given))
        self._failed += not each.begun
        if self._failed == STARTS:
            said = f"{STARTS} worker processes ended before they had begun (exit status {each.process.exitcode})"
            raise CourseError(
                f"{said}. Is there enough memory? `autograder doctor` says what is missing; then give the same "
                "command again: what was graded is kept."
            )
        return died

    def _tell(self, what: Job | Master | None) -> None:
        pickle.dump(what, self._told)
        self._told.flush()


class _Process:
    """A worker process as the main process sees it. given: what it has not answered, in order; begun: it has spoken.

    core: that it keeps to, None for any.
    """

    def __init__(self, place: str, core: int | None) -> None:
        # Spawned, not forked: a worker begins without the main process's threads, files and memory.
        context = multiprocessing.get_context("spawn")
        self.line, theirs = context.Pipe()
        self.given: deque[Work] = deque()
        self.begun, self.core = False, core
        self.process = context.Process(target=_serve, args=(theirs, place, worker.grade), daemon=True)
        resource_tracker.ensure_running()  # where `start` has to begin it, it lets Ctrl-C through again
        with theirs, _interrupts_later():
            self.process.start()
        if core is not None and self.process.pid:
            with suppress(OSError):  # it has ended already, or the machine's owner decides that
                os.sched_setaffinity(self.process.pid, {core})

    def give(self, work: Work, records: Mapping[str, bytes]) -> None:
        self.given.append(work)
        with suppress(OSError):  # it is dead: that is heard where it should answer
            self.line.send((work.handed_in, work.only, records))

    def close(self, at_once: bool) -> None:
        self.line.close()
        if at_once:
            self.process.terminate()

    def join(self) -> None:
        self.process.join(END_SECONDS)
        self.process.kill()
        self.process.join()


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """A process that is started here does not hear Ctrl-C until it says so; this one hears it afterwards.

    A terminal tells all of them, and a worker that is interrupted while it begins would print where it was.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(line: Connection, place: str, grade: Callable[..., Graded]) -> None:
    """What a worker process does, as long as the main one wants it. Ctrl-C is for that one, which ends this."""
    signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which the zygote would inherit
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    with suppress(EOFError, OSError):
        worker.start(place)
        line.send_bytes(msgspec.msgpack.encode(None))
        while True:
            # Not pickled: of a hundred small things in a result that takes several times as long.
            line.send_bytes(msgspec.msgpack.encode(grade(*line.recv())))
