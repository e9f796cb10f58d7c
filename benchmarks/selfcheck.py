"""`pytest exercises` beside an empty pytest run that imports NumPy."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 9


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
    return "\n".join([*head, *rows, ""])


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
