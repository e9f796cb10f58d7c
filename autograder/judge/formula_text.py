"""A formula as a student types it → a small tree of its own.

The text is data: `ast` splits it into its parts, each part must be on the list below, and nothing of it is
ever evaluated as Python or handed to SymPy as text (`sympify`, `parse_expr` and `N` evaluate theirs).
"""

import ast
import functools
import operator
import re
import unicodedata
import warnings
from fractions import Fraction
from typing import NamedTuple

MAX_LENGTH = 2000
MAX_DEPTH = 60
MAX_NODES = 1000
# Fewer digits than are compared: a constant typed as a decimal never passes for one that has no end.
MAX_DIGITS = 30
MAX_EXPONENT = 1000

# name → how many arguments it takes. One text per row, since some of these names are also exercises'.
ONE = "exp sqrt sin cos tan cot sec csc asin acos atan sinh cosh tanh coth sech csch asinh acosh atanh erf sigmoid"
FUNCTIONS = {
    **dict.fromkeys([*ONE.split(), "Abs", "sign"], (1, 1)),
    **dict.fromkeys(("log", "Heaviside"), (1, 2)),
    **dict.fromkeys(("Max", "Min"), (1, 20)),
}
OTHER_NAMES = {"ln": "log", "abs": "Abs", "max": "Max", "min": "Min"}
CONSTANTS = ("pi", "E")


class FormulaError(ValueError):
    """A text that is no formula. It says in a sentence what stands in the way, to whoever wrote it."""


class Node(NamedTuple):
    """A part of a formula. op: number, name, +, *, /, **, neg, call, pieces, or one of a condition.

    value: a number's exact value, or a name. pieces: value, condition, value, condition … in turn.
    """

    op: str
    parts: tuple["Node", ...] = ()
    value: Fraction | str = ""


OPERATORS: dict[type[ast.AST], str] = {ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
COMPARISONS: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="
}  # fmt: skip
JUNCTIONS: dict[type[ast.AST], str] = {ast.And: "and", ast.Or: "or", ast.BitAnd: "and", ast.BitOr: "or"}
INSTEAD = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "²": "**2", "³": "**3", "π": "pi", "√": "sqrt"}
REFUSED: dict[type[ast.AST], str] = {
    ast.Attribute: "a dot between names",
    ast.Subscript: "square brackets",
    ast.List: "square brackets",
    ast.Tuple: "a comma outside a function",
    ast.Lambda: "a lambda",
    ast.JoinedStr: "quotes",
    ast.NamedExpr: "`:=`",
}


@functools.lru_cache(maxsize=2048)
def parse(text: str, symbols: frozenset[str]) -> Node:
    """The tree of a formula in these symbols. Raises FormulaError and nothing else."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"is {len(text):,} characters long, and {MAX_LENGTH:,} are read: simplify it first.")
    text = " ".join(text.split())
    if not text:
        raise FormulaError("is empty: write the formula as a text, such as 2*x.")
    for letter in text:
        if not (letter.isascii() and letter.isprintable()):
            raise FormulaError(_strange(letter))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `2(x)` warns on its way to a sentence of ours
            body = ast.parse(text, mode="eval").body
        return _Reader(text, symbols).value(body, 0)
    except FormulaError:
        raise
    except SyntaxError:
        raise FormulaError(_unreadable(text)) from None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise FormulaError("is nested too deeply to be read: simplify it first.") from None


class _Reader:
    def __init__(self, text: str, symbols: frozenset[str]) -> None:
        self.text = text
        self.symbols = symbols
        self.nodes = 0
        self.made: dict[tuple[object, ...], Node] = {}

    def node(self, op: str, parts: tuple[Node, ...] = (), value: Fraction | str = "") -> Node:
        """The one node of a formula's equal parts, so that their value is computed once."""
        return self.made.setdefault((op, value, *map(id, parts)), Node(op, parts, value))

    def value(self, node: ast.expr, depth: int) -> Node:
        self.count(depth)
        match node:
            case ast.Constant():
                return self.node("number", value=self.number(node))
            case ast.Name(id=name):
                return self.node("name", value=self.known(name))
            case ast.UnaryOp(op=ast.UAdd()):
                return self.value(node.operand, depth + 1)
            case ast.UnaryOp(op=ast.USub()):
                return self.node("neg", (self.value(node.operand, depth + 1),))
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.node("+", self.terms(node, depth))
            case ast.BinOp() if type(node.op) in OPERATORS:
                left, right = self.value(node.left, depth + 1), self.value(node.right, depth + 1)
                if isinstance(node.op, ast.Pow):
                    self.bounded(right)
                return self.node(OPERATORS[type(node.op)], (left, right))
            case ast.BinOp(op=ast.BitXor()):
                raise FormulaError("holds ^, which is no power in Python: write ** for it.")
            case ast.Call():
                return self.call(node, depth)
            case ast.IfExp():
                first, other = self.value(node.body, depth + 1), self.value(node.orelse, depth + 1)
                return self.node("pieces", (first, self.condition(node.test, depth + 1), other, self.node("true")))
        raise self.refused(node)

    def terms(self, node: ast.expr, depth: int) -> tuple[Node, ...]:
        """The terms of a sum, however many: a polynomial is long, not deep."""
        found: list[Node] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            term = self.value(node.right, depth + 1)
            found.append(self.node("neg", (term,)) if isinstance(node.op, ast.Sub) else term)
            node = node.left
        return (self.value(node, depth + 1), *reversed(found))

    def condition(self, node: ast.expr, depth: int) -> Node:
        self.count(depth)
        match node:
            case ast.Constant(value=bool(truth)):
                return self.node("true" if truth else "false")
            case ast.UnaryOp(op=ast.Not() | ast.Invert()):
                return self.node("not", (self.condition(node.operand, depth + 1),))
            case ast.BoolOp():
                parts = tuple(self.condition(part, depth + 1) for part in node.values)
                return self.node(JUNCTIONS[type(node.op)], parts)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                parts = tuple(self.condition(part, depth + 1) for part in (node.left, node.right))
                return self.node(JUNCTIONS[type(node.op)], parts)
            case ast.Compare() if all(type(op) in COMPARISONS for op in node.ops):
                sides = [self.value(side, depth + 1) for side in (node.left, *node.comparators)]
                pairs = zip(node.ops, sides, sides[1:], strict=False)
                return self.node("and", tuple(self.node(COMPARISONS[type(op)], (a, b)) for op, a, b in pairs))
        raise FormulaError(f"has `{self.piece(node)}` where a condition such as x > 0 is needed.")

    def call(self, node: ast.Call, depth: int) -> Node:
        if not isinstance(node.func, ast.Name):
            if isinstance(node.func, ast.Attribute):
                raise self.refused(node.func)
            raise FormulaError(f"calls `{self.piece(node.func)}`: is a * missing before the parenthesis?")
        name = OTHER_NAMES.get(node.func.id, node.func.id)
        if name in self.symbols or name in CONSTANTS:
            raise FormulaError(f"calls {name} like a function: write {name}*(…) for a product.")
        if node.keywords or any(isinstance(part, ast.Starred) for part in node.args):
            raise FormulaError(f"gives {name} arguments by name or with a star: write them one after the other.")
        if name == "Piecewise":
            return self.node("pieces", tuple(part for piece in node.args for part in self.piecewise(piece, depth)))
        if name in ("Derivative", "Integral", "Subs", "Limit"):
            raise FormulaError(f"holds a {name} that is not worked out: carry it out (in SymPy with .doit()).")
        if name not in FUNCTIONS:
            raise FormulaError(f"calls {name[:40]}, which is not known here; known are {', '.join(FUNCTIONS)}.")
        least, most = FUNCTIONS[name]
        if not least <= len(node.args) <= most:
            asked = str(least) if least == most else f"{least} to {most}"
            raise FormulaError(f"gives {name} {len(node.args)} arguments; it takes {asked}.")
        return self.node("call", tuple(self.value(part, depth + 1) for part in node.args), name)

    def piecewise(self, piece: ast.expr, depth: int) -> tuple[Node, Node]:
        if not isinstance(piece, ast.Tuple) or len(piece.elts) != 2:
            raise FormulaError("has a Piecewise that is not made of pairs: Piecewise((1, x > 0), (0, True)).")
        return self.value(piece.elts[0], depth + 1), self.condition(piece.elts[1], depth + 1)

    def number(self, node: ast.Constant) -> Fraction:
        written = self.piece(node)
        if type(node.value) not in (int, float):
            raise FormulaError(f"holds {written}, which is neither a number nor a symbol: no quotes, no True, no j.")
        found = re.fullmatch(r"(\d*\.?\d*)(?:[eE]([+-]?\d{1,2}))?", written)
        if not found or len(found[1]) > MAX_DIGITS:
            raise FormulaError(
                f"holds a number that is written as {written}: at most {MAX_DIGITS} decimal digits are read. "
                "A fraction, pi, E or sqrt(2) is exact."
            )
        return Fraction(written)

    def known(self, name: str) -> str:
        if name in self.symbols or name in CONSTANTS:
            return name
        hints = {"e": " Euler's number is E, and e to the x is exp(x).", "I": " The answer is a real formula."}
        hints |= dict.fromkeys(("nan", "oo", "zoo"), " Something was divided by 0.")
        function = f" It is a function: {name}(…)." if OTHER_NAMES.get(name, name) in FUNCTIONS else ""
        there, said = ", ".join([*sorted(self.symbols), *CONSTANTS]), hints.get(name, function)
        raise FormulaError(f"holds {name[:40]}, which is no symbol of this exercise; there are {there}.{said}")

    def bounded(self, exponent: Node) -> None:
        """Refuses the exponents that fill a memory; those with symbols in them are watched when put in."""
        size = _size(exponent)
        if size is not None and not size <= MAX_EXPONENT:
            raise FormulaError(f"holds a power above {MAX_EXPONENT:,}, too large to be computed.")

    def count(self, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise FormulaError("is nested too deeply to be read: simplify it first.")
        if self.nodes > MAX_NODES:
            raise FormulaError(f"has more than {MAX_NODES:,} parts: simplify it first.")

    def piece(self, node: ast.expr) -> str:
        found = self.text[node.col_offset : node.end_col_offset]  # one line, and ASCII
        return found if len(found) <= 40 else f"{found[:39]}…"

    def refused(self, node: ast.expr) -> FormulaError:
        if isinstance(node, ast.Compare | ast.BoolOp):
            return FormulaError(f"holds the comparison `{self.piece(node)}` outside a Piecewise.")
        what = REFUSED.get(type(node), f"`{self.piece(node)}`")
        return FormulaError(f"holds {what}; a formula is made of numbers, symbols, + − * / **, ( ) and functions.")


def _size(node: Node) -> float | None:
    """The magnitude of a part without symbols and functions; infinite when it is too large to tell."""
    if isinstance(node.value, Fraction):
        return float(abs(node.value))
    sizes = [size for part in node.parts if (size := _size(part)) is not None]
    if len(sizes) < max(1, len(node.parts)) or node.op not in ("+", "*", "/", "**", "neg"):
        return None
    try:
        if node.op == "+":
            return sum(sizes)
        if node.op == "neg":
            return sizes[0]
        return float({"*": operator.mul, "/": operator.truediv, "**": operator.pow}[node.op](*sizes))
    except (OverflowError, ZeroDivisionError):
        return float("inf")


def _strange(letter: str) -> str:
    if letter in INSTEAD:
        return f"holds {letter}: write {INSTEAD[letter]} for it."
    name = unicodedata.name(letter, f"character number {ord(letter)}").lower()
    return f"holds a {name}: only the letters and signs of an English keyboard are read."


def _unreadable(text: str) -> str:
    if text.count("(") != text.count(")"):
        return f"has {text.count('(')} opening and {text.count(')')} closing parentheses."
    if re.search(r"(?<![<>=!:])=(?!=)", text):
        return "holds an =: return the right-hand side alone."
    missing = re.search(r"\d\s*[A-Za-z(]|\)\s*[\w(]|\w\s+\w", text)
    if missing:
        return f"cannot be read at `{missing[0]}`: is a * missing, as in 2*x?"
    return "is no formula that can be read: it takes numbers, symbols, + − * / **, ( ) and functions."
