"""What can be drawn of a wrong answer to a public case: data, for the feedback to draw."""

from collections.abc import Sequence
from typing import Any

from autograder.judge import elementwise, heat_maps, learned, lines
from autograder.judge.ladder import Findings, outputs_of
from autograder.outcome import Answer, HeldOut, Picture
from autograder.pack import Output, Pack

# As many formulas as the message has sentences for.
MOST = 3


def of(pack: Pack, answers: Sequence[Answer], findings: Findings, number: int) -> tuple[Picture, ...]:
    """The pictures of the case of this number; () where there is nothing to see, or to be shown.

    answers: to all cases. findings: of that case.
    """
    case, answer = pack.cases[number], answers[number]
    if isinstance(case.expected, HeldOut) and not case.hidden:
        return learned.of(pack, case.expected, answer, findings)
    if case.hidden or not answer.returned or not isinstance(case.expected, Answer) or not case.expected.returned:
        return ()
    wanted, got = outputs_of(pack, case.expected.value), outputs_of(pack, answer.value)
    if not wanted or not got:
        return ()
    wrong = [output for output in pack.outputs if (found := findings[output.name]) and found.rung != "inputs"]
    formulas = [output for output in wrong if output.symbols is not None]
    if formulas or not wrong:
        return tuple(_formulas(formulas, wanted, got, pack.exercise))
    several = lines.of(pack, findings, wanted, got) if len(pack.outputs) > 1 else None
    first = wrong[0]  # what follows may follow from it
    curves = elementwise.of(pack, answers, number, first)
    differences = heat_maps.of(first, wanted[first.name], got[first.name], pack.tolerance)
    if curves and differences and "=" not in "".join(differences.marks):
        differences = None  # it would say no more than that everything differs
    return tuple(picture for picture in (several, curves, differences) if picture)


def _formulas(wrong: Sequence[Output], wanted: dict[str, Any], got: dict[str, Any], seed: str) -> list[Picture]:
    drawn: list[Picture] = []
    for output in wrong[:MOST]:
        from autograder.judge import formula_pictures

        drawn += formula_pictures.of(output, wanted[output.name], got[output.name], seed)
    return drawn
