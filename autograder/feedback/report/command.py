"""`autograder report`: the page of a class that was graded before."""

from pathlib import Path

from autograder import course as courses
from autograder.feedback import report as class_report
from autograder.feedback.report import saved, similar


def write(unit: str, results: Path | None, out: Path | None) -> Path:
    """Writes the page and says where. Raises CourseError where there are no results."""
    folder = courses.find().root / "reports"
    found = saved.read(results or folder / f"{unit}{saved.SUFFIX}", unit)
    target = out or folder / f"{unit}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    class_report.write(target, found.unit, found.title, found.results, found.hints)
    return target


def write_similar(unit: str, folder: Path | None, report: Path | None) -> tuple[Path, int]:
    """Writes the page of pairs beside the report; where it is, and how many pairs. folder: with the submissions."""
    course = courses.find()
    beside = report or course.root / "reports" / f"{unit}.html"
    target = beside.with_name(f"{beside.stem}-similar.html")
    return target, similar.write(course, unit, folder, target)
