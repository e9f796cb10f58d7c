"""What a function's slips depend on besides the node: its variables, the keys it uses, what it returns."""

import ast
from collections.abc import Callable, Iterator


class Scope:
    """Of one function. keys: the constant strings it indexes with, in order."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self.bound: dict[str, tuple[int, int]] = {}
        for argument in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]:
            self.bound[argument.arg] = (0, 0)
        inner = inner_names(function)
        stores = [n for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        for name in sorted(stores, key=_place):
            if name.id not in inner:
                self.bound.setdefault(name.id, _place(name))
        subscripts = sorted((n for n in ast.walk(function) if isinstance(n, ast.Subscript)), key=_place)
        found = [n.slice.value for n in subscripts if isinstance(n.slice, ast.Constant)]
        self.keys = list(dict.fromkeys(value for value in found if isinstance(value, str)))
        self._returned = {id(part) for n in ast.walk(function) if isinstance(n, ast.Return) for part in _parts(n.value)}
        assigned = {
            id(n.value)
            for n in ast.walk(function)
            if isinstance(n, ast.Assign) and not isinstance(n.value, ast.Tuple) and not _measures(n.value)
        }
        arguments = {
            id(n.args[0])
            for n in ast.walk(function)
            if isinstance(n, ast.Call) and len(n.args) == 1 and not isinstance(n.args[0], ast.GeneratorExp)
            if not _measures(n)
        }
        self._results = self._returned | assigned | arguments

    def is_returned(self, node: ast.expr) -> bool:
        """Whether it is (a part of) what the function returns."""
        return id(node) in self._returned

    def is_result(self, node: ast.expr) -> bool:
        """Whether it is returned, assigned, or the only argument of a call."""
        return id(node) in self._results

    def neighbours(self, name: ast.Name) -> list[str]:
        """The variables bound just before and just after this one, of those bound by the time it is used."""
        known = [other for other, place in self.bound.items() if place < _place(name)]
        if name.id not in known:
            return []
        place = known.index(name.id)
        return [known[near] for near in (place - 1, place + 1) if 0 <= near < len(known)]


# What these make of their argument depends on its shape alone, and has no sign to lose.
MEASURING = "len list reversed range enumerate shape zeros zeros_like ones_like empty empty_like full_like".split()


def _measures(node: ast.expr) -> bool:
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    return name in MEASURING


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def inner_names(function: ast.AST) -> set[str]:
    """Names of comprehensions: they exist nowhere else."""
    targets = [node.target for node in ast.walk(function) if isinstance(node, ast.comprehension)]
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def _parts(value: ast.expr | None) -> list[ast.expr]:
    if isinstance(value, ast.Tuple | ast.List):
        return value.elts
    if isinstance(value, ast.Dict):
        return value.values
    return [value] if value else []


Slip = Callable[[ast.expr, Scope], Iterator[ast.expr]]


def number(value: int | float) -> ast.expr:
    """A constant as Python writes it: a negative one is a sign and a number."""
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))
