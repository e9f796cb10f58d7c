"""`autograder report --similar`: the staff's own page of submissions that are alike. It names students, and shows code.

All that a student wrote is escaped by the template; the policy of the page lets in its own style and nothing else.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.feedback import progress, sanitise
from autograder.grading import similarity
from autograder.grading.similarity import Pair
from autograder.pack import Pack

# A page is for reading: whoever has this many pairs has another question, which the first of them answer.
MAX_PAIRS = 50


def write(course: Course, unit: str, folder: Path | None, target: Path) -> int:
    """Compares the submissions of a unit and writes the page; how many pairs are on it.

    folder: where the submissions are; the course's own. Raises CourseError, PackError or SubmissionError.
    """
    from autograder.grading import batch, submissions

    packs = batch.hidden_packs(course, unit)
    where = submissions.place(course, folder)
    handed_in = submissions.handed_in(where, unit)
    with progress.steps(len(handed_in) + len(packs)) as step:
        works, unread = submissions.works(handed_in, unit, packs, step)
        if len(works) < 2:
            said = f"of {len(handed_in)} submissions of {unit} in {where}, {len(works)} can be compared"
            raise CourseError(f"{said}, and it takes two: say where the others are with --course DIR")
        found = similarity.pairs(works, {pack.name: _given(course, pack) for pack in packs}, step)
    target.parent.mkdir(parents=True, exist_ok=True)
    title = course.units[unit].title
    target.write_text(page(title, found, len(works), [pack.name for pack in packs], unread), encoding="utf-8")
    return len(found)


def _given(course: Course, pack: Pack) -> list[str]:
    """What is nobody's own: the stub, and the author's file with its solution, other right ways and mistakes."""
    path = course.author_file(pack.exercise)
    return [pack.stub, *([path.read_text(encoding="utf-8")] if path.is_file() else [])]


def page(
    title: str, pairs: Sequence[Pair], students: int, exercises: Sequence[str], unread: Mapping[str, str] | None = None
) -> str:
    """The page. students: how many were compared. unread: of those who were not, the sentence that says why."""
    import jinja2

    loader = jinja2.PackageLoader("autograder.feedback")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"safely": sanitise.terminal, "percent": lambda share: f"{int(100 * share + 1e-6)}%"}
    style = "".join(loader.get_source(environment, name)[0] for name in ("report.css", "similar.css"))
    return environment.get_template("similar.html").render(
        title=title,
        style=style,
        hash=f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'",
        pairs=pairs[:MAX_PAIRS],
        more=len(pairs) - MAX_PAIRS,
        students=students,
        exercises=exercises,
        unread=unread or {},
        everybodys=similarity.everybodys(students),
        rule=similarity,
    )
