"""One notebook per unit that reads like a lesson: text, formula, the function to write, the check.

Its cells are those of an nbgrader assignment. The instructor's version holds the solutions; what students get is
made from it by nbgrader's own steps, so that it is the notebook that `nbgrader generate_assignment` releases.
"""

from typing import Any

from autograder.authoring import Exercise
from autograder.course import Unit
from autograder.publishing.packs import title_and_lesson
from autograder.publishing.stub import solved
from autograder.running.notebooks import CHECK, EXPLAIN

# What nbgrader puts in the place of an answer in words.
TO_ANSWER = "YOUR ANSWER HERE"

HOW_TO = (
    "Write each function where it says `YOUR CODE HERE`, run its cell, then run the check below it. "
    "A check looks at a few public cases and says what is wrong; the grade comes from other ones."
)
IN_WORDS = "Answer in a few sentences where it says so. Somebody reads this."


def source(name: str, unit: Unit, exercises: list[Exercise]) -> str:
    """The instructor's notebook of a unit, with the solutions. The same exercises give the same bytes."""
    import nbformat

    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell(f"# {unit.title}\n\n{unit.about}\n\n{HOW_TO}", id="title"),
        v4.new_code_cell("from autograder import check", id="setup"),
    ]
    for exercise in exercises:
        title, lesson = title_and_lesson(exercise.path.read_text())
        points = unit.exercises[exercise.name]
        answer = _marks(exercise.name, solution=True)
        check = _marks(CHECK + exercise.name, grade=True, locked=True, points=points)
        cells += [
            v4.new_markdown_cell(f"## {title}\n\n{lesson}\n\n{_worth(points)}", id=_cell_id("lesson", exercise.name)),
            v4.new_code_cell(solved(exercise).rstrip(), id=_cell_id("solution", exercise.name), metadata=answer),
            # The bare expression: nbgrader reads the points from its result, and anything else is full marks there.
            v4.new_code_cell(f"check({exercise.name})", id=_cell_id("check", exercise.name), metadata=check),
        ]
    if unit.explain:
        cells.append(v4.new_markdown_cell(f"## In your own words\n\n{IN_WORDS}", id="in-words"))
    for key, question in unit.explain.items():
        asked = f"{question.text.strip()}\n\n{_worth(question.points)}"
        answer = _marks(EXPLAIN + key, grade=True, solution=True, points=question.points)
        cells += [
            v4.new_markdown_cell(asked, id=_cell_id("question", key)),
            v4.new_markdown_cell(TO_ANSWER, id=_cell_id("explain", key), metadata=answer),
        ]
    metadata = {
        "chainrule": {"unit": name},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    book = v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"


def published(source: str) -> str:
    """What students get of an instructor's notebook: no solutions, locked cells, nbgrader's checksums."""
    import nbformat
    from nbgrader.preprocessors import ClearSolutions, ComputeChecksums, LockCells

    book = nbformat.reads(source, as_version=4)
    for step in (LockCells, ClearSolutions, ComputeChecksums):
        book, _ = step().preprocess(book, {})
    return str(nbformat.writes(book)) + "\n"


def _worth(points: float) -> str:
    return f"*{points:g} point{'s' if points != 1 else ''}*"


def _cell_id(role: str, name: str) -> str:
    # The notebook format allows 64 characters.
    return f"{role}-{name}".replace("_", "-")[:64]


def _marks(
    name: str, *, grade: bool = False, solution: bool = False, locked: bool = False, points: float | None = None
) -> dict[str, Any]:
    """What nbgrader must know of a cell, in version 3 of its schema."""
    kind = {"grade": grade, "solution": solution, "locked": locked, "task": False}
    marks = {"schema_version": 3, "grade_id": name, **kind}
    return {"nbgrader": marks if points is None else {**marks, "points": points}}
