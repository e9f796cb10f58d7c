"""`pytest exercises` beside an empty pytest run that imports NumPy; `check(f)`; `autograder watch`."""

import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pexpect

ROOT = Path(__file__).resolve().parent.parent
RUNS = 9
SAVES = 20


def measure() -> str:
    """A section for RESULTS.md. The two commands run in turn; both start in a folder without a configuration."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "test_empty.py")
        empty.write_text("import numpy\n\n\ndef test_nothing():\n    pass\n")
        shutil.copytree(ROOT / "exercises", Path(folder, "exercises"))
        one = "exercises/activations/relu_derivative.py"
        commands = {
            "empty pytest run that imports NumPy": [empty.name],
            f"`pytest {one}`": [one],
            "`pytest exercises`, all to do": ["exercises"],
            "`pytest solved`, all answered right": ["solved"],
            "the same without the symbolic exercise, which needs SymPy": ["solved", "-k", "not derivative_rules"],
        }
        _solve(Path(folder, "exercises"), Path(folder, "solved"))
        times: dict[str, list[float]] = {name: [] for name in commands}
        for run in range(RUNS + 1):
            for name, arguments in commands.items():
                seconds = _time(arguments, folder)
                if run:  # the first fills the caches
                    times[name].append(seconds)
    base = times[next(iter(commands))]
    rows = [
        f"| {name} | {statistics.median(found):.2f} | {min(found):.2f}–{max(found):.2f} | "
        f"{statistics.median(a / b for a, b in zip(found, base, strict=True)):.2f} |"
        for name, found in times.items()
    ]
    head = ["## Self-check", "", f"| wall seconds, {RUNS} runs | median | range | ratio |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, "", *_checks(), "", *_saves(), ""])


def _checks() -> list[str]:
    """`check(f)` and its card in a process that is warm, as a notebook's kernel is after the first one."""
    from autograder import check
    from autograder import course as courses

    course = courses.find(ROOT)
    given: dict[str, list[tuple[str, Any]]] = {"right": [], "one of the known mistakes": []}
    for name in course.names():
        exercise = course.exercise(name)
        given["right"].append((exercise.name, exercise.function))
        if not exercise.random:  # its mistakes are laws, not functions
            given["one of the known mistakes"] += [(exercise.name, each.function) for each in exercise.mistakes]
    rows = ["| milliseconds, `check(f)` with its card | median | 90 % | slowest |", "|---|---|---|---|"]
    with contextlib.chdir(ROOT):
        for kind, functions in given.items():
            times = []
            for name, function in functions:
                function.__name__ = name
                for _ in range(3):  # the first imports what this exercise needs
                    start = time.perf_counter()
                    card = check(function)
                    assert card and card._repr_html_() and card.verdict.correct is (kind == "right"), name
                    seconds = time.perf_counter() - start
                times.append(1000 * seconds)
            last = statistics.quantiles(times, n=10)[-1]
            said = f"{kind}, {len(times)} functions of {len(course.names())} exercises"
            rows.append(f"| {said} | {statistics.median(times):.1f} | {last:.1f} | {max(times):.0f} |")
    return rows


def _saves() -> list[str]:
    """`autograder watch` in a terminal: from the end of a save until the new verdict is written to it."""
    rows = [f"| milliseconds from save to screen, {SAVES} saves | median | slowest |", "|---|---|---|"]
    for name, wrong in (
        ("activations/relu_derivative", "return z"),
        ("foundations/derivative_rules", "return u, v, u"),
    ):
        times = []
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "exercises", Path(folder, "exercises"))
            stub = Path(folder, "exercises", f"{name}.py")
            text = stub.read_text()
            command = [sys.executable, "-m", "autograder.cli", "watch"]
            terminal = pexpect.spawn(command[0], command[1:], cwd=folder, dimensions=(40, 100), timeout=60)
            terminal.expect("quit")
            solution = re.search(
                r"### BEGIN SOLUTION\n(.*?)\n +### END", (ROOT / f"solutions/{name}.py").read_text(), re.S
            )
            assert solution
            answers = [(f"    {wrong}", f"✗ {name}: wrong"), (solution[1], f"✓ {name}: public checks passed")]
            for number in range(SAVES + 2):
                body, said = answers[number % 2]
                time.sleep(1.5)  # nobody saves faster; the next process is ready by then
                stub.write_text(text.replace("    # YOUR CODE HERE\n    raise NotImplementedError()", body))
                start = time.perf_counter()
                terminal.expect_exact(said.encode())
                if number >= 2:  # the first imports what the exercise needs
                    times.append(1000 * (time.perf_counter() - start))
            terminal.send("q")
            terminal.expect(pexpect.EOF)
        rows.append(f"| `{name}.py` | {statistics.median(times):.0f} | {max(times):.0f} |")
    return rows


def _solve(exercises: Path, solved: Path) -> None:
    """Copies the exercises with the reference's lines in place of what is to do."""
    shutil.copytree(exercises, solved)
    for author_file in (ROOT / "solutions").glob("*/*.py"):
        solution = re.search(r"### BEGIN SOLUTION\n(.*?)\n +### END", author_file.read_text(), re.S)
        stub = solved / author_file.parent.name / author_file.name
        if solution and stub.exists():
            to_do = "    # YOUR CODE HERE\n    raise NotImplementedError()"
            stub.write_text(stub.read_text().replace(to_do, solution[1]))


def _time(arguments: list[str], folder: str) -> float:
    # As on a student's machine: without the plugins of a development environment, which take a second by themselves.
    ours = [] if arguments[0].startswith("test_") else ["-p", "autograder.pytest_plugin"]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ours, *arguments]
    start = time.perf_counter()
    subprocess.run(command, check=False, cwd=folder, capture_output=True, env=environment)
    return time.perf_counter() - start
