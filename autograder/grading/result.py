"""What grading one submission gives."""

from collections.abc import Sequence
from typing import Any

import msgspec

from autograder.gradebook.master import Autograded
from autograder.grading.evidence import Evidence
from autograder.outcome import Outcome, Verdict
from autograder.pack import Pack


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """One student's verdicts for a unit.

    notes: a sentence about each odd thing in the submission. seconds: by the clock; stages: what they were spent on.
    autograded: what nbgrader's
    course gets of it, until that is written. evidence: for the class report, one for each verdict; () when nothing
    was run. records: exercise → what it answered, to be judged again, until that is written.
    """

    student: str
    unit: str
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    stages: dict[str, float] = {}
    autograded: Autograded | None = None
    evidence: tuple[Evidence, ...] = ()
    records: dict[str, bytes] = {}

    @property
    def score(self) -> float:
        return round(sum(verdict.score for verdict in self.verdicts), 4)

    @property
    def max_score(self) -> float:
        return sum(verdict.max_score for verdict in self.verdicts)

    @property
    def judged(self) -> bool:
        """False when a fault of the grader touches it: then there is no score to write down."""
        return all(verdict.outcome is not Outcome.grader_error for verdict in self.verdicts)


def unjudged(packs: Sequence[Pack], why: str) -> tuple[Verdict, ...]:
    """What is said of exercises that could not be judged, through no fault of the student."""
    return tuple(
        Verdict(exercise=pack.exercise, outcome=Outcome.grader_error, score=0.0, max_score=pack.points, message=why)
        for pack in packs
    )


def as_json_line(graded: Graded) -> bytes:
    """One line for machines; the score of what could not be judged is null, never 0."""
    exercises: dict[str, Any] = {
        verdict.exercise.partition("/")[2]: {
            "outcome": verdict.outcome.value,
            "score": None if verdict.outcome is Outcome.grader_error else verdict.score,
            "max_score": verdict.max_score,
            "diagnosis": verdict.diagnosis,
            "message": verdict.message,
        }
        for verdict in graded.verdicts
    }
    line = {
        "student": graded.student,
        "unit": graded.unit,
        "score": graded.score if graded.judged else None,
        "max_score": graded.max_score,
        "seconds": round(graded.seconds, 4),
        "exercises": exercises,
    }
    return msgspec.json.encode(line) + b"\n"


def merged(before: Graded, graded: Graded) -> Graded:
    """A new result of some exercises with what was known of the others."""
    new = set(map(_name, graded.verdicts))
    kept = [number for number, verdict in enumerate(before.verdicts) if _name(verdict) not in new]
    verdicts = (*graded.verdicts, *(before.verdicts[number] for number in kept))
    evidence: tuple[Evidence, ...] = ()
    if len(graded.evidence) == len(graded.verdicts) and (before.evidence or not kept):
        evidence = (*graded.evidence, *(before.evidence[number] for number in kept))
    # Where the cells were not run again there is nothing to say of them but what was said.
    return msgspec.structs.replace(graded, verdicts=verdicts, evidence=evidence, notes=graded.notes or before.notes)


def in_order(graded: Graded, exercises: Sequence[str]) -> Graded | None:
    """A result as the unit has its exercises now; None where it is of a part of them only."""
    places = {_name(verdict): number for number, verdict in enumerate(graded.verdicts)}
    if [*places] == [*exercises]:
        return graded
    if any(name not in places for name in exercises):
        return None
    verdicts, evidence = (
        tuple(each[places[name]] for name in exercises) if each else () for each in (graded.verdicts, graded.evidence)
    )
    return msgspec.structs.replace(graded, verdicts=verdicts, evidence=evidence)


def _name(verdict: Verdict) -> str:
    return verdict.exercise.partition("/")[2]
