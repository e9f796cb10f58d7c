"""A small nbgrader course with real commands: two exercises, a question, and students who hand in."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from building import AUTHOR_FILE, COURSE, write_course

from autograder import course as courses
from autograder.publishing import build

UNIT = "arithmetic"
DOUBLE = "import numpy as np\ndef double(x):\n    return x + x\n"
TRIPLE = "def triple(x):\n    return x * 3\n"
RIGHT = {"double": DOUBLE, "triple": TRIPLE}
WRONG = {"double": DOUBLE.replace("x + x", "x**2"), "triple": TRIPLE.replace("x * 3", "x**3")}
ANSWERED = {**RIGHT, "explain_why": "Because two is."}
IN_TIME = "2026-10-30 10:00:00.000000 UTC"

_TRIPLE_FILE = (
    AUTHOR_FILE.replace("double", "triple")
    .replace("2.0 * x", "3.0 * x")
    .replace("[[3, -4]]", "[[4.5, -6]]")
    .replace("v + v", "v * 3")
    .replace("x + x", "x * 3")
    .replace("x**2", "x**3")
    .replace("the square", "the cube")
    .replace('"squared"', '"cubed"')
)


def environment() -> dict[str, str]:
    """With the environment's own programs first: nbgrader calls `alembic` by its name."""
    return {
        **os.environ,
        "COLUMNS": "160",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }


def command(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=root, capture_output=True, text=True, timeout=300, env=environment())


def nbgrader(root: Path, *words: str) -> str:
    """Runs one of nbgrader's commands; its log."""
    done = command(root, "nbgrader", *words)
    assert done.returncode == 0, done.stderr
    return done.stderr


def grade(root: Path, *words: str) -> str:
    """Runs `autograder grade` on the course; what it says."""
    done = command(root, sys.executable, "-m", "autograder.cli", "grade", UNIT, "--jobs", "1", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def write(root: Path) -> Path:
    """The course of two exercises and a question, built."""
    explain = "    explain:\n      why:\n        points: 3\n        text: Why is twice a number even?\n"
    write_course(root, course=f"{COURSE.rstrip()}\n      triple: 4\n{explain}")
    (root / "solutions" / UNIT / "triple.py").write_text(_TRIPLE_FILE.lstrip())
    rebuild(root)
    return root


def rebuild(root: Path) -> None:
    course = courses.find(root)
    build.write(course, build.files(course, "s" * 32))


def released(root: Path) -> dict[str, Any]:
    """What students got: what nbgrader released, or what `autograder build` published, which is the same."""
    nbgraders, ours = (root / folder / UNIT / f"{UNIT}.ipynb" for folder in ("release", "exercises"))
    return json.loads((nbgraders if nbgraders.is_file() else ours).read_text())


def hand_in(
    root: Path,
    student: str,
    cells: Mapping[str, str | None] = {},
    *,
    more: Sequence[str] = (),
    change: Any = lambda book: None,
    time: str = IN_TIME,
) -> Path:
    """Puts a student's notebook into `submitted/`. cells: name → what they wrote there, None: they deleted it.

    more: cells they added. change: what they did to the notebook else.
    """
    book = deepcopy(released(root))
    for cell in list(book["cells"]):
        name = name_of(cell)
        if name in cells and cells[name] is None:
            book["cells"].remove(cell)
        elif name in cells:
            cell["source"] = cells[name]
    book["cells"] += [code_cell(source, f"more-{number}") for number, source in enumerate(more)]
    change(book)
    folder = root / "submitted" / student / UNIT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{UNIT}.ipynb").write_text(json.dumps(book))
    (folder / "timestamp.txt").write_text(time)
    (folder / "submission_secret.txt").write_text(f"the secret of {student}")
    return folder


def code_cell(source: str, identity: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "id": identity, "metadata": {}, "outputs": [], "execution_count": None, "source": source
    }  # fmt: skip


def name_of(cell: Mapping[str, Any]) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def cell_of(book: Mapping[str, Any], name: str) -> dict[str, Any]:
    return next(cell for cell in book["cells"] if name_of(cell) == name)


def autograded(root: Path, student: str) -> dict[str, Any]:
    return json.loads((root / "autograded" / student / UNIT / f"{UNIT}.ipynb").read_text())


def sql(root: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with sqlite3.connect(root / "gradebook.db") as connection:
        return connection.execute(statement, values).fetchall()


ROWS = """
select sa.student_id, b.name, {columns} from {table} g join base_cell b on b.id = g.cell_id
join submitted_notebook n on n.id = g.notebook_id join submitted_assignment sa on sa.id = n.assignment_id
"""


def scores(root: Path) -> dict[str, dict[str, tuple[float | None, bool]]]:
    """student → cell → (score of the autograder, whether a person is to look)."""
    found: dict[str, dict[str, tuple[float | None, bool]]] = {}
    for student, name, score, manual in sql(root, ROWS.format(table="grade", columns="auto_score, needs_manual_grade")):
        found.setdefault(student, {})[name] = (score, bool(manual))
    return found


def comments(root: Path) -> dict[tuple[str, str], str | None]:
    return {
        (student, name): text for student, name, text in sql(root, ROWS.format(table="comment", columns="auto_comment"))
    }


def counts(root: Path) -> dict[str, int]:
    """How many rows each table holds."""
    tables = "student submitted_assignment submitted_notebook grade comment assignment base_cell".split()
    return {table: sql(root, f"select count(*) from {table}")[0][0] for table in tables}
