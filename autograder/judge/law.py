"""Random answers: do these draws follow that law?

The distance between the draws' and the law's distribution functions is bounded by the inequality of
Dvoretzky, Kiefer and Wolfowitz (with Massart's constant), P(D > d) ≤ 2·exp(−2nd²), for every n: no table, no
SciPy, and the chance of failing a right answer is known. It is at most `CHANCE` for that test and below it for
the others, so less than 6·CHANCE for a case. The distance is taken at the law's own quantiles, which can only
make it smaller, so the bound holds.
"""

import functools
import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from autograder.judge import wording
from autograder.outcome import Law, Normal

CHANCE = 1e-9
# Two-sided normal tail beyond this many standard deviations: 2.0e-10 < CHANCE.
SIGMAS = 6.36
LEVELS = np.arange(1, 1000) / 1000


def follows(law: Law, draws: Any) -> tuple[str, str] | None:
    """The rung and the sentence against `draws`: those of one seed twice, then those of another seed."""
    if not isinstance(draws, tuple) or len(draws) != 3:  # they were too large to be sent, or forged
        return "type", f"It returned {wording.kind(draws)}; expected an array."
    for draw in draws:
        form = _form(law, draw)
        if form:
            return form
    first, again, other = draws
    repeats, depends = np.array_equal(first, again), not np.array_equal(first, other)
    if law.seeded and not repeats:
        return "values", "The same generator gave other numbers: draw all of them from the argument `rng`."
    if law.seeded and not depends:
        return "values", "Two generators gave the same numbers: draw them from the argument `rng`."
    if not law.seeded and repeats and depends:
        return "values", "The numbers do come from the argument `rng`."
    sentence = distribution_sentence([first, other] if depends else [first], law)
    return ("values", sentence) if sentence else None


def _form(law: Law, draw: Any) -> tuple[str, str] | None:
    if not isinstance(draw, np.ndarray):
        return "type", f"It returned {wording.kind(draw)}; expected an array."
    if draw.shape != law.shape:
        transposed = " That is its transpose." if draw.shape == law.shape[::-1] else ""
        wanted = wording.shape(None, law.shape)
        return "shape", f"It has shape {wording.shape(None, draw.shape)}; expected {wanted}.{transposed}"
    if draw.dtype.kind != "f":
        return "dtype", f"It has dtype {draw.dtype}; expected float."
    if not np.isfinite(draw).all():
        return "finite", "Some of the numbers are NaN or infinite."
    return None


def distribution_sentence(draws: Sequence[np.ndarray[Any, Any]], law: Law) -> str:
    """What speaks against these numbers being independent draws of `law`; '' when nothing does."""
    values = np.concatenate([draw.ravel() for draw in draws]).astype(float)
    low, high = float(values.min()), float(values.max())
    if _far(values, quantiles(law), math.sqrt(math.log(2 / CHANCE) / (2 * values.size))):
        return (
            f"The numbers do not follow the law: {_described(law)} was expected; yours have mean {values.mean():.4g}, "
            f"standard deviation {values.std():.4g} and lie between {low:.4g} and {high:.4g} "
            f"({values.size:,} draws)."
        )
    # Drawn in float32, the outermost numbers may be rounded past the ends.
    slack = 0.0 if isinstance(law, Normal) else 1e-6 * (law.high - law.low)
    if not isinstance(law, Normal) and (low < law.low - slack or high > law.high + slack):
        return f"Some numbers lie outside the range: {_described(law)} was expected, got {low:.6g}…{high:.6g}."
    for draw in draws:
        for line in (draw.ravel(), draw.T.ravel()):
            if abs(_neighbours(line)) * math.sqrt(line.size) > SIGMAS:
                return "The numbers are not independent: neighbours are alike."
    return ""


def _far(values: np.ndarray[Any, Any], marks: np.ndarray[Any, Any], bound: float) -> bool:
    """Whether the share of the values below any of these marks is off by more than `bound`."""
    for quarter in (249, 499, 749):  # another law mostly shows here, before anything is sorted
        if abs(np.count_nonzero(values <= marks[quarter]) / values.size - LEVELS[quarter]) > bound:
            return True
    below = np.searchsorted(np.sort(values), marks, side="right") / values.size
    return bool(np.abs(below - LEVELS).max() > bound)


def quantiles(law: Law) -> np.ndarray[Any, Any]:
    """The values below which a draw lies with the probabilities `LEVELS`."""
    if isinstance(law, Normal):
        return law.loc + law.scale * _standard_normal()
    return law.low + (law.high - law.low) * LEVELS


@functools.cache
def _standard_normal() -> np.ndarray[Any, Any]:
    return np.array([NormalDist().inv_cdf(level) for level in LEVELS])


def _neighbours(values: np.ndarray[Any, Any]) -> float:
    """Correlation of each number with the next; about N(0, 1/n) for independent ones."""
    centred = values - values.mean()
    spread = float(centred @ centred)
    return float(centred[:-1] @ centred[1:]) / spread if spread else 1.0


def _described(law: Law) -> str:
    if isinstance(law, Normal):
        return f"a normal law with mean {law.loc:.4g} and standard deviation {law.scale:.4g}"
    return f"a uniform law between {law.low:.4g} and {law.high:.4g}"


def draw(law: Law, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Draws from `law`: how a mistake that is a law is made into an answer."""
    if isinstance(law, Normal):
        return rng.normal(law.loc, law.scale, law.shape)
    return rng.uniform(law.low, law.high, law.shape)
