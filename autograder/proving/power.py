"""Does the hidden pack reject every mutant that is really wrong, and is what it says of them true?"""

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from autograder.authoring import AuthorError, Exercise
from autograder.judge import wording
from autograder.judge.ladder import climb, outputs_of
from autograder.outcome import Answer, Outcome
from autograder.pack import Case
from autograder.proving import distance, fresh, mutants
from autograder.proving.proof import Evidence, Tally
from autograder.proving.suspects import Suspects
from autograder.proving.trials import Trials
from autograder.proving.verdicts import Ruling, rule
from autograder.publishing.packs import Packs
from autograder.running import inprocess
from autograder.running.sandbox import Sandbox

# A mutant is equivalent when it agrees with the reference on so many fresh inputs.
DRAWN, EDGED = 1400, 700
# Of formulas fewer: SymPy takes its time, and each pair is compared at 48 points.
FORMULAS = 60
# An explanation must hold on so many fresh inputs besides the cases it was found on.
EXPLAINED_ON = 20
# So many inputs are judged at first, then all others.
FEW = 50
# What a mutant may take in all cases: many times what the reference takes, and no less than this.
SECONDS, TIMES = 0.1, 10


class Tried(NamedTuple):
    """wrong: of the rejected mutants that return numbers in the right form, how far off each is (see distance)."""

    evidence: list[Evidence]
    tally: Tally
    wrong: dict[str, float]


def try_mutants(exercise: Exercise, built: Packs, sandbox: Sandbox) -> Tried:
    """Judges every mutant of a value exercise by its hidden pack, and looks closely at those that pass."""
    made = mutants.of(exercise)
    began = time.process_time()
    inprocess.answer_all(exercise.function, built.hidden.cases, 60.0)
    seconds = max(SECONDS, TIMES * (time.process_time() - began))
    # As the last of them the reference itself: a program that cannot stand alone would make all of them die.
    made = made._replace(mutants=[*made.mutants, mutants.Mutant("nothing", made.reference)])
    trials = Trials(sandbox, made, built.hidden, seconds)
    answers = dict(trials.answers(range(len(made.mutants)), built.hidden.cases))
    unchanged = rule(built.hidden, answers.pop(len(made.mutants) - 1))
    suspects = Suspects(built.hidden)
    verdicts = {number: rule(built.hidden, given, suspects) for number, given in answers.items()}
    passed = [number for number, verdict in verdicts.items() if verdict.correct]
    judging = Judging(exercise, built, trials, answers, verdicts)
    told = judging.tell_apart(passed)
    names = {number: mutant.change for number, mutant in enumerate(made.mutants)}
    killed = [number for number in verdicts if number not in set(passed)]
    unjudged = {Outcome.grader_error, Outcome.missing}
    lost = [number for number in killed if unjudged.intersection(verdicts[number].failed)]
    public = len(built.public.cases)
    tally = Tally(
        total=len(verdicts),
        killed=len(killed),
        public=sum(any(verdicts[number].failed[-public:]) for number in killed),
        explained=sum(verdict.diagnosis is not None for verdict in verdicts.values()),
        inputs=judging.drawn + judging.edged if passed else 0,
        equivalent=tuple(names[number] for number in passed if number not in told),
        survivors=tuple(names[number] for number in told),
    )
    evidence = [
        *(Evidence(kind="mutant", name=names[n], ok=False, detail=verdicts[n].message) for n in lost),
        *(Evidence(kind="mutant", name=names[n], ok=False, detail=said) for n, said in told.items()),
        *judging.false_explanations(killed, names),
    ]
    if not unchanged.correct:
        said = f"its program is rejected where it stands by itself, so the mutants show nothing: {unchanged.message}"
        evidence.append(Evidence(kind="mutant", name="the reference", ok=False, detail=said))
    if not any(item.kind == "mutant" for item in evidence):
        said = f"{tally.killed} of {tally.total} rejected, the others equivalent on {tally.inputs} inputs"
        evidence.append(Evidence(kind="mutant", name="mutants", ok=True, detail=said))
    far = {names[number]: verdicts[number].distance for number in killed}
    return Tried(evidence, tally, {name: value for name, value in far.items() if np.isfinite(value)})


class Judging:
    """The mutants of one exercise with their answers and verdicts."""

    def __init__(
        self,
        exercise: Exercise,
        built: Packs,
        trials: Trials,
        answers: dict[int, list[Answer]],
        verdicts: dict[int, Ruling],
    ) -> None:
        self.exercise = exercise
        self.built = built
        self.trials = trials
        self.answers = answers
        self.verdicts = verdicts
        self.cases: dict[int, Case | None] = {}
        self.drawn, self.edged = (FORMULAS, 0) if exercise.symbolic else (DRAWN, EDGED)

    def tell_apart(self, passed: Sequence[int]) -> dict[int, str]:
        """For each of these mutants that is not the reference's equal: an input that shows it."""
        if not passed:
            return {}
        drawn = fresh.mostly_small(self.exercise, self.drawn, "equivalence")
        written = [case.inputs for case in self.built.public.cases]
        inputs = [*drawn, *fresh.edged(self.exercise, [*written, *drawn], self.edged)]
        unlike = self.trials.unlike(passed, inputs, self.trials.seconds * 25)
        told = {number: self._told(number, inputs, indices) for number, indices in unlike.items()}
        return {number: said for number, said in told.items() if said}

    def _told(self, number: int, inputs: Sequence[fresh.Inputs], indices: Sequence[int]) -> str:
        """The first of these inputs at which the judge rejects the mutant, in words; '' when it never does."""
        # Where the judge does reject it, a few inputs mostly show that; each group costs a process.
        for group in (indices[:FEW], indices[FEW:]):
            some = [index for index in group if self._case(index, inputs[index])]
            cases = [case for index in some if (case := self.cases[index])]
            if not cases:
                continue
            ((_, answers),) = self.trials.answers([number], cases)
            for index, case, answer in zip(some, cases, answers, strict=True):
                found = next(filter(None, climb(self.built.public, case, answer).values()), None)
                if found:
                    where = "an input at the edge" if index >= self.drawn else "a fresh input"
                    call = wording.call(self.built.public, case)
                    return f"every case accepts it, though {where} tells it apart:\n{call}\n{found.sentence}"
        return ""

    def _case(self, index: int, inputs: fresh.Inputs) -> Case | None:
        """A fresh input as a case; None when it lies outside of what the exercise is about.

        What is drawn as cases are drawn lies inside. At the edge the author's variants decide: where right
        answers differ from each other, anything is as good.
        """
        if index not in self.cases:
            try:
                case = fresh.frozen(self.exercise, f"input {index}", inputs)
            except AuthorError:
                self.cases[index] = None
            else:
                self.cases[index] = case if index < self.drawn or self._inside(case) else None
        return self.cases[index]

    def _inside(self, case: Case) -> bool:
        expected = case.expected
        assert isinstance(expected, Answer)
        if not expected.returned:
            meant = {fixed.raises.__name__ for fixed in self.exercise.fixed_cases if fixed.raises}
            if expected.exception not in meant | {"ValueError"}:
                return False
        elif not all(map(_finite, (outputs_of(self.built.public, expected.value) or {}).values())):
            return False
        right = (inprocess.answer(variant, case, 5.0) for variant in self.exercise.variants)
        return all(not any(climb(self.built.public, case, answer).values()) for answer in right)

    def false_explanations(self, killed: Sequence[int], names: dict[int, str]) -> list[Evidence]:
        """A diagnosis that fits the cases must fit fresh inputs, too."""
        diagnosed = [number for number in killed if self.verdicts[number].diagnosis]
        if not diagnosed:
            return []
        drawn = fresh.mostly_small(self.exercise, EXPLAINED_ON, "explanation")
        cases = [fresh.frozen(self.exercise, f"input {n}", inputs, mistakes=True) for n, inputs in enumerate(drawn)]
        pack = msgspec.structs.replace(self.built.hidden, cases=(*self.built.hidden.cases, *cases))
        suspects, found = Suspects(pack), []
        for number, answers in self.trials.answers(diagnosed, cases):
            before = self.verdicts[number].diagnosis
            after = rule(pack, [*self.answers[number], *answers], suspects).diagnosis
            if after != before:
                said = f"it is told to be “{before}”; on fresh inputs it is {f'“{after}”' if after else 'not'}"
                found.append(Evidence(kind="explanation", name=names[number], ok=False, detail=said))
        return found


def _finite(value: Any) -> bool:
    return not isinstance(value, distance.NUMBERS) or bool(np.isfinite(value).all())
