"""A scheduler and workers of Dask's as processes of their own, and a class that they grade."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from handing_in import book, cell

UNIT = "arithmetic"
RIGHT = "import numpy as np\ndef double(x):\n    return x + x\n"

# What a worker imports at its start: with it, one student's work kills the worker that grades it.
PLANTED = """
import os, signal
from autograder.grading import remote


def killed(worker, parcel, graded=remote._graded):
    if parcel.work.handed_in.student == "killer":
        os.kill(os.getpid(), signal.SIGKILL)
    return graded(worker, parcel)


if remote._graded.__name__ != "killed":  # Dask runs this twice
    remote._graded = killed
"""


@contextlib.contextmanager
def process(*words: str, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of Dask's commands, in a session of its own; ended with all that it started."""
    with log.open("wb") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=log.parent,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        started.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


@contextlib.contextmanager
def scheduler(folder: Path, *options: str, **environment: str) -> Iterator[str]:
    """A scheduler on a free port of the loopback; its address."""
    file = folder / "scheduler.json"
    words = ["scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(file), *options]
    with process(*words, log=folder / "scheduler.log", **environment):
        yield within(30, lambda: json.loads(file.read_text())["address"])


@contextlib.contextmanager
def workers(folder: Path, address: str, *options: str, count: int = 2, **environment: str) -> Iterator[None]:
    """Workers with a thread each, and with a nanny, which starts one that died again."""
    words = ["worker", address, "--nworkers", str(count), "--nthreads", "1", "--no-dashboard"]
    words += ["--local-directory", str(folder / "scratch"), *options]
    with process(*words, log=folder / "workers.log", **environment):
        yield


def within(seconds, ask):
    """What `ask` returns as soon as it neither raises nor returns nothing."""
    end = time.monotonic() + seconds
    while True:
        try:
            if found := ask():
                return found
        except (OSError, ValueError, KeyError):
            pass
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def certificates(folder: Path, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Dask's TLS settings as environment variables for each name; all but the last are of one authority."""
    import trustme

    found = {}
    authority = trustme.CA()
    for name in names:
        if name == names[-1]:
            authority, known = trustme.CA(), authority
        issued = authority.issue_cert("127.0.0.1")
        place = folder / name
        place.mkdir()
        (known if name == names[-1] else authority).cert_pem.write_to_path(place / "ca.pem")
        issued.private_key_and_cert_chain_pem.write_to_path(place / "own.pem")
        settings = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(place / "ca.pem")}
        for role in ("SCHEDULER", "WORKER", "CLIENT"):
            settings[f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT"] = str(place / "own.pem")
        found[name] = settings
    return found


def hand_in(folder: Path, student: str, source: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{student}.ipynb").write_text(book(cell(source)))


def handed_in(folder: Path) -> Path:
    """A class that hands in whatever can be handed in."""
    hand_in(folder, "right", RIGHT)
    hand_in(folder, "squared", RIGHT.replace("x + x", "x**2"))
    hand_in(folder, "loops", RIGHT.replace("return x + x", "while True: pass"))
    hand_in(folder, "dies", RIGHT.replace("return x + x", "import os; os._exit(3)"))
    hand_in(folder, "stub", "def double(x):\n    raise NotImplementedError()")
    hand_in(folder, "no good name", RIGHT)
    (folder / "noise.ipynb").write_bytes(b"\xff\x00 not a notebook")
    (folder / "large.ipynb").write_bytes(b" " * (21 << 20))
    (folder / "hole.ipynb").mkdir()
    (folder / "data" / UNIT).mkdir(parents=True)
    (folder / "data" / UNIT / "weights.csv").write_text("2.0\n")
    (folder / "data" / UNIT / "link.csv").symlink_to("/etc/hostname")
    source = "import numpy as np\nfactor = np.loadtxt('weights.csv')\ndef double(x):\n    return factor * x"
    (folder / "data" / UNIT / "arithmetic.ipynb").write_text(book(cell(source)))
    (folder / "packing").mkdir()
    shutil.make_archive(str(folder / "packing" / "work"), "zip", folder / "data")
    return folder


def zygotes() -> list[int]:
    import psutil

    return [each.pid for each in psutil.Process().children(recursive=True) if "autograder.child" in str(each.cmdline())]


def scratch(dask_worker) -> list[str]:
    return [each.name for each in Path(dask_worker.local_directory).glob("tmp*")]


@contextlib.contextmanager
def overheard(address: str):
    """A way to the scheduler on which every byte is written down: its address, and what was sent."""
    host, _, port = address.removeprefix("tcp://").partition(":")
    sent = bytearray()

    def pass_on(source: socket.socket, target: socket.socket, heard: bytearray) -> None:
        while data := source.recv(1 << 16):
            heard += data
            target.sendall(data)
        target.close()

    def serve() -> None:
        while True:
            near = listening.accept()[0]
            far = socket.create_connection((host, int(port)))
            for pair in ((near, far, sent), (far, near, bytearray())):
                threading.Thread(target=pass_on, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}", sent
