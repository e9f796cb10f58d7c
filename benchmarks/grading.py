"""CPU per seven-exercise notebook, beside the floor: fork, run the same cells, nothing else."""

import gc
import json
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from autograder import course as courses
from autograder.outcome import Outcome
from autograder.pack import write
from autograder.proving.programs import program
from autograder.publishing import packs
from autograder.running.submission import HandedIn

SEVEN = """activations/relu_derivative convolution/conv_output_size backprop/productivity_step rnn/rnn_tanh_step
gates/lstm_gates initialization/xavier_init rnn/bptt""".split()
ROUNDS, BATCH = 7, 20


def measure() -> str:
    """A section for RESULTS.md. Both are measured in turn, `BATCH` notebooks at a time."""
    from autograder.grading.batch import limits_of
    from autograder.grading.worker import Job, Worker

    course = courses.find()
    exercises = [course.exercise(name) for name in SEVEN]
    hidden = [packs.build(each, 1.0, 10.0, "benchmark".ljust(32)).hidden for each in exercises]
    cells = [program(each, each.function) for each in exercises]
    worker = Worker(Job(unit="unit", packs=[write(pack) for pack in hidden], limits=limits_of(course)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "student.ipynb")
        path.write_text(_notebook(cells))
        handed_in = HandedIn("student", path)
        verdicts = worker.grade(handed_in).verdicts
        assert all(verdict.outcome is Outcome.correct for verdict in verdicts), verdicts
        graded: list[float] = []
        least: list[float] = []
        elapsed: list[float] = []
        for _ in range(ROUNDS):
            began, clock = _cpu(worker), time.perf_counter()
            for _ in range(BATCH):
                worker.grade(handed_in)
            graded.append((_cpu(worker) - began) / BATCH)
            elapsed.append(1000 * (time.perf_counter() - clock) / BATCH)
            least.append(floor(cells))
    worker.sandbox.__exit__()
    ratio = statistics.median(a / b for a, b in zip(graded, least, strict=True))
    rows = [
        _row("graded: read, run in a process of its own, judged (CPU)", graded),
        _row("the same by the clock, one worker", elapsed),
        _row("floor: fork and run the cells (CPU)", least),
    ]
    head = [
        "## Grading a notebook of seven exercises",
        "",
        f"| milliseconds a notebook, {ROUNDS} rounds of {BATCH}, start-up excluded | median | range |",
        "|---|---|---|",
    ]
    cases = sum(len(pack.cases) for pack in hidden)
    return "\n".join(
        [*head, *rows, "", f"Ratio of CPU to the floor: {ratio:.1f}. The notebook answers {cases} cases.", ""]
    )


def _notebook(cells: list[str]) -> str:
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    listed = [{**code, "id": f"c{number}", "source": source} for number, source in enumerate(cells)]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _cpu(worker: object) -> float:
    """Milliseconds of this process, of the zygote with its outer wall, and of its children that have ended."""
    outer = psutil.Process(worker.sandbox._zygote.process.pid)  # type: ignore[attr-defined]
    theirs = sum(sum(each.cpu_times()[:4]) for each in [outer, *outer.children(recursive=True)])
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return 1000 * (theirs + mine.ru_utime + mine.ru_stime)


def floor(cells: list[str]) -> float:
    """Milliseconds of CPU to fork this process (NumPy loaded) and execute the cells in the child."""
    gc.collect()
    gc.freeze()
    began = _own_and_children()
    for _ in range(BATCH):
        pid = os.fork()
        if pid == 0:
            namespace: dict[str, object] = {"__name__": "__main__"}
            for cell in cells:
                exec(cell, namespace)
            os._exit(0)
        os.waitpid(pid, 0)
    spent = (_own_and_children() - began) / BATCH
    gc.unfreeze()
    return spent


def _own_and_children() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return 1000 * sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _row(name: str, found: list[float]) -> str:
    return f"| {name} | {statistics.median(found):.1f} | {min(found):.1f}–{max(found):.1f} |"
