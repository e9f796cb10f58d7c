"""The same functions on another machine, as far as this one can play it.

Run as `python -m autograder.proving.kernels`, with another BLAS kernel, fewer vector instructions or more threads
in its environment, it answers questions on stdin: a line with an author's file and the length of a pack, the pack.
"""

import importlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from autograder.author_file import load
from autograder.authoring import AuthorError, Exercise
from autograder.pack import Pack, read, write
from autograder.proving.margins import Noise, noise_of

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def environments() -> list[dict[str, str]]:
    """Two BLAS threads; and on x86-64 the BLAS kernel and the vector instructions of a machine of 2008."""
    found = [dict.fromkeys(THREADS, "2")]
    if platform.machine() in ("x86_64", "AMD64"):
        core: Any = importlib.import_module("numpy._core._multiarray_umath")
        vector = " ".join(getattr(core, "__cpu_dispatch__", []))
        old = {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": vector}
        found.append(old | dict.fromkeys(THREADS, "1"))
    return found


class OtherMachines:
    """A process for each environment, started at the first question and kept for all exercises."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "OtherMachines":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
        self._processes.clear()

    def noise(self, exercise: Exercise, pack: Pack) -> list[Noise]:
        """The noise of an exercise's right answers in each environment. Raises AuthorError when one fails."""
        if not self._processes:
            self._processes = [_start(environment) for environment in environments()]
        data = write(pack)
        for process in self._processes:
            assert process.stdin
            process.stdin.write(f"{len(data)} {exercise.path}\n".encode() + data)
            process.stdin.flush()
        return [self._answer(process, exercise) for process in self._processes]

    def _answer(self, process: subprocess.Popen[bytes], exercise: Exercise) -> Noise:
        assert process.stdout
        line = process.stdout.readline()
        if not line:
            raise AuthorError(f"{exercise.path}: its right answers could not be computed with another BLAS kernel")
        return Noise(*json.loads(line))


def _start(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "autograder.proving.kernels"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    )


def main() -> None:
    # What an author's file prints must not be taken for an answer.
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    while line := sys.stdin.buffer.readline():
        length, _, path = line.decode().rstrip("\n").partition(" ")
        pack = read(sys.stdin.buffer.read(int(length)), "the pack from the other end")
        noise = noise_of(load(Path(path)), pack)
        out.write(f"[{json.dumps(noise.double)}, {json.dumps(noise.single)}]\n".encode())
        out.flush()


if __name__ == "__main__":
    main()
