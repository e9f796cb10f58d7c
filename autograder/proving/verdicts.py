"""The judge's verdict without its sentences: for a thousand mutants that nobody reads about.

Where an answer has the form of the expected one and finite numbers, the judge does no more than measure a distance;
so does this. Everything else climbs the judge's own ladder. A test holds both to the same verdicts.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.judge import tolerance
from autograder.judge.diagnosis import diagnose
from autograder.judge.ladder import Finding, Findings, climb, outputs_of
from autograder.outcome import Answer, Outcome
from autograder.pack import Case, Pack
from autograder.proving import distance
from autograder.proving.suspects import Suspects

WRONG = Finding("values", "")


class Ruling(NamedTuple):
    """failed: for each case whether it is rejected, and as what. diagnosis: the name of the explanation.

    distance: how far off the answers are (see the module of that name). message: the first sentence, if any.
    """

    failed: tuple[Outcome | None, ...]
    diagnosis: str | None
    distance: float
    message: str

    @property
    def correct(self) -> bool:
        return not any(self.failed)


def rule(pack: Pack, answers: Sequence[Answer], suspects: Suspects | None = None) -> Ruling:
    """What the judge makes of these answers to all cases of `pack`; with suspects the same, sooner."""
    looked = [_look(pack, case, answer) for case, answer in zip(pack.cases, answers, strict=True)]
    findings = [found for found, _ in looked]
    failed = tuple(_outcome(found) for found in findings)
    told = [outcome for outcome in failed if outcome]
    outcome = min(told, key=lambda each: each.strength, default=Outcome.correct)
    diagnosis = None
    if outcome in (Outcome.wrong, Outcome.crashed):
        wrong = {name for found in findings for name, finding in found.items() if finding}
        asked = suspects.among(pack, answers, wrong) if suspects else pack
        diagnosis = diagnose(asked, answers, findings)
    sentences = (finding.sentence for found in findings for finding in found.values() if finding)
    off = max((each for _, each in looked), default=0.0)
    return Ruling(failed, diagnosis.name if diagnosis else None, off, next(sentences, ""))


def _look(pack: Pack, case: Case, answer: Answer) -> tuple[Findings, float]:
    """What the ladder says of each output, and how far off the answer is."""
    expected = case.expected
    if isinstance(expected, Answer) and expected.returned and answer.returned and not answer.mutated:
        wanted, got = outputs_of(pack, expected.value), outputs_of(pack, answer.value)
        off = {name: _off(wanted[name], got[name], pack.tolerance) for name in wanted} if wanted and got else {}
        told = [value for value in off.values() if value is not None]
        if off and len(told) == len(off):
            return {name: WRONG if value and value > 1 else None for name, value in off.items()}, max(told)
    return climb(pack, case, answer), distance.of_answer(pack, case, answer)


def _off(expected: Any, got: Any, override: float | None) -> float | None:
    """The distance of one output, where both are float64 or whole numbers, and the expected is finite; else None."""
    if type(expected) is not type(got):
        return None
    if isinstance(expected, float):  # NumPy's float64 is one, too
        return tolerance.distance(np.asarray(float(expected)), np.asarray(float(got)), override)
    if not isinstance(expected, np.ndarray) or expected.dtype != got.dtype:
        return None
    if expected.shape != got.shape:
        return math.inf
    if expected.dtype.kind in "biu":
        return 0.0 if np.array_equal(expected, got) else math.inf
    off = tolerance.distance(expected, got, override)
    if off is None and expected.dtype == np.float64 and np.isfinite(expected).all():
        return math.inf  # NaN, or infinite
    return off


def _outcome(found: Findings) -> Outcome | None:
    outcomes = [finding.outcome for finding in found.values() if finding]
    return min(outcomes, key=lambda outcome: outcome.strength, default=None)
