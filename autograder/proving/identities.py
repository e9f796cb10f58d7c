"""Formulas that the judge takes for equal, proven equal: a word that does not rest on points.

The judge compares at points alone, so that a verdict hangs neither on SymPy's version nor on a clock. Here, where an
author waits, SymPy simplifies what the judge took for equal. That it finds no proof says nothing; a proof that two
of them differ would show that the points were fooled.
"""

from collections.abc import Iterator

from autograder.authoring import Exercise
from autograder.judge import formula
from autograder.judge.ladder import outputs_of
from autograder.oracles.simplification import Prover
from autograder.outcome import Answer
from autograder.pack import Pack
from autograder.proving.proof import Evidence
from autograder.running import inprocess

SECONDS = 30.0
# A proof takes a tenth of a second or minutes, and a few say as much as many.
CASES, GIVEN_UP = 1, 2


def identities(exercise: Exercise, public: Pack, prover: Prover | None = None) -> Iterator[Evidence]:
    """Whether the forms of the right answer, the author's and the variants', are proven equal in the first case."""
    if not exercise.symbolic:
        return
    pairs = list(dict.fromkeys(_pairs(exercise, public)))
    proven, unknown, wrong = 0, 0, ""
    with prover or Prover() as asked:
        for wanted, line, declared in pairs:
            if unknown == GIVEN_UP:
                break
            word = asked.ask(wanted, line, declared)
            proven += word.equal is True
            unknown += word.equal is None
            if word.equal is False and not wrong:
                wrong = f"{wanted} and {line} agree at every point, but SymPy says that they differ: {word.difference}"
    detail = f"{proven} of {len(pairs)} forms are proven equal, the others agree at {formula.POINTS} points"
    yield Evidence(kind="oracle", name="proof", ok=not wrong, detail=wrong or detail)


def _pairs(exercise: Exercise, public: Pack) -> Iterator[tuple[str, str, str]]:
    """An expected formula and another form of it, with their symbols."""
    for case in public.cases[:CASES]:
        expected = outputs_of(public, case.expected.value) if isinstance(case.expected, Answer) else None
        for function in [exercise.function, *exercise.variants]:
            got = outputs_of(public, inprocess.answer(function, case, SECONDS).value)
            for output in public.outputs:
                if output.symbols is None or not expected or not got:
                    continue
                wanted = (formula.lines_of(output, expected[output.name]) or [""])[-1]
                for line in formula.lines_of(output, got[output.name]) or []:
                    if line != wanted and formula.alike(output, wanted, line, exercise.identity):
                        yield wanted, line, output.symbols
