"""What `autograder grade` and `autograder demo` do, from folder to screen."""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from autograder import course as courses
from autograder.course import Course, CourseError
from autograder.feedback import classroom, plain
from autograder.feedback.report import page
from autograder.grading import batch, rehearsal
from autograder.grading.result import Graded, as_json_line
from autograder.pack import Pack
from autograder.running.submission import HandedIn, students

# Said with every run, until the wall around a submission's process stands.
ISOLATION = "isolation: separate processes with limits, no sandbox: grade only code you would run yourself"


def grade(
    unit: str, folder: Path | None, jobs: int, only: Sequence[str], jsonl: Path | None, report: Path | None
) -> list[Graded]:
    """Grades a folder. Raises CourseError, PackError or SubmissionError before anything is run."""
    course = courses.find()
    hidden = batch.hidden_packs(course, unit)
    console = Console()
    for name in batch.out_of_date(course, hidden):
        console.print(Text(f"{name} has changed since its pack was built: run `autograder build` first.", "yellow"))
    if folder is None and not (course.root / "submitted").is_dir():
        raise CourseError(f"{course.root} has no folder submitted/: say where the submissions are with --course DIR")
    where = folder or course.root
    if not where.exists():
        raise CourseError(f"{where} does not exist: say where the submissions are with --course DIR")
    handed_in = _chosen(students(where, unit), only, where)
    results = run(course, unit, handed_in, hidden, jobs, console)
    page_file = report or course.root / "reports" / f"{unit}.html"
    write(course, unit, results, hidden, page_file, jsonl)
    console.print(Text(f"report: {page_file}"))
    return results


def _chosen(found: list[HandedIn], only: Sequence[str], where: Path) -> list[HandedIn]:
    if not found:
        raise CourseError(f"{where} holds no submission: expected submitted/STUDENT/UNIT/, STUDENT/ or STUDENT.ipynb")
    absent = sorted(set(only) - {each.student for each in found})
    if absent:
        raise CourseError(f"{', '.join(absent)} handed in nothing below {where}")
    return [each for each in found if not only or each.student in only]


def run(
    course: Course, unit: str, handed_in: Sequence[HandedIn], hidden: Sequence[Pack], jobs: int, console: Console
) -> list[Graded]:
    """Grades with a bar, prints the class, and returns the results by student."""
    began = time.monotonic()
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    results = []
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("starting the workers", total=len(handed_in))
        for graded in batch.grade(handed_in, unit, hidden, batch.limits_of(course), jobs):
            results.append(graded)
            progress.update(task, advance=1, description=plain.clean(graded.student))
    results.sort(key=lambda graded: graded.student)
    classroom.show(results, console)
    took, workers = time.monotonic() - began, jobs or os.cpu_count() or 1
    unjudged = sum(not graded.judged for graded in results)
    console.print()
    console.print(Text(f"{len(results)} submissions in {took:.1f} s with {workers} workers. {ISOLATION}"))
    if unjudged:
        console.print(Text(f"{unjudged} have no score: the sentences above say what to do; then grade again.", "bold"))
    return results


def write(
    course: Course, unit: str, results: Sequence[Graded], hidden: Sequence[Pack], report: Path, jsonl: Path | None
) -> None:
    """Writes the report page, and the lines for machines when they are asked for."""
    hints = {(pack.exercise, mistake.name): mistake.hint for pack in hidden for mistake in pack.mistakes}
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(page(unit, course.units[unit].title, results, hints), encoding="utf-8")
    if jsonl:
        jsonl.write_bytes(b"".join(map(as_json_line, results)))


def demo(folder: Path, jobs: int) -> bool:
    """Builds, writes a class into `folder`, grades it, and says whether every outcome is the one known beforehand."""
    from autograder.publishing import build, packs

    course, console = courses.find(), Console()
    console.rule("build")
    with console.status("freezing the exercises…"):
        made = build.files(course, packs.read_secret(course.root))
    changes = build.write(course, made)
    console.print(f"{len(course.names())} exercises in {len(course.units)} units, {len(changes)} files changed")

    unit = max(course.units, key=lambda name: len(course.units[name].exercises))
    exercises = [course.exercise(f"{unit}/{name}") for name in course.units[unit].exercises]
    published = made[Path(build.PUBLISHED, unit, f"{unit}.ipynb")].decode()
    class_ = rehearsal.pupils(exercises)
    submitted = folder / "submitted"
    if submitted.exists():
        shutil.rmtree(submitted)
    for pupil in class_:
        rehearsal.write(pupil, published, submitted / pupil.student / unit / f"{unit}.ipynb")
    console.rule(f"grade {len(class_)} notebooks of {unit}")
    # Nobody here needs ten seconds, and those who loop use all they get.
    hidden = [msgspec.structs.replace(pack, seconds=1.0) for pack in batch.hidden_packs(course, unit)]
    brief = msgspec.structs.replace(course, limits=msgspec.structs.replace(course.limits, cell_seconds=2.0))
    results = run(brief, unit, students(folder, unit), hidden, jobs, console)
    write(course, unit, results, hidden, folder / "report.html", folder / "verdicts.jsonl")

    by_student = {graded.student: graded for graded in results}
    surprises = [text for pupil in class_ for text in rehearsal.surprises(pupil, by_student[pupil.student])]
    console.rule("expected against found")
    known = sum(len(pupil.expected) for pupil in class_)
    for text in surprises:
        console.print(Text(plain.clean(text), "red"))
    console.print(f"{known - len(surprises)} of {known} verdicts are the ones known beforehand")
    console.rule("next")
    console.print(Text(f"look at   {folder / 'report.html'}  and  {folder / 'verdicts.jsonl'}"))
    console.print(Text(f"then try  autograder grade {unit} --course {folder} --student mistaken-01"))
    return not surprises
