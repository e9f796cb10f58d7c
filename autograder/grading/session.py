"""What `autograder grade` and `autograder demo` do, from folder to screen."""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from autograder import course as courses
from autograder.course import Course, CourseError
from autograder.feedback import classroom, sanitise
from autograder.feedback.report import page, saved
from autograder.gradebook.course_folder import CONFIG, is_nbgrader_course
from autograder.grading import batch, rehearsal
from autograder.grading.result import Graded, as_json_line
from autograder.pack import Pack
from autograder.running.isolation import Isolation, survey
from autograder.running.submission import HandedIn, students

if TYPE_CHECKING:
    from autograder.gradebook.recording import Recorder


class Choice(msgspec.Struct, frozen=True):
    """What of a class is graded: everything where nothing is named."""

    students: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()


def grade(
    unit: str,
    folder: Path | None,
    jobs: int,
    choice: Choice,
    jsonl: Path | None,
    report: Path | None,
    unsafe: bool = False,
) -> list[Graded]:
    """Grades a folder. Raises CourseError, PackError, SubmissionError or NotSafe before anything is run."""
    walls = survey()
    if not unsafe:
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
    if folder is None and not (course.root / "submitted").is_dir():
        raise CourseError(f"{course.root} has no folder submitted/: say where the submissions are with --course DIR")
    where = folder or course.root
    if not where.exists():
        raise CourseError(f"{where} does not exist: say where the submissions are with --course DIR")
    if is_nbgrader_course(where):
        results = _into_gradebook(course, unit, where, choice, hidden, jobs, console, walls)
    else:
        handed_in = _chosen(students(where, unit), choice.students, where)
        results = run(course, unit, handed_in, hidden, jobs, console, walls, choice.exercises)
        console.print(Text(f"no gradebook: {where} has no {CONFIG}"), soft_wrap=True)
    page_file = report or course.root / "reports" / f"{unit}.html"
    if jsonl is None and not choice.students and not choice.exercises:
        jsonl = course.root / "reports" / f"{unit}.jsonl"  # what `autograder export` reads
    write(course, unit, results, hidden, page_file, jsonl)
    console.print(Text(f"report: {page_file}"))
    return results


def _into_gradebook(
    course: Course,
    unit: str,
    where: Path,
    choice: Choice,
    hidden: Sequence[Pack],
    jobs: int,
    console: Console,
    walls: Isolation,
) -> list[Graded]:
    """Grades what is in `submitted/` of an nbgrader course, and writes its gradebook and `autograded/`."""
    from autograder.gradebook.course_folder import CourseFolder
    from autograder.gradebook.recording import Recorder

    with console.status("opening the gradebook…"):
        folder = CourseFolder(where)
        handed_in = _chosen(folder.submissions(unit), choice.students, folder.folder("submitted", "STUDENT", unit))
        points = {pack.name: pack.points for pack in hidden}
        recorder = Recorder(folder, unit, points, choice.exercises, course.units[unit].due)
        recorder.gradebook.enrol([each.student for each in handed_in if not each.problem])
    for note in recorder.notes:
        console.print(Text(note, "yellow"))
    with recorder:
        results = run(course, unit, handed_in, hidden, jobs, console, walls, choice.exercises, recorder)
    said = f"gradebook: {recorder.written} submissions written to {recorder.gradebook.name}"
    console.print(Text(said), soft_wrap=True)
    return results


def _chosen(found: list[HandedIn], only: Sequence[str], where: Path) -> list[HandedIn]:
    if not found:
        raise CourseError(f"{where} holds no submission: expected submitted/STUDENT/UNIT/, STUDENT/ or STUDENT.ipynb")
    absent = sorted(set(only) - {each.student for each in found})
    if absent:
        raise CourseError(f"{', '.join(absent)} handed in nothing below {where}")
    return [each for each in found if not only or each.student in only]


def run(
    course: Course,
    unit: str,
    handed_in: Sequence[HandedIn],
    hidden: Sequence[Pack],
    jobs: int,
    console: Console,
    walls: Isolation,
    only: Sequence[str] = (),
    recorder: "Recorder | None" = None,
) -> list[Graded]:
    """Grades with a bar, prints the class, and returns the results by student. recorder: takes them as they come."""
    began = time.monotonic()
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    results = []
    by_student = {each.student: each for each in handed_in}
    master = recorder.master if recorder else None
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("starting the workers", total=len(handed_in))
        limits = batch.limits_of(course)
        for graded in batch.grade(handed_in, unit, hidden, limits, jobs, walls, only=only, master=master):
            if recorder and graded.autograded:
                recorder.take(by_student[graded.student], graded.autograded)
            results.append(msgspec.structs.replace(graded, autograded=None))
            progress.update(task, advance=1, description=sanitise.terminal(graded.student))
    results.sort(key=lambda graded: graded.student)
    classroom.show(results, console)
    took, workers = time.monotonic() - began, jobs or os.cpu_count() or 1
    unjudged = sum(not graded.judged for graded in results)
    console.print()
    console.print(Text(f"{len(results)} submissions in {took:.1f} s with {workers} workers. {walls}"))
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
        jsonl.parent.mkdir(parents=True, exist_ok=True)
        jsonl.write_bytes(b"".join(map(as_json_line, results)))
        saved.write(jsonl.with_suffix(saved.SUFFIX), unit, course.units[unit].title, results, hints)


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
    results = run(brief, unit, students(folder, unit), hidden, jobs, console, survey())
    write(course, unit, results, hidden, folder / "report.html", folder / "verdicts.jsonl")

    by_student = {graded.student: graded for graded in results}
    surprises = [text for pupil in class_ for text in rehearsal.surprises(pupil, by_student[pupil.student])]
    console.rule("expected against found")
    known = sum(len(pupil.expected) for pupil in class_)
    for text in surprises:
        console.print(Text(sanitise.terminal(text), "red"))
    console.print(f"{known - len(surprises)} of {known} verdicts are the ones known beforehand")
    console.rule("next")
    console.print(Text(f"look at   {folder / 'report.html'}  and  {folder / 'verdicts.jsonl'}"))
    console.print(Text(f"then try  autograder grade {unit} --course {folder} --student mistaken-01"))
    return not surprises
