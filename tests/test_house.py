"""What holds of the package as a whole: start-up, the direction of imports, names."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "autograder"
HEAVY = (
    "torch",
    "sympy",
    "nbgrader",
    "scipy",
    "matplotlib",
    "IPython",
    "yaml",
    "jinja2",
    "rich",
    "typer",
    "hypothesis",
)


def imported_by(code: str) -> set[str]:
    """The top-level names of all modules that `code` imports in a fresh interpreter."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
    )
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}


@pytest.mark.parametrize(
    "code",
    [
        "from autograder import check",
        "import autograder.pytest_plugin",
        "import sys; sys.path.insert(0, '.'); import os; os.chdir('exercises/activations');"
        "from autograder import check; print(check(type('f', (), {})), repr(check(lambda z: z)))",
    ],
)
def test_start_up_imports_nothing_heavy(code):
    assert imported_by(code) & set(HEAVY) == set()


def test_the_plugin_costs_other_pytest_runs_nothing():
    assert "numpy" not in imported_by("import autograder.pytest_plugin")


def imports_of(module: Path) -> set[str]:
    tree = ast.parse(module.read_text())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("judge", "running feedback publishing proving oracles grading authoring course"),
        ("child", "judge running feedback publishing proving oracles grading authoring course pack outcome"),
        ("feedback/plain.py", "running publishing proving grading"),
        ("gradebook", "grading publishing proving oracles authoring judge"),
        ("pack.py", "running feedback publishing proving grading judge authoring"),
    ],
)
def test_data_flows_one_way(room, forbidden):
    path = PACKAGE / room
    for module in [path] if path.is_file() else path.rglob("*.py"):
        named = {name.split(".")[1] for name in imports_of(module) if name.startswith("autograder.")}
        assert named & set(forbidden.split()) == set(), module


def test_no_module_is_named_like_another(tmp_path):
    from autograder.course import TAKEN

    names = {path.stem for path in PACKAGE.rglob("*.py")} | {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert names & TAKEN == set()


def test_the_package_knows_no_exercise_by_name():
    from autograder import course as courses

    # Those of one word (tanh, softmax) are words of the field, too.
    names = [name.partition("/")[2] for name in courses.find().names() if "_" in name.partition("/")[2]]
    for module in PACKAGE.rglob("*.py"):
        tree = ast.parse(module.read_text())
        strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in names]
        assert strings == [], module


def test_files_are_short_enough_to_read():
    long = {str(path): count for path in PACKAGE.rglob("*.py") if (count := len(path.read_text().splitlines())) > 260}
    assert long == {}


def test_direct_dependencies_are_all_constrained():
    root = PACKAGE.parent
    asked = re.findall(
        r'^\s+"([A-Za-z0-9-]+)', (root / "pyproject.toml").read_text().split("[project.scripts]")[0], re.M
    )
    pinned = {line.partition("==")[0].lower() for line in (root / "constraints.txt").read_text().splitlines()}
    assert {name.lower() for name in asked} - {"chainrule"} - pinned == set()
