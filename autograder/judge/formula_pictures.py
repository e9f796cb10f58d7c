"""What can be drawn of a formula that is wrong: both formulas, and where their values part."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from autograder.judge import formula
from autograder.judge.formula_points import Domain, Point, symbols
from autograder.judge.formula_text import FormulaError, Node, parse
from autograder.judge.formula_value import OutOfRange, Undefined, evaluator
from autograder.outcome import Curves, Formulas, Picture
from autograder.pack import Output

SAMPLES = 96
# A screen shows no more, and the values travel with the verdict.
DIGITS, SHOWN = 15, 5
LARGEST = 1e9


def of(output: Output, expected: Any, got: Any, seed: str) -> list[Picture]:
    """The formulas as they are, and their curves unless these lie on each other; [] for a right answer or none.

    The expected formula is shown as an expected array is: it is this case's alone and travels in the public pack.
    """
    lines, wanted = formula.lines_of(output, got), (formula.lines_of(output, expected) or [""])[-1]
    declared = output.symbols or ""
    names = symbols(declared).names
    for number, line in enumerate(lines or []):
        try:
            gap = formula.difference(wanted, line, declared, seed)
        except FormulaError:
            return []
        if gap:
            both = Formulas(
                output=output.name, symbols=tuple(sorted(names)), expected=wanted, got=tuple(lines or []), wrong=number
            )
            trees = parse(wanted, names), parse(line, names)
            curves = None if gap.near else _curves(output.name, trees, declared, gap)
            return [both, curves] if curves else [both]
    return []


def _curves(name: str, trees: tuple[Node, Node], declared: str, gap: formula.Difference) -> Curves | None:
    """Both formulas along the first symbol that they depend on, through the point where they differ."""
    moving = formula.free_symbols(trees, declared)
    if not moving:
        return None
    axis, *others = moving
    here = gap.at[axis]
    places = sorted({*_places(symbols(declared).free[axis], here), here})
    wanted, got = (_along(tree, declared, axis, places, gap.at) for tree in trees)
    middle = places.index(here)
    return Curves(
        output=name,
        axis=axis,
        where=", ".join(f"{symbol} = {float(gap.at[symbol]):.6g}" for symbol in others),
        x=tuple(float(f"{float(place):.{SHOWN}g}") for place in places),
        expected=wanted,
        got=got,
        mark=(float(here), wanted[middle], got[middle]),
    )


def _places(domain: Domain, here: Fraction) -> list[Fraction]:
    if domain.kind == "natural":
        return [Fraction(number) for number in range(1, max(13, int(here) + 1))]
    reach = max(Fraction(4), abs(here) * Fraction(5, 4))
    kinds = {"real": (-reach, reach), "positive": (Fraction(0), reach), "negative": (-reach, Fraction(0))}
    low, high = kinds.get(domain.kind, domain.ends)
    return [low + (high - low) * number / SAMPLES for number in range(SAMPLES + 1)]


def _along(tree: Node, declared: str, axis: str, places: Sequence[Fraction], at: Point) -> tuple[float | None, ...]:
    return tuple(_value(tree, declared, {**at, axis: place}) for place in places)


def _value(tree: Node, declared: str, point: Point) -> float | None:
    computer = evaluator(DIGITS)
    try:
        value = computer.value(tree, computer.names(symbols(declared).defined, point))
    except (Undefined, OutOfRange):
        return None
    if not computer.is_real(value) or abs(value) > LARGEST:
        return None
    return float(f"{float(computer.mp.re(value)):.{SHOWN}g}")
