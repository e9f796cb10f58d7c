"""A small course that nbgrader works on: two exercises, a question, and what its gradebook says."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from building import AUTHOR_FILE, COURSE, write_course

from autograder import course as courses
from autograder.publishing import build

UNIT = "arithmetic"
QUESTION = "    explain:\n      why_twice:\n        points: 3\n        text: Why is twice a number never odd?\n"
TO_DO = "    # YOUR CODE HERE\n    raise NotImplementedError()"

# The function is written with a helper and an import that students don't get.
TRIPLE = (
    AUTHOR_FILE.replace("double", "triple")
    .replace("import numpy as np", "import operator\n\nimport numpy as np")
    .replace("return 2.0 * x", "return thrice(x)")
    .replace("v + v", "3 * v")
    .replace("x + x  #", "x + x + x  #")
    .replace("[[3, -4]]", '[["4.5", "-6.0"]]')
    + "\n\ndef thrice(x):\n    return operator.mul(3.0, x)\n"
)


def write(root: Path) -> Path:
    """The course in `root`, built."""
    write_course(root, course=COURSE + "      triple: 1.5\n" + QUESTION)
    (root / "solutions" / UNIT / "triple.py").write_text(TRIPLE.lstrip())
    course = courses.find(root)
    build.write(course, build.files(course, "s" * 32))
    return root


def cells(book: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The cells that nbgrader knows, by their grade_id."""
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in book["cells"] if "nbgrader" in cell["metadata"]}


def read(path: Path) -> dict[str, Any]:
    book: dict[str, Any] = json.loads(path.read_text())
    for cell in book["cells"]:
        cell["source"] = "".join(cell["source"])
    return book


def hand_in(root: Path, student: str, answers: dict[str, str | None]) -> None:
    """Writes submitted/: the released notebook with other texts in its cells; a cell is deleted by None."""
    book = read(root / "release" / UNIT / f"{UNIT}.ipynb")
    for name, cell in cells(book).items():
        answer = answers.get(name, "")
        if answer is None:
            book["cells"].remove(cell)
        elif name in answers:
            cell["source"] = cell["source"].replace(TO_DO, answer) if answer.startswith("    ") else answer
    path = root / "submitted" / student / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(book))


def scores(root: Path, student: str) -> dict[str, tuple[float | None, bool]]:
    """Grade cell → (auto_score, needs_manual_grade), as the gradebook holds them."""
    query = """
        select base_cell.name, grade.auto_score, grade.needs_manual_grade
        from grade
        join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        where submitted_assignment.student_id = ?
    """
    with sqlite3.connect(root / "gradebook.db") as database:
        return {name: (score, bool(manual)) for name, score, manual in database.execute(query, [student])}
