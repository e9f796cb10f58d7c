"""A class on the course of `nbgrader_class`: honest work, and what our road deliberately takes another way."""

from typing import Any, NamedTuple

from nbgrader_class import ANSWERED, DOUBLE, RIGHT, TRIPLE, WRONG, cell_of, code_cell

DUE = "2026-11-01 12:00:00.000000"
LATE = "2026-11-02 10:00:00.000000 UTC"

Change = dict[str, Any]


def source(name: str, text: str) -> Change:
    """Another text in a cell."""
    return {"change": lambda book: cell_of(book, name).update(source=text)}


def twice(*names: str) -> Change:
    """Cells that stand there twice, as after copy and paste."""

    def change(book: dict[str, Any]) -> None:
        for name in names:
            cell = cell_of(book, name)
            book["cells"].insert(book["cells"].index(cell), {**cell, "id": f"copy-{name}"})

    return {"change": change}


def before(name: str, text: str) -> Change:
    """An extra cell above one of the course's."""
    return {"change": lambda book: book["cells"].insert(book["cells"].index(cell_of(book, name)), code_cell(text, "x"))}


def double(body: str, **more: Any) -> Change:
    """Right in the other exercise; here with this body, or this whole cell."""
    cell = body if body.startswith(("def ", "import ", "from ", "double", "class ", "%", "async ")) else ""
    lines = body.replace("\n", "\n    ")
    return {"cells": {"triple": TRIPLE, "double": cell or f"import numpy as np\ndef double(x):\n    {lines}\n"}, **more}


def as_from_an_old_jupyter(book: dict[str, Any]) -> None:
    book["nbformat_minor"] = 4
    for cell in book["cells"]:
        del cell["id"]
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


def as_saved_after_running(book: dict[str, Any]) -> None:
    for count, cell in enumerate((cell for cell in book["cells"] if cell["cell_type"] == "code"), 1):
        output = {"output_type": "stream", "name": "stderr", "text": "yesterday's warning"}
        cell.update(execution_count=count, outputs=[output])


def function_elsewhere(book: dict[str, Any]) -> None:
    cell = cell_of(book, "double")
    book["cells"][book["cells"].index(cell)] = code_cell(DOUBLE, "my-own")


OTHER_CELLS = (
    "%matplotlib inline\nimport numpy as np, warnings",
    "%timeit -n 1 -r 1 sum(range(10))",
    "import asyncio\nawait asyncio.sleep(0.01)",
    "warnings.warn('careful'); np.log(0)",
    "print('much\\n' * 1000)",
    "1 / 0",
    "this is no Python",
)

HONEST: dict[str, Change] = {
    # right, in several styles
    "right": {"cells": RIGHT},
    "right-answered": {"cells": ANSWERED},
    "right-times": double("return 2 * x"),
    "right-loops": double("return np.array([[2 * v for v in row] for row in x])"),
    "right-lambda": double("double = lambda x: 2 * x"),
    "right-callable": double("class Twice:\n    def __call__(self, x):\n        return 2 * x\ndouble = Twice()"),
    "right-helper-above": {"cells": {**RIGHT, "double": "def double(x): return plus(x, x)"},
                           **before("double", "def plus(a, b): return a + b")},
    "right-warns": double("np.log(np.zeros(1))\nimport warnings\nwarnings.warn('careful')\nreturn x + x"),
    # wrong
    "wrong": {"cells": {**WRONG, "explain_why": "I do not know."}},
    "wrong-unchanged": {"cells": {"double": "def double(x): return x.copy()", "triple": "def triple(x): return x"}},
    "wrong-list": double("return (x + x).tolist()"),
    "right-float32": double("return (x + x).astype('float32')"),
    "wrong-changes-its-input": double("x *= 2\nreturn x"),
    "wrong-nothing": double("x + x"),
    "wrong-nan": double("return x * np.nan"),
    "wrong-generator": double("yield x + x"),
    "wrong-two-arguments": double("def double(x, factor): return factor * x"),
    "wrong-no-function": double("double = 5"),
    "wrong-name": double("def doubel(x): return x + x"),
    # in part
    "partly-one-row": double("return x + x if x.shape[0] == 1 else x"),
    "partly-one-exercise": {"cells": {"double": DOUBLE}},
    "untouched": {},
    # what stops
    "stops-syntax": {"cells": {**RIGHT, "double": "def double(x:"}},
    "stops-import": {"cells": {**RIGHT, "double": f"import nowhere\n{DOUBLE}"}},
    "stops-raises": double("raise ValueError(x)"),
    "stops-recursion": double("return double(x)"),
    "stops-never": double("while True: pass"),
    "stops-cell-never-ends": {"cells": RIGHT, **before("double", "while True: pass")},
    # cells
    "cells-function-deleted": {"cells": {**RIGHT, "double": None}},
    "cells-function-elsewhere": {"cells": {"triple": TRIPLE}, "change": function_elsewhere},
    "cells-more": {"cells": RIGHT, "more": OTHER_CELLS},
    "cells-check-without-result": {"cells": WRONG, **source("check_double", "check(double);")},
    "cells-check-own-number": {"cells": WRONG, **source("check_double", "2.0")},
    "cells-check-own-tests": {"cells": RIGHT, **source("check_double", "assert double(1) == 2")},
    "cells-saved-after-running": {"cells": RIGHT, "change": as_saved_after_running},
    "cells-old-jupyter": {"cells": ANSWERED, "change": as_from_an_old_jupyter},
    # words, time, files
    "late": {"cells": ANSWERED, "time": LATE},
    "late-in-part": {"cells": {"double": DOUBLE}, "time": LATE},
    "file-helper": {**double("from plus import plus\ndef double(x): return plus(x, x)"),
                    "files": {"plus.py": "def plus(a, b): return a + b\n"}},
    "file-data": {**double("import numpy as np\nfactor = np.loadtxt('factor.csv')\ndef double(x): return factor * x"),
                  "files": {"factor.csv": "2.0\n"}},
}  # fmt: skip


class Differs(NamedTuple):
    """A student whom our road grades otherwise. Scores of double (2 points), triple (4), the answer in words (3).

    did, nbgrader, here: a row of the table in docs/nbgrader.md. theirs: None where the submission has no graded
    notebook; then its scores are looked at nowhere.
    """

    did: str
    nbgrader: str
    here: str
    how: Change
    theirs: list[tuple[float | None, bool]] | None
    ours: list[tuple[float | None, bool]]


WAITS, ZERO = (None, True), (0.0, False)
TWO, FOUR = (2.0, False), (4.0, False)
FULL = [TWO, FOUR]
NO_NOTEBOOK = "no score in the whole submission"


def answered_twice(book: dict[str, Any]) -> None:
    text = cell_of(book, "explain_why")
    book["cells"].insert(book["cells"].index(text), {**text, "id": "copy", "source": "Because two is."})


def invented_cell(book: dict[str, Any]) -> None:
    cell = code_cell("5", "invented")
    cell["metadata"]["nbgrader"] = {**cell_of(book, "check_double")["metadata"]["nbgrader"], "grade_id": "check_more"}
    book["cells"].append(cell)


def no_import(book: dict[str, Any]) -> None:
    book["cells"] = [cell for cell in book["cells"] if "import check" not in "".join(cell["source"])]


TIMER = """import sys
get_ipython().events.register("pre_run_cell", lambda cell: print("10:31:07", file=sys.stderr))"""
UNSTOPPABLE = "sum(iter(int, 1))"  # in C, where no signal is looked at
REPLACED = "get_ipython().input_transformers_post.append(lambda lines: ['2\\n'])"

DIFFERENT: dict[str, Differs] = {
    "stderr": Differs(
        "a harmless word on stderr before the score: an extension that prints the time when a cell starts",
        "0 for the right answer", "does not matter",
        {"cells": RIGHT, **before("double", TIMER)}, [ZERO, ZERO, ZERO], [*FULL, ZERO],
    ),
    "kernel-ends": Differs(
        "a cell that ends the process: `os._exit`, a crash in a library",
        NO_NOTEBOOK, "that cell is left out and named, the rest is graded",
        {"cells": ANSWERED, "more": ("import os; os._exit(1)",)}, None, [*FULL, WAITS],
    ),
    "function-ends": Differs(
        "a function that ends the process when it is called",
        NO_NOTEBOOK, "0 for that exercise",
        double("import ctypes; ctypes.string_at(0)"), None, [ZERO, FOUR, ZERO],
    ),
    "cell-never-ends": Differs(
        "a cell that never ends and cannot be interrupted",
        NO_NOTEBOOK, "that cell is left out and named, the rest is graded",
        {"cells": RIGHT, **before("double", UNSTOPPABLE)}, None, [*FULL, ZERO],
    ),
    "fault": Differs(
        "nothing wrong, but the grader has a fault (a damaged pack there, workers that die here)",
        NO_NOTEBOOK, "no score, the comment says why, and it waits for you; never 0",
        {"cells": RIGHT}, None, [WAITS, WAITS, ZERO],
    ),
    "check-deleted": Differs(
        "deleted a check cell",
        "no score for it", "its place is found again, the function is judged",
        {"cells": {**RIGHT, "check_double": None}}, [WAITS, FOUR, ZERO], [*FULL, ZERO],
    ),
    "import-deleted": Differs(
        "deleted the cell `from autograder import check`",
        "0 everywhere", "does not matter",
        {"cells": RIGHT, "change": no_import}, [ZERO, ZERO, ZERO], [*FULL, ZERO],
    ),
    "words-deleted": Differs(
        "deleted an answer in words",
        "no score for it", "0, as an untouched one",
        {"cells": {**RIGHT, "explain_why": None}}, [*FULL, WAITS], [*FULL, ZERO],
    ),
    "cells-twice": Differs(
        "cells that stand there twice, as after copy and paste",
        "the run ends: neither this student nor anybody after them is graded", "each cell counts once",
        {"cells": RIGHT, **twice("double", "check_double")}, None, [*FULL, ZERO],
    ),
    "words-twice": Differs(
        "an answer in words that stands there twice, the last one untouched",
        "the same", "the copy that holds an answer counts",
        {"cells": RIGHT, "change": answered_twice}, None, [*FULL, WAITS],
    ),
    "helper-below": Differs(
        "a function that needs one from a cell below its check",
        "0: at its check it was not there yet", "all cells are run, then the functions are called",
        {"cells": {**RIGHT, "double": "def double(x): return plus(x, x)"}, "more": ("def plus(a, b): return a + b",)},
        [ZERO, FOUR, ZERO], [*FULL, ZERO],
    ),
    "written-again-below": Differs(
        "a function that is written once more below its check",
        "what stood there at the check", "the last one counts, as in every kernel that ran the notebook",
        double("return x", more=("def double(x): return x + x",)), [ZERO, FOUR, ZERO], [*FULL, ZERO],
    ),
    "marks-invented": Differs(
        "marks of a graded cell that nobody gave it",
        NO_NOTEBOOK, "all marks are the instructor's again",
        {"cells": RIGHT, "change": invented_cell}, None, [*FULL, ZERO],
    ),
    "not-a-notebook": Differs(
        "a notebook that cannot be read",
        NO_NOTEBOOK, "0, and the sentence why; answers in words wait for you",
        {"files": {"arithmetic.ipynb": "{nope"}}, None, [ZERO, ZERO, WAITS],
    ),
    "scripts": Differs(
        "`.py` files in place of a notebook",
        NO_NOTEBOOK, "graded",
        {"files": {"arithmetic.ipynb": None, "double.py": DOUBLE, "triple.py": TRIPLE}}, None, [*FULL, ZERO],
    ),
    "scripts-beside": Differs(
        "`.py` files beside an untouched notebook",
        "0", "graded",
        {"files": {"double.py": DOUBLE}}, [ZERO, ZERO, ZERO], [TWO, ZERO, ZERO],
    ),
    "own-check": Differs(
        "redefined `check`",
        "full marks", "no score ever comes from a student's process",
        {"cells": WRONG, **before("double", "check = lambda f: 2.0")}, [TWO, (2.0, False), ZERO], [ZERO, ZERO, ZERO],
    ),
    "own-cells": Differs(
        "replaced how cells are run",
        "full marks", "no score ever comes from a student's process",
        {"cells": {**WRONG, "double": REPLACED}}, [TWO, (2.0, False), ZERO], [ZERO, ZERO, ZERO],
    ),
    "prints": Differs(
        "printed without end",
        "kept, twice", "cut at 100,000 characters a cell, 8 MB a notebook",
        {"cells": RIGHT, "more": ("for _ in range(3): print('x' * 1_000_000)",)}, [*FULL, ZERO], [*FULL, ZERO],
    ),
}  # fmt: skip
