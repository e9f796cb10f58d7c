"""Formulas as answers: equal when they are equal in value, however they are written.

Both are computed at many points of the declared domain with 60 digits. The verdict rests on these points
alone: a simplification that ends in time on one machine and not on another would make the same answer right
here and wrong there. (`proving/identities.py` simplifies, for the author.)
"""

import functools
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograder.child.wire import Expression
from autograder.judge import wording
from autograder.judge.formula_points import SHORT, Point, points, symbols
from autograder.judge.formula_text import FormulaError, Node, parse
from autograder.judge.formula_value import OutOfRange, Undefined, evaluator
from autograder.pack import Output

# Points that must agree; fewer when an answer leaves the range of numbers at some, but never below ENOUGH.
POINTS, ENOUGH = 48, 40
DIGITS = 60
MAX_STEPS = 50


# Changes that could happen to any formula, by the names that the diagnosis has for them.
CHANGES: dict[str, Callable[[Any], Any]] = {
    "opposite_sign": lambda value: -value,
    "twice": lambda value: 2 * value,
    "half": lambda value: value / 2,
    "squared": lambda value: value * value,
    "off_by_one": lambda value: value + 1,
    "one_less": lambda value: value - 1,
}


class Difference(NamedTuple):
    """Where two formulas differ, and both values there. near: they are close everywhere."""

    at: Point
    expected: Any
    got: Any
    near: bool


def difference(expected: str, got: str, declared: str, seed: str, change: str = "") -> Difference | None:
    """Where `got` is another formula than `expected`; None when they are equal. Raises FormulaError for `got`.

    seed: what the points depend on, besides the symbols. change: what happened to `expected`, of `CHANGES`.
    """
    names = symbols(declared).names
    trees = parse(expected, names), parse(got, names)
    if trees[0] == trees[1] and not change:
        return None
    asked = Asked(expected, got, declared, seed, change)
    compared = left = 0
    found: list[Difference] = []
    for number, point in enumerate(points(declared, seed)):
        wanted, value = asked.values(number, DIGITS)
        if isinstance(wanted, type) or not evaluator(DIGITS).is_real(wanted):
            continue
        if value is OutOfRange:
            left += 1
            continue
        compared += 1
        gap = _gap(wanted, value, asked, number)
        if gap is not None:
            found.append(Difference(point, wanted, value, near=gap < 1e-2))
        # A rounded number is told from a slip by its being near everywhere.
        if compared == POINTS or len(found) == SHORT or (found and not found[0].near):
            break
    if found:
        return found[0]._replace(near=all(gap.near for gap in found))
    if compared < ENOUGH and left:
        raise FormulaError("leaves the range of numbers at ordinary points, so it cannot be compared: simplify it.")
    return None


class Asked(NamedTuple):
    """A question of `difference`."""

    expected: str
    got: str
    declared: str
    seed: str
    change: str

    def values(self, number: int, digits: int) -> tuple[Any, Any]:
        """Both formulas at a point, or in place of a value the reason why there is none."""
        wanted = _value(self.expected, self.declared, self.seed, number, digits)
        if isinstance(wanted, type):
            return wanted, wanted
        changed = CHANGES[self.change](wanted) if self.change else wanted
        return changed, _value(self.got, self.declared, self.seed, number, digits)


def _gap(wanted: Any, value: Any, asked: Asked, number: int) -> float | None:
    """How far apart the values are, as a share of the larger; None when they are equal."""
    if value is Undefined:
        return math.inf
    share = evaluator(DIGITS).apart(wanted, value)
    if not share:
        return None
    before = wanted, value
    # Rounding shrinks with more digits, a difference stays. Far out 1 − σ(z) has no digit left of 120, some of 600.
    for digits in (2 * DIGITS, 10 * DIGITS):
        a, b = asked.values(number, digits)
        if isinstance(a, type) or isinstance(b, type):
            break
        if abs(a - b) < abs(wanted - value) * 1e-30:
            return None
        if _settled(before[0], a) and _settled(before[1], b):
            break
        before = a, b
    return float(share)


def _settled(before: Any, after: Any) -> bool:
    """Whether a value is the same with more digits. A zero may be what is left of two numbers that cancelled."""
    return bool(after and abs(after - before) <= abs(after) * 1e-30)


@functools.lru_cache(maxsize=1 << 14)
def _value(text: str, declared: str, seed: str, number: int, digits: int = DIGITS) -> Any:
    """The value of a formula at a point, or the reason why there is none."""
    try:
        return evaluator(digits).value(parse(text, symbols(declared).names), _names(declared, seed, number, digits))
    except (Undefined, OutOfRange) as reason:
        return type(reason)


@functools.lru_cache(maxsize=1 << 10)
def _names(declared: str, seed: str, number: int, digits: int) -> dict[str, Any]:
    return evaluator(digits).names(symbols(declared).defined, points(declared, seed)[number])


def _described(point: Point, texts: tuple[str, str], declared: str) -> str:
    """The point in words: those symbols that the formulas depend on, or all when they are constants."""
    told = free_symbols([parse(text, symbols(declared).names) for text in texts], declared) or point
    return ", ".join(f"{name} = {float(point[name]):.6g}" for name in told)


def free_symbols(trees: Sequence[Node], declared: str) -> list[str]:
    """The symbols that formulas depend on, also through those that stand for a formula."""
    free, defined = symbols(declared)
    used = set[str]().union(*map(_names_in, trees))
    for name, tree in reversed(defined.items()):
        used |= _names_in(tree) if name in used else set()
    return [name for name in free if name in used]


def _names_in(tree: Node) -> set[str]:
    return {str(tree.value)} if tree.op == "name" else set[str]().union(*map(_names_in, tree.parts))


def text_of(value: Any) -> str | None:
    """The formula in what a function returned: a text, a SymPy expression, a number; None for anything else."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, str):
        return value
    return repr(value) if type(value) in (int, float) else None


def lines_of(output: Output, value: Any) -> list[str] | None:
    """The formula as a list of one, or where the exercise has steps, the lines of a derivation."""
    parts = list(value) if output.steps and isinstance(value, list | tuple) else [value]
    texts = [text for part in parts[:MAX_STEPS] if (text := text_of(part)) is not None]
    return texts if texts and len(texts) == len(parts) else None


def alike(output: Output, a: Any, b: Any, seed: str, change: str = "") -> bool:
    """Whether two answers are equal formulas, when `a` is changed in a way of `CHANGES`; not when one is none."""
    left, right = lines_of(output, a), lines_of(output, b)
    if not left or not right:
        return False
    try:
        return difference(left[-1], right[-1], output.symbols or "", seed, change) is None
    except FormulaError:
        return False


def finding(output: Output, expected: Any, got: Any, seed: str) -> tuple[str, str] | None:
    """The rung at which a formula fails, and the sentence; None when it is right. `expected` is a formula."""
    what = f"`{output.name}`" if output.name else "It"
    lines = lines_of(output, got)
    if lines is None:
        asked = "a formula as a text such as 2*x, or a SymPy expression" + ", or a list of these" * output.steps
        missing = " Is there a `return` at the end?" if got is None else ""
        return "type", f"{what} is {wording.kind(got)}; expected {asked}.{missing}"
    wanted = (lines_of(output, expected) or [""])[-1]
    for number, line in enumerate(lines):
        step = f"Step {number + 1} of {len(lines)}" if len(lines) > 1 else what
        try:
            gap = difference(wanted, line, output.symbols or "", seed)
        except FormulaError as problem:
            return "type", f"{step} {problem}\n    {'got':10}{line[:80]}{'…' * (len(line) > 80)}"
        if gap:
            before = f" Step {number} is still right: what happens between them?" if number else ""
            return "values", f"{step} is another formula than expected.{before}\n{_values(wanted, line, gap, output)}"
    return None


def _values(expected: str, got: str, gap: Difference, output: Output) -> str:
    decimal = re.search(r"\d*\.\d{3,}", got)
    value, yours = evaluator(DIGITS).show(gap.expected, None if gap.got is Undefined else gap.got)
    about = f"At {_described(gap.at, (expected, got), output.symbols or '')}, {value} is expected and yours is {yours}."
    if gap.near and decimal:
        about += f" A rounded number such as {decimal[0]} is not exact: write a fraction, pi, E or sqrt(2)."
    return about


def unusable(text: str, declared: str, seed: str) -> str:
    """Why a formula of the author's cannot be judged; '' when it can."""
    try:
        parse(text, symbols(declared).names)
    except FormulaError as problem:
        return f"{text[:80]!r} {problem}"
    values = [_value(text, declared, seed, number) for number in range(POINTS * 3 // 2)]
    real = sum(not isinstance(value, type) and evaluator(DIGITS).is_real(value) for value in values)
    few = real < POINTS
    return f"{text[:80]!r} has a real value at {real} of {len(values)} points of {declared!r}" if few else ""
