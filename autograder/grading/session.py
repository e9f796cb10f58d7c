"""What `autograder grade` does, from folder to screen."""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from autograder import course as courses
from autograder.course import Course, CourseError
from autograder.feedback import report as class_report
from autograder.feedback.report import saved
from autograder.grading import batch
from autograder.grading.choice import Choice, Interrupted
from autograder.grading.result import Graded, as_json_line
from autograder.grading.run import Run
from autograder.grading.submissions import place
from autograder.pack import Pack
from autograder.running.isolation import survey

if TYPE_CHECKING:
    from autograder.grading.cluster import Cluster


def grade(
    unit: str,
    folder: Path | None,
    jobs: int,
    choice: Choice,
    jsonl: Path | None,
    report: Path | None,
    unsafe: bool = False,
    scheduler: str = "",
) -> list[Graded]:
    """Grades a folder, on this machine or on the workers of a scheduler.

    Raises CourseError, PackError, SubmissionError or NotSafe, most of them before anything is run; Interrupted.
    """
    try:
        return _graded(unit, folder, jobs, choice, jsonl, report, unsafe, scheduler)
    except KeyboardInterrupt:
        raise Interrupted("stopped. What was graded is kept; the same command goes on from there.") from None
    except OSError as problem:
        said = f"{problem.filename}: {problem.strerror}" if problem.filename else str(problem)
        mend = "Is there room on the disk, and are the course's folders writable? Mend that"
        raise CourseError(f"{said}. {mend}, then give the same command again: what was graded is kept.") from None


def _graded(
    unit: str,
    folder: Path | None,
    jobs: int,
    choice: Choice,
    jsonl: Path | None,
    report: Path | None,
    unsafe: bool,
    scheduler: str,
) -> list[Graded]:
    walls = None if scheduler else survey()
    if walls and not unsafe:
        walls.must_be_safe()
    course = courses.find()
    hidden = batch.hidden_packs(course, unit)
    console = Console()
    for name in batch.out_of_date(course, hidden):
        console.print(Text(f"{name} has changed since its pack was built: run `autograder build` first.", "yellow"))
    unknown = sorted(set(choice.exercises) - {pack.name for pack in hidden})
    if unknown:
        names = ", ".join(pack.name for pack in hidden)
        raise CourseError(f"{unit} has no exercise {', '.join(unknown)}; its exercises are {names}")
    where = place(course, folder)
    if choice.explain:
        Run(course, unit, where, hidden, console, walls).explain(choice)
        return []
    with _cluster(scheduler, unsafe) as cluster:
        results = Run(course, unit, where, hidden, console, walls, cluster).grade(choice, jobs)
    page_file = report or course.root / "reports" / f"{unit}.html"
    lines = course.root / "reports" / f"{unit}.jsonl"  # what `autograder export` reads
    write(course, unit, results, hidden, page_file, lines)
    if jsonl:
        shutil.copyfile(lines, jsonl)
    console.print(Text(f"report: {page_file}"))
    return results


@contextlib.contextmanager
def _cluster(scheduler: str, unsafe: bool) -> "Iterator[Cluster | None]":
    if not scheduler:
        yield None
        return
    try:
        from autograder.grading.cluster import connected
    except ModuleNotFoundError as problem:
        raise CourseError(f"--scheduler needs {problem.name}: pip install 'chainrule[cluster]'") from None
    with connected(scheduler, unsafe) as cluster:
        yield cluster


def write(
    course: Course, unit: str, results: Sequence[Graded], hidden: Sequence[Pack], report: Path, jsonl: Path
) -> None:
    """Writes the report page, the lines for machines, and what the page is made of. Raises CourseError."""
    try:
        _write(course, unit, results, hidden, report, jsonl)
    except OSError as problem:
        said = f"{problem.filename or report} cannot be written: {problem.strerror}"
        raise CourseError(f"{said}. The grades are kept: mend that, then run the same command again.") from None


def _write(
    course: Course, unit: str, results: Sequence[Graded], hidden: Sequence[Pack], report: Path, jsonl: Path
) -> None:
    hints = {(pack.exercise, mistake.name): mistake.hint for pack in hidden for mistake in pack.mistakes}
    report.parent.mkdir(parents=True, exist_ok=True)
    class_report.write(report, unit, course.units[unit].title, results, hints)
    jsonl.parent.mkdir(parents=True, exist_ok=True)
    with jsonl.open("wb") as file:
        file.writelines(map(as_json_line, results))
    saved.write(jsonl.with_suffix(saved.SUFFIX), unit, course.units[unit].title, results, hints)
