"""Fresh inputs of an exercise: as its own cases are drawn, and pushed to the edges."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from autograder import formulas
from autograder.authoring import AuthorError, Exercise
from autograder.child import wire
from autograder.outcome import Answer, Law
from autograder.pack import Case
from autograder.publishing import packs
from autograder.running import inprocess

Inputs = dict[str, Any]
Array = np.ndarray[Any, Any]
# Inputs are large with so many times the bytes of the exercise's smallest: mostly a trained network's weights.
LARGE = 4
# Of so many inputs, one is large: a thousand of them take seconds, and say little more than a few.
RARE = 20


def drawn(exercise: Exercise, count: int, word: str) -> list[Inputs]:
    """`count` sets of inputs from the exercise's samplers in turn. word: makes them others than another word's."""
    groups = exercise.drawn_cases
    if not groups:
        raise AuthorError(f"{exercise.path}: {exercise.name} has no cases that are drawn: add .cases(hidden=…)")
    rng = packs.generator(exercise.identity, "fresh", word)
    return [packs.draw_inputs(exercise, groups[number % len(groups)], rng) for number in range(count)]


def mostly_small(exercise: Exercise, count: int, word: str) -> list[Inputs]:
    """As `drawn`, but large inputs are few where the exercise has small ones, too."""
    groups = exercise.drawn_cases
    rng = packs.generator(exercise.identity, "fresh", word)
    sizes = [_bytes(packs.draw_inputs(exercise, group, rng)) for group in groups]
    large = [group for group, size in zip(groups, sizes, strict=True) if size > LARGE * min(sizes)]
    if not large:
        return drawn(exercise, count, word)
    small = [group for group in groups if group not in large]
    turns = (large[n // RARE % len(large)] if n % RARE == 0 else small[n % len(small)] for n in range(count))
    return [packs.draw_inputs(exercise, group, rng) for group in turns]


def _bytes(inputs: Inputs) -> int:
    blobs: list[bytes] = []
    wire.dump(inputs, blobs)
    return sum(map(len, blobs))


def edged(exercise: Exercise, bases: Sequence[Inputs], count: int) -> list[Inputs]:
    """`count` sets of inputs at the edges: each of `bases` in turn, one input or all changed, in one way or two."""
    rng = packs.generator(exercise.identity, "edges")
    edges = list(EDGES.values())
    found = []
    for number in range(count):
        inputs = _changed(bases[number % len(bases)], edges[number % len(edges)], rng)
        if number // len(edges) % 2:  # a thousand times the opposite sign
            inputs = _changed(inputs, edges[int(rng.integers(len(edges)))], rng)
        found.append(inputs)
    return found


class Mistakes(dict[str, Answer | Law]):
    """What each mistake answers to a case, asked when it is first looked at: of thirty, mostly two or three are."""

    def __init__(self, exercise: Exercise, case: Case) -> None:
        super().__init__()
        self.exercise = exercise
        self.case = case

    def __missing__(self, name: str) -> Answer:
        function = next(each.function for each in self.exercise.mistakes if each.told.name == name)
        answer = inprocess.answer(function, self.case)
        self[name] = answer = formulas.as_texts(answer) if self.exercise.symbolic else answer
        return answer


def frozen(exercise: Exercise, name: str, inputs: Inputs, *, mistakes: bool = False) -> Case:
    """A case of these inputs with the reference's answer, and if asked every mistake's."""
    bare = copy.copy(exercise)
    bare.mistakes = exercise.mistakes if mistakes and exercise.training else []
    case = packs.freeze(bare, name, inputs, f"fresh {name}", hidden=False)
    if not mistakes or exercise.training:
        return case
    return msgspec.structs.replace(case, mistakes=Mistakes(exercise, case))


def _changed(inputs: Inputs, edge: Callable[[Array, np.random.Generator], Array], rng: np.random.Generator) -> Inputs:
    names = list(inputs)
    chosen = names if rng.integers(2) else [names[int(rng.integers(len(names)))]]
    return {name: _edge(value, edge, rng) if name in chosen else value for name, value in inputs.items()}


def _edge(value: Any, edge: Callable[[Array, np.random.Generator], Array], rng: np.random.Generator) -> Any:
    if isinstance(value, dict):
        return {key: _edge(item, edge, rng) for key, item in value.items()}
    if isinstance(value, bool | str | None):
        return value
    if isinstance(value, tuple | list):
        return type(value)(_edge(item, edge, rng) for item in value)
    if isinstance(value, int):
        # An int is a size or a place: a thousand times as much of it is another exercise.
        return int(value + rng.integers(-1, 2)) if rng.integers(3) else 0
    if isinstance(value, float):
        return float(edge(np.array([value]), rng)[0])
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        return edge(value, rng)
    return value


def _one_zero(array: Array, rng: np.random.Generator) -> Array:
    changed = array.copy()
    changed.flat[int(rng.integers(array.size))] = 0.0
    return changed


def _tie(array: Array, rng: np.random.Generator) -> Array:
    """The largest element stands there twice."""
    changed = array.copy()
    changed.flat[int(rng.integers(array.size))] = array.max()
    return changed


EDGES: dict[str, Callable[[Array, np.random.Generator], Array]] = {
    "zeros": lambda array, _: np.zeros_like(array),
    "one zero": _one_zero,
    "opposite signs": lambda array, _: -array,
    "positive": lambda array, _: np.abs(array),
    "negative": lambda array, _: -np.abs(array),
    "a thousand times": lambda array, _: array * 1e3,
    "a thousandth": lambda array, _: array * 1e-3,
    "whole": lambda array, _: np.round(array),
    "all alike": lambda array, _: np.full_like(array, array.flat[0]),
    "a tie": _tie,
}
