"""SymPy's word on whether two formulas are equal: evidence for the author that does not rest on points.

Simplifying may take for ever, so it runs in a process that is killed, and no student's verdict waits for it: the same
answer would be right on one machine and wrong on a slower one. The expressions are put together node by node from
names on the list, never from text.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from fractions import Fraction
from typing import IO, Any, NamedTuple

from autograder.judge.formula_points import Domain, symbols
from autograder.judge.formula_text import Node, parse

COMBINED = {"+": "Add", "*": "Mul", "**": "Pow", "and": "And", "or": "Or", "not": "Not"}
MEMORY = 2 << 30
SECONDS = 5.0


class Word(NamedTuple):
    """equal: None where SymPy does not find out, or not in time. difference: between two that are not equal."""

    equal: bool | None
    difference: str = ""


class Prover:
    """A process that simplifies; one that takes too long is killed, and costs only the question it was asked."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Prover":
        return self

    def __exit__(self, *details: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def ask(self, a: str, b: str, declared: str) -> Word:
        """Whether two formulas are equal, given their symbols as an exercise declares them."""
        process = self.process or self._started()
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps([a, b, declared]) + "\n")
        process.stdin.flush()
        alarm = threading.Timer(self.seconds, process.kill)
        alarm.start()
        answer = process.stdout.readline()
        alarm.cancel()
        if not answer:
            self.stop()
            return Word(None)
        return Word(*json.loads(answer))

    def _started(self) -> subprocess.Popen[str]:
        """A new process that has imported SymPy: what it takes to start is not the question's time."""
        command = [sys.executable, "-m", "autograder.oracles.simplification"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        self.process = process
        assert process.stdout
        process.stdout.readline()
        return process


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


def _word(a: str, b: str, declared: str) -> Word:
    import sympy

    known, names = known_symbols(declared), symbols(declared).names
    gap = expression(parse(a, names), known) - expression(parse(b, names), known)
    left = gap
    for others in ((), (sympy.exp,), (sympy.Piecewise,)):  # in place of hyperbolic functions; of Max, Abs, Heaviside
        left = sympy.piecewise_fold(sympy.simplify(gap.rewrite(*others) if others else gap))
        if left == 0:
            return Word(True)
    return Word(False, str(left)[:200]) if left.is_zero is False else Word(None)


def serve(questions: IO[str], answers: IO[str]) -> None:
    """The process: a line 'ready', then for each line with a question one with the answer."""
    import sympy  # noqa: F401 - before the first question, whose time is measured

    print("ready", file=answers, flush=True)
    for question in questions:
        try:
            word = _word(*json.loads(question))
        except Exception:  # SymPy fails in many ways, and all of them mean that it does not know
            word = Word(None)
        print(json.dumps(word), file=answers, flush=True)


if __name__ == "__main__":
    try:
        import resource
    except ImportError:  # Windows: the time limit alone
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    serve(sys.stdin, sys.stdout)
