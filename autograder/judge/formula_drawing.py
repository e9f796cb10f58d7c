"""A formula for people: two-dimensional in a terminal's letters, or MathML.

SymPy draws formulas, too, but reasons about them on the way: on some it never comes to an end, and this runs
where a student's formula must not stop anything.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Generic, NamedTuple, Protocol, TypeVar

from autograder.judge.formula_text import FormulaError, Node, parse

WIDEST = 90
SUM, PRODUCT, POWER, ATOM = range(4)
T = TypeVar("T")


class Pen(Protocol[T]):
    """One way to draw: what is put together of parts that are drawn already."""

    def name(self, text: str) -> T: ...
    def row(self, *parts: T | str) -> T: ...
    def times(self, left: T, right: T) -> T: ...
    def fraction(self, above: T, below: T) -> T: ...
    def power(self, base: T, exponent: T) -> T: ...
    def fence(self, inside: T, signs: str) -> T: ...
    def root(self, inside: T) -> T: ...
    def cases(self, rows: Sequence[tuple[T, T]]) -> T: ...


class Drawing(Generic[T]):
    """Draws trees with a pen; parentheses stand where they are needed."""

    def __init__(self, pen: Pen[T]) -> None:
        self.pen = pen

    def draw(self, node: Node, least: int = SUM) -> T:
        """The drawing of a part, in parentheses when it binds less than `least`."""
        drawn, strength = self.part(node)
        return self.pen.fence(drawn, "()") if strength < least else drawn

    def part(self, node: Node) -> tuple[T, int]:
        pen, draw = self.pen, self.draw
        if isinstance(node.value, Fraction):
            numerator, denominator = node.value.as_integer_ratio()
            # Whole numbers are typed as they are, so any other was typed as a decimal.
            return pen.name(str(Decimal(numerator) / denominator if denominator > 1 else numerator)), ATOM
        match node.op:
            case "name":
                return pen.name(node.value), ATOM
            case "+":
                signed = [(" - ", part.parts[0]) if part.op == "neg" else (" + ", part) for part in node.parts[1:]]
                terms = [piece for sign, part in signed for piece in (sign, draw(part, PRODUCT))]
                return pen.row(draw(node.parts[0]), *terms), SUM
            case "neg":
                return pen.row("-", draw(node.parts[0], PRODUCT)), SUM
            case "*" | "/" if node.parts[0].op == "neg":
                # As typed, -3*x is (-3)*x; as drawn, -(3*x).
                positive = Node(node.op, (node.parts[0].parts[0], node.parts[1]))
                return pen.row("-", draw(positive, PRODUCT)), SUM
            case "*":
                return pen.times(draw(node.parts[0], PRODUCT), draw(node.parts[1], PRODUCT)), PRODUCT
            case "/":
                return pen.fraction(draw(node.parts[0]), draw(node.parts[1])), PRODUCT
            case "**":
                return pen.power(draw(node.parts[0], ATOM), draw(node.parts[1])), POWER
            case "pieces":
                rows = zip(node.parts[::2], node.parts[1::2], strict=True)
                return pen.cases([(draw(value), self.condition(condition)) for value, condition in rows]), SUM
        return self.call(str(node.value), node.parts)

    def call(self, name: str, parts: Sequence[Node]) -> tuple[T, int]:
        pen, drawn = self.pen, [self.draw(part) for part in parts]
        if name == "exp":
            return pen.power(pen.name("E"), drawn[0]), POWER
        if name == "sqrt":
            return pen.root(drawn[0]), ATOM
        if name == "Abs":
            return pen.fence(drawn[0], "||"), ATOM
        listed = [piece for part in drawn[1:] for piece in (", ", part)]
        return pen.row(pen.name(name), pen.fence(pen.row(drawn[0], *listed), "()")), ATOM

    def condition(self, node: Node) -> T:
        if not node.parts:
            return self.pen.row("otherwise" if node.op == "true" else "never")
        if node.op not in ("and", "or", "not"):
            left, right = map(self.draw, node.parts)
            return self.pen.row(left, f" {node.op} ", right)
        if node.op == "not":
            return self.pen.row("not ", self.pen.fence(self.condition(node.parts[0]), "()"))
        first, *others = map(self.condition, node.parts)
        joined = self.pen.row(first, *(piece for part in others for piece in (f" {node.op} ", part)))
        return self.pen.fence(joined, "()") if others and node.op == "or" else joined


class Box(NamedTuple):
    """Lines of one width; `base` is the index of the line that stands on the same level as its neighbours."""

    lines: tuple[str, ...]
    base: int

    @property
    def width(self) -> int:
        return len(self.lines[0])


SIGNS = dict(zip("pi E sigmoid Heaviside alpha beta gamma delta eta mu rho".split(), "πℯσθαβγδημρ", strict=True))


class Terminal:
    """Draws with letters, on as many lines as it takes."""

    def name(self, text: object) -> Box:
        return Box((SIGNS.get(str(text), str(text)),), 0)

    def row(self, *parts: Box | str) -> Box:
        boxes = [Box((part,), 0) if isinstance(part, str) else part for part in parts]
        above = max(box.base for box in boxes)
        below = max(len(box.lines) - box.base for box in boxes)
        padded = [
            [" " * box.width] * (above - box.base)
            + list(box.lines)
            + [" " * box.width] * (below - len(box.lines) + box.base)
            for box in boxes
        ]
        return Box(tuple("".join(pieces) for pieces in zip(*padded, strict=True)), above)

    def times(self, left: Box, right: Box) -> Box:
        return self.row(left, "⋅", right)

    def fraction(self, above: Box, below: Box) -> Box:
        width = max(above.width, below.width) + 2 * any("─" in line for box in (above, below) for line in box.lines)
        lines = [*(line.center(width) for line in above.lines), "─" * width]
        return Box((*lines, *(line.center(width) for line in below.lines)), len(above.lines))

    def power(self, base: Box, exponent: Box) -> Box:
        lines = [" " * base.width + line for line in exponent.lines]
        lines += [line + " " * exponent.width for line in base.lines]
        return Box(tuple(lines), len(exponent.lines) + base.base)

    def fence(self, inside: Box, signs: str) -> Box:
        high = len(inside.lines)
        if signs == "||":
            left = right = ["│"] * high
        elif high == 1:
            left, right = ["("], [")"]
        else:
            left, right = (["⎛", *"⎜" * (high - 2), "⎝"], ["⎞", *"⎟" * (high - 2), "⎠"])
        return Box(tuple(map("".join, zip(left, inside.lines, right, strict=True))), inside.base)

    def root(self, inside: Box) -> Box:
        return self.row("√", inside if inside.width == 1 else self.fence(inside, "()"))

    def cases(self, rows: Sequence[tuple[Box, Box]]) -> Box:
        wide = max(value.width for value, _ in rows)
        drawn = [self.row(value, " " * (wide - value.width + 2), condition) for value, condition in rows]
        full = max(box.width for box in drawn)
        lines = [line.ljust(full) for box in drawn for line in box.lines]
        return Box(tuple("⎨ " + line for line in lines), len(lines) // 2)


class Markup(str):
    """A piece of MathML; any other text is a sign or a word yet to be written as one."""


class MathML:
    """Writes MathML Core, which browsers draw by themselves: no script, no network, in the colours of the page."""

    def name(self, text: object) -> Markup:
        word = str(text)
        tag = "mn" if word[0].isdigit() else "mi"
        return Markup(f"<{tag}>{escape(SIGNS.get(word, word))}</{tag}>")

    def row(self, *parts: Markup | str) -> Markup:
        return Markup(f"<mrow>{''.join(map(_marked, parts))}</mrow>")

    def times(self, left: Markup, right: Markup) -> Markup:
        return self.row(left, "⋅", right)

    def fraction(self, above: Markup, below: Markup) -> Markup:
        return Markup(f"<mfrac>{above}{below}</mfrac>")

    def power(self, base: Markup, exponent: Markup) -> Markup:
        return Markup(f"<msup>{base}{exponent}</msup>")

    def fence(self, inside: Markup, signs: str) -> Markup:
        return self.row(signs[0], inside, signs[1])

    def root(self, inside: Markup) -> Markup:
        return Markup(f"<msqrt>{inside}</msqrt>")

    def cases(self, rows: Sequence[tuple[Markup, Markup]]) -> Markup:
        # The line is a border, since a brace grows only in a font for mathematics, and many a Linux has none.
        cell = '<mtd style="text-align:left;padding:.15em .5em">'
        lines = "".join(f"<mtr>{cell}{value}</mtd>{cell}{when}</mtd></mtr>" for value, when in rows)
        return Markup(f'<mtable style="border-left:1.5px solid;border-radius:.5em">{lines}</mtable>')


OPERATORS = {"-": "−", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "and": "∧", "or": "∨", "not": "¬"}


def _marked(part: str) -> str:
    if isinstance(part, Markup):
        return part
    sign = part.strip()
    if sign in ("otherwise", "never"):
        return f"<mtext>{sign}</mtext>"
    return f"<mo>{escape(OPERATORS.get(sign, sign))}</mo>"


def mathml(text: str, names: frozenset[str]) -> str:
    """A formula as an element `math`. Raises FormulaError."""
    return f'<math displaystyle="true" style="font-size:1.15em">{Drawing(MathML()).draw(parse(text, names))}</math>'


def pretty(text: str, names: frozenset[str]) -> Box:
    """A formula drawn with a terminal's letters; the text itself where that would be no help."""
    plain = Box((text,), 0)
    try:
        drawn = Drawing(Terminal()).draw(parse(text, names))
    except FormulaError:
        return plain
    return drawn if drawn.width <= WIDEST and len(drawn.lines) < 20 else plain
