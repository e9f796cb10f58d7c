"""What the class got wrong: the mistakes they made, those nobody made, answers that no mistake explains, idle cases."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.feedback.classroom import mistakes
from autograder.grading.evidence import Evidence
from autograder.grading.result import Graded
from autograder.outcome import CaseVerdict, Outcome, Verdict

# Up to this share of their largest element answers are the same one.
ALIKE = 1e-5
UNCALLED = (Outcome.missing, Outcome.not_attempted, Outcome.timed_out, Outcome.grader_error)


class Made(NamedTuple):
    """A mistake that students made. example: the shortest function of those who made it, without names."""

    exercise: str
    mistake: str
    students: int
    hint: str
    example: str


class Cluster(NamedTuple):
    """Wrong answers to an exercise that are the same and fit no mistake. what: where they fail, in words."""

    exercise: str
    students: int
    what: str
    example: str


class Idle(NamedTuple):
    """The cases of an exercise on which all answers that are told apart elsewhere are equally right or wrong."""

    exercise: str
    cases: int
    all_right: list[str]
    all_wrong: list[str]


def made(results: Sequence[Graded], hints: Mapping[tuple[str, str], str]) -> list[Made]:
    """Each mistake that was made, the most frequent one first. hints: (exercise, mistake) → its hint."""
    told: dict[tuple[str, str], str] = {}
    programs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for verdict, evidence in _each(results):
        if verdict.diagnosis:
            key = (verdict.exercise, verdict.diagnosis)
            told.setdefault(key, verdict.hint)
            programs[key].append(evidence.program)
    counted = sorted(mistakes(results).items(), key=lambda item: (-item[1], item[0]))
    return [Made(*key, count, hints.get(key, told[key]), _shortest(programs[key])) for key, count in counted]


def nobody(results: Sequence[Graded], hints: Mapping[tuple[str, str], str]) -> dict[str, list[str]]:
    """Exercise → the known mistakes that nobody made."""
    counted, found = mistakes(results), defaultdict(list)
    for exercise, name in hints:
        if not counted[exercise, name]:
            found[exercise].append(name)
    return dict(found)


def clusters(results: Sequence[Graded]) -> list[Cluster]:
    """Wrong answers that no mistake explains, those of a kind together, the largest cluster first."""
    groups: dict[tuple[str, ...], list[tuple[Verdict, Evidence]]] = defaultdict(list)
    for verdict, evidence in _each(results):
        if evidence.answers:
            groups[verdict.exercise, *(answer.kind for answer in evidence.answers)].append((verdict, evidence))
    found = [
        Cluster(each[0][0].exercise, len(each), _where(*each[0]), _shortest([kept.program for _, kept in each]))
        for group in groups.values()
        for each in _alike(group)
    ]
    return sorted(found, key=lambda cluster: (-cluster.students, cluster.exercise, cluster.what, cluster.example))


def idle(results: Sequence[Graded]) -> list[Idle]:
    """The cases that tell nobody apart, of each exercise that some got wrong and some right."""
    # Results of before a change to an exercise may still be there: its cases were others. What many have is one object.
    verdicts: dict[tuple[str, ...], dict[int, Verdict]] = defaultdict(dict)
    for graded in results:
        for verdict in graded.verdicts:
            if verdict.outcome not in UNCALLED and not any(case.rung == "load" for case in verdict.cases):
                verdicts[verdict.exercise, *(case.case for case in verdict.cases)][id(verdict)] = verdict
    found = []
    for (exercise, *_), each in verdicts.items():
        called = list(each.values())
        if len({verdict.correct for verdict in called}) < 2:
            continue
        right = np.array([[case.outcome is Outcome.correct for case in verdict.cases] for verdict in called])
        names = [_case(number, case) for number, case in enumerate(called[0].cases, 1)]
        all_right = [name for name, column in zip(names, right.T, strict=True) if column.all()]
        all_wrong = [name for name, column in zip(names, right.T, strict=True) if not column.any()]
        if all_right or all_wrong:
            found.append(Idle(exercise, len(names), all_right, all_wrong))
    return found


def _each(results: Sequence[Graded]) -> Iterator[tuple[Verdict, Evidence]]:
    nothing = Evidence()
    return (
        (verdict, graded.evidence[index] if graded.evidence else nothing)
        for graded in results
        for index, verdict in enumerate(graded.verdicts)
    )


def _shortest(programs: Sequence[str]) -> str:
    return min(filter(None, programs), key=lambda text: (len(text), text), default="")


def _alike(group: list[tuple[Verdict, Evidence]]) -> list[list[tuple[Verdict, Evidence]]]:
    """A group whose answers are of the same kinds, parted by their numbers."""
    scales = np.array([[answer.scale for answer in evidence.answers] for _, evidence in group])
    means = np.array([[answer.means for answer in evidence.answers] for _, evidence in group])
    left = np.arange(len(group))
    found = []
    while left.size:
        first = left[0]
        same = _near(scales[left], scales[first], scales[first]) & _near(means[left], means[first], 1.0)
        found.append([group[index] for index in left[same]])
        left = left[~same]
    return found


def _near(values: np.ndarray[Any, Any], first: np.ndarray[Any, Any], scale: Any) -> np.ndarray[Any, Any]:
    near = np.abs(values - first) <= ALIKE * scale
    return np.asarray(near.reshape(len(values), -1).all(axis=1))


def _where(verdict: Verdict, evidence: Evidence) -> str:
    """`other values in 7, raised KeyError in 1 of 10 cases`: what they do instead."""
    each = zip(verdict.cases, evidence.answers, strict=True)
    # How it ended is in its kind, and a message of the student's is not.
    did = Counter(
        answer.kind if case.rung == "ran" else RUNGS.get(case.rung, case.rung)
        for case, answer in each
        if case.outcome is not Outcome.correct
    )
    return f"{', '.join(f'{what} in {count}' for what, count in did.items())} of {len(verdict.cases)} cases"


RUNGS = {
    "type": "another type",
    "shape": "another shape",
    "dtype": "another dtype",
    "finite": "not finite",
    "values": "other values",
    "inputs": "changed inputs",
}


def _case(number: int, case: CaseVerdict) -> str:
    return f"{number} {case.case}" if case.case else str(number)
