"""The reference against its oracles: values that must agree, relations that must hold."""

from collections.abc import Iterator, Sequence

import numpy as np

from autograder import oracles
from autograder.authoring import Exercise
from autograder.judge import tolerance
from autograder.judge.law import LEVELS, distribution_sentence, quantiles
from autograder.oracle_kinds import Oracle
from autograder.oracles.relations import objection
from autograder.outcome import Answer, HeldOut, Law
from autograder.pack import Case, Pack
from autograder.proving.proof import Evidence
from autograder.proving.scores import opinion_on_training
from autograder.publishing import packs
from autograder.running import inprocess

NONE = "an exercise needs an independent second opinion on its reference: declare one with .oracle"
RELATIONS_ONLY = (
    "relations leave the reference a choice (a constant is unmoved by a shift as softmax is): "
    "declare an oracle that gives the value, too"
)
# A difference that is silent at more than every second element has not looked at the reference.
SILENT = 0.5


def second_opinions(exercise: Exercise, pack: Pack) -> Iterator[Evidence]:
    """What each oracle says of the reference on the cases of `pack`."""
    if not any(oracle.pins for oracle in exercise.oracles):
        said = RELATIONS_ONLY if exercise.oracles else NONE
        yield Evidence(kind="oracle", name="none", ok=False, detail=said)
    for oracle in exercise.oracles:
        try:
            ok, detail = (_opinion if oracle.pins else _relation)(exercise, oracle, pack)
        except Exception as failure:
            ok, detail = False, f"{type(failure).__name__}: {failure}"
        yield Evidence(kind="oracle", name=oracle.kind, ok=ok, detail=detail)


def _opinion(exercise: Exercise, oracle: Oracle, pack: Pack) -> tuple[bool, str]:
    """Whether an oracle agrees wherever it has an opinion, and has one often enough."""
    cases = _own_cases(exercise, oracle) if oracle.dims else pack.cases
    compared, silent, problem = _agreement(exercise, oracle, cases)
    if problem:
        return False, problem
    if not compared:
        return False, "it was never compared: no case suits it"
    without = f", {silent} without an opinion" if silent else ""
    if silent > SILENT * (compared + silent):
        return False, f"{compared} values agree{without}: more than half lie at a kink, so choose other inputs"
    return True, f"{compared} values agree{without}"


def _own_cases(exercise: Exercise, oracle: Oracle) -> list[Case]:
    """The cases written by hand, and three small fresh ones, for an oracle that fixes lengths."""
    fixed = [
        packs.freeze(
            exercise, case.name, {n: case.inputs[n] for n in exercise.arguments if n in case.inputs}, "", hidden=False
        )
        for case in exercise.fixed_cases
    ]
    drawn = exercise.drawn_cases[0]._replace(dims=oracle.dims)
    rng = packs.generator(exercise.identity, "oracle", oracle.kind)
    fresh = (packs.draw_inputs(exercise, drawn, rng) for _ in range(3))
    return [*fixed, *(packs.freeze(exercise, "fresh", inputs, "", hidden=False) for inputs in fresh)]


def _agreement(exercise: Exercise, oracle: Oracle, cases: Sequence[Case]) -> tuple[int, int, str]:
    """How many numbers were compared, of how many there was no opinion, and the first that differs."""
    compared = silent = 0
    for case in cases:
        if isinstance(case.expected, HeldOut):
            count, problem = opinion_on_training(exercise, oracle, case, case.expected)
            compared += count
            if problem:
                return compared, silent, f"case “{case.name}”: {problem}"
            continue
        if not isinstance(case.expected, Answer):
            count, problem = _law_agreement(exercise, oracle, case, case.expected)
            compared += count
            if problem:
                return compared, silent, f"case “{case.name}”: {problem}"
            continue
        if not case.expected.returned:
            continue
        for opinion in oracles.opinions(exercise, oracle, case):
            told, problem = _compare(oracle, opinion)
            compared, silent = compared + told, silent + opinion.reference.size - told
            if problem:
                output = f", {opinion.output}" if opinion.output else ""
                return compared, silent, f"case “{case.name}”{output}: {problem}"
    return compared, silent, ""


def _compare(oracle: Oracle, opinion: oracles.Opinion) -> tuple[int, str]:
    reference, value = opinion.reference, opinion.value
    if reference.shape != value.shape:
        return 0, f"the oracle gives shape {value.shape}, the reference {reference.shape}"
    if reference.dtype.kind not in "fc":
        same = np.array_equal(reference, value)
        return reference.size, "" if same else f"the oracle gives {value}, the reference {reference}"
    told = ~np.isnan(value) | np.isnan(reference) if oracle.gradients else np.ones(value.shape, bool)
    size = float(np.max(np.abs(reference), initial=0.0)) if opinion.size is None else opinion.size
    wrong = tolerance.differs(reference, value, max(tolerance.ZERO, oracles.AGREEMENT[oracle.kind] * size)) & told
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = f"along direction {index[0] + 1}" if oracle.directions else f"at {list(index)}"
        return 0, f"{where} the oracle gives {value[index]:.12g}, the reference {reference[index]:.12g}"
    return int(told.sum()), ""


def _law_agreement(exercise: Exercise, oracle: Oracle, case: Case, law: Law) -> tuple[int, str]:
    """An oracle on a law: draws that must follow it, or scipy's distribution with the same function."""
    value = oracle.function(*oracles.arguments(case).values())
    if oracle.kind == "law":
        from scipy.stats import kstest

        gap = float(np.max(np.abs(value.cdf(quantiles(law)) - LEVELS)))
        if gap > 1e-12:
            return 0, f"the law's distribution function is off by {gap:.3g} from scipy's"
        drawn = inprocess.answer(exercise.function, case)
        chance = float(kstest(np.ravel(drawn.value[0]), value.cdf).pvalue) if drawn.returned else 0.0
        return LEVELS.size, "" if chance > 1e-6 else f"the reference's draws have p = {chance:.2g} under scipy's law"
    draws = np.asarray(value, dtype=float)
    return draws.size, distribution_sentence([draws], law)


def _relation(exercise: Exercise, oracle: Oracle, pack: Pack) -> tuple[bool, str]:
    """Whether a relation holds of the reference in every case, and tells at least one mistake from it."""
    cases = [case for case in pack.cases if isinstance(case.expected, Answer) and case.expected.returned]
    for case in cases:
        problem = objection(oracle, exercise.function, case)
        if problem:
            return False, f"“{oracle.says}” does not hold in case “{case.name}”: {problem}"
    told = [each for each in exercise.mistakes if any(objection(oracle, each.function, case) for case in cases)]
    if not cases or not told:
        return False, f"“{oracle.says}” holds of every known mistake, too, so it says nothing"
    return True, f"“{oracle.says}” holds in {len(cases)} cases; it tells {_of(len(told), len(exercise.mistakes))}"


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole} mistakes from the reference"
