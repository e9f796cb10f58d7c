"""Formulas as answers: equal when they are equal in value, however they are written.

Both are computed at many points of the declared domain with 60 digits. The verdict rests on these points
alone: a simplification that ends in time on one machine and not on another would make the same answer right
here and wrong there. (`formula_process.proven` simplifies, for `verify`.)
"""

import functools
import math
import re
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
CHANGES = {
    "opposite_sign": "-({})", "twice": "2*({})", "half": "({})/2", "squared": "({})**2",
    "off_by_one": "({}) + 1", "one_less": "({}) - 1",
}  # fmt: skip


class Difference(NamedTuple):
    """Where two formulas differ: a point in words, and both values there. near: they are close everywhere."""

    point: str
    expected: Any
    got: Any
    near: bool


def difference(expected: str, got: str, declared: str, seed: str) -> Difference | None:
    """Where `got` is another formula than `expected`; None when they are equal. Raises FormulaError for `got`.

    seed: what the points depend on, besides the symbols.
    """
    names = symbols(declared).names
    trees = parse(expected, names), parse(got, names)
    if trees[0] == trees[1]:
        return None
    compared = left = 0
    found: list[Difference] = []
    for number, point in enumerate(points(declared, seed)):
        wanted = _value(expected, declared, seed, number)
        if isinstance(wanted, type) or not evaluator(DIGITS).is_real(wanted):
            continue
        value = _value(got, declared, seed, number)
        if value is OutOfRange:
            left += 1
            continue
        compared += 1
        gap = _gap(wanted, value, (expected, got, declared, seed, number))
        if gap is not None:
            found.append(Difference(_described(point, trees, declared), wanted, value, near=gap < 1e-2))
        # A rounded number is told from a slip by its being near everywhere.
        if compared == POINTS or len(found) == SHORT or (found and not found[0].near):
            break
    if found:
        return found[0]._replace(near=all(gap.near for gap in found))
    if compared < ENOUGH and left:
        raise FormulaError("leaves the range of numbers at ordinary points, so it cannot be compared: simplify it.")
    return None


def _gap(wanted: Any, value: Any, asked: tuple[str, str, str, str, int]) -> float | None:
    """How far apart the values are, as a share of the larger; None when they are equal."""
    if value is Undefined:
        return math.inf
    share = evaluator(DIGITS).apart(wanted, value)
    if not share:
        return None
    expected, got, declared, seed, number = asked
    a, b = (_value(text, declared, seed, number, 2 * DIGITS) for text in (expected, got))
    # Rounding shrinks with more digits, a difference stays.
    if not isinstance(a, type) and not isinstance(b, type) and abs(a - b) < abs(wanted - value) * 1e-30:
        return None
    return float(share)


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


def _described(point: Point, trees: tuple[Node, Node], declared: str) -> str:
    """The point in words: the symbols that matter, all when one stands for a formula."""
    used = _names_in(trees[0]) | _names_in(trees[1])
    told = point if used & set(symbols(declared).defined) else [name for name in point if name in used]
    return ", ".join(f"{name} = {float(point[name]):.6g}" for name in told or point)


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


def alike(output: Output, a: Any, b: Any, seed: str) -> bool:
    """Whether two answers are equal formulas; not when one of them is none."""
    left, right = lines_of(output, a), lines_of(output, b)
    if not left or not right:
        return False
    try:
        return difference(left[-1], right[-1], output.symbols or "", seed) is None
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
            return "values", f"{step} is another formula than expected.{before}\n{_both(wanted, line, gap, output)}"
    return None


def _both(expected: str, got: str, gap: Difference, output: Output) -> str:
    from autograder.judge.formula_drawing import pretty

    names = symbols(output.symbols or "").names
    shown = [
        "    " + label + pretty(text, names).replace("\n", "\n" + " " * 14)
        for label, text in (("expected  ", expected), ("got       ", got))
    ]
    decimal = re.search(r"\d*\.\d{3,}", got)
    value, yours = evaluator(DIGITS).show(gap.expected, None if gap.got is Undefined else gap.got)
    about = f"At {gap.point}, {value} is expected and yours is {yours}."
    if gap.near and decimal:
        about += f" A rounded number such as {decimal[0]} is not exact: write a fraction, pi, E or sqrt(2)."
    return "\n".join([*shown, about])


def unusable(text: str, declared: str, seed: str) -> str:
    """Why a formula of the author's cannot be judged; '' when it can."""
    try:
        parse(text, symbols(declared).names)
    except FormulaError as problem:
        return f"{text[:80]!r} {problem}"
    values = [_value(text, declared, seed, number) for number in range(len(points(declared, seed)))]
    real = sum(not isinstance(value, type) and evaluator(DIGITS).is_real(value) for value in values)
    # Below, an answer might be compared at too few points.
    few = real < len(values) * 2 // 3
    return f"{text[:80]!r} has a real value at {real} of {len(values)} points of {declared!r}" if few else ""
