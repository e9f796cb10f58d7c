"""`autograder report` for a thousand students: every exercise of the largest unit, real verdicts drawn at random."""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from autograder import course as courses
from autograder.course import Course
from autograder.feedback.report import saved
from autograder.grading import rehearsal
from autograder.grading.result import Graded
from autograder.pack import Pack, write
from autograder.publishing import packs
from autograder.running.submission import HandedIn

ROOT = Path(__file__).resolve().parent.parent
STUDENTS, RUNS = 1000, 5
RIGHT = 0.7  # the share of right answers in the class; the others are mistakes of the author's files


def measure() -> str:
    """A section for RESULTS.md. The command is started anew each time, and reads what `grade` leaves."""
    course = courses.find(ROOT)
    unit = max(course.units, key=lambda name: len(course.units[name].exercises))
    names = course.units[unit].exercises
    hidden = [packs.build(course.exercise(f"{unit}/{name}"), 1.0, 10.0, "report".ljust(32)).hidden for name in names]
    results = _drawn(_graded(course, unit, hidden))
    hints = {(pack.exercise, mistake.name): mistake.hint for pack in hidden for mistake in pack.mistakes}
    with tempfile.TemporaryDirectory() as folder:
        source, page = Path(folder, f"{unit}{saved.SUFFIX}"), Path(folder, "report.html")
        saved.write(source, unit, course.units[unit].title, results, hints)
        command = [sys.executable, "-m", "autograder.cli", "report", unit, "--results", str(source), "--out", str(page)]
        took = []
        for _ in range(RUNS):
            began = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            took.append(time.perf_counter() - began)
        size = page.stat().st_size
    wrong = sum(not verdict.correct for graded in results for verdict in graded.verdicts)
    return "\n".join(
        [
            "## The class report",
            "",
            f"| `autograder report`, {STUDENTS} students, {RUNS} runs | median | range |",
            "|---|---|---|",
            f"| wall seconds, start-up included | {statistics.median(took):.2f} | {min(took):.2f}–{max(took):.2f} |",
            "",
            f"{len(names)} exercises each, {wrong} wrong answers; the page is {size / 1e6:.2f} MB.",
            "",
        ]
    )


def _graded(course: Course, unit: str, hidden: Sequence[Pack]) -> list[Graded]:
    """The rehearsal's students who are right, and those who make mistakes, graded for real."""
    from autograder.grading.batch import limits_of
    from autograder.grading.worker import Job, Worker

    class_ = rehearsal.pupils([course.exercise(pack.exercise) for pack in hidden])
    published = (ROOT / "exercises" / unit / f"{unit}.ipynb").read_text()
    worker = Worker(Job(unit=unit, packs=[write(pack) for pack in hidden], limits=limits_of(course)))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for pupil in class_:
            if pupil.student.startswith(("right", "mistaken")):
                path = Path(folder, f"{pupil.student}.ipynb")
                rehearsal.write(pupil, published, path)
                found.append(worker.grade(HandedIn(pupil.student, path)))
    worker.sandbox.__exit__()
    return found


def _drawn(graded: Sequence[Graded]) -> list[Graded]:
    """A class of STUDENTS: each exercise as one of the graded students has it."""
    rng = random.Random(8)
    right = [each for each in graded if each.student.startswith("right")]
    mistaken = [each for each in graded if each not in right]
    found = []
    for number in range(STUDENTS):
        able = rng.gauss(RIGHT, 0.2)
        sources = [rng.choice(right if rng.random() < able else mistaken) for _ in graded[0].verdicts]
        verdicts = tuple(source.verdicts[index] for index, source in enumerate(sources))
        evidence = tuple(source.evidence[index] for index, source in enumerate(sources))
        found.append(Graded(student=f"student-{number:04}", unit="unit", verdicts=verdicts, evidence=evidence))
    return found
