"""The proof of an exercise: evidence that its check rejects what it must and accepts what it must."""

import gc
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from autograder.authoring import Exercise
from autograder.course import Course
from autograder.judge import judge
from autograder.outcome import Answer, HeldOut, Outcome, Status
from autograder.pack import Pack
from autograder.proving.expectation import disagreement
from autograder.proving.identities import identities
from autograder.proving.kernels import OtherMachines
from autograder.proving.laws import drawn_answer, try_laws
from autograder.proving.margins import largest, margin, noise_of, noise_pack
from autograder.proving.power import try_mutants
from autograder.proving.proof import Evidence, Margin, Proof, Tally
from autograder.proving.scores import cpu_budget, try_scores
from autograder.proving.second_opinions import second_opinions
from autograder.proving.silent import silent_cases
from autograder.proving.suspects import Suspects
from autograder.proving.verdicts import rule
from autograder.publishing import leaks, packs
from autograder.publishing.drafts import to_do
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
        *second_opinions(exercise, built.hidden),
        *identities(exercise, built.public),
        *_mistakes(exercise, built),
        *_variants(exercise, built),
        _stub(exercise, built.public),
        *_hints(exercise, built.public),
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
            gc.freeze()  # else every collection walks through all that PyTorch and SymPy are made of
            proof = prove(course.exercise(name), course.points(name), course.limits.seconds, secret, workshop)
            yield msgspec.structs.replace(proof, evidence=(*_written(course, name), *proof.evidence))


def _written(course: Course, name: str) -> Iterator[Evidence]:
    """What the author has still to write; nothing when no place says TODO."""
    if left := to_do(course, name):
        places = f"{len(left)} place{'s' if len(left) > 1 else ''}"
        yield Evidence(kind="to do", name=f"in {places}", ok=False, detail="\n".join(left))


def _power(exercise: Exercise, built: packs.Packs, workshop: Workshop) -> tuple[list[Evidence], Tally, Margin | None]:
    """What the cases can tell apart: mutants of the program, or of the law, and the margin of the tolerance."""
    if exercise.random:
        return try_laws(exercise, built)
    tried = try_scores(exercise, built) if exercise.training else try_mutants(exercise, built, workshop.sandbox)
    if exercise.symbolic:
        return tried.evidence, tried.tally, None  # a formula is equal or it is not: there is nothing to tolerate
    pack = noise_pack(exercise, built.public)
    noise = largest([noise_of(exercise, pack), *workshop.machines.noise(exercise, pack)])
    found, evidence = margin(built.hidden, noise, tried.wrong, exercise.narrow_margin)
    return [*tried.evidence, evidence], tried.tally, found


def _expectations(exercise: Exercise, public: Pack) -> Iterator[Evidence]:
    """The reference against the answers the author wrote; a reference that fails elsewhere is found, too."""
    for fixed, case in zip(exercise.fixed_cases, public.cases, strict=False):
        problem = ""
        if isinstance(case.expected, HeldOut):
            if fixed.expect is not None and case.expected.error > fixed.expect:
                problem = f"the reference's error is {case.expected.error:g}, expected at most {fixed.expect:g}"
        elif not isinstance(case.expected, Answer):
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


def _mistakes(exercise: Exercise, built: packs.Packs) -> Iterator[Evidence]:
    tried = [(which, pack, Suspects(pack)) for which, pack in (("hidden", built.hidden), ("public", built.public))]
    for mistake in exercise.mistakes:
        name = mistake.told.name
        problems = []
        # The hidden pack ends with the public cases. Nobody reads what is said of them, so they are only ruled.
        answers = _answers(mistake.function, built.hidden, name, exercise.random)
        for which, pack, suspects in tried:
            ruling = rule(pack, answers[-len(pack.cases) :], suspects)
            if ruling.correct:
                problems.append(f"the {which} pack accepts it")
            elif ruling.diagnosis != name:
                problems.append(f"the {which} pack rejects it but names {ruling.diagnosis or 'nothing'}")
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
        answers = inprocess.answer_all(variant, built.hidden.cases, SECONDS)
        for pack in built:
            verdict = judge(pack, answers[-len(pack.cases) :])
            if verdict.outcome is not Outcome.correct and not problem:
                failed = next(case for case in verdict.cases if case.outcome is not Outcome.correct)
                problem = f"{verdict.outcome.words} on {failed.case}: {verdict.message}"
        yield Evidence(kind="variant", name=name, ok=not problem, detail=problem or "accepted")
    if exercise.training:
        yield cpu_budget(exercise, built.hidden)


def _stub(exercise: Exercise, pack: Pack) -> Evidence:
    namespace: dict[str, Any] = {"__name__": exercise.name}
    try:
        exec(compile(pack.stub, f"<stub of {exercise.identity}>", "exec"), namespace)
        outcome = judge(pack, inprocess.answer_all(namespace[exercise.name], pack.cases, SECONDS)).outcome
        problem = "" if outcome is Outcome.not_attempted else f"it is judged {outcome.words}, expected to do"
    except Exception as failure:
        problem = f"it does not run: {type(failure).__name__}: {failure}"
    return Evidence(kind="stub", name="stub", ok=not problem, detail=problem or "to do")


def _hints(exercise: Exercise, pack: Pack) -> Iterator[Evidence]:
    """That no hint gives the solution away; nothing where there are none."""
    for name, problem in zip(("question", "idea", "example"), leaks.in_hints(exercise, pack), strict=False):
        yield Evidence(kind="hint", name=name, ok=not problem, detail=problem or "does not solve it")
