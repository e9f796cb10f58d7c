"""What a tired student does to a call, an index or an array: each slip yields what stands there instead."""

import ast
from collections.abc import Iterator

from autograder.proving.scope import Scope, Slip, number

# Functions and methods, of NumPy or not, that are mistaken for one another.
RENAMED = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "amax": "amin",
    "maximum": "minimum",
    "minimum": "maximum",
    "argmax": "argmin",
    "argmin": "argmax",
    "std": "var",
    "var": "std",
    "floor": "ceil",
    "ceil": "floor",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "cumsum": "cumprod",
    "prod": "sum",
    "all": "any",
    "any": "all",
    "hstack": "vstack",
    "vstack": "hstack",
    "outer": "dot",
    "log": "log2",
    "log1p": "log",
    "expm1": "exp",
    "tanh": "tan",
    "sin": "cos",
    "cos": "sin",
    "append": "extend",
}
FILLED = ("zeros", "zeros_like", "ones", "ones_like", "empty", "empty_like", "full", "array", "asarray")


def function_changed(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Call):
        return
    match node.func:
        case ast.Attribute(value, name, context) if name in RENAMED:
            yield ast.Call(ast.Attribute(value, RENAMED[name], context), node.args, node.keywords)
        case ast.Name(name, context) if name in RENAMED and name in ("sum", "max", "min", "all", "any"):
            other = "len" if name == "sum" else RENAMED[name]
            yield ast.Call(ast.Name(other, context), node.args, node.keywords)


def call_dropped(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    """A root, a clip, a maximum, a sum … is forgotten: its first argument stands there alone."""
    if isinstance(node, ast.Call) and node.args and not isinstance(node.args[0], ast.Starred | ast.GeneratorExp):
        yield node.args[0]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        yield node.func.value  # X.mean(axis=0) → X


def arguments_swapped(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and not any(isinstance(argument, ast.Starred) for argument in node.args):
        for first in range(len(node.args) - 1):
            swapped = [*node.args]
            swapped[first : first + 2] = reversed(swapped[first : first + 2])
            yield ast.Call(node.func, swapped, node.keywords)


def keyword_changed(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    """An axis is another one, or is forgotten with all other keywords in turn."""
    if not isinstance(node, ast.Call):
        return
    for place, keyword in enumerate(node.keywords):
        if keyword.arg is None:
            continue
        others = [*node.keywords[:place], *node.keywords[place + 1 :]]
        yield ast.Call(node.func, node.args, others)
        if keyword.arg in ("axis", "dim"):
            for axis in (0, 1):
                changed = [*node.keywords]
                changed[place] = ast.keyword(keyword.arg, ast.Constant(axis))
                yield ast.Call(node.func, node.args, changed)


def transpose_changed(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(_transposed(node.left), node.op, node.right)
        yield ast.BinOp(node.left, node.op, _transposed(node.right))


def _transposed(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else ast.Attribute(node, "T", ast.Load())


def index_off_by_one(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    """Constants in an index are changed as constants; here are the others, and the ends of slices."""
    if not isinstance(node, ast.Subscript):
        return
    index = node.slice
    if isinstance(index, ast.Name):
        for op in (ast.Add(), ast.Sub()):
            yield ast.Subscript(node.value, ast.BinOp(index, op, ast.Constant(1)), node.ctx)
    if not isinstance(index, ast.Slice):
        return
    for lower, upper, step in (
        (None, index.upper, index.step),
        (index.lower, None, index.step),
        (index.lower, index.upper, None),
        (index.lower or ast.Constant(1), index.upper, index.step),
        (index.lower, index.upper or number(-1), index.step),
    ):
        yield ast.Subscript(node.value, ast.Slice(lower, upper, step), node.ctx)


def range_off_by_one(node: ast.expr, _: Scope) -> Iterator[ast.expr]:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range" and node.args):
        return
    last = min(len(node.args) - 1, 1)
    for op in (ast.Sub(), ast.Add()):
        changed = [*node.args]
        changed[last] = ast.BinOp(changed[last], op, ast.Constant(1))
        yield ast.Call(node.func, changed, [])
    if len(node.args) == 1:
        yield ast.Call(node.func, [ast.Constant(1), node.args[0]], [])


def truncated(node: ast.expr, scope: Scope) -> Iterator[ast.expr]:
    """A float is made an int, where it is returned or where an array is made for results."""
    if scope.is_returned(node):
        yield ast.parse(f"np.asarray({ast.unparse(node)}).astype(int)", mode="eval").body
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FILLED:
        others = [keyword for keyword in node.keywords if keyword.arg != "dtype"]
        yield ast.Call(node.func, node.args, [*others, ast.keyword("dtype", ast.Name("int", ast.Load()))])


CALL_SLIPS: tuple[Slip, ...] = (
    function_changed,
    call_dropped,
    arguments_swapped,
    keyword_changed,
    transpose_changed,
    index_off_by_one,
    range_off_by_one,
    truncated,
)
