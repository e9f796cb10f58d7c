"""Where the submissions of a class are, and what each student wrote. Nothing is run here."""

from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.feedback import sanitise
from autograder.gradebook.course_folder import CourseFolder, is_nbgrader_course
from autograder.grading.sources import Part, Work, written
from autograder.pack import Pack
from autograder.running.submission import HandedIn, SubmissionError, read, students


def place(course: Course, folder: Path | None) -> Path:
    """Where submissions are: the folder that was named, or the course's own. Raises CourseError."""
    if folder is None and not (course.root / "submitted").is_dir():
        raise CourseError(f"{course.root} has no folder submitted/: say where the submissions are with --course DIR")
    where = folder or course.root
    if not where.exists():
        raise CourseError(f"{where} does not exist: say where the submissions are with --course DIR")
    return where


def handed_in(where: Path, unit: str) -> list[HandedIn]:
    """Everybody who handed in a unit, by student. Raises CourseError where there is nobody, or SubmissionError."""
    found = CourseFolder(where).submissions(unit) if is_nbgrader_course(where) else students(where, unit)
    if not found:
        expected = "expected submitted/STUDENT/UNIT/, STUDENT/ or STUDENT.ipynb"
        raise CourseError(f"{where} holds no submission of {unit}: {expected}")
    return found


def works(
    submissions: Sequence[HandedIn], unit: str, packs: Sequence[Pack], step: Callable[[str], None]
) -> tuple[list[Work], dict[str, str]]:
    """What each wrote, of those who wrote anything; and of those whose work cannot be read, the sentence that says why.

    step: told each student as they come.
    """
    found, problems = [], {}
    for each in submissions:
        step(sanitise.terminal(each.student))
        try:
            if each.problem:
                raise SubmissionError(each.problem)
            parts = written(read(each, unit, [pack.name for pack in packs]), packs)
        except SubmissionError as problem:
            problems[each.student] = str(problem)
            continue
        if parts:
            found.append(Work(each.student, [Part(name, sanitise.terminal(text).strip("\n")) for name, text in parts]))
    return found, problems
