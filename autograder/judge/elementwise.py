"""A function that works on each element by itself: what it gives along its one array, and what came back.

Nothing says of an exercise that it is elementwise, so its public cases are asked: one array goes in, one of the same
shape comes out, equal elements give equal results, and these do not go up and down from one element to the next.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.judge.heat_maps import wrong
from autograder.judge.ladder import outputs_of
from autograder.outcome import Answer, Curves
from autograder.pack import Case, Output, Pack

# Fewer places are no curve; more are not told apart on a card.
FEWEST, MOST = 5, 97
# The curves of lectures turn twice at most (Swish's derivative); of n unrelated numbers two thirds are turns.
TURNS = 2
# Further from the middle than this many times the middle half, a place would press all others together.
FAR = 5
# A screen shows no more digits, and the values travel with the verdict.
SHOWN, LARGEST = 5, 1e9

Array = np.ndarray[Any, Any]


def of(pack: Pack, answers: Sequence[Answer], number: int, output: Output) -> Curves | None:
    """The output over its input, at the elements of all public cases that are like the one of this number.

    None where the exercise is not elementwise as far as these cases show, or they have too few elements.
    """
    shown = pack.cases[number]
    axis = _array(shown)
    here = _places(pack, shown, answers[number], output, axis) if axis else None
    differ = wrong(here[1], here[2], pack.tolerance) if here else None
    if here is None or differ is None or not differ.any():
        return None
    alike = [
        found
        for case, answer in zip(pack.cases, answers, strict=True)
        if not case.hidden and _rest(case, axis) == _rest(shown, axis)
        if (found := _places(pack, case, answer, output, axis))
    ]
    x, wanted, got = (np.concatenate([each[part].ravel() for each in alike]).astype(float) for part in range(3))
    mark = tuple(float(part[differ][0]) for part in here)
    order = np.lexsort((got, x))
    order = order[_near(x, mark[0])[order]]
    x, wanted, got = x[order], wanted[order], got[order]
    if not _is_function(x, wanted):
        return None
    some = np.linspace(0, len(x) - 1, min(len(x), MOST)).astype(int)
    places = tuple(float(f"{value:.{SHOWN}g}") for value in x[some])
    if len(set(places)) < FEWEST:
        return None
    return Curves(
        output=output.name,
        axis=axis,
        where=", ".join(f"{name} = {value:.6g}" for name, value in _rest(shown, axis).items()),
        x=places,
        expected=tuple(map(short, wanted[some])),
        got=tuple(map(short, got[some])),
        mark=(mark[0], short(mark[1]), short(mark[2])),
    )


def _array(case: Case) -> str:
    """The name of the one array that goes in; '' where there are none or several, or anything but numbers beside it."""
    arrays = [name for name, value in case.inputs.items() if isinstance(value, np.ndarray) and value.ndim]
    others = [value for name, value in case.inputs.items() if name not in arrays]
    return arrays[0] if len(arrays) == 1 and all(type(value) in (int, float) for value in others) else ""


def _rest(case: Case, axis: str) -> dict[str, Any]:
    return {name: value for name, value in case.inputs.items() if name != axis}


def _places(pack: Pack, case: Case, answer: Answer, output: Output, axis: str) -> tuple[Array, Array, Array] | None:
    """The input of a case with both outputs, all of one shape and real; None where they are not."""
    if not isinstance(case.expected, Answer):
        return None
    both = [outputs_of(pack, each.value) if each.returned else None for each in (case.expected, answer)]
    found: list[Any] = [case.inputs.get(axis), *(each[output.name] if each else None for each in both)]
    if not all(isinstance(each, np.ndarray) and each.dtype.kind in "iuf" for each in found):
        return None
    place, wanted, got = found
    if not place.shape == wanted.shape == got.shape or not (np.abs(place) < LARGEST).all():
        return None
    return place, wanted, got


def _near(x: Array, mark: float) -> Array:
    """Which places to draw: not those far from all others, unless the message is about such a one."""
    low, middle, high = np.quantile(x, (0.25, 0.5, 0.75))
    reach = FAR * (high - low)
    everything = np.ones(x.shape, dtype=bool)
    return everything if not reach or abs(mark - middle) > reach else np.abs(x - middle) <= reach


def _is_function(x: Array, y: Array) -> bool:
    """Whether results belong to their places alone, as far as a few places can show it."""
    if not np.isfinite(y).all():
        return False
    slight = 1e-9 * max(float(np.abs(y).max()), 1e-300)
    steps = np.diff(y)
    if (np.abs(steps[np.diff(x) == 0]) > slight).any():
        return False
    ways = np.sign(steps[np.abs(steps) > slight])
    return int((ways[1:] != ways[:-1]).sum()) <= max(TURNS, len(y) // 8)


def short(value: float) -> float | None:
    """None for what is no number, or has no place on any axis."""
    return float(f"{value:.{SHOWN}g}") if abs(value) < LARGEST else None
