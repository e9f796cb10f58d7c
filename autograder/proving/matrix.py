"""The proof of an exercise: evidence that its check rejects what it must and accepts what it must."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder import oracles
from autograder.authoring import Exercise, Oracle
from autograder.course import Course
from autograder.judge import judge, tolerance
from autograder.judge.law import LEVELS, distribution_sentence, quantiles
from autograder.outcome import Answer, Law, Normal, Outcome, Status
from autograder.pack import Case, Pack
from autograder.proving.expectation import disagreement
from autograder.proving.kernels import OtherMachines
from autograder.proving.laws import drawn_answer, try_laws
from autograder.proving.margins import largest, margin, noise_of, noise_pack
from autograder.proving.power import try_mutants
from autograder.proving.proof import Evidence, Margin, Proof, Tally
from autograder.proving.silent import silent_cases
from autograder.publishing import packs
from autograder.running import inprocess
from autograder.running.sandbox import Sandbox

SECONDS = 30.0


class Workshop:
    """The processes that proving needs, started when first used: the sandbox of mutants, other BLAS kernels."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.machines = OtherMachines()

    def __enter__(self) -> "Workshop":
        return self

    def __exit__(self, *details: object) -> None:
        self.sandbox.__exit__(*details)
        self.machines.__exit__(*details)


def prove(exercise: Exercise, points: float, seconds: float, secret: str, workshop: Workshop | None = None) -> Proof:
    """Tries everything the author's file claims. Raises AuthorError when it cannot be built at all.

    With a workshop it tries mutants and measures the margins, too.
    """
    built = packs.build(exercise, points, seconds, secret)
    evidence = [
        *_expectations(exercise, built.public),
        *_oracles(exercise, built.hidden),
        *_mistakes(exercise, built),
        *_variants(exercise, built),
        _stub(exercise, built.public),
        *silent_cases(built.public),
    ]
    if workshop is None:
        return Proof(exercise=exercise.identity, evidence=tuple(evidence))
    more, tally, margin = _power(exercise, built, workshop)
    return Proof(exercise=exercise.identity, evidence=(*evidence, *more), mutants=tally, margin=margin)


def prove_all(course: Course, names: Sequence[str], step: Callable[[str], None]) -> Iterator[Proof]:
    """The proofs of exercises, with mutants and margins; `step` hears the name of each before its turn."""
    secret = packs.read_secret(course.root)
    with Workshop() as workshop:
        for name in names:
            step(name)
            yield prove(course.exercise(name), course.points(name), course.limits.seconds, secret, workshop)


def _power(exercise: Exercise, built: packs.Packs, workshop: Workshop) -> tuple[list[Evidence], Tally, Margin | None]:
    """What the cases can tell apart: mutants of the program, or of the law, and the margin of the tolerance."""
    if exercise.random:
        return try_laws(exercise, built)
    tried = try_mutants(exercise, built, workshop.sandbox)
    if exercise.symbolic:
        return tried.evidence, tried.tally, None  # a formula is equal or it is not: there is nothing to tolerate
    pack = noise_pack(exercise, built.hidden)
    noise = largest([noise_of(exercise, pack), *workshop.machines.noise(exercise, pack)])
    found, evidence = margin(built.hidden, noise, tried.wrong)
    return [*tried.evidence, evidence], tried.tally, found


def _expectations(exercise: Exercise, public: Pack) -> Iterator[Evidence]:
    """The reference against the answers the author wrote; a reference that fails elsewhere is found, too."""
    for fixed, case in zip(exercise.fixed_cases, public.cases, strict=False):
        problem = ""
        if not isinstance(case.expected, Answer):
            problem = "a random exercise has no expected values" if fixed.expect is not None else ""
        elif fixed.raises:
            if case.expected.exception != fixed.raises.__name__:
                problem = f"the reference does not raise {fixed.raises.__name__}"
        elif not case.expected.returned:
            problem = f"the reference raises {case.expected.exception}: {case.expected.text}"
        elif fixed.expect is not None:
            problem = disagreement(fixed.expect, _by_name(public, fixed.expect, case.expected.value))
        yield Evidence(kind="expect", name=fixed.name, ok=not problem, detail=problem or "agrees")
    raised = [
        f"{case.name}: {case.expected.exception}: {case.expected.text}"
        for case in public.cases[len(exercise.fixed_cases) :]
        if isinstance(case.expected, Answer) and case.expected.status is not Status.returned
    ]
    # A sampler may draw inputs that must be refused; anything but ValueError is an accident.
    for problem in (text for text in raised if ": ValueError:" not in text):
        yield Evidence(kind="expect", name="random cases", ok=False, detail=f"the reference fails on {problem}")


def _by_name(pack: Pack, expect: Any, value: Any) -> Any:
    """A tuple's outputs by name, where the author's expectation names them."""
    if isinstance(expect, dict) and pack.returns == "tuple":
        return dict(zip((output.name for output in pack.outputs), value, strict=True))
    return value


def _oracles(exercise: Exercise, pack: Pack) -> Iterator[Evidence]:
    if not exercise.oracles:
        yield Evidence(kind="oracle", name="none", ok=False, detail="an exercise needs an independent second opinion")
    for oracle in exercise.oracles:
        try:
            cases = [*pack.cases, *_own_cases(exercise, oracle)] if not oracle.dims else _own_cases(exercise, oracle)
            compared, problem = _agreement(exercise, oracle, cases)
        except Exception as failure:
            compared, problem = 0, f"{type(failure).__name__}: {failure}"
        ok = compared > 0 and not problem
        detail = problem or (f"{compared} values agree" if ok else "it was never compared: no case suits it")
        yield Evidence(kind="oracle", name=oracle.kind, ok=ok, detail=detail)


def _own_cases(exercise: Exercise, oracle: Oracle) -> list[Case]:
    """The cases written by hand, and three small fresh ones, for an oracle that fixes lengths."""
    if not oracle.dims:
        return []
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


def _agreement(exercise: Exercise, oracle: Oracle, cases: list[Case]) -> tuple[int, str]:
    """How many numbers were compared, and the first that differs."""
    compared = 0
    for case in cases:
        if isinstance(case.expected, Normal) or not isinstance(case.expected, Answer):
            count, problem = _law_agreement(exercise, oracle, case, case.expected)
            compared += count
            if problem:
                return compared, f"case “{case.name}”: {problem}"
            continue
        if not case.expected.returned:
            continue
        reference = oracles.named(exercise, case.expected.value)
        for output, value in oracles.consult(exercise, oracle, case).items():
            count, problem = _compare(oracle, np.asarray(reference[output]), np.asarray(value))
            compared += count
            if problem:
                return compared, f"case “{case.name}”{f', {output}' if output else ''}: {problem}"
    return compared, ""


def _compare(oracle: Oracle, reference: Any, value: Any) -> tuple[int, str]:
    if reference.shape != value.shape:
        return 0, f"the oracle gives shape {value.shape}, the reference {reference.shape}"
    if reference.dtype.kind not in "fc":
        same = np.array_equal(reference, value)
        return reference.size, "" if same else f"the oracle gives {value}, the reference {reference}"
    told = ~np.isnan(value) | np.isnan(reference) if oracle.gradients else np.ones(value.shape, bool)
    limit = max(tolerance.ZERO, oracles.AGREEMENT[oracle.kind] * float(np.max(np.abs(reference), initial=0.0)))
    wrong = tolerance.differs(reference, value, limit) & told
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        return 0, f"at {list(index)} the oracle gives {value[index]:.12g}, the reference {reference[index]:.12g}"
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


def _mistakes(exercise: Exercise, built: packs.Packs) -> Iterator[Evidence]:
    for mistake in exercise.mistakes:
        name = mistake.told.name
        problems = []
        for which, pack in (("hidden", built.hidden), ("public", built.public)):
            verdict = judge(pack, _answers(mistake.function, pack, name, exercise.random))
            if verdict.outcome is Outcome.correct:
                problems.append(f"the {which} pack accepts it")
            elif verdict.diagnosis != name:
                problems.append(f"the {which} pack rejects it but names {verdict.diagnosis or 'nothing'}")
        frozen = built.public.cases[0].mistakes[name]
        if mistake.expect is not None and isinstance(frozen, Answer):
            problems.append(disagreement(mistake.expect, _by_name(built.public, mistake.expect, frozen.value)))
        problems = list(filter(None, problems))
        yield Evidence(kind="mistake", name=name, ok=not problems, detail="; ".join(problems) or "rejected and named")


def _answers(function: Callable[..., Any], pack: Pack, name: str, random: bool) -> list[Answer]:
    if not random:
        return inprocess.answer_all(function, pack.cases, SECONDS)
    return [drawn_answer(case.mistakes[name], case) for case in pack.cases]


def _variants(exercise: Exercise, built: packs.Packs) -> Iterator[Evidence]:
    for number, variant in enumerate([exercise.function, *exercise.variants]):
        name = f"variant {number}" if number else "reference"
        problem = ""
        for pack in built:
            verdict = judge(pack, inprocess.answer_all(variant, pack.cases, SECONDS))
            if verdict.outcome is not Outcome.correct and not problem:
                failed = next(case for case in verdict.cases if case.outcome is not Outcome.correct)
                problem = f"{verdict.outcome.words} on {failed.case}: {verdict.message}"
        yield Evidence(kind="variant", name=name, ok=not problem, detail=problem or "accepted")


def _stub(exercise: Exercise, pack: Pack) -> Evidence:
    namespace: dict[str, Any] = {"__name__": exercise.name}
    try:
        exec(compile(pack.stub, f"<stub of {exercise.identity}>", "exec"), namespace)
        outcome = judge(pack, inprocess.answer_all(namespace[exercise.name], pack.cases, SECONDS)).outcome
        problem = "" if outcome is Outcome.not_attempted else f"it is judged {outcome.words}, expected to do"
    except Exception as failure:
        problem = f"it does not run: {type(failure).__name__}: {failure}"
    return Evidence(kind="stub", name="stub", ok=not problem, detail=problem or "to do")
