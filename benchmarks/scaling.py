"""Time and memory against the size of a class, two workers against one, and what a second run costs.

Machines are shared: what can be is told in seconds of computing, of a run and all that it starts. Runs over a few
notebooks of the same round take its start out, and of all ratios the median is told. A small class is graded several
times a round, since what the start varies by is a lot for a hundred notebooks and nothing for thousands.

Nothing is deleted until all is measured: for minutes afterwards ext4 passes over each deleted file in turn when it
makes a new one, so a run would pay, up to several milliseconds a notebook, for what was removed before it.
"""

import contextlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from autograder import course as courses
from autograder.child.confinement import SET_CHILD_SUBREAPER, prctl
from autograder.proving.programs import program
from autograder.publishing import build
from benchmarks.grading import SEVEN
from benchmarks.rivals import UNIT, make_class, make_course

SIZES = tuple(int(size) for size in os.environ.get("CLASS_SIZES", "100 300 1000").split())
ROUNDS = int(os.environ.get("CLASS_ROUNDS", "3"))
FEW = 2  # notebooks whose run is a run's start: two workers begin
SMALL, TIMES = 300, 3  # up to so many notebooks a class is graded so often in a round
LARGE = 2000  # a class from here on is graded once only
CHANGED = 300  # notebooks of the class in which one exercise is changed
CHANGES = {
    "where a hint is mended, or anything else in how answers are judged": ('hint="', 'hint="{0}: '),
    "where a case is added, so that all are asked again": (
        "relu_derivative.cases(",
        'relu_derivative.case("{0} more", z=[[{0}.5]], expect=[[1]])\nrelu_derivative.cases(',
    ),
}


class Cost(NamedTuple):
    """What a run took. computing: seconds, of all its processes; memory: the main process's most, in MB.

    own: seconds of a notebook that the students' functions computed themselves, which is the same work each time.
    """

    wall: float
    computing: float
    memory: float
    own: float = 0.0


def measure() -> str:
    """A section for RESULTS.md. CLASS_SIZES="100 1000 10000" for a large class, too; CLASS_ROUNDS for how often."""
    prctl(SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory() as place:
        root = make_course(Path(place, "course"))
        course = courses.find(root)
        cells = [program(e, e.function) for e in map(course.exercise, course.names())]
        classes = {size: make_class(root, cells, Path(place, str(size)), size) for size in (FEW, *SIZES)}
        changed = make_class(root, cells, Path(place, "changed"), CHANGED)
        rows = [*_sizes(classes), "", *_one_changed(changed), _pinned(root, cells, Path(place))]
    return "\n".join(rows) + "\n"


def _sizes(classes: dict[int, Path]) -> list[str]:
    first: dict[int, list[Cost]] = {size: [] for size in classes}
    second: dict[int, list[Cost]] = {size: [] for size in classes}
    for number in range(ROUNDS):
        for size, template in classes.items():
            if number == 0 or size < LARGE:
                folders = [_copy(template) for _ in range(TIMES if size <= SMALL else 1)]
                first[size].append(_middle([_logged(folder) for folder in folders]))
                second[size].append(_middle([_run(folder) for folder in folders]))
    least = min(SIZES)
    rows = [
        "## A class by its size",
        "",
        f"`autograder grade` into nbgrader's gradebook, seven exercises a notebook, two workers; {ROUNDS} rounds, in",
        f"which up to {SMALL} notebooks are graded {TIMES} times, and medians. Computing is that of all processes,",
        f"less the start: runs over {FEW} notebooks in the same round. A machine may be a tenth quicker in one minute",
        "than in another, so costs are compared in the time that the students' own functions took in the same run.",
        "",
        f"| notebooks | wall seconds | milliseconds of computing a notebook | times those at {least} "
        f"| memory of the main process | more than at {least} | second run, nothing changed: seconds of computing |",
        "|---|---|---|---|---|---|---|",
    ]
    each = {size: _slopes(first[size], first[FEW], size - FEW) for size in SIZES}
    measure = {size: [slope / cost.own for slope, cost in zip(each[size], first[size], strict=True)] for size in SIZES}
    memory = {size: statistics.median(cost.memory for cost in first[size]) for size in SIZES}
    for size in SIZES:
        ratio = statistics.median(a / b for a in measure[size] for b in measure[least])
        again = statistics.median(_slopes(second[size], second[FEW], 1))
        wall = statistics.median(cost.wall for cost in first[size])
        rows.append(
            f"| {size:,} | {wall:.1f} | {1000 * statistics.median(each[size]):.1f} | {ratio:.2f} "
            f"| {memory[size]:.0f} MB | {memory[size] - memory[least]:+.0f} MB | {again:.2f} |"
        )
    start, idle = (statistics.median(cost.wall for cost in costs[FEW]) for costs in (first, second))
    said = f"The start takes {start:.1f} s by the clock, {idle:.1f} s where there is nothing to grade"
    return [*rows, "", f"{said}: nbgrader's import, and beside it that of the workers and their zygotes."]


def _copy(template: Path) -> Path:
    """A copy beside it, to be graded."""
    return Path(shutil.copytree(template, tempfile.mkdtemp(dir=template.parent), dirs_exist_ok=True))


def _logged(folder: Path) -> Cost:
    """Grades in a folder, and looks into the log for what the students computed."""
    cost = _run(folder, "--log", "log.jsonl")
    lines = map(json.loads, (folder / "log.jsonl").read_text().splitlines())
    return cost._replace(own=statistics.mean(sum(e["seconds"] for e in line["exercises"].values()) for line in lines))


def _middle(costs: list[Cost]) -> Cost:
    return Cost(*map(statistics.median, zip(*costs, strict=True)))


def _slopes(costs: list[Cost], starts: list[Cost], count: int) -> list[float]:
    """Of each round, the computing without the start's, by `count`."""
    return [(cost.computing - start.computing) / count for cost, start in zip(costs, starts, strict=False)]


def _one_changed(folder: Path) -> list[str]:
    """One exercise of seven changed, against all of them graded again, by one worker."""
    _run(folder)
    found: dict[str, list[float]] = {each: [] for each in CHANGES}
    for number in range(ROUNDS):
        # One student's: it takes out the start, and what is done for the whole class whatever is graded.
        starts = [
            _run(folder, "--student", f"student{student:04}", "--all", jobs=1).computing for student in range(TIMES)
        ]
        everything = (_run(folder, "--all", jobs=1).computing - statistics.median(starts)) / CHANGED
        for each, (before, after) in CHANGES.items():
            path = folder / "solutions" / UNIT / f"{SEVEN[0].partition('/')[2]}.py"
            path.write_text(path.read_text().replace(before, after.format(number), 1))
            course = courses.find(folder)
            build.write(course, build.files(course, "benchmark".ljust(32)))
            starts = [_run(folder, "--student", f"student{student:04}", jobs=1).computing for student in range(TIMES)]
            one = (_run(folder, jobs=1).computing - statistics.median(starts)) / (CHANGED - TIMES)
            found[each].append(one / everything)
    said = [f"{what}, {statistics.median(each):.2f} ({min(each):.2f}–{max(each):.2f})" for what, each in found.items()]
    return [
        f"One changed exercise of seven, as a share of a full regrade's computing: {'; '.join(said)}.",
        f"{CHANGED} notebooks, the start taken out.",
        "",
    ]


def _pinned(root: Path, cells: list[str], place: Path) -> str:
    """Two workers on a core each against one, by the clock: notebooks a second from the tenth result to the last."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        return "Two workers against one: this machine has one core."
    template = make_class(root, cells, place / "pinned", 110)
    ratios, ceilings = [], []
    for _ in range(ROUNDS):
        (one,), (two,) = (_speeds(template, [(cores[:jobs], jobs)]) for jobs in (1, 2))
        ratios.append(two / one)
        ceilings.append(sum(_speeds(template, [([core], 1) for core in cores])) / one)
    said = "Two workers on two cores against one on one, notebooks a second by the clock"
    return (
        f"{said}: {statistics.median(ratios):.2f} times ({min(ratios):.2f}–{max(ratios):.2f}). Two runs that share "
        f"nothing, each on a core of its own, come to {statistics.median(ceilings):.2f} times ({min(ceilings):.2f}–"
        f"{max(ceilings):.2f}): what this machine's two cores are good for."
    )


def _speeds(template: Path, runs: list[tuple[list[int], int]]) -> list[float]:
    """Notebooks a second, from the tenth result to the last, of runs side by side: (cores, workers) of each."""
    folders = [_copy(template) for _ in runs]
    running = [
        _started(folder, "--log", "log.jsonl", jobs=jobs, before=("taskset", "-c", ",".join(map(str, cores))))
        for folder, (cores, jobs) in zip(folders, runs, strict=True)
    ]
    for process, folder in zip(running, folders, strict=True):
        _ended(process, folder)
    found = []
    for folder in folders:
        at = [json.loads(line)["at"] for line in (folder / "log.jsonl").read_text().splitlines()]
        found.append((len(at) - 10) / (at[-1] - at[9]))
    return found


def _run(folder: Path, *words: str, jobs: int = 2) -> Cost:
    """Grades in a folder. Raises RuntimeError when that fails."""
    spent, began = _spent(), time.monotonic()
    running = _started(folder, *words, jobs=jobs)
    memory = 0.0
    while running.poll() is None:
        memory = max(memory, _most_memory(running.pid))
        time.sleep(0.05)
    wall = time.monotonic() - began
    _ended(running, folder)
    with contextlib.suppress(ChildProcessError):
        while os.wait():  # what it left to end by itself counts, too
            pass
    return Cost(wall, _spent() - spent, memory)


def _started(folder: Path, *words: str, jobs: int, before: tuple[str, ...] = ()) -> "subprocess.Popen[bytes]":
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [*before, sys.executable, "-m", "autograder.cli", "grade", UNIT, "--jobs", str(jobs), *words]
    environment = {**os.environ, "PATH": path}
    with (folder / "said").open("wb") as said:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=said)


def _ended(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Waits for it. Raises RuntimeError when it failed."""
    if process.wait():
        raise RuntimeError((folder / "said").read_text()[-2000:])


def _spent() -> float:
    """Seconds of computing of all the processes that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _most_memory(pid: int) -> float:
    """What a process has had at most so far, in MB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0
