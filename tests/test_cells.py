"""A cell shows and defines the same whichever way its source is compiled."""

import json
import subprocess
import sys
from typing import Any, NamedTuple

import pytest

from autograder.child import shell

RAISES = "x = 3\nx\n\ndef f(x):\n    raise ValueError(x)"
BROKEN = "def f(x:\n  return"
CELLS = [
    "def f(x):\n    return x\n",
    "import os\n\ndef f(x):\n    '''doc'''\n\n    return x\n\n\n",
    "class A:\n\tx = 1",
    "def f(x): return 1",
    "1/0\ndef f(x):\n    return 1",
    RAISES,
    "from __future__ import annotations\nif True:\n    y = 2\ndef f(x: unknown) -> unknown:\n    return x",
    "import asyncio\nawait asyncio.sleep(0)\ndef f(x):\n    return x",
    "@staticmethod\ndef f(x):\n    return x",
    "@undefined\ndef f(x):\n    return x",
    "async def g(x):\n    return x",
    "'''\ndef f():\n  '''",
    "x = '''\ndef f():\n  '''",
    "x = '''\ndef f():\n  ''' + '''\n  '''",
    "x = [1,\n  2]\nx",
    "%precision 3\ndef f(x):\n    return x",
    "!ls\ndef f(x):\n    return x",
    BROKEN,
    "def f(x):\n    return x\nf(3)",
    "def f(x):\n    return x\n# and that is all",
    "def f(x):\n    return x\n    \x0c",
    "x = (\ndef f():\n   pass",
    "x = \\\ndef f():\n   pass",
    "if 1:\n    x = 1\ndef f(): 1\n  \n",
    "",
]

# In a process of its own: IPython's shell puts itself in place of `__main__`, and of much else.
RUN = """
import json, sys
from autograder.child.output import Shown, printing
from autograder.child.shell import CellShell

trees = []
class Plain(CellShell):
    def _tree(self, source, name):
        trees.append(source)
        return super()._tree(source, name)

shell = Plain.instance()

def ran(source):
    shell.reset(new_session=True)
    trees.clear()
    before, shown, called = set(shell.user_ns), Shown(), Shown()
    with printing(shown):
        problem = shell.run(source, "<a cell>", shown)
        defined, tree = sorted(set(shell.user_ns) - before), bool(trees)
        shell.run("f(1)", "<another cell>", called)
    return repr(problem), defined, json.loads(shown.json()), json.loads(called.json()), tree

cells = json.load(sys.stdin)
short = [ran(cell) for cell in cells]
Plain._definition = lambda *_: []
json.dump([short, [ran(cell) for cell in cells]], sys.__stdout__)
"""


class Ran(NamedTuple):
    """What stopped a cell, the names it defined, what it and then `f(1)` showed, and whether there was a tree."""

    problem: str
    defined: list[str]
    shown: list[Any]
    called: list[Any]
    tree: bool


@pytest.fixture(scope="module")
def ran() -> list[dict[str, Ran]]:
    """Every cell, by the short way where there is one, and by the long way."""
    done = subprocess.run(
        [sys.executable, "-c", RUN], input=json.dumps(CELLS), capture_output=True, text=True, check=True
    )
    return [{cell: Ran(*each) for cell, each in zip(CELLS, found, strict=True)} for found in json.loads(done.stdout)]


@pytest.mark.parametrize("source", CELLS)
def test_a_cell_that_ends_in_a_definition_needs_no_tree(source: str, ran: list[dict[str, Ran]]) -> None:
    short, long = (found[source] for found in ran)
    assert short._replace(tree=False) == long._replace(tree=False)


def test_most_cells_take_that_way(ran: list[dict[str, Ran]]) -> None:
    assert [ran[0][source].tree for source in CELLS[:8]] == [False] * 8


def test_lines_are_counted_as_in_the_whole_cell(ran: list[dict[str, Ran]]) -> None:
    (error,) = ran[0][RAISES].called
    assert '  File "<a cell>", line 5, in f\n    raise ValueError(x)\n' in error["traceback"]


def test_a_cell_that_does_not_compile_shows_no_line_of_the_grader(ran: list[dict[str, Ran]]) -> None:
    shown = str(ran[0][BROKEN].shown)
    assert "SyntaxError" in shown
    assert shell.__file__ not in shown
