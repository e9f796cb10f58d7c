"""The tolerance must lie between what right answers are off and the nearest wrong one, with room on both sides."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from autograder.authoring import Exercise
from autograder.judge import tolerance, training
from autograder.outcome import Answer, HeldOut
from autograder.pack import Case, Pack
from autograder.proving import distance, fresh
from autograder.proving.proof import Evidence, Margin
from autograder.running import inprocess

FACTOR = 10.0
# Right answers are compared on the public cases and on so many fresh ones, drawn as the hidden ones are.
FRESH = 60
TRAININGS = 3  # a training takes as long as a thousand calls
SECONDS = 30.0


class Noise(msgspec.Struct, frozen=True):
    """How far right answers are off, in units of what is allowed, by the precision they come in."""

    double: float = 0.0
    single: float = 0.0

    def with_(self, other: "Noise") -> "Noise":
        """The larger of both."""
        return Noise(max(self.double, other.double), max(self.single, other.single))


def noise_pack(exercise: Exercise, public: Pack) -> Pack:
    """The public pack with fresh cases in it, and no mistakes.

    The same for every secret: a margin must not hang on the luck of a draw.
    """
    drawn = fresh.drawn(exercise, TRAININGS if exercise.training else FRESH, "noise")
    more = (fresh.frozen(exercise, f"input {number}", inputs) for number, inputs in enumerate(drawn))
    bare = (msgspec.structs.replace(case, mistakes={}) for case in public.cases)
    return msgspec.structs.replace(public, cases=(*bare, *more), mistakes=())


def noise_of(exercise: Exercise, pack: Pack) -> Noise:
    """The noise of the reference and of all variants, as this process computes them."""
    noise = Noise()
    for function in (exercise.function, *exercise.variants):
        answers = inprocess.answer_all(function, pack.cases, SECONDS)
        off = distance.of_answers(pack, pack.cases, answers)
        noise = noise.with_(Noise(single=off) if any(_single(answer.value) for answer in answers) else Noise(off))
    return noise


def _single(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_single, value.values()))
    if isinstance(value, tuple | list):
        return any(map(_single, value))
    return isinstance(value, np.ndarray | np.generic) and value.dtype in (np.float32, np.complex64)


def margin(pack: Pack, noise: Noise, wrong: Mapping[str, float], reason: str = "") -> tuple[Margin, Evidence]:
    """The margin of an exercise. wrong: how far off each wrong answer of the right form is, in units of the allowed.

    reason: the author's, why there is no room of a factor of ten; the tolerance must still lie between.
    """
    share, single = (_share(pack, dtype) for dtype in ("float64", "float32"))
    far = {**_mistakes(pack), **{name: value for name, value in wrong.items() if value > 1}}
    culprit = min(far, key=lambda name: far[name], default="")
    nearest = far.get(culprit)
    found = Margin(
        noise=noise.double * share,
        tolerance=share,
        nearest=None if nearest is None else nearest * share,
        culprit=culprit,
        single=(noise.single * single, single) if noise.single else None,
        reason=reason,
    )
    factor = 1.0 if reason else FACTOR
    problems = []
    for off, words in ((noise.double, "right answers"), (noise.single, "right answers in float32")):
        if off * factor > 1:
            problems.append(
                f"{words} are off by up to {off:.2g} of what is allowed, expected at most {1 / factor:.2g}: "
                "the tolerance is too tight, or the inputs make the exercise ill-conditioned"
            )
    if nearest is not None and nearest < factor:
        problems.append(
            f"“{culprit}” is off by only {nearest:.2g} times what is allowed, expected at least {factor:g}: "
            "the tolerance is too wide, or the inputs hardly show the difference"
        )
    if problems and not reason:
        problems.append("where it cannot be otherwise, say why: @exercise(narrow_margin=…)")
    return found, Evidence(
        kind="margin", name="tolerance", ok=not problems, detail="; ".join([sentence(found), *problems])
    )


def _share(pack: Pack, dtype: str) -> float:
    """What the judge allows an answer of this precision, as a share of the largest expected element.

    Of trained parameters it is the share of the reference's gain that may be missing.
    """
    if pack.training:
        return 1 - pack.training.enough
    return tolerance.allowed(np.ones(1), np.dtype(dtype), pack.tolerance)


def sentence(found: Margin) -> str:
    """`noise 2e-16 … tolerance 1e-09 … nearest 3e-04`, and what else is known."""
    if found.power is not None:
        said = f"a scale off by a factor of {found.power:.3g} is rejected for certain"
        return said + ("" if found.chance is None else f"; a right answer fails with a chance below {found.chance:.0e}")
    nearest = "nearest: none" if found.nearest is None else f"nearest {found.nearest:.0e}"
    parts = [f"noise {found.noise:.0e} … tolerance {found.tolerance:.0e} … {nearest}"]
    if found.single:
        parts.append("in float32 noise {:.0e} … tolerance {:.0e}".format(*found.single))
    if found.reason:
        parts.append(f"narrow, because {found.reason}")
    return "; ".join(parts)


def _mistakes(pack: Pack) -> dict[str, float]:
    """Those mistakes that answer in the right form: how far off they are."""
    found = {}
    for mistake in pack.mistakes:
        off = max(_off(pack, case, mistake.name) for case in pack.cases)
        if 1 < off < math.inf:
            found[mistake.name] = off
    return found


def _off(pack: Pack, case: Case, mistake: str) -> float:
    answer = case.mistakes[mistake]
    if isinstance(case.expected, HeldOut) and isinstance(answer, Answer) and answer.returned and pack.training:
        return training.lost(pack.training, answer.value, case.expected)
    return distance.of_answer(pack, case, answer) if isinstance(answer, Answer) else math.inf


def largest(noises: Sequence[Noise]) -> Noise:
    """The noise of all environments together."""
    total = Noise()
    for noise in noises:
        total = total.with_(noise)
    return total
