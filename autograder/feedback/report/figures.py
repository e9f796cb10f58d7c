"""The numbers of the report: how hard an exercise is, how well it tells students apart, who needs help."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.grading.result import Graded
from autograder.outcome import Outcome, Verdict

# Of fewer students a correlation says nothing.
ENOUGH = 10
LEAST = 0.5
OFTEN = 3
TRIED = (Outcome.wrong, Outcome.crashed, Outcome.timed_out)
RULE = (
    "Listed are those with less than half of the points, and those who tried at least three exercises, and a third of "
    "all, without getting them right. Whose work could not be judged is not listed."
)


class Item(NamedTuple):
    """An exercise in numbers.

    mean: the share of its points that the class got. discrimination: the correlation of the points for it with those
    for the rest of the unit; of an exercise that is either right or wrong it is the point-biserial one. None where
    there are fewer than ENOUGH students, or no differences. seconds: of computing for all cases, median and largest.
    """

    exercise: str
    points: float
    mean: float | None
    discrimination: float | None
    outcomes: Counter[Outcome]
    seconds: tuple[float, float] | None


class Needy(NamedTuple):
    """A student who needs help, and why, in words. number: their place in the results."""

    number: int
    graded: Graded
    why: str


def share(graded: Graded) -> float:
    """Of the points, between 0 and 1."""
    return graded.score / graded.max_score if graded.max_score else 0.0


def items(results: Sequence[Graded]) -> list[Item]:
    """A row for each exercise, in the order of the unit."""
    if not results:
        return []
    judged = [graded for graded in results if graded.judged]
    scores = np.array([[verdict.score for verdict in graded.verdicts] for graded in judged])
    found = []
    for index, verdict in enumerate(results[0].verdicts):
        each = [graded.verdicts[index] for graded in results]
        spent = [seconds for graded in results if (seconds := _seconds(graded, index)) is not None]
        found.append(
            Item(
                exercise=verdict.exercise,
                points=verdict.max_score,
                mean=float(scores[:, index].mean()) / verdict.max_score if judged and verdict.max_score else None,
                discrimination=_discrimination(scores, index),
                outcomes=Counter(one.outcome for one in each),
                seconds=(float(np.median(spent)), max(spent)) if spent else None,
            )
        )
    return found


def _seconds(graded: Graded, index: int) -> float | None:
    return graded.evidence[index].seconds if graded.evidence else None


def _discrimination(scores: np.ndarray[Any, Any], index: int) -> float | None:
    if len(scores) < ENOUGH:
        return None
    own = scores[:, index]
    rest = scores.sum(axis=1) - own  # with itself in the sum, every exercise would look better than it is
    if np.ptp(own) == 0 or np.ptp(rest) < 1e-9:
        return None
    return float(np.corrcoef(own, rest)[0, 1])


def histogram(results: Sequence[Graded]) -> list[int]:
    """How many of those with a score have 0–10 %, 10–20 % … of the points; 100 % belongs to the last."""
    counts = [0] * 10
    for graded in results:
        if graded.judged:
            # Not 7 / 10 * 10 = 6.99…
            counts[min(9, int(share(graded) * 10 + 1e-9))] += 1
    return counts


def needy(results: Sequence[Graded]) -> list[Needy]:
    """The students whom RULE lists, fewest points first."""
    found = []
    for number, graded in enumerate(results):
        tried = [verdict for verdict in graded.verdicts if verdict.outcome in TRIED]
        low = share(graded) < LEAST
        often = len(tried) >= max(OFTEN, len(graded.verdicts) / 3)
        if graded.judged and (low or often):
            found.append(Needy(number, graded, _why(graded, tried)))
    return sorted(found, key=lambda each: (share(each.graded), each.graded.student))


def _why(graded: Graded, tried: Sequence[Verdict]) -> str:
    parts = [f"{100 * share(graded):.0f} % of the points"]
    missing = sum(verdict.outcome in (Outcome.missing, Outcome.not_attempted) for verdict in graded.verdicts)
    parts += [f"{len(tried)} of {len(graded.verdicts)} tried and not right"] * bool(tried)
    parts += [f"{missing} not begun"] * bool(missing)
    return ", ".join(parts)
