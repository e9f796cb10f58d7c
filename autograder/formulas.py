"""Formulas in an author's file: how they are declared, and what must hold of them before they are frozen.

The symbols are declared once, beside the shapes: `@exercise(symbols="z t: real, p: 0..1, a = sigmoid(z)",
returns=Formula())`. Formulas are compared at points of these domains: real, positive, negative, natural, or an
interval such as 0..1. `r: real at 0 1` adds single points, such as a kink, where the reference's convention holds;
elsewhere a kink is passed over. A symbol with = stands for a formula of those before it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from autograder.child.wire import Expression
from autograder.outcome import Answer, Law
from autograder.pack import Case, Output

if TYPE_CHECKING:
    from autograder.authoring import Exercise


def Formula(name: str = "", *, weight: float = 1.0, symbols: str = "", steps: bool = False) -> Output:  # noqa: N802
    """An output that is a formula: a text such as "2*x" or a SymPy expression, right when it is equal in value.

    symbols: for this output alone, in place of the exercise's. steps: a list of formulas is taken, too, the lines
    of a derivation; each must be equal to the answer, and the first that is not is named.
    """
    return Output(name=name, weight=weight, symbols=symbols, steps=steps)


def complete(outputs: Sequence[Output], symbols: str) -> tuple[Output, ...]:
    """The outputs, with the exercise's symbols where a formula has none. Raises ValueError: no such symbols."""
    return tuple(_complete(output, symbols) for output in outputs)


def _complete(output: Output, symbols: str) -> Output:
    if output.symbols is None:
        return output
    from autograder.judge import formula_points

    formula_points.symbols(output.symbols or symbols)
    return msgspec.structs.replace(output, symbols=output.symbols or symbols)


def as_texts(answer: Answer) -> Answer:
    """The answer with its SymPy expressions as texts: what a pack holds."""

    def text(value: object) -> object:
        if isinstance(value, dict):
            return {key: text(item) for key, item in value.items()}
        if isinstance(value, tuple | list):
            return type(value)(map(text, value))
        return value.text if isinstance(value, Expression) else value

    return msgspec.structs.replace(answer, value=text(answer.value))


def by_output(exercise: "Exercise", value: Any) -> list[tuple[Output, Any]]:
    """The formulas in what the reference or an oracle returned, with their outputs; some, where a dict has some."""
    if exercise.single_output:
        found = {"": value}
    elif isinstance(value, dict):
        found = value
    else:
        found = dict(zip((output.name for output in exercise.outputs), value, strict=False))
    return [(o, found[o.name]) for o in exercise.outputs if o.symbols is not None and o.name in found]


def unusable(exercise: "Exercise", expected: Answer | Law) -> str:
    """Why the reference's formulas cannot be judged; '' when they can, or when there are none."""
    if not exercise.symbolic or not isinstance(expected, Answer) or not expected.returned:
        return ""
    from autograder.judge import formula

    for output, part in by_output(exercise, expected.value):
        lines = formula.lines_of(output, part)
        if lines is None:
            return f"the reference's {output.name or 'answer'} is no formula: {part!r:.80}"
        problem = formula.unusable(lines[-1], output.symbols or "", exercise.identity)
        broken = None if problem else formula.finding(output, lines[-1], part, exercise.identity)
        if problem or broken:
            return problem or f"the reference's own steps are not equal: {broken[1] if broken else ''}"
    return ""


def as_written(exercise: "Exercise", case: Case, expect: Any) -> Case:
    """The case with the formulas as the author wrote them in `expect`, where these are equal to the reference's."""
    from autograder.judge import formula

    if expect is None or not isinstance(case.expected, Answer) or not case.expected.returned:
        return case
    wanted = {output.name: part for output, part in by_output(exercise, expect)}
    same = {
        output.name: wanted[output.name]
        for output, part in by_output(exercise, case.expected.value)
        if isinstance(wanted.get(output.name), str)
        and formula.alike(output, part, wanted[output.name], exercise.identity)
    }
    value = case.expected.value
    if exercise.single_output:
        value = same.get("", value)
    elif isinstance(value, dict):
        value = {**value, **same}
    else:
        value = tuple(same.get(o.name, part) for o, part in zip(exercise.outputs, value, strict=True))
    return msgspec.structs.replace(case, expected=msgspec.structs.replace(case.expected, value=value))
