"""What `autograder export` does, from the verdicts to the files."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from autograder import course as courses
from autograder.course import CourseError
from autograder.feedback.sanitise import terminal
from autograder.gradebook import canvas, gradescope, spreadsheet
from autograder.gradebook.verdicts import ExportError, Line, read
from autograder.running.submission import STUDENT


def export(
    form: str, unit: str, verdicts: Path | None, gradebook: Path | None, column: str | None, out: Path | None
) -> None:
    """Writes the scores of a unit as `form`: canvas, gradescope or csv. Raises CourseError or ExportError."""
    course = courses.find()
    if unit not in course.units:
        raise CourseError(f"no unit is called {unit!r}; the units are {', '.join(course.units)}")
    reports = course.root / "reports"
    lines = read(verdicts or reports / f"{unit}.jsonl", unit, list(course.units[unit].exercises))
    if form == "gradescope":
        out = out or reports / f"{unit}-gradescope"
        notes = _gradescope(lines, out)
    elif form == "canvas":
        if gradebook is None:
            raise ExportError(
                f"Canvas takes scores in a gradebook of its own only. {canvas.EXPORT}, then --gradebook FILE"
            )
        try:
            text = gradebook.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            raise ExportError(f"{gradebook} cannot be read ({problem}). {canvas.EXPORT}") from None
        filled = canvas.filled(text, lines, [column] if column else [unit, course.units[unit].title])
        notes = [*filled.notes, f"{filled.students} of {len(lines)} scores were entered."]
        out = out or reports / f"{unit}-canvas.csv"
        _write(out, filled.text.encode())
    else:
        out = out or reports / f"{unit}.csv"
        unjudged = sum(line.score is None for line in lines)
        notes = [f"{unjudged} could not be judged: their cells are empty."] if unjudged else []
        _write(out, spreadsheet.table(lines).encode())
    console = Console(soft_wrap=True)
    for note in notes:
        console.print(Text(terminal(note)))
    console.print(Text(f"wrote {out}"))


def _gradescope(lines: Sequence[Line], out: Path) -> list[str]:
    """A file for each student in the folder `out`, or the file `out` of the only one."""
    if out.suffix == ".json":
        if len(lines) != 1:
            raise ExportError(f"{out} is one file, and there are {len(lines)} submissions: name a folder with --out")
        _write(out, gradescope.results(lines[0]))
        return []
    notes = []
    for line in lines:
        if not STUDENT.fullmatch(line.student):
            notes.append(f"{line.student!r} is no student id: no file for Gradescope.")
            continue
        path = out / f"{line.student}.json"
        if line.score is None:
            path.unlink(missing_ok=True)  # of an earlier export
            notes.append(f"{line.student} could not be judged: no file for Gradescope, which would make it a zero.")
        else:
            _write(path, gradescope.results(line))
    return notes


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as problem:
        raise ExportError(f"{path} cannot be written: {problem.strerror}. Name another with --out") from None
