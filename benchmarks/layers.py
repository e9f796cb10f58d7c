"""What the walls cost: the same submission behind all layers, behind each alone, and behind none, in turn."""

import statistics
import time

import msgspec

from autograder.child.confinement import Plan
from autograder.running import isolation
from autograder.running.isolation import Isolation
from autograder.running.sandbox import Sandbox
from autograder.running.submission import Cell, Submission

ROUNDS = 300
SOURCE = "import numpy as np\ndef double(x):\n    return 2 * x"


def measure() -> str:
    """A section for RESULTS.md: milliseconds by the clock, one submission of one cell, no exercise."""
    full = isolation.survey()
    plan, bare = full.plan, Plan(processes=full.plan.processes)

    def alone(**fields: object) -> Isolation:
        return Isolation("D", (), msgspec.structs.replace(bare, **fields), ())

    walls = {
        "none (limits and reaping)": alone(),
        "no layer but the change of user": alone(user=plan.user),
        "no layer but Landlock": alone(landlock=plan.landlock, readable=plan.readable),
        "no layer but the system-call filter": alone(filter=plan.filter),
        "no layer but the outer wall": Isolation("D", (), bare, full.command),
        f"all of tier {full.tier}": full,
    }
    if plan.user is None:
        del walls["no layer but the change of user"]
    sandboxes = {name: Sandbox(each) for name, each in walls.items()}
    took: dict[str, list[float]] = {name: [] for name in walls}
    try:
        for sandbox in sandboxes.values():
            _timed(sandbox)  # starts its zygote
        for _ in range(ROUNDS):
            for name, sandbox in sandboxes.items():
                took[name].append(_timed(sandbox))
    finally:
        for sandbox in sandboxes.values():
            sandbox.__exit__()
    none = took["none (limits and reaping)"]
    head = [
        "## What the walls cost",
        "",
        f"One submission with one cell, {ROUNDS} in turn; the difference is the median of the differences in a round.",
        "",
        "| milliseconds by the clock | median | quartiles | more than none |",
        "|---|---|---|---|",
    ]
    rows = []
    for name, times in took.items():
        low, middle, high = statistics.quantiles(times, n=4)
        more = statistics.median(a - b for a, b in zip(times, none, strict=True))
        rows.append(f"| {name} | {middle:.1f} | {low:.1f}–{high:.1f} | {more:.1f} |")
    return "\n".join([*head, *rows, ""])


def _timed(sandbox: Sandbox) -> float:
    cells = (Cell(SOURCE, "unit.ipynb", 1, "notebook"),)
    began = time.perf_counter()
    sandbox.answers(Submission(student="ann", unit="unit", cells=cells), [])
    return 1000 * (time.perf_counter() - began)
