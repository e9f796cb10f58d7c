"""A class whose students differ: what they wrote comes from the author's files."""

import copy
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.authoring import AuthorError, Exercise
from autograder.child.wire import Rng
from autograder.pack import Pack
from autograder.proving.programs import program

WRONG = 3  # one exercise of so many is a named mistake; the others are right, in one of the author's styles in turn
SLOW = 20  # milliseconds that an author's style may compute; one draws each random number by itself, in 150
DESCRIBED = (
    f"The class: each exercise is right in two of {WRONG} notebooks, in the author's styles in turn (the reference,\n"
    f"its variants, but for those that compute longer than {SLOW} ms), and a named mistake in the third, each time\n"
    "another."
)


def cells(exercises: Sequence[Exercise], packs: Sequence[Pack], size: int, slow: float = SLOW) -> list[list[str]]:
    """For each of so many students a cell for each exercise. packs: theirs. slow: milliseconds, see SLOW."""
    pairs = list(zip(exercises, packs, strict=True))
    styles = [_programs(each, pack, [each.function, *each.variants], slow) for each, pack in pairs]
    mistakes = [_programs(each, pack, [mistake.function for mistake in each.mistakes], slow) for each, pack in pairs]
    return [
        [
            wrong[(student // WRONG + place) % len(wrong)]
            if (student + place) % WRONG == 0
            else right[(student + place) % len(right)]
            for place, (right, wrong) in enumerate(zip(styles, mistakes, strict=True))
        ]
        for student in range(size)
    ]


def _programs(exercise: Exercise, pack: Pack, functions: Sequence[Callable[..., Any]], slow: float) -> list[str]:
    """Those that stand by themselves, as a student's would, and are not slow."""
    found = []
    for function in functions:
        try:
            written = program(exercise, function)
        except AuthorError:
            continue
        began = time.process_time()
        bare([written], copy.deepcopy([pack]))
        if time.process_time() - began < slow / 1000:
            found.append(written)
    return found


def notebook(written: Sequence[str]) -> str:
    """A notebook of these cells and nothing else."""
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    listed = [{**code, "id": f"c{number}", "source": source} for number, source in enumerate(written)]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def bare(written: Sequence[str], packs: Sequence[Pack]) -> None:
    """The cells and then the calls, as a loop would have them: no copy of an input, and nothing is looked at."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in written:
        exec(cell, namespace)
    with np.errstate(all="ignore"):
        for pack in packs:
            function = namespace[pack.name]
            for case in pack.cases:
                for seed in case.seeds or (0,):
                    given = [np.random.default_rng(seed) if type(v) is Rng else v for v in case.inputs.values()]
                    try:
                        function(*given)
                    except Exception:
                        continue  # as some cases want it
