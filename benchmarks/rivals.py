"""The same class through nbgrader, through Otter and through this project: computing time for a notebook.

Each class is graded as an instructor would: by the command, from a folder of notebooks. A command's start is taken out
by grading two classes of different size. Otter starts anew for each notebook, so its start is part of it. Otter is
installed into an environment of its own below `.cache`, since its requirements are not ours.
"""

import base64
import contextlib
import json
import os
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder import course as courses
from autograder.child.confinement import SET_CHILD_SUBREAPER, prctl
from autograder.grading.batch import hidden_packs
from autograder.outcome import Answer
from autograder.pack import Pack
from autograder.publishing import build
from benchmarks import simulated
from benchmarks.grading import SEVEN, floor

UNIT = "seven"
ROUNDS = 3
MEMORY = "/dev/shm"  # where a disk that is busy with what was deleted before costs nobody anything
FEW, MORE, MANY = 2, 8, 62  # notebooks of the small class, of nbgrader's and Otter's large one, of ours
OTTER = Path(".cache", "otter")
REQUIREMENTS = ("otter-grader==7.0.0", "ipykernel==7.4.0", "numpy==2.4.6")

# What an instructor of a notebook would write below each question; the cases are the hidden pack's.
ASSERTS = """import base64, pickle
import numpy as np

def leaves(value):
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in leaves(value[key])]
    if isinstance(value, (tuple, list)):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]

for inputs, expected in pickle.loads(base64.b64decode({cases!r})):
    got = {name}(**inputs)
    for a, b in zip(leaves(got), leaves(expected), strict=True):
        np.testing.assert_allclose(a, b)
"""
OTTER_TEST = """from otter.test_files import test_case
OK_FORMAT = False
name = {name!r}
points = 1

@test_case(points=1)
def test_{name}({name}):
{body}
"""


def measure() -> str:
    """A section for RESULTS.md. Needs the package index once, for Otter."""
    _install_otter()
    prctl(SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as place:
        root = make_course(Path(place, "course"))
        packs = hidden_packs(courses.find(root), UNIT)
        course = courses.find(root)
        class_ = simulated.cells([course.exercise(name) for name in course.names()], packs, MANY)
        theirs = _with_asserts(root, Path(place, "nbgrader"), packs)
        archive = _otter_archive(Path(place, "otter"), packs)
        took: dict[str, list[float]] = {name: [] for name in NAMES}
        for number in range(ROUNDS):
            at = Path(place, str(number))
            ours = ("-m", "autograder.cli", "grade", UNIT, "--jobs")
            took["ours"].append(_slope(root, class_, at / "ours", [*ours, "1"], MANY))
            took["two"].append(_slope(root, class_, at / "two", [*ours, "2"], MANY))
            took["nbgrader"].append(
                _slope(theirs, class_, at / "nbgrader", ["-m", "nbgrader", "autograde", UNIT], MORE)
            )
            took["otter"].append(_otter(root, class_[number], at / "otter", archive))
            took["floor"].append(floor(class_))
    return _section(took)


NAMES = {
    "ours": "`autograder grade`, gradebook and graded notebooks written, one worker",
    "two": "the same with two workers",
    "nbgrader": "`nbgrader autograde`, the same cases as assertions",
    "otter": "`otter run`, the same cases as tests",
    "floor": "floor: fork a process that has NumPy and run the cells, nothing called",
}


def _section(took: dict[str, list[float]]) -> str:
    rows = [
        "## Beside nbgrader and Otter",
        "",
        f"One notebook of seven exercises, {ROUNDS} rounds in turn. Commands are real; a command's start is taken out,",
        "but for Otter, which starts for every notebook. The files of all of them lie in memory.",
        "",
        simulated.DESCRIBED,
        "",
        "| milliseconds of computing a notebook | median | range | times ours |",
        "|---|---|---|---|",
    ]
    for name, times in took.items():
        ratio = statistics.median(a / b for a, b in zip(times, took["ours"], strict=True))
        middle = statistics.median(times)
        rows.append(f"| {NAMES[name]} | {middle:.1f} | {min(times):.1f}–{max(times):.1f} | {_few(ratio)} |")
    return "\n".join([*rows, ""])


def _few(ratio: float) -> str:
    return f"{ratio:.2g}" if ratio < 10 else f"{ratio:.0f}"


def make_course(root: Path) -> Path:
    """A course of one unit with the seven exercises, built."""
    main = courses.find()
    listed = "".join(f"      {name.partition('/')[2]}: {main.points(name):g}\n" for name in SEVEN)
    (root / "solutions" / UNIT).mkdir(parents=True)
    unit = f"units:\n  {UNIT}:\n    title: Seven\n    about: Seven exercises.\n    exercises:\n{listed}"
    (root / "course.yml").write_text(f"title: Seven\n{unit}")
    for name in SEVEN:
        shutil.copy(main.author_file(name), root / "solutions" / UNIT)
    course = courses.find(root)
    build.write(course, build.files(course, "benchmark".ljust(32)))
    _run(root, ["-m", "nbgrader", "generate_assignment", UNIT])
    return root


def _with_asserts(root: Path, theirs: Path, packs: list[Pack]) -> Path:
    """The same course with assertions in place of our checks."""
    shutil.copytree(root / "source", theirs / "source")
    (theirs / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'rival'\n")
    path = theirs / "source" / UNIT / f"{UNIT}.ipynb"
    book = json.loads(path.read_text())
    asserts = {f"check({pack.name})": _asserts(pack) for pack in packs}
    for cell in book["cells"]:
        source = "".join(cell["source"])
        cell["source"] = asserts.get(source.strip(), source).replace("from autograder import check", "")
    path.write_text(json.dumps(book))
    _run(theirs, ["-m", "nbgrader", "generate_assignment", UNIT])
    return theirs


def _asserts(pack: Pack) -> str:
    """Its cases with a value; what is random has none to compare with."""
    cases = [
        (case.inputs, case.expected.value)
        for case in pack.cases
        if isinstance(case.expected, Answer) and case.expected.returned
    ]
    return ASSERTS.format(cases=base64.b64encode(pickle.dumps(cases)).decode(), name=pack.name)


def _slope(template: Path, class_: Sequence[list[str]], place: Path, command: list[str], many: int) -> float:
    """Milliseconds of computing for one notebook more."""
    few, more = (hand_in(template, class_[:size], place / str(size)) for size in (FEW, many))
    return (_run(more, command) - _run(few, command)) / (many - FEW)


def make_class(template: Path, cells: list[str], root: Path, size: int) -> Path:
    """A copy of a course in which so many students handed in the same cells."""
    return hand_in(template, [cells] * size, root)


def hand_in(template: Path, class_: Sequence[list[str]], root: Path) -> Path:
    """A copy of a course in which each of a class handed in their cells."""
    shutil.copytree(template, root)
    for number, cells in enumerate(class_):
        folder = root / "submitted" / f"student{number:04}" / UNIT
        folder.mkdir(parents=True)
        (folder / f"{UNIT}.ipynb").write_text(_filled(template, cells))
    return root


def _filled(template: Path, cells: list[str]) -> str:
    book: dict[str, Any] = json.loads((template / "release" / UNIT / f"{UNIT}.ipynb").read_text())
    answers = iter(cells)
    for cell in book["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and marks.get("solution") and not marks["grade"]:
            cell["source"] = next(answers)
    return json.dumps(book)


def _otter_archive(place: Path, packs: list[Pack]) -> Path:
    """What `otter generate` makes of the same cases."""
    tests = place / "tests"
    tests.mkdir(parents=True)
    for pack in packs:
        body = "\n".join(f"    {line}" for line in _asserts(pack).splitlines())
        (tests / f"{pack.name}.py").write_text(OTTER_TEST.format(name=pack.name, body=body))
    _checked(
        [str(OTTER.resolve() / "bin" / "otter"), "generate", "-t", "tests", "-o", "archive.zip", "--no-environment"],
        place,
    )
    return place / "archive.zip"


def _otter(root: Path, cells: list[str], place: Path, archive: Path) -> float:
    """Milliseconds of computing for a notebook."""
    place.mkdir(parents=True)
    (place / "student.ipynb").write_text(_filled(root, cells))
    otter = str(OTTER.resolve() / "bin" / "otter")
    return _checked([otter, "run", "student.ipynb", "-a", str(archive), "-o", "."], place)


def _install_otter() -> None:
    if not (OTTER / "bin" / "otter").exists():
        venv.create(OTTER, with_pip=True)
        subprocess.run([OTTER / "bin" / "pip", "install", "--quiet", *REQUIREMENTS], check=True)


def _run(root: Path, command: list[str]) -> float:
    return _checked([sys.executable, *command], root)


def _checked(command: list[str], folder: Path) -> float:
    """Runs a command in a folder; the milliseconds of computing of it and all it started. Raises when it fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    with contextlib.suppress(ChildProcessError):
        while os.wait():  # what it left to end by itself counts, too
            pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed in {folder}: {done.stdout[-2000:]} {done.stderr[-2000:]}")
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
