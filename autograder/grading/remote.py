"""What runs on the machines of a cluster: a worker with its zygote, as long as Dask keeps its job there."""

import contextlib
import ipaddress
import os
import platform
import socket
import tempfile
import threading
import weakref
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import distributed
import msgspec
from distributed import get_worker
from distributed.comm.addressing import parse_address

from autograder.course import CourseError
from autograder.grading.fingerprint import grader_digest
from autograder.grading.parcels import Parcel, unpacked, write
from autograder.grading.result import Graded
from autograder.grading.worker import Job, Worker
from autograder.running import isolation

ENCRYPTED = ("tls", "gateway")  # the second is Dask Gateway's, TLS as well
LIBRARIES = ("numpy", "sympy", "ipython", "msgspec")


class ClusterError(CourseError):
    """The scheduler or a worker cannot be used; the text is a sentence with a way out."""


class Terms(NamedTuple):
    """What a worker has to agree to. versions: name → version; unsafe: as the instructor said."""

    versions: dict[str, str]
    unsafe: bool


class Facts(NamedTuple):
    """What a worker says of itself. isolation: what stands between a student's process and its machine."""

    address: str
    host: str
    versions: dict[str, str]
    one_thread: bool
    isolation: str
    safe: bool


class RemoteJob:
    """What all tasks of a run share. Sent as data; where it arrives it has a worker of its own.

    beside: the instructor's files, which lie beside a student's notebook, by relative name.
    """

    def __init__(self, job: Job, beside: dict[Path, bytes], terms: Terms) -> None:
        self.job, self.beside, self.terms = job, beside, terms
        self._lock = threading.Lock()
        self._worker: Worker | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return RemoteJob, (self.job, self.beside, self.terms)

    def grade(self, parcels: Sequence[Parcel]) -> list[Graded]:
        """The verdicts on some submissions, in their order; one at a time, whatever threads Dask's worker has.

        Raises ClusterError when this worker is not to grade at all.
        """
        with self._lock:
            self._worker = self._worker or self._started()
            return [_graded(self._worker, parcel) for parcel in parcels]

    def _started(self) -> Worker:
        # Asked again here: this worker may have come after the others were asked.
        if refused := objection(examined(get_worker()), self.terms):
            raise ClusterError(refused)
        end = contextlib.ExitStack()
        folder = Path(end.enter_context(_folder()))
        write(self.beside, folder)
        master = self.job.master
        if master:
            files = tuple((str(name), folder / name) for name in self.beside)
            master = msgspec.structs.replace(master, files=files)
        worker = Worker(msgspec.structs.replace(self.job, master=master, walls=isolation.survey()))
        end.push(worker.sandbox)
        # When the run is over, or its main process gone, Dask drops the job: then the zygote ends, too.
        weakref.finalize(self, end.close)
        return worker


def grade(job: RemoteJob, parcels: Sequence[Parcel]) -> list[Graded] | str:
    """A task: some submissions. Returns what went wrong as text, since not every exception can be sent."""
    try:
        return job.grade(parcels)
    except ClusterError:
        raise
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"[:200]


def _graded(worker: Worker, parcel: Parcel) -> Graded:
    with _folder() as folder:
        work = unpacked(parcel, Path(folder))
        return worker.grade(work.handed_in, work.only, parcel.records)


def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder of this process alone, where Dask cleans up after a worker that was killed."""
    return tempfile.TemporaryDirectory(dir=get_worker().local_directory)


def examined(dask_worker: "distributed.Worker") -> Facts:
    """What there is to know of the worker that this is run on: Dask gives it to an argument of this name."""
    walls = isolation.survey()
    threads = [os.environ.get(f"{library}_NUM_THREADS") for library in ("OPENBLAS", "OMP", "MKL")]
    one_thread = all(count == "1" for count in threads)
    return Facts(dask_worker.address, socket.gethostname(), versions(), one_thread, str(walls), walls.safe)


def versions() -> dict[str, str]:
    """What a verdict rests on besides packs and submissions. The grader's own is a hash of its text."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {
        "chainrule": grader_digest().hex()[:12],
        "Python": python,
        **{name: version(name) for name in LIBRARIES},
    }


def objection(facts: Facts, terms: Terms) -> str:
    """Why a worker is not to grade, as a sentence that names it; '' when it may."""
    whose = f"the worker {facts.address} on {facts.host}"
    differ = [
        f"{name} {facts.versions.get(name)} in place of {here}"
        for name, here in terms.versions.items()
        if facts.versions.get(name) != here
    ]
    if differ:
        return f"{whose} has {', '.join(differ)}: install there what is installed here, then start it again."
    if not is_private(facts.address):
        return f"{whose} is reached without TLS: start it with certificates, as docs/clusters.md says."
    if not facts.one_thread:
        return (
            f"{whose} may compute with several threads, which gives sums other last digits: start it with its nanny, "
            "or with OMP_NUM_THREADS, OPENBLAS_NUM_THREADS and MKL_NUM_THREADS set to 1."
        )
    if not (facts.safe or terms.unsafe):
        return (
            f"students' code is not walled off well enough on {whose} ({facts.isolation}). Run `autograder doctor` "
            "there to see what would mend it, or say --unsafe to run code that you trust."
        )
    return ""


def is_private(address: str) -> bool:
    """Whether nobody else can listen or speak there: it is TLS, or does not leave this machine."""
    scheme, place = parse_address(address)
    if scheme != "tcp":
        return scheme in ENCRYPTED
    host = urlsplit(f"//{place}").hostname or ""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
