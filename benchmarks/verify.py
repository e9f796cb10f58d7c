"""What proving an exercise costs: computing time of all processes that take part in it."""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder import course as courses
from autograder.authoring import Exercise
from autograder.proving import cache
from autograder.proving.matrix import Workshop, prove
from autograder.publishing.packs import read_secret

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
RUNS = 5


def measure() -> str:
    """A section for RESULTS.md: every exercise proven once, then shown from what was kept."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(ROOT / "solutions", root / "solutions")
        shutil.copy(ROOT / "course.yml", root)
        course = courses.find(root)
        before = computing()
        with Workshop() as workshop:
            secret = read_secret(course.root)
            _start(course, secret, workshop)
            start = computing() - before
            cold: dict[str, dict[str, float]] = {}
            for name in course.names():
                exercise, before = course.exercise(name), computing()
                proof = prove(exercise, course.points(name), course.limits.seconds, secret, workshop)
                cold.setdefault(_kind(exercise), {})[name] = computing() - before
                cache.save(root, proof, cache.key(course.author_file(name), course.limits.seconds))
        everything, one = (_command(root, *names) for names in ([], course.names()[:1]))
    count = len(course.names())
    rows = [f"| {kind}, {len(found)} of them | {_spread(found)} |" for kind, found in cold.items()]
    return "\n".join(
        [
            "## Verify",
            "",
            "| computing seconds of an exercise that is proven afresh | median | worst | which |",
            "|---|---|---|---|",
            *rows,
            "",
            f"Once for each run, before the first exercise: {start:.1f} s (PyTorch, SymPy and SciPy; the processes of "
            "the mutants and of the other BLAS kernels).",
            f"Kept proofs: `autograder verify` shows all {count} in {everything:.2f} s, and one in {one:.2f} s: "
            f"{1000 * (everything - one) / (count - 1):.1f} ms for each further exercise, "
            f"{1000 * everything / count:.0f} ms with the start of the command shared out (medians of {RUNS} runs).",
            "",
        ]
    )


def _kind(exercise: Exercise) -> str:
    if exercise.training:
        return "trainings"
    return "formulas" if exercise.symbolic else "random answers" if exercise.random else "values"


def _start(course: courses.Course, secret: str, workshop: Workshop) -> None:
    """What the first exercise of each library would pay for all others: all of them once, in small."""
    import scipy.stats  # noqa: F401
    import sympy
    import torch

    torch.ones(1, requires_grad=True).sum().backward()  # type: ignore[no-untyped-call]
    sympy.lambdify([sympy.Symbol("x")], [sympy.diff(sympy.Symbol("x") ** 2)], modules="mpmath", cse=True)
    name = min(course.names(), key=lambda each: len(course.author_file(each).read_text()))
    prove(course.exercise(name), 1.0, course.limits.seconds, secret, workshop)


def _spread(found: dict[str, float]) -> str:
    worst = max(found, key=lambda name: found[name])
    return f"{statistics.median(found.values()):.2f} | {found[worst]:.2f} | {worst}"


def computing() -> float:
    """CPU seconds so far of this process and of all those it started, dead or alive."""
    return sum(map(_seconds, _family(os.getpid())))


def _family(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(each for child in children for each in _family(int(child)))]


def _seconds(process: int) -> float:
    """Its own time, and that of the children it has outlived."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICK


def _command(root: Path, *names: str) -> float:
    """Median computing seconds of `autograder verify` on what is kept."""
    found = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "autograder.cli", "verify", *names]
        shown = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
        if shown.returncode:
            raise RuntimeError(f"some exercise is not proven with this run's secret:\n{shown.stdout}{shown.stderr}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(found)


if __name__ == "__main__":
    print(measure())
