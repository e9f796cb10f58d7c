"""Time and memory against the size of a class, two workers against one, and what a second run costs."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from autograder import course as courses
from autograder.proving.programs import program
from autograder.publishing import build
from benchmarks.grading import SEVEN
from benchmarks.rivals import UNIT, make_class, make_course

SIZES = tuple(int(size) for size in os.environ.get("CLASS_SIZES", "10 100 1000").split())


def measure() -> str:
    """A section for RESULTS.md; CLASS_SIZES="10 100 1000 10000" for a large class, too."""
    rows = [
        "## A class by its size",
        "",
        "`autograder grade` into nbgrader's gradebook, seven exercises a notebook, two workers, start-up included.",
        "",
        "| notebooks | seconds | milliseconds a notebook | memory of the main process | second run, nothing changed |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as place:
        root = make_course(Path(place, "course"))
        course = courses.find(root)
        cells = [program(e, e.function) for e in map(course.exercise, course.names())]
        empty = _timed(make_class(root, cells, Path(place, "one"), 1))[0]
        for size in SIZES:
            folder = make_class(root, cells, Path(place, str(size)), size)
            took, memory = _timed(folder)
            again, _ = _timed(folder)
            each = 1000 * (took - empty) / size
            rows.append(
                f"| {size:,} | {took:.1f} | {each:.1f} | {memory:.0f} MB | {again - empty:.1f} s more than one |"
            )
            if size == 100:
                more = [_one_changed(folder), _pinned(root, cells, Path(place))]
            shutil.rmtree(folder)
    said = f"A run over one notebook takes {empty:.1f} s: nbgrader's import, the workers' and the zygotes' start."
    return "\n".join([*rows, "", said, *more, ""])


def _one_changed(folder: Path) -> str:
    """One exercise of seven changed, against all of them graded again."""
    path = folder / "solutions" / UNIT / f"{SEVEN[0].partition('/')[2]}.py"
    path.write_text(path.read_text().replace('hint="', 'hint="Look: ', 1))
    course = courses.find(folder)
    build.write(course, build.files(course, "benchmark".ljust(32)))
    start = _timed(folder, "--student", "student0000")[0]
    one = _timed(folder)[0] - start
    everything = _timed(folder, "--all")[0] - start
    said = f"One changed exercise of seven: {one / everything:.0%} of a full regrade's time"
    return f"{said} (100 notebooks, start-up taken out)."


def _pinned(root: Path, cells: list[str], place: Path) -> str:
    """Two workers on a core each against one, as a ratio of notebooks per second."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        return "Two workers against one: this machine has one core."
    took = {}
    for jobs in (1, 2):
        few, many = (make_class(root, cells, place / f"pinned{jobs}-{size}", size) for size in (4, 104))
        words = ["taskset", "-c", ",".join(map(str, cores[:jobs]))]
        took[jobs] = _timed(many, jobs=jobs, before=words)[0] - _timed(few, jobs=jobs, before=words)[0]
    return f"Two workers on two cores against one on one: {took[1] / took[2]:.2f} times as many notebooks a second."


def _timed(folder: Path, *words: str, jobs: int = 2, before: list[str] | None = None) -> tuple[float, float]:
    """Seconds of a run, and the most memory of its main process in MB."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [*(before or []), sys.executable, "-m", "autograder.cli", "grade", UNIT, "--jobs", str(jobs), *words]
    began = time.monotonic()
    running = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    most = 0.0

    def watch() -> None:
        nonlocal most
        while running.poll() is None:
            try:
                most = max(most, psutil.Process(running.pid).memory_info().rss / 2**20)
            except psutil.Error:
                return
            time.sleep(0.1)

    watching = threading.Thread(target=watch)
    watching.start()
    _, said = running.communicate()
    watching.join()
    if running.returncode:
        raise RuntimeError(said.decode()[-2000:])
    return time.monotonic() - began, most
