"""The value of a formula's tree at a point, with many digits. mpmath is imported when the first one is computed."""

import functools
import operator
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from autograder.judge.formula_text import Node

# Beyond, the reduction of a sine's argument and the size of an exponential cost more than they tell.
LARGEST_ARGUMENT = 1_000_000
COMPARED = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne
}  # fmt: skip
UNBOUNDED = frozenset("Abs sign Max Min Heaviside log sqrt atan asinh".split())


class Undefined(Exception):
    """The formula has no value at this point: a pole, or a comparison of complex numbers."""


class OutOfRange(Exception):
    """The value is too large to be computed."""


class Evaluator:
    """Computes trees with a number of digits; principal values, so that √(x²) is |x| and log(−1) is iπ."""

    def __init__(self, digits: int) -> None:
        import mpmath

        self.mp: Any = mpmath.MPContext()
        self.mp.dps = digits
        self.noise = self.mp.mpf(10) ** (10 - digits)
        self.numbers: dict[tuple[int, int], Any] = {}
        self.constants = {"pi": +self.mp.pi, "E": +self.mp.e}
        own = (self.sign, self.sigmoid, self.mp.fabs, self.maximum, self.minimum, self.heaviside, self.logarithm)
        self.own = dict(zip("sign sigmoid Abs Max Min Heaviside log".split(), own, strict=True))

    def names(self, defined: Mapping[str, Node], point: Mapping[str, Fraction]) -> dict[str, Any]:
        """The value of every symbol at a point. Raises Undefined and OutOfRange like `value`."""
        found = self.constants | {name: self.number(value) for name, value in point.items()}
        for name, tree in defined.items():
            found[name] = self.value(tree, found)
        return found

    def number(self, value: Fraction) -> Any:
        ratio = value.as_integer_ratio()  # which is found a lot faster than a fraction
        found = self.numbers.get(ratio)
        if found is None:
            found = self.mp.mpf(ratio[0]) / ratio[1]
            # A formula's own numbers are few; the points' are many and would only fill it.
            if len(self.numbers) < 10_000:
                self.numbers[ratio] = found
        return found

    def value(self, node: Node, names: Mapping[str, Any]) -> Any:
        """The value of a tree, real or complex. Raises Undefined or OutOfRange."""
        try:
            found = self.compute(node, names, {})
        except (ZeroDivisionError, ValueError, TypeError):
            raise Undefined from None
        except (OverflowError, MemoryError, self.mp.NoConvergence):
            raise OutOfRange from None
        if not self.mp.isfinite(found):
            raise Undefined
        return found

    def compute(self, node: Node, names: Mapping[str, Any], known: dict[int, Any]) -> Any:
        """known: the values that were computed before, by the node's identity."""
        if node.op == "number":
            assert isinstance(node.value, Fraction)
            return self.number(node.value)
        if node.op == "name":
            return names[str(node.value)]
        if id(node) not in known:
            known[id(node)] = self.combined(node, names, known)
        return known[id(node)]

    def combined(self, node: Node, names: Mapping[str, Any], known: dict[int, Any]) -> Any:
        if node.op == "pieces":
            pairs = zip(node.parts[::2], node.parts[1::2], strict=True)
            chosen = next((value for value, condition in pairs if self.holds(condition, names, known)), None)
            if chosen is None:
                raise Undefined
            return self.compute(chosen, names, known)
        parts = [self.compute(part, names, known) for part in node.parts]
        match node.op:
            case "+":
                return functools.reduce(lambda a, b: a + b, parts)
            case "*":
                return parts[0] * parts[1]
            case "/":
                return parts[0] / parts[1]
            case "neg":
                return -parts[0]
            case "**":
                return self.power(*parts)
        return self.function(str(node.value), parts)

    def power(self, base: Any, exponent: Any) -> Any:
        if base == 0:
            if self.mp.re(exponent) > 0 or exponent == 0:
                return self.mp.mpf(0 if exponent else 1)
            raise Undefined
        if abs(exponent) * abs(self.mp.mag(base)) > 4 * LARGEST_ARGUMENT:
            raise OutOfRange
        return base**exponent

    def function(self, name: str, parts: list[Any]) -> Any:
        if name not in UNBOUNDED and abs(parts[0]) > LARGEST_ARGUMENT:
            raise OutOfRange
        found = (self.own.get(name) or getattr(self.mp, name))(*parts)
        if not self.mp.isfinite(found):
            raise Undefined
        return found

    def holds(self, node: Node, names: Mapping[str, Any], known: dict[int, Any]) -> bool:
        """Whether a condition is true at the point."""
        match node.op:
            case "true" | "false":
                return node.op == "true"
            case "not":
                return not self.holds(node.parts[0], names, known)
            case "and":
                return all(self.holds(part, names, known) for part in node.parts)
            case "or":
                return any(self.holds(part, names, known) for part in node.parts)
        a, b = (self.real(self.compute(part, names, known)) for part in node.parts)
        return bool(COMPARED[node.op](a, b))

    def is_real(self, value: Any) -> bool:
        """Whether nothing but rounding is imaginary in a number."""
        return type(value) is self.mp.mpf or bool(abs(self.mp.im(value)) <= self.noise * abs(value))

    def real(self, value: Any) -> Any:
        """The number as a real one. Raises Undefined when it is none."""
        if not self.is_real(value):
            raise Undefined
        return self.mp.re(value)

    def apart(self, a: Any, b: Any) -> Any:
        """How far two numbers are apart, as a share of the larger; 0 within rounding."""
        share = abs(a - b) / max(abs(a), abs(b)) if a != b else self.mp.mpf(0)
        return share if share > self.noise else self.mp.mpf(0)

    def show(self, expected: Any, got: Any) -> tuple[str, str]:
        """Two different numbers with as many digits as it takes to tell them apart; None is undefined."""
        for digits in (7, 15, 25, 35, self.mp.dps):
            a, b = (self.digits(value, digits) for value in (expected, got))
            if a != b:
                break
        return a, b

    def digits(self, value: Any, digits: int) -> str:
        if value is None:
            return "undefined"
        if not self.is_real(value):
            return f"no real number, {self.mp.nstr(value, 4)}"
        return str(self.mp.nstr(self.mp.re(value), digits)).removesuffix(".0")

    def sign(self, x: Any) -> Any:
        return self.mp.sign(self.real(x))

    def sigmoid(self, x: Any) -> Any:
        return 1 / (1 + self.mp.exp(-x))

    def maximum(self, *parts: Any) -> Any:
        return max(map(self.real, parts))

    def minimum(self, *parts: Any) -> Any:
        return min(map(self.real, parts))

    def heaviside(self, x: Any, at_zero: Any = 0.5) -> Any:
        """0, 1, and at 0 a half unless another value is given: SymPy's convention."""
        step = self.real(x)
        return self.real(self.mp.mpmathify(at_zero)) if step == 0 else self.mp.mpf(1 if step > 0 else 0)

    def logarithm(self, x: Any, base: Any = None) -> Any:
        return self.mp.log(x) if base is None else self.mp.log(x) / self.mp.log(base)


@functools.cache
def evaluator(digits: int) -> Evaluator:
    """The evaluator with so many digits; made once."""
    return Evaluator(digits)
