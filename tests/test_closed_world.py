"""The child's side is a closed world: what runs beside a student's code cannot reach the grader's."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = Path(__file__).parents[1] / "autograder" / "child"
MODULES = sorted(path.stem for path in CHILD.glob("*.py"))
OUTSIDE = {"numpy", "msgspec", "IPython", "traitlets"}


def imported(statements: str) -> set[str]:
    """The modules of a fresh interpreter after `statements`."""
    code = f"{statements}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-s", "-P", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] == "autograder"}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_child_names_only_its_own_world(module: str) -> None:
    for node in ast.walk(ast.parse((CHILD / f"{module}.py").read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            home = name.split(".")[0]
            closed = name == "autograder" or name.startswith("autograder.child.")
            assert closed or home in OUTSIDE or home in sys.stdlib_module_names, f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_module_of_the_child_loads_nothing_else_of_the_package(module: str) -> None:
    loaded = ours(imported(f"import autograder.child.{module}"))
    assert {name for name in loaded if not name.startswith("autograder.child")} == {"autograder"}


def test_a_prepared_zygote_has_loaded_nothing_else_of_the_package() -> None:
    loaded = ours(imported("from autograder.child import zygote\nzygote.prepare()"))
    assert {name for name in loaded if not name.startswith("autograder.child")} == {"autograder"}


def test_importing_the_package_loads_none_of_its_modules_and_nothing_heavy() -> None:
    loaded = imported("import autograder")
    assert ours(loaded) == {"autograder"}
    assert not {"numpy", "msgspec"} & loaded


def test_the_trusted_side_loads_neither_ipython_nor_sympy() -> None:
    loaded = imported("import autograder.running.sandbox, autograder.running.submission")
    assert not {"IPython", "sympy", "matplotlib", "nbformat", "torch"} & loaded
