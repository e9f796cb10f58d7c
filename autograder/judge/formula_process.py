"""A proof that two formulas are equal, by SymPy.

Simplifying may take for ever, so it runs in a process that can be killed, and no verdict waits for it: it is
evidence for the author. The expressions are put together node by node from names on the list, never from text.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from autograder.judge.formula_points import Domain, symbols
from autograder.judge.formula_text import Node, parse

COMBINED = {"+": "Add", "*": "Mul", "**": "Pow", "and": "And", "or": "Or", "not": "Not"}
MEMORY = 2 << 30


def proven(expected: str, got: str, declared: str, seconds: float = 10.0) -> bool:
    """Whether SymPy simplifies the difference of two formulas to 0, given their symbols as an exercise declares them.

    False says nothing: it may be true and too hard, or take longer than `seconds`.
    """
    command = [sys.executable, "-m", "autograder.judge.formula_process"]
    request = json.dumps([expected, got, declared])
    try:
        done = subprocess.run(command, input=request, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.stdout.strip() == "equal"


def expression(node: Node, known: Mapping[str, Any]) -> Any:
    """The tree as a SymPy expression. known: what each symbol stands for."""
    import sympy

    if isinstance(node.value, Fraction):
        return sympy.Rational(*node.value.as_integer_ratio())
    if node.op == "name":
        return known[node.value] if node.value in known else getattr(sympy, node.value)
    parts = [expression(part, known) for part in node.parts]
    match node.op:
        case "true" | "false":
            return getattr(sympy, node.op)
        case "pieces":
            return sympy.Piecewise(*zip(parts[::2], parts[1::2], strict=True))
        case "/":
            return parts[0] / parts[1]
        case "neg":
            return -parts[0]
        case op if op in COMBINED:
            return getattr(sympy, COMBINED[op])(*parts)
        case op if op != "call":
            return sympy.Rel(*parts, op)
    # The logistic function is the only one that SymPy does not have.
    made = getattr(sympy, str(node.value), lambda x: 1 / (1 + sympy.exp(-x)))
    return made(*parts)


def known_symbols(declared: str) -> dict[str, Any]:
    """SymPy's symbols with what is assumed of them, and the formulas that other symbols stand for."""
    import sympy

    free, defined = symbols(declared)
    found = {name: sympy.Symbol(name, **_assumptions(domain)) for name, domain in free.items()}
    for name, tree in defined.items():
        found[name] = expression(tree, found)
    return found


def _assumptions(domain: Domain) -> dict[str, bool]:
    if domain.kind == "natural":
        return {"integer": True, "positive": True}
    if domain.kind == "between":
        return {"positive": True} if domain.ends[0] >= 0 else {"real": True}
    return {domain.kind: True}


def _prove() -> None:
    """The process: reads a request, writes 'equal' or 'unknown'."""
    import sympy

    try:
        import resource
    except ImportError:  # Windows: the time limit alone
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    expected, got, declared = json.load(sys.stdin)
    known, names = known_symbols(declared), symbols(declared).names
    a, b = (expression(parse(text, names), known) for text in (expected, got))
    equal = sympy.simplify((a - b).rewrite(sympy.exp)) == 0 or sympy.simplify(a - b) == 0
    print("equal" if equal else "unknown")


if __name__ == "__main__":
    _prove()
