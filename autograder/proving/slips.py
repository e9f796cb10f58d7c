"""What a tired student does to an expression: each slip takes a node and yields what stands there instead."""

import ast
import copy
from collections.abc import Iterator

from autograder.proving.call_slips import CALL_SLIPS
from autograder.proving.scope import Scope, Slip, number

# Operators that are mistaken for one another.
OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
NOT_COMMUTING = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


def operator_swapped(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp):
        for other in OPERATORS.get(type(node.op), ()):
            yield ast.BinOp(node.left, other(), node.right)


def operand_dropped(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    """A term, factor, divisor or exponent is forgotten."""
    if isinstance(node, ast.BinOp):
        yield node.left
        yield node.right


def operands_swapped(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, NOT_COMMUTING):
        yield ast.BinOp(node.right, node.op, node.left)


def parentheses_forgotten(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    """`a / (b * c)` becomes `a / b * c`, `(a + b) * c` becomes `a + b * c`."""
    if not isinstance(node, ast.BinOp):
        return
    left, right = node.left, node.right
    if isinstance(right, ast.BinOp) and not isinstance(right.op, ast.Pow) and not _associative(node.op, right.op):
        yield ast.BinOp(ast.BinOp(left, node.op, right.left), right.op, right.right)
    if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add | ast.Sub) and not _associative(left.op, node.op):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, right))


def _associative(outer: ast.operator, inner: ast.operator) -> bool:
    """Whether `a outer (b inner c)` needs no parentheses."""
    return (isinstance(outer, ast.Add) and isinstance(inner, ast.Add | ast.Sub)) or (
        isinstance(outer, ast.Mult) and isinstance(inner, ast.Mult | ast.Div)
    )


def comparison_swapped(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in COMPARISONS[type(node.ops[0])]:
            yield ast.Compare(node.left, [other()], node.comparators)


def logic_swapped(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
        yield from node.values
    if isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
        yield node.body
        yield node.orelse


def sign_dropped(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not | ast.Invert):
        yield node.operand


def sign_added(node: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    """Of whatever is returned, assigned or handed to a function of one argument."""
    if scope.is_result(node) and not isinstance(node, ast.UnaryOp | ast.Constant):
        yield ast.UnaryOp(ast.USub(), node)


def constant_changed(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        others = [value + 1, value - 1, 2 * value, value // 2 if value % 2 == 0 else value / 2]
        yield from (number(other) for other in dict.fromkeys(others) if other != value)
    elif isinstance(value, float):
        others = [value + 1, value - 1, 2 * value, value / 2] if value == round(value) else [2 * value, value / 2]
        yield from (number(other) for other in dict.fromkeys(others) if other != value)


def key_changed(node: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    """`p["w1"]` becomes `p["w3"]`: another key that the function uses."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value in scope.keys:
        key = scope.keys[(scope.keys.index(node.slice.value) + 1) % len(scope.keys)]
        yield ast.Subscript(node.value, ast.Constant(key), node.ctx)


def stale_variable(node: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    """Another variable that exists at this place: the one made before it, the one made after it."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        for other in scope.neighbours(node):
            yield ast.Name(other, ast.Load())


def parts_swapped(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    """Two values that are next to each other in a tuple or a dict are exchanged, or one is left out."""
    if isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Load):
        for first in range(len(node.elts) - 1):
            swapped = [*node.elts]
            swapped[first : first + 2] = reversed(swapped[first : first + 2])
            yield type(node)(swapped, node.ctx)
    if isinstance(node, ast.Dict):
        for first in range(len(node.values) - 1):
            values = [*node.values]
            values[first : first + 2] = reversed(values[first : first + 2])
            yield ast.Dict(node.keys, values)


SLIPS: tuple[Slip, ...] = (
    operator_swapped,
    operand_dropped,
    operands_swapped,
    parentheses_forgotten,
    comparison_swapped,
    logic_swapped,
    sign_dropped,
    sign_added,
    constant_changed,
    key_changed,
    *CALL_SLIPS,
    stale_variable,
    parts_swapped,
)


def slipped(node: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    """Everything that could stand in the place of `node`; parts of `node` are shared with it."""
    for slip in SLIPS:
        for other in slip(node, scope):
            yield ast.copy_location(copy.copy(other), node)
