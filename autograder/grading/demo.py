"""A simulated class in an nbgrader course of its own: released, graded, with feedback, and compared with what is known.

What nbgrader does in a course is done here by nbgrader's own code.
"""

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from autograder import course as courses
from autograder.course import CourseError
from autograder.feedback import progress, sanitise
from autograder.grading import batch, rehearsal, session
from autograder.grading.choice import Choice
from autograder.grading.result import Graded
from autograder.grading.run import Run
from autograder.running.isolation import survey

MARK = "written-by-the-demo.txt"
REPORT = "report.html"


def demo(folder: Path, jobs: int) -> bool:
    """Builds, lets a class work in `folder`, grades it, and says whether every outcome is the one known beforehand.

    Raises CourseError for a folder that no demo wrote, and what building and grading raise.
    """
    from autograder.publishing import build, packs
    from autograder.publishing.nbgrader_course import CONFIG, SOURCE

    opening = _formgrader(folder)  # before the search path is what nbgrader needs
    course, console = courses.find(), Console()
    console.rule("build")
    with console.status("freezing the exercises…"):
        made = build.files(course, packs.read_secret(course.root))
    changes = build.write(course, made)
    console.print(f"{len(course.names())} exercises in {len(course.units)} units, {len(changes)} files changed")

    unit = max(course.units, key=lambda name: len(course.units[name].exercises))
    console.rule(f"an nbgrader course in {folder}/")
    _cleared(folder)
    for path, content in made.items():
        if path.parts[:2] in ((SOURCE, unit), (build.HIDDEN, unit), (CONFIG,)):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    with console.status("nbgrader generate_assignment…"):
        nbgrader = _nbgrader(folder, unit)
        _succeeded(nbgrader.generate_assignment(unit))
    released = (folder / "release" / unit / f"{unit}.ipynb").read_text(encoding="utf-8")
    class_ = rehearsal.pupils([course.exercise(f"{unit}/{name}") for name in course.units[unit].exercises])
    for pupil in class_:
        rehearsal.write(pupil, released, folder / "submitted" / pupil.student / unit / f"{unit}.ipynb")
    console.print(f"released {unit}, and {len(class_)} students handed it in")

    console.rule(f"grade {len(class_)} notebooks of {unit}")
    # Nobody here needs ten seconds, and those who loop use all they get.
    hidden = [msgspec.structs.replace(pack, seconds=1.0) for pack in batch.hidden_packs(course, unit)]
    brief = msgspec.structs.replace(course, limits=msgspec.structs.replace(course.limits, cell_seconds=2.0))
    results = Run(brief, unit, folder, hidden, console, survey()).grade(Choice(everything=True), jobs)
    session.write(course, unit, results, hidden, folder / REPORT, folder / "verdicts.jsonl")

    console.rule("feedback")
    with progress.steps(len(class_)) as shown:
        for pupil in class_:
            shown(pupil.student)
            _succeeded(nbgrader.generate_feedback(unit, pupil.student))
    console.print(f"nbgrader generate_feedback wrote {len(class_)} pages")

    surprises = _compared(class_, results, console)
    console.rule("next")
    page = folder / "feedback" / "mistaken-01" / unit / f"{unit}.html"
    for what, line in (
        ("the class", folder / REPORT),
        ("what a student gets", page),
        ("formgrader", opening),
        ("grade one again", f"autograder grade {unit} --course {folder} --student mistaken-01 --all"),
    ):
        console.print(Text(f"{what:20} {line}"), soft_wrap=True)
    return not surprises


def _compared(class_: Sequence[rehearsal.Pupil], results: Sequence[Graded], console: Console) -> list[str]:
    """Prints how many verdicts are the ones known beforehand, and those that are not, which it returns."""
    by_student = {graded.student: graded for graded in results}
    surprises = [text for pupil in class_ for text in rehearsal.surprises(pupil, by_student[pupil.student])]
    console.rule("expected against found")
    known = sum(len(pupil.expected) for pupil in class_)
    for text in surprises:
        console.print(Text(sanitise.terminal(text), "red"))
    console.print(f"{known - len(surprises)} of {known} verdicts are the ones known beforehand")
    return surprises


def _cleared(folder: Path) -> None:
    """Empties the folder of an earlier demo; nothing else is ever removed."""
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            said = f"{folder} holds what no demo wrote, and a demo begins by emptying its folder"
            raise CourseError(f"{said}: name another one with --folder, or remove this one")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Written by `autograder demo`, which empties this folder when it is run again.\n")


def _nbgrader(folder: Path, unit: str) -> Any:
    """nbgrader's own commands, as formgrader calls them, in a course whose gradebook knows the unit."""
    from nbgrader.apps.api import NbGraderAPI

    from autograder.gradebook.course_folder import CourseFolder
    from autograder.gradebook.database import Gradebook

    course = CourseFolder(folder)
    Gradebook(course, unit)
    return NbGraderAPI(course.directories, parent=course.app)


def _succeeded(said: dict[str, Any]) -> None:
    """Raises CourseError when one of nbgrader's commands did not do what it was for."""
    if not said["success"]:
        raise CourseError(f"nbgrader failed: {said.get('log') or said['error']}")


def _formgrader(folder: Path) -> str:
    """The command line that opens formgrader on a course, with the Jupyter that is beside this Python."""
    here = Path(sys.executable).parent
    found = shutil.which("jupyter")
    # nbgrader calls another program by its name, so its folder is named even where jupyter is called by its path.
    path = "" if found and Path(found).parent == here else f"PATH={shlex.quote(str(here))}:$PATH "
    root = " --allow-root" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    return f"cd {shlex.quote(str(folder))} && {path}jupyter lab{root} --LabApp.default_url=/formgrader"
