"""A unit's notebook as students will see it, drafts included: on the terminal, or as a page."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from rich.console import Console

from autograder.course import Course
from autograder.publishing import lesson

# A terminal has no formulas; Markdown would take their backslashes and underscores for its own.
DISPLAYED, INLINE = re.compile(r"\$\$(.+?)\$\$", re.S), re.compile(r"\$([^$\n]+)\$")


def show(course: Course, identities: Sequence[str], console: Console) -> None:
    """Prints the cells of the units' notebooks, with no other exercises than these. Raises AuthorError."""
    from rich.markdown import Markdown
    from rich.panel import Panel
    from rich.syntax import Syntax

    for cell in _notebook(course, identities).cells:
        if cell.cell_type == "markdown":
            text = DISPLAYED.sub(r"\n```latex\n\1\n```\n", cell.source)
            console.print(Markdown(INLINE.sub(r"`\1`", text)))
        else:
            code = Syntax(cell.source, "python", background_color="default", word_wrap=True)
            console.print(Panel(code, border_style="dim"))
        console.print()


def page(course: Course, identities: Sequence[str]) -> str:
    """The same as an HTML page with its formulas drawn, which MathJax's server is asked for. Raises AuthorError."""
    from nbconvert import HTMLExporter

    text, _ = HTMLExporter().from_notebook_node(_notebook(course, identities))
    return str(text)


def _notebook(course: Course, identities: Sequence[str]) -> Any:
    import nbformat

    books = []
    for name, unit in course.units.items():
        mine = [identity for identity in identities if identity.startswith(f"{name}/")]
        if mine:
            exercises = [course.exercise(identity) for identity in mine]
            points = {exercise.name: course.points(exercise.identity) for exercise in exercises}
            source = lesson.source(name, msgspec.structs.replace(unit, exercises=points), exercises)
            books.append(nbformat.reads(lesson.published(source), as_version=4))
    for book in books[1:]:
        books[0].cells += book.cells
    return books[0]
