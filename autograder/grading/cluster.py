"""Grading on other machines, through Dask: packs and submissions travel there, verdicts come back.

Whoever reaches a port of Dask's has it run their code: off this machine it has to be TLS, with certificates.
"""

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from itertools import islice
from pathlib import Path
from typing import Any

import distributed
import msgspec
from distributed import Client, Future, KilledWorker

from autograder import pack as packs
from autograder.gradebook.master import Master
from autograder.grading import remote
from autograder.grading.batch import lost
from autograder.grading.parcels import Parcel, packed
from autograder.grading.pool import Records, Work
from autograder.grading.remote import ClusterError, RemoteJob, Terms, is_private
from autograder.grading.result import Graded
from autograder.grading.worker import Job
from autograder.pack import Pack
from autograder.running import files
from autograder.running.sandbox import Limits

# A task is that much at most: it costs the scheduler about a millisecond, and is done again when its worker dies.
TASK = 20
TASK_BYTES = 4 * 1024 * 1024
CONNECT_SECONDS = 15.0
PATIENCE = 120.0  # seconds without any worker
LOOK_SECONDS = 1.0

Task = list[tuple[Work, Parcel]]


class Cluster:
    """Dask's workers that a scheduler knows. Those that come later help, too."""

    def __init__(self, client: Client, address: str, unsafe: bool) -> None:
        """Raises ClusterError when there is no worker, or one that is not to grade."""
        self.client, self.address = client, address
        self.terms = Terms(remote.versions(), unsafe)
        self.last_seen = time.monotonic()
        while not self._workers():
            time.sleep(LOOK_SECONDS)
        said: dict[str, Any] = client.run(remote.examined, on_error="return")
        for worker, facts in said.items():
            if isinstance(facts, BaseException):
                why = f"{type(facts).__name__}: {facts}"
                mend = "Is chainrule installed there, as it is here?"
                raise ClusterError(f"the worker {worker} cannot run the grader ({why}). {mend}")
            if refused := remote.objection(facts, self.terms):
                raise ClusterError(refused)
        self.count = len(said)
        self.isolation = "; ".join(sorted({facts.isolation for facts in said.values()}))

    def grade(
        self,
        work: Sequence[Work],
        unit: str,
        hidden: Sequence[Pack],
        limits: Limits,
        master: Master | None,
        records: Records,
    ) -> Iterator[tuple[Work, Graded]]:
        """Each submission with its verdicts as they are ready, in no particular order. Raises ClusterError.

        Dask gives the work of a worker that dies to another, several times; what still comes to nothing is tried once
        more alone, and then could not be judged.
        """
        job = self._job(unit, hidden, limits, master)
        fair = -(-len(work) // (4 * self.count))
        failed: dict[Work, str] = {}
        for task, graded in self._done(job, _tasks(work, min(TASK, max(1, fair)), records), 0):
            if isinstance(graded, str):
                failed |= dict.fromkeys(task, graded)
            else:
                yield from zip(task, graded, strict=True)
        for (each,), graded in self._done(job, _tasks(list(failed), 1, records), 1):
            if isinstance(graded, str):
                text = f"It could not be judged: {files.printable(graded)}. Grade this submission again, and tell us."
                yield each, lost(each, unit, hidden, master, text)
            else:
                yield each, graded[0]

    def _job(self, unit: str, hidden: Sequence[Pack], limits: Limits, master: Master | None) -> Any:
        beside: dict[Path, bytes] = {}
        if master:
            beside = {Path(name): path.read_bytes() for name, path in master.files}
            master = msgspec.structs.replace(master, files=())
        job = Job(unit=unit, packs=[packs.write(pack) for pack in hidden], limits=limits, master=master)
        # A task's result and no scattered data: Dask makes it again when the workers that had it are gone.
        return self.client.submit(RemoteJob, job, beside, self.terms, pure=False)

    def _done(self, job: Any, tasks: Iterator[Task], at_once: int) -> Iterator[tuple[list[Work], list[Graded] | str]]:
        """Tasks with what came of them, or what went wrong. at_once: how many are sent; two for each worker for 0.

        So many and no more, as Dask keeps what it was sent in memory.
        """
        waiting: dict[Future[Any], list[Work]] = {}
        try:
            while True:
                room = (at_once or 2 * max(1, self._workers())) - len(waiting)
                for task in islice(tasks, max(0, room)):
                    future = self.client.submit(remote.grade, job, [parcel for _, parcel in task], pure=False)
                    waiting[future] = [each for each, _ in task]
                if not waiting:
                    return
                for future in self._ready(waiting):
                    yield waiting.pop(future), self._result(future)
        finally:
            with contextlib.suppress(OSError, RuntimeError):
                self.client.cancel(list(waiting))

    def _ready(self, waiting: Iterable["Future[Any]"]) -> Iterable["Future[Any]"]:
        try:
            done: Iterable[Future[Any]] = distributed.wait(list(waiting), LOOK_SECONDS, "FIRST_COMPLETED").done
        except TimeoutError:
            return ()
        except CancelledError:
            raise self._gone() from None
        return done

    def _result(self, future: "Future[Any]") -> list[Graded] | str:
        try:
            graded: list[Graded] | str = future.result()
            return graded
        except ClusterError:
            raise
        except CancelledError:
            raise self._gone() from None
        except KilledWorker:
            return "its worker died each time"
        except Exception as problem:
            return f"{type(problem).__name__}: {problem}"

    def _workers(self) -> int:
        """How many there are. Raises ClusterError when there have been none for long, or the scheduler is gone."""
        try:
            count = len(self.client.nthreads())
        except (OSError, RuntimeError):
            raise self._gone() from None
        now = time.monotonic()
        if count:
            self.last_seen = now
        elif now - self.last_seen > PATIENCE:
            said = f"the scheduler {self.address} has had no worker for {PATIENCE:g} seconds"
            raise ClusterError(f"{said}: start some, then give the same command again. What was graded is kept.")
        return count

    def _gone(self) -> ClusterError:
        said = f"the scheduler {self.address} does not answer any more"
        return ClusterError(f"{said}: start it again, then give the same command. What was graded is kept.")

    def __str__(self) -> str:
        return self.isolation


@contextlib.contextmanager
def connected(address: str, unsafe: bool) -> Iterator[Cluster]:
    """The workers of a scheduler. Raises ClusterError; a connection that others could read is not even tried."""
    try:
        private = is_private(address)
    except ValueError:
        raise ClusterError(f"{address} is no address of a scheduler: expected tls://HOST:PORT.") from None
    if not private:
        raise ClusterError(
            f"{address} is not on this machine and not encrypted, and a port of Dask's runs anybody's code: "
            "start scheduler and workers with certificates and say tls://HOST:PORT, as docs/clusters.md says."
        )
    try:
        client = Client(address, timeout=CONNECT_SECONDS, name="autograder")
    except (OSError, TypeError, ValueError, RuntimeError) as problem:
        mend = "Is it running, and are certificates and key those that Dask's configuration names (docs/clusters.md)?"
        raise ClusterError(f"the scheduler {address} cannot be reached: {problem}. {mend}") from None
    with client:
        yield Cluster(client, address, unsafe)


def _tasks(work: Iterable[Work], most: int, records: Records) -> Iterator[Task]:
    """The submissions in portions, read when they are asked for."""
    task: Task = []
    size = 0
    for each in work:
        parcel = packed(each)._replace(records=records(each))
        if task and (len(task) == most or size + parcel.size > TASK_BYTES):
            yield task
            task, size = [], 0
        task.append((each, parcel))
        size += parcel.size
    if task:
        yield task
