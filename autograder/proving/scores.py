"""The power of a training exercise's score: which parameters it tells from well trained ones."""

import time
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from autograder import oracles
from autograder.authoring import Exercise
from autograder.judge import judge, training
from autograder.oracle_kinds import Oracle
from autograder.outcome import Answer, HeldOut, Outcome, Status
from autograder.pack import Case, Pack
from autograder.proving import fresh
from autograder.proving.power import Tried
from autograder.proving.proof import Evidence, Tally
from autograder.publishing import packs
from autograder.publishing.training_cases import parameters
from autograder.running import inprocess

SECONDS = 60.0
# What passes, and what is explained, is looked at on so many fresh cases more.
FRESH = 3
# The slowest right way may take this share of the computing time that students have.
HALF = 0.5
# Who learned from other data must be rejected wherever the data are not those.
ELSEWHERE = ("trained on the public data", "trained on targets in another order", "not trained")

Parameters = dict[str, Any]


def opinion_on_training(exercise: Exercise, oracle: Oracle, case: Case, held: HeldOut) -> tuple[int, str]:
    """An oracle that trains, or is trained: is the reference as good as it? How many rows were compared, and why not.

    The oracle takes the case's inputs and the held-out rows, and returns what it says of these rows; or None, where
    it has learned something else.
    """
    assert exercise.training
    asked = msgspec.structs.replace(case, inputs={**case.inputs, "held-out rows": held.x})
    said = oracles.said(exercise, oracle, asked)
    if said is None:
        return 0, ""
    error = training.error(np.reshape(said, held.y.shape), held)
    start = training.constant(held)
    if not error < start:
        return held.y.size, f"the oracle's error is {error:.3g}: no better than the best constant answer"
    reached = (start - held.error) / (start - error)
    if reached < exercise.training.enough:
        return (
            held.y.size,
            f"the reference's error is {held.error:.3g}, the oracle's {error:.3g}: it is trained too little",
        )
    return held.y.size, ""


def cpu_budget(exercise: Exercise, pack: Pack) -> Evidence:
    """Whether every right way to train stays well within the computing time that students have."""
    spent = []
    for function in (exercise.function, *exercise.variants):
        began = time.process_time()
        inprocess.answer_all(function, pack.cases, SECONDS)
        spent.append(time.process_time() - began)
    detail = (
        f"the reference computes for {spent[0]:.2g} s, the slowest variant for {max(spent):.2g} s of {pack.seconds:g}"
    )
    return Evidence(kind="variant", name="computing time", ok=max(spent) <= HALF * pack.seconds, detail=detail)


def try_scores(exercise: Exercise, built: packs.Packs) -> Tried:
    """Judges parameters that are not, or not well, trained; looks closely at those that pass or are explained."""
    drawn = fresh.drawn(exercise, FRESH, "scores")
    more = [fresh.frozen(exercise, f"input {n}", inputs, mistakes=True) for n, inputs in enumerate(drawn)]
    wider = msgspec.structs.replace(built.hidden, cases=(*built.hidden.cases, *more))
    hidden, public = len(built.hidden.cases), len(built.public.cases)
    evidence: list[Evidence] = []
    counted = {"killed": 0, "public": 0, "explained": 0}
    equivalent: list[str] = []
    survivors: list[str] = []
    for name, answers in _mutants(exercise, wider, built.public.cases[0]):
        verdict, fuller = judge(built.hidden, answers[:hidden]), judge(wider, answers)
        counted["killed"] += not verdict.correct
        counted["public"] += any(case.outcome is not Outcome.correct for case in verdict.cases[-public:])
        counted["explained"] += verdict.diagnosis is not None
        if verdict.correct:
            (equivalent if fuller.correct else survivors).append(name)
        # By how near it comes a mistake is named, so on more data there may be no name. Another one is a fault.
        if verdict.diagnosis and fuller.diagnosis not in (verdict.diagnosis, None):
            said = f"it is told to be “{verdict.diagnosis}”, and on fresh data “{fuller.diagnosis}”"
            evidence.append(Evidence(kind="explanation", name=name, ok=False, detail=said))
        if name in ELSEWHERE:
            passed = [case.case for case in verdict.cases[:-public] if case.outcome is Outcome.correct]
            said = f"accepted in {', '.join(passed)}" if passed else f"earns {verdict.score / verdict.max_score:.0%}"
            evidence.append(Evidence(kind="mutant", name=name, ok=not passed, detail=said))
    evidence += [
        Evidence(kind="mutant", name=name, ok=False, detail="the hidden pack accepts it") for name in survivors
    ]
    total = counted["killed"] + len(equivalent) + len(survivors)
    tally = Tally(total=total, inputs=FRESH, equivalent=tuple(equivalent), survivors=tuple(survivors), **counted)
    return Tried(evidence, tally, {})


def _mutants(exercise: Exercise, pack: Pack, public: Case) -> Iterator[tuple[str, list[Answer]]]:
    """What is wrong with these parameters, and they, for all cases of a pack."""
    cases = pack.cases
    trained = [_trained(exercise, case.inputs) for case in cases]
    start = [
        {name: case.inputs.get(name, value) for name, value in to.items()}
        for case, to in zip(cases, trained, strict=True)
    ]
    yield ELSEWHERE[2], [_answer(pack, each) for each in start]
    by_public = _trained(exercise, public.inputs)
    yield ELSEWHERE[0], [_answer(pack, by_public) for _ in cases]
    yield ELSEWHERE[1], [_answer(pack, _trained(exercise, _reordered(exercise, case))) for case in cases]
    yield (
        "half of the way",
        [
            _answer(pack, {name: (before[name] + to[name]) / 2 for name in to})
            for before, to in zip(start, trained, strict=True)
        ],
    )
    for name in trained[0]:
        for what, change in (("zero", 0.0), ("with the opposite sign", -1.0), ("twice as large", 2.0)):
            changed = ({**each, name: each[name] * change} for each in trained)
            yield f"{name} {what}", [_answer(pack, each) for each in changed]
        if name in public.inputs:
            untrained = ({**to, name: before[name]} for before, to in zip(start, trained, strict=True))
            yield f"{name} not trained", [_answer(pack, each) for each in untrained]


def _trained(exercise: Exercise, inputs: Parameters) -> Parameters:
    """The reference's parameters for these inputs."""
    case = Case(name="", inputs=inputs, expected=Answer(status=Status.lost), mistakes={}, dims={})
    return parameters(exercise, inprocess.answer(exercise.function, case).value)


def _reordered(exercise: Exercise, case: Case) -> Parameters:
    """The inputs with the targets of other rows."""
    assert exercise.training
    targets = np.asarray(case.inputs[exercise.training.targets])
    order = packs.generator(exercise.identity, "targets", case.name).permutation(targets.size)
    return {**case.inputs, exercise.training.targets: targets.ravel()[order].reshape(targets.shape)}


def _answer(pack: Pack, values: Parameters) -> Answer:
    """Parameters in the form in which the exercise wants them."""
    named = {output.name: values[output.name] for output in pack.outputs}
    forms = {"dict": named, "tuple": tuple(named.values()), "one": next(iter(named.values()))}
    return Answer(status=Status.returned, value=forms[pack.returns])
