"""Runs an attack where a class would be graded: real walls, real packs, the real judge."""

import os
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from building import pack
from cheats import HIDDEN

from autograder.child.confinement import Plan
from autograder.judge import judge
from autograder.outcome import Verdict
from autograder.pack import Pack
from autograder.running import isolation
from autograder.running.isolation import Isolation
from autograder.running.sandbox import Limits, Sandbox, SubmissionRun
from autograder.running.submission import Cell, Submission

LIMITS = Limits(cell_seconds=1.0, wall=5.0, memory=512 * 1024**2)
HONEST = "def g(x):\n    return 3 * x"
WRONG = "def f(x):\n    return None"
OPEN = Isolation("D", (), Plan(), ())


def packs(seconds: float) -> list[Pack]:
    """Two exercises, f(x) = 2x and g(x) = 3x, with three public and three hidden cases each."""
    rng = np.random.default_rng(7)
    inputs = [[{"x": rng.normal(size=(2, 3))} for _ in range(3)] for _ in range(2)]
    inputs[1][1]["x"][0, 0] = HIDDEN
    made = []
    for name, factor in (("f", 2), ("g", 3)):
        both = [
            pack(lambda x, factor=factor: factor * x, inputs[hidden], hidden=bool(hidden), seconds=seconds)
            for hidden in (0, 1)
        ]
        cases = tuple(each for half in both for each in half.cases)
        made.append(msgspec.structs.replace(both[0], exercise=f"unit/{name}", cases=cases, stub=f"def {name}(x): ..."))
    return made


PACKS = packs(0.4)


class Result(NamedTuple):
    """f: the attacked exercise. g: the honest one beside it."""

    f: Verdict
    g: Verdict
    run: SubmissionRun

    @property
    def answered(self) -> str:
        """Everything that came back, as text."""
        return f"{self.run.answers} {self.shown}"

    @property
    def shown(self) -> str:
        """What anybody is shown of it."""
        return f"{self.run.cells} {self.run.notes} {self.f} {self.g}"


def attacked(sandbox: Sandbox, *cells: str, asked: Sequence[Pack] = PACKS) -> Result:
    """Grades a notebook of these cells and an honest answer to `g`."""
    sources = [*cells, HONEST]
    made = tuple(Cell(source, "unit.ipynb", number, "notebook") for number, source in enumerate(sources, 1))
    run = sandbox.answers(Submission(student="eve", unit="unit", cells=made), asked, LIMITS)
    f, g = (judge(each, run.answers[each.exercise]) for each in asked)
    return Result(f, g, run)


def walls(name: str) -> Isolation:
    """The walls to attack, as far as this machine has them: "A", "B", or "B/3" with Landlock as in a kernel of 2023."""
    tier, _, abi = name.partition("/")
    newest = int(abi or isolation.NEWEST_ABI)
    found = isolation.survey(namespaces=tier == "A", newest_abi=newest)
    # A root whose Python nobody else may read cannot change its user without an outer wall. Attacks need no Python
    # files, so they meet the tier as it is where Python is installed for all.
    if tier == "B" and os.geteuid() == 0 and found.tier == "C" and found.plan.landlock and found.plan.filter:
        plan = msgspec.structs.replace(found.plan, user=isolation.NOBODY)
        return msgspec.structs.replace(found, tier="B", plan=plan)
    return found


def alone(layer: str) -> Isolation:
    """Nothing but one layer."""
    full = isolation.survey()
    plan = full.plan
    only = {
        "namespaces": Plan(),
        "user": Plan(user=isolation.NOBODY),
        "landlock": Plan(landlock=plan.landlock, readable=plan.readable),
        "seccomp": Plan(filter=plan.filter),
    }[layer]
    return Isolation("D", (), only, full.command if layer == "namespaces" else ())
