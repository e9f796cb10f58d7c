"""How a run over a class begins: nbgrader takes seconds to import, and the workers do not wait for it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader_class import RIGHT, UNIT, environment, hand_in, write

# `autograder grade`, which notes how many workers have begun when nbgrader's import begins.
NOTING = """
import json, multiprocessing, sys
from pathlib import Path
from autograder import cli

class Noting:
    def find_spec(self, name, path=None, target=None):
        if name == "nbgrader":
            Path("begun.json").write_text(json.dumps(len(multiprocessing.active_children())))

if __name__ == "__main__":  # the workers import this file, too
    sys.meta_path.insert(0, Noting())
    sys.argv = ["autograder", "grade", "arithmetic", "--jobs", "2", *sys.argv[1:]]
    try:
        cli.main()
    finally:
        Path("grammar.json").write_text(json.dumps("rfc3987_syntax" in sys.modules))
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write(tmp_path_factory.mktemp("beginning"))
    (made / "noting.py").write_text(NOTING)
    for student in ("ann", "bob", "cem"):
        hand_in(made, student, RIGHT)
    return made


def begun(root: Path, *words: str) -> int:
    """How many workers had begun before nbgrader was imported."""
    command = [sys.executable, "noting.py", *words]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=environment(), timeout=120)
    assert done.returncode == 0, done.stderr
    found: int = json.loads((root / "begun.json").read_text())
    return found


def test_workers_begin_while_nbgrader_is_imported_where_there_is_something_new(root: Path) -> None:
    assert begun(root) == 2
    assert begun(root) == 0  # nothing has changed
    hand_in(root, "dan", RIGHT)
    assert begun(root) == 1
    assert begun(root, "--all") == 2
    assert begun(root, "--all", "--student", "ann") == 1


def test_a_parser_that_no_notebook_needs_is_not_made(root: Path) -> None:
    shutil.rmtree(root / "submitted" / "dan", ignore_errors=True)
    begun(root)
    assert json.loads((root / "grammar.json").read_text()) is False
    assert (root / "autograded" / "ann" / UNIT / f"{UNIT}.ipynb").is_file()
