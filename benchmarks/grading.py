"""CPU of grading a notebook, stage by stage, beside two floors: fork and run the cells; run cells and calls, bare."""

import contextlib
import copy
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import psutil

from autograder import course as courses
from autograder.grading import worker as working
from autograder.grading.batch import limits_of
from autograder.grading.worker import STAGES, Job, Worker
from autograder.outcome import Outcome
from autograder.pack import Pack, write
from autograder.publishing import packs
from autograder.running.forkserver import Child
from autograder.running.submission import Cell, HandedIn, Submission
from benchmarks import simulated

SEVEN = """activations/relu_derivative convolution/conv_output_size backprop/productivity_step rnn/rnn_tanh_step
gates/lstm_gates initialization/xavier_init rnn/bptt""".split()
FORWARD = "convolution/cnn_forward gates/sentiment_lstm gates/next_word attention/machine_translation".split()
TRAINED = "backprop/productivity_train logistic_regression/logistic_train rnn/next_number_train".split()
ROUNDS, CLASS = 5, 30
FEW = 6  # of notebooks that compute for a second

Times = dict[str, float]
NAMES = {
    "all": "**graded, all of it**",
    "child": "the student's process: fork, walls, cells, calls",
    "idle": "… of it fork, walls and end: a process that has nothing to do",
    "calls": "… of it the calls: inputs in, their own computing, answers out",
    "zygote": "the zygote: fork, folder, reaping",
    "read": "the worker: reading",
    "run": "the worker: sending calls, hearing answers",
    "judge": "the worker: judging",
    "render": "the worker: what the report keeps",
    "clock": "all by the clock, one worker",
    "bare": "bare Python: the same cells and calls in one process, nothing else",
    "floor": "floor: fork and run the cells, nothing called",
}


def measure() -> str:
    """Three sections for RESULTS.md."""
    parts = [
        _section("Grading a notebook of seven exercises", SEVEN, CLASS, simulated.SLOW),
        simulated.DESCRIBED,
        "",
        _section("Grading forward passes from trained weights", FORWARD, CLASS, simulated.SLOW),
        _section("Grading all seven exercises on reference models", FORWARD + TRAINED, FEW, math.inf),
    ]
    return "\n".join(parts)


def _section(title: str, names: Sequence[str], size: int, slow: float) -> str:
    """size: notebooks in the class. slow: what computes for so many milliseconds is left out."""
    course = courses.find()
    exercises = [course.exercise(name) for name in names]
    hidden = [packs.build(each, 1.0, 10.0, "benchmark".ljust(32)).hidden for each in exercises]
    took = _measured(simulated.cells(exercises, hidden, size, slow), hidden)
    rows = [
        f"## {title}",
        "",
        f"| milliseconds of CPU a notebook, {ROUNDS} rounds of a class of {size} | median | range |",
        "|---|---|---|",
    ]
    for name, label in NAMES.items():
        times = [each[name] for each in took]
        rows.append(f"| {label} | {statistics.median(times):.1f} | {min(times):.1f}–{max(times):.1f} |")
    ratios = {name: statistics.median(each["all"] / each[name] for each in took) for name in ("bare", "floor")}
    cases = sum(len(pack.cases) for pack in hidden)
    said = f"Grading is {ratios['bare']:.1f} × bare Python and {ratios['floor']:.1f} × the floor; {cases} cases."
    return "\n".join([*rows, "", said, ""])


def _measured(class_: Sequence[Sequence[str]], hidden: Sequence[Pack]) -> list[Times]:
    """A worker grades the class once in each round, as new: what it remembers is of that round. Floors in turn."""
    job = Job(unit="unit", packs=[write(pack) for pack in hidden], limits=limits_of(courses.find()))
    took = []
    with tempfile.TemporaryDirectory() as folder:
        handed_in = []
        for number, cells in enumerate(class_):
            path = Path(folder, f"student{number}.ipynb")
            path.write_text(simulated.notebook(cells))
            handed_in.append(HandedIn(path.stem, path))
        for _ in range(ROUNDS):
            worker = Worker(job)
            assert worker.grade(handed_in[0]).verdicts[-1].outcome in (Outcome.correct, Outcome.wrong)
            took.append(_graded(worker, handed_in) | {"idle": _idle(worker, len(handed_in))})
            worker.sandbox.__exit__()
            took[-1]["bare"] = _bare(class_, hidden)
            took[-1]["floor"] = floor(class_)
    return took


def _graded(worker: Worker, handed_in: Sequence[HandedIn]) -> Times:
    """Milliseconds of a notebook, by stages, over a class."""
    spent = dict.fromkeys([*STAGES, "calls"], 0.0)
    own, zygote, clock = time.process_time(), _zygote(worker), time.perf_counter()
    # The worker's stages are by the clock; here they are to be by its computing.
    with _children() as children, mock.patch.object(working, "time", SimpleNamespace(monotonic=time.process_time)):
        for each in handed_in:
            graded = worker.grade(each)
            spent["calls"] += sum(evidence.seconds or 0.0 for evidence in graded.evidence)
            for name, seconds in graded.stages.items():
                spent[name] += seconds
    spent["clock"] = time.perf_counter() - clock
    spent["zygote"] = _zygote(worker) - zygote
    spent["child"] = sum(children)
    spent["all"] = time.process_time() - own + spent["zygote"] + spent["child"]
    return {name: 1000 * seconds / len(handed_in) for name, seconds in spent.items()}


@contextlib.contextmanager
def _children() -> Iterator[list[float]]:
    """The seconds of computing of each child that ends meanwhile."""
    ended: list[float] = []
    finish = Child.finish

    def finished(child: Child) -> object:
        end = finish(child)
        ended.append(end.seconds)
        return end

    with mock.patch.object(Child, "finish", finished):
        yield ended


def _idle(worker: Worker, count: int) -> float:
    """Milliseconds of a child that has one empty cell to run and is asked nothing."""
    nothing = Submission(student="nobody", unit="unit", cells=(Cell("", "unit.ipynb", 1, "notebook"),))
    with _children() as children:
        for _ in range(count):
            worker.sandbox.answers(nothing, [])
    return 1000 * statistics.mean(children)


def _zygote(worker: Worker) -> float:
    """Seconds of computing of the zygote and its outer wall, without the children."""
    assert worker.sandbox._zygote
    outer = psutil.Process(worker.sandbox._zygote.process.pid)
    return sum(sum(each.cpu_times()[:2]) for each in [outer, *outer.children(recursive=True)])


def _bare(class_: Sequence[Sequence[str]], hidden: Sequence[Pack]) -> float:
    """Milliseconds of a notebook's cells and calls in this process. Who changes an input has a copy to change."""
    given = [copy.deepcopy(hidden) for _ in class_]
    began = time.process_time()
    for cells, own in zip(class_, given, strict=True):
        simulated.bare(cells, own)
    return 1000 * (time.process_time() - began) / len(class_)


FLOOR = """
import json, os, resource, sys
import numpy
def spent():
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in each)
class_ = json.load(sys.stdin)
began = spent()
for cells in class_:
    pid = os.fork()
    if pid == 0:
        namespace = {"__name__": "__main__"}
        for cell in cells:
            exec(cell, namespace)
        os._exit(0)
    os.waitpid(pid, 0)
print(1000 * (spent() - began) / len(class_))
"""


def floor(class_: Sequence[Sequence[str]]) -> float:
    """Milliseconds of CPU a notebook to fork a process that has NumPy and nothing else, and execute the cells."""
    command = [sys.executable, "-c", FLOOR]
    done = subprocess.run(command, input=json.dumps(class_), capture_output=True, text=True, check=True)
    return float(done.stdout)
