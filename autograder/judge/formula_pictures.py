"""What can be drawn of a formula that is wrong: both formulas, and where their values part."""

import functools
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
            curves = None if gap.near else _curves(output.name, (wanted, line), declared, gap)
            return [both, curves] if curves else [both]
    return []


def _curves(name: str, texts: tuple[str, str], declared: str, gap: formula.Difference) -> Curves | None:
    """Both formulas along the first symbol that they depend on, through the point where they differ."""
    moving = formula.free_symbols([parse(text, symbols(declared).names) for text in texts], declared)
    if not moving:
        return None
    axis, *others = moving
    here = gap.at[axis]
    places = _places(symbols(declared).free[axis], here)
    wanted, got = (_along(text, declared, axis, tuple(gap.at.items())) for text in texts)
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


@functools.lru_cache(maxsize=256)
def _places(domain: Domain, here: Fraction) -> tuple[Fraction, ...]:
    """Where to draw along a symbol's domain, in order."""
    if domain.kind == "natural":
        return tuple(sorted({*map(Fraction, range(1, max(13, int(here) + 1))), here}))
    reach = max(Fraction(4), abs(here) * Fraction(5, 4))
    kinds = {"real": (-reach, reach), "positive": (Fraction(0), reach), "negative": (-reach, Fraction(0))}
    low, high = kinds.get(domain.kind, domain.ends)
    return tuple(sorted({*(low + (high - low) * number / SAMPLES for number in range(SAMPLES + 1)), here}))


@functools.lru_cache(maxsize=256)
def _along(text: str, declared: str, axis: str, at: tuple[tuple[str, Fraction], ...]) -> tuple[float | None, ...]:
    """The values of a formula, at the places of a symbol. What is expected is drawn for many students."""
    known, point = symbols(declared), dict(at)
    tree = parse(text, known.names)
    return tuple(_value(tree, declared, {**point, axis: place}) for place in _places(known.free[axis], point[axis]))


def _value(tree: Node, declared: str, point: Point) -> float | None:
    computer = evaluator(DIGITS)
    try:
        value = computer.value(tree, computer.names(symbols(declared).defined, point))
    except (Undefined, OutOfRange):
        return None
    if not computer.is_real(value) or abs(value) > LARGEST:
        return None
    return float(f"{float(computer.mp.re(value)):.{SHOWN}g}")
