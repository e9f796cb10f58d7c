"""`autograder report`: the page of a class that was graded before."""

from pathlib import Path

from autograder import course as courses
from autograder.feedback.report import page, saved


def write(unit: str, results: Path | None, out: Path | None) -> Path:
    """Writes the page and says where. Raises CourseError where there are no results."""
    folder = courses.find().root / "reports"
    found = saved.read(results or folder / f"{unit}{saved.SUFFIX}", unit)
    target = out or folder / f"{unit}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(found.unit, found.title, found.results, found.hints), encoding="utf-8")
    return target
