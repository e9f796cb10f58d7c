"""The power of a random exercise's cases: which other laws they tell from the right one."""

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist
from typing import Any

import msgspec
import numpy as np

from autograder.authoring import AuthorError, Exercise
from autograder.judge import judge
from autograder.judge.law import CHANCE, LEVELS, draw, quantiles
from autograder.outcome import Answer, Law, Normal, Outcome, Status, Uniform, Verdict
from autograder.pack import Case, Pack
from autograder.proving.margins import sentence
from autograder.proving.proof import Evidence, Margin, Tally
from autograder.publishing import packs

Array = np.ndarray[Any, Any]

# A scale that is off by this factor must be rejected, and with no more than this chance of passing.
FACTOR, MISSED = 1.15, 1e-6
# A right answer may fail this rarely, over all cases; a case has so many tests, each failing one in 1/CHANCE times.
UNFAIR, TESTS = 1e-6, 6
SCALES = (0.5, math.sqrt(0.5), 1 / FACTOR, FACTOR, math.sqrt(2), 2.0)


def try_laws(exercise: Exercise, built: packs.Packs) -> tuple[list[Evidence], Tally, Margin]:
    """Judges draws from laws near the right one, a kind of law at a time, and says what the cases can tell."""
    families = {type(case.expected) for case in built.hidden.cases if isinstance(case.expected, Normal | Uniform)}
    evidence, killed, public, explained, total = [], 0, 0, 0, 0
    survivors = []
    for family in sorted(families, key=lambda each: each.__name__):
        for what, change in changes(family):
            laws = [_changed(case, family, change) for case in built.hidden.cases]
            if all(law == case.expected for law, case in zip(laws, built.hidden.cases, strict=True)):
                continue
            total += 1
            name = f"{what} ({family.__name__.lower()})"
            answers = [drawn_answer(law, case) for law, case in zip(laws, built.hidden.cases, strict=True)]
            verdict = judge(built.hidden, answers)
            if verdict.correct:
                survivors.append(name)
                evidence.append(Evidence(kind="mutant", name=name, ok=False, detail="the hidden pack accepts it"))
                continue
            killed += 1
            public += any(case.outcome is not Outcome.correct for case in verdict.cases[-len(built.public.cases) :])
            explained += verdict.diagnosis is not None
            evidence += _false_explanation(built.hidden, laws, verdict, name)
    powers = {family.__name__.lower(): certain_factor(built.hidden, family) for family in families}
    worst = max(powers, key=lambda family: powers[family])
    found = Margin(power=powers[worst], chance=TESTS * CHANCE * len(built.hidden.cases))
    problems = [f"{sentence(found)} (worst: the {worst} law)"]
    if powers[worst] > FACTOR:
        problems.append(f"expected at most {FACTOR:g}: larger shapes, or more cases of that law")
    if found.chance is None or found.chance >= UNFAIR:
        problems.append(f"expected below {UNFAIR:.0e}: fewer cases")
    evidence.append(Evidence(kind="margin", name="power", ok=len(problems) == 1, detail="; ".join(problems)))
    if not survivors:
        evidence.append(Evidence(kind="mutant", name="laws", ok=True, detail=f"{killed} of {total} laws rejected"))
    tally = Tally(total=total, killed=killed, public=public, explained=explained, inputs=0, survivors=tuple(survivors))
    return evidence, tally, found


def changes(family: type[Law]) -> Iterator[tuple[str, Callable[[Law], Law]]]:
    """Laws near a right one, with what is wrong about each."""
    for factor in SCALES:
        yield f"scale × {factor:.3g}", lambda law, factor=factor: _scaled(law, factor)  # type: ignore[misc]
    yield "variance for scale", lambda law: _scaled(law, _spread(law))
    for part in (-0.5, 0.5):
        yield f"shifted by {part:+g} σ", lambda law, part=part: _shifted(law, part * _spread(law))  # type: ignore[misc]
    yield "another family", _other_family
    yield "shape transposed", lambda law: msgspec.structs.replace(law, shape=law.shape[::-1])
    yield "not from rng", lambda law: msgspec.structs.replace(law, seeded=False)


def certain_factor(pack: Pack, family: type[Law]) -> float:
    """The smallest factor by which, too large or too small, a scale of this kind of law is rejected for certain.

    A case misses it with a probability of at most exp(−n·KL) by Chernoff's bound, taken at the level where the
    two distribution functions tell most; cases miss independently.
    """
    sizes = [2 * math.prod(case.expected.shape) for case in pack.cases if isinstance(case.expected, family)]

    def rejected(factor: float) -> bool:
        return all(_chance_exponent(sizes, family, f) > -math.log(MISSED) for f in (factor, 1 / factor))

    low, high = 1.0, 16.0
    if not rejected(high):
        return math.inf
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (low, middle) if rejected(middle) else (middle, high)
    return high


def _chance_exponent(sizes: Sequence[int], family: type[Law], factor: float) -> float:
    """−log of the chance that all cases accept draws whose scale is off by `factor`."""
    right = Normal(shape=()) if family is Normal else Uniform(shape=(), low=-1.0)
    below = _distribution(quantiles(right) / factor, family)
    total = 0.0
    for size in sizes:
        limit = math.sqrt(math.log(2 / CHANCE) / (2 * size))
        # To be accepted, the share of draws below a level must come as near as this to the level.
        near = np.clip(below, LEVELS - limit, LEVELS + limit)
        total += size * float(np.max(_divergence(near, below)))
    return total


def _divergence(p: Array, q: Array) -> Array:
    """Kullback and Leibler's, of two coins."""
    p, q = np.clip(p, 1e-12, 1 - 1e-12), np.clip(q, 1e-12, 1 - 1e-12)
    return np.asarray(p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q)))


def _distribution(values: Array, family: type[Law]) -> Array:
    if family is Normal:
        return np.array([NormalDist().cdf(value) for value in values])
    return np.clip((values + 1) / 2, 0, 1)


def drawn_answer(law: Answer | Law, case: Case) -> Answer:
    """Draws from a law, as the answer of a student whose numbers follow it."""
    if isinstance(law, Answer):
        raise AuthorError("a random exercise's mistake must be a law")
    # A mistake that ignores the generator draws from one of its own, which goes on from call to call.
    own = packs.generator("ignores the generator", str(case.seeds))
    draws = tuple(draw(law, np.random.default_rng(seed) if law.seeded else own) for seed in case.seeds)
    return Answer(status=Status.returned, value=draws)


def _changed(case: Case, family: type[Law], change: Callable[[Law], Law]) -> Law:
    assert isinstance(case.expected, Normal | Uniform)
    return change(case.expected) if isinstance(case.expected, family) else case.expected


def _spread(law: Law) -> float:
    """The standard deviation."""
    return law.scale if isinstance(law, Normal) else (law.high - law.low) / math.sqrt(12)


def _centre(law: Law) -> float:
    return law.loc if isinstance(law, Normal) else (law.low + law.high) / 2


def _scaled(law: Law, factor: float) -> Law:
    """The same centre, another spread."""
    if isinstance(law, Normal):
        return msgspec.structs.replace(law, scale=law.scale * factor)
    centre, half = _centre(law), (law.high - law.low) / 2 * factor
    return msgspec.structs.replace(law, low=centre - half, high=centre + half)


def _shifted(law: Law, by: float) -> Law:
    if isinstance(law, Normal):
        return msgspec.structs.replace(law, loc=law.loc + by)
    return msgspec.structs.replace(law, low=law.low + by, high=law.high + by)


def _other_family(law: Law) -> Law:
    """The same mean and standard deviation."""
    if isinstance(law, Normal):
        half = law.scale * math.sqrt(3)
        return Uniform(shape=law.shape, low=law.loc - half, high=law.loc + half, seeded=law.seeded)
    return Normal(shape=law.shape, loc=_centre(law), scale=_spread(law), seeded=law.seeded)


def _false_explanation(pack: Pack, laws: Sequence[Law], verdict: Verdict, name: str) -> Iterator[Evidence]:
    """A diagnosis is false when the law it names is not the one drawn from, and draws could show that."""
    if verdict.diagnosis not in [mistake.name for mistake in pack.mistakes]:
        return
    for case, law in zip(pack.cases, laws, strict=True):
        named = case.mistakes[str(verdict.diagnosis)]
        if isinstance(named, Answer) or (named.shape, named.seeded) != (law.shape, law.seeded) or _apart(named, law):
            said = f"it is told to be “{verdict.diagnosis}”, whose law is another one"
            yield Evidence(kind="explanation", name=name, ok=False, detail=said)
            return


def _apart(a: Law, b: Law) -> bool:
    """Whether the test of this many draws would always tell one law from the other."""
    limit = math.sqrt(math.log(2 / CHANCE) / (4 * math.prod(a.shape)))
    if type(a) is type(b):
        middle = abs(_centre(a) - _centre(b)) / _spread(b)
        return middle > 4 * limit or abs(math.log(_spread(a) / _spread(b))) > 8 * limit
    return True
