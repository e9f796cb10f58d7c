"""One notebook per unit that reads like a lesson: text, formula, the function to write, the check."""

from autograder.authoring import Exercise
from autograder.course import Unit
from autograder.publishing.packs import title_and_lesson
from autograder.publishing.stub import stub

HOW_TO = (
    "Write each function where it says `YOUR CODE HERE`, run its cell, then run the check below it. "
    "A check looks at a few public cases and says what is wrong; the grade comes from other ones."
)


def notebook(unit: Unit, exercises: list[Exercise]) -> str:
    """The notebook as text. The same exercises give the same bytes."""
    import nbformat

    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell(f"# {unit.title}\n\n{unit.about}\n\n{HOW_TO}", id="title"),
        v4.new_code_cell("from autograder import check", id="setup"),
    ]
    for exercise in exercises:
        title, lesson = title_and_lesson(exercise.path.read_text())
        points = unit.exercises[exercise.name]
        worth = f"*{points:g} point{'s' if points != 1 else ''}*"
        cells += [
            v4.new_markdown_cell(f"## {title}\n\n{lesson}\n\n{worth}", id=_cell_id("lesson", exercise)),
            v4.new_code_cell(
                stub(exercise).rstrip(), id=_cell_id("solution", exercise), metadata=_metadata("solution", exercise)
            ),
            v4.new_code_cell(
                f"check({exercise.name})", id=_cell_id("check", exercise), metadata=_metadata("check", exercise)
            ),
        ]
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    book = v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"


def _cell_id(role: str, exercise: Exercise) -> str:
    # The notebook format allows 64 characters.
    return f"{role}-{exercise.name}".replace("_", "-")[:64]


def _metadata(role: str, exercise: Exercise) -> dict[str, object]:
    locked = {"deletable": False, "editable": False} if role == "check" else {"deletable": False}
    return {"chainrule": {"exercise": exercise.identity, "role": role}, **locked}
