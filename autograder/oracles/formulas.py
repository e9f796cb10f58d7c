"""Oracles of an exercise whose answers are formulas: they are given its texts and return formulas."""

from fractions import Fraction
from typing import Any

from autograder import oracles
from autograder.authoring import Exercise
from autograder.child import wire
from autograder.judge import formula
from autograder.judge.formula_points import points, symbols
from autograder.judge.formula_text import parse
from autograder.judge.formula_value import OutOfRange, Undefined, evaluator
from autograder.oracle_kinds import Oracle
from autograder.outcome import Answer
from autograder.pack import Case, Output

STEP = Fraction(1, 10**15)


def consulted(exercise: Exercise, oracle: Oracle, case: Case) -> dict[str, Any]:
    """The oracle's outputs for a case, by name; where a formula is equal to the reference's, in its very words."""
    returned = oracle.function(*oracles.arguments(case).values())
    blobs: list[bytes] = []
    tree = wire.dump(returned, blobs)
    found = oracles.named(exercise, wire.load(tree, blobs))
    if not isinstance(case.expected, Answer):
        return found
    reference = oracles.named(exercise, case.expected.value)
    for output in exercise.outputs:
        if output.symbols is None or output.name not in found:
            continue
        value = found[output.name]
        if oracle.kind == "finite differences":
            found[output.name] = _slopes(output, reference[output.name], value, exercise.identity)
            continue
        same = formula.alike(output, reference[output.name], value, exercise.identity)
        found[output.name] = reference[output.name] if same else formula.text_of(value) or value
    return found


def _slopes(output: Output, derivative: Any, forward: Any, seed: str) -> Any:
    """The derivative in its own words where it is the slope of `forward` at every point; else what the slope is.

    The slope along the first symbol, by central differences: with 60 digits and a step of 10⁻¹⁵ their error is
    about 10⁻³⁰ of the third derivative.
    """
    declared = output.symbols or ""
    known = symbols(declared)
    computer, (along, *_) = evaluator(formula.DIGITS), known.free
    lines = formula.lines_of(output, derivative)
    slope_of, value_of = parse((lines or [""])[-1], known.names), parse(formula.text_of(forward) or "", known.names)
    compared = 0
    for point in points(declared, seed)[: formula.POINTS * 3 // 2]:
        beside = [{**point, along: point[along] + step} for step in (STEP, -STEP)]
        try:
            expected = computer.value(slope_of, computer.names(known.defined, point))
            above, below = (computer.value(value_of, computer.names(known.defined, at)) for at in beside)
        except (Undefined, OutOfRange):
            continue
        slope = (above - below) * (STEP.denominator // 2)
        # At a kink there is no slope, so a point declared with `at` says nothing.
        if point[along] in known.free[along].at:
            continue
        if abs(slope - expected) > 1e-20 * max(1, abs(expected)):
            return f"a slope of {computer.digits(slope, 10)} at {along} = {float(point[along]):.6g}"
        compared += 1
    return derivative if compared >= formula.ENOUGH else "a slope at too few points"
