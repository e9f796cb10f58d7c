"""Values that cross the wall: a small tree of plain data, and the raw bytes of arrays beside it.

`dump` never calls into a student's object and `load` never builds anything but plain data, so neither
side can be made to run the other's code. Types survive the journey (a tuple stays a tuple, a NumPy scalar
a NumPy scalar, a bool is no int); what has no plain form arrives as `Opaque`, its type's name.
"""

import itertools
import reprlib
import sys
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np

MAX_DEPTH = 16
MAX_NODES = 20_000
MAX_KEYS = 2_000  # of a dict or set, strings aside: other hashes are no secret, and equal ones can be chosen
MAX_TEXT = 200_000
MAX_BITS = 1 << 16
MAX_DIMENSIONS = 16
MAX_EXPRESSION = 2001  # one more than is read as a formula, so that what was cut is refused
SCALARS = frozenset(np.sctypeDict.values())
DTYPES = {name: np.dtype(name) for name in "|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8 <c8 <c16".split()}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
PLAIN = frozenset({type(None), bool, int, float, str})
CONTAINERS = (tuple, list, dict, set, frozenset)
UNBOUNDED = frozenset({type(None), bool, float})  # that are written as they are, whatever their value


class WireError(ValueError):
    """The bytes are not a value: damaged, or forged."""


class Opaque(msgspec.Struct, frozen=True):
    """Stands for an object that has no plain form; equal to nothing but the same kind of object."""

    kind: str

    def __repr__(self) -> str:
        return f"<{self.kind}>"


class Expression(msgspec.Struct, frozen=True):
    """A SymPy expression as its text: nobody on the trusted side ever evaluates it."""

    text: str

    def __repr__(self) -> str:
        return self.text


class Rng(msgspec.Struct, frozen=True):
    """A generator as an input: the seed crosses the wall, and each call starts a fresh one from it."""

    seed: int

    def __repr__(self) -> str:
        return f"np.random.default_rng({self.seed})"


def dump(value: Any, blobs: list[bytes]) -> Any:
    """The tree of `value`; arrays are appended to `blobs` and referred to by index."""
    return _Dumper(blobs).tree(value, 0)


def load(tree: Any, blobs: list[bytes]) -> Any:
    """The value of a tree. Raises WireError for anything that `dump` would not have written."""
    return _Loader(blobs).value(tree, 0)


class _Dumper:
    def __init__(self, blobs: list[bytes]) -> None:
        self.blobs = blobs
        self.nodes = 0

    def tree(self, value: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            return ["o", "value that is nested too deeply"]
        kind = type(value)
        if kind is np.ndarray:
            return self.array("a", value)
        if kind in UNBOUNDED:
            return value
        if kind is int:
            return self.integer(value)
        if kind is str:
            return value if len(value) <= MAX_TEXT else ["o", "str of more than 200,000 characters"]
        if kind is complex:
            return ["c", value.real, value.imag]
        if kind in SCALARS:
            return self.array("n", np.asarray(value))
        if kind is Rng:
            return ["r", value.seed]
        if kind is Expression:
            return ["e", value.text]
        return self.container(value, kind, depth)

    def container(self, value: Any, kind: type, depth: int) -> Any:
        # Subclasses (a named tuple, an OrderedDict) are read through the base class: theirs is not called,
        # and neither is isinstance, which would ask the object for its class.
        base = kind if kind in CONTAINERS else next((base for base in CONTAINERS if issubclass(kind, base)), None)
        if base is None or (base in (set, frozenset) and kind is not base):
            text = expression_text(value, kind)
            return ["o", type_name(kind)] if text is None else ["e", text]
        self.nodes += base.__len__(value) * (2 if base is dict else 1)
        if self.nodes > MAX_NODES:
            return ["o", f"{type_name(kind)} of too many parts"]
        if base not in (tuple, list) and _too_many_keys(base.__iter__(value)):
            return ["o", f"{type_name(kind)} of too many keys"]
        if base is dict:
            keys = self.trees(dict.keys(value), depth + 1)
            return ["d", [*map(list, zip(keys, self.trees(dict.values(value), depth + 1), strict=True))]]
        items = self.trees(base.__iter__(value), depth + 1)
        # Sets sorted, so that equal sets have equal trees.
        return ["s", sorted(items, key=repr)] if base in (set, frozenset) else [base.__name__[0], items]

    def trees(self, values: Iterable[Any], depth: int) -> list[Any]:
        return [value if type(value) in UNBOUNDED else self.tree(value, depth) for value in values]

    def integer(self, value: int) -> Any:
        if -(2**63) <= value < 2**63:
            return value
        return ["i", hex(value)] if value.bit_length() <= MAX_BITS else ["o", "int of more than 65,536 bits"]

    def array(self, tag: str, array: np.ndarray[Any, Any]) -> Any:
        dtype = NAMES.get(array.dtype)
        if dtype is None:
            dtype = array.dtype.newbyteorder("<").str
            if dtype not in DTYPES:
                return ["o", f"array of dtype {array.dtype}" if tag == "a" else type_name(type(array[()]))]
            array = array.astype(dtype)
        self.blobs.append(array.tobytes())
        return [tag, dtype, [*array.shape], len(self.blobs) - 1]


class _Loader:
    def __init__(self, blobs: list[bytes]) -> None:
        self.blobs = blobs
        self.used: set[int] = set()
        self.nodes = 0

    def value(self, tree: Any, depth: int) -> Any:
        if type(tree) in PLAIN:
            return tree
        if type(tree) is list and len(tree) == 4 and (tree[0] == "a" or tree[0] == "n"):
            return self.array(*tree)  # by far the most frequent node
        match tree:
            case ["t", list(items)]:
                return tuple(self.values(items, depth + 1))
            case ["l", list(items)]:
                return self.values(items, depth + 1)
            case ["d" | "s" as tag, list(items)]:
                return self.hashed(tag, items, depth + 1)
            case ["c", float(real), float(imag)]:
                return complex(real, imag)
            case ["i", str(text)] if len(text) <= MAX_BITS // 4 + 3:
                return self.big_integer(text)
            case ["r", int(seed)] if seed >= 0:
                return Rng(seed)
            case ["e", str(text)] if len(text) <= MAX_EXPRESSION:
                return Expression(text)
            case ["o", str(kind)]:
                return Opaque(kind[:200])
        raise WireError(f"no such node: {reprlib.repr(tree)}")

    def values(self, trees: list[Any], depth: int) -> list[Any]:
        self.nodes += len(trees)
        # `dump` marks what is too deep in one more node.
        if depth > MAX_DEPTH + 1 or self.nodes > MAX_NODES:
            raise WireError("the value is nested too deeply or has too many parts")
        return [tree if type(tree) in PLAIN else self.value(tree, depth) for tree in trees]

    def hashed(self, tag: str, items: list[Any], depth: int) -> Any:
        try:
            keys = self.values(items if tag == "s" else [key for key, _ in items], depth)
            if len(keys) > MAX_KEYS and _too_many_keys(keys):
                raise WireError("a dict or set has too many keys")
            if tag == "s":
                return set(keys)
            return dict(zip(keys, self.values([item for _, item in items], depth), strict=True))
        except (TypeError, ValueError) as problem:
            raise WireError(f"the keys of a dict or set cannot be read: {problem}") from None

    def array(self, tag: str, name: Any, shape: Any, index: Any) -> Any:
        plain = type(name) is str and type(shape) is list and type(index) is int
        dtype = DTYPES.get(name) if plain else None
        if dtype is None or len(shape) > MAX_DIMENSIONS or not 0 <= index < len(self.blobs):
            raise WireError(f"no such array: {reprlib.repr([tag, name, shape, index])}")
        size = dtype.itemsize
        for length in shape:
            if type(length) is not int or not 0 <= length < 2**40:
                raise WireError("an array's shape must be made of lengths")
            size *= length
        if size != len(self.blobs[index]):
            raise WireError(f"an array of {size} bytes was announced and {len(self.blobs[index])} came")
        if index in self.used:  # many arrays of one blob would take its size many times
            raise WireError("two arrays are made of the same bytes")
        self.used.add(index)
        if tag == "n" and shape != []:
            raise WireError("a NumPy scalar has no shape")
        try:
            # A copy: what is made of bytes is read-only, and inputs are meant to be ordinary arrays.
            array = np.ndarray(shape, dtype, self.blobs[index])
            return array.copy() if tag == "a" else array[()]
        except ValueError as problem:  # an empty array with other lengths that NumPy cannot count
            raise WireError(f"an array of shape {shape} cannot be made: {problem}") from None

    def big_integer(self, text: str) -> int:
        try:
            return int(text, 16)
        except ValueError:
            raise WireError("an integer is not written in hexadecimal") from None


def _too_many_keys(keys: Iterable[Any]) -> bool:
    return sum(type(key) is not str for key in keys) > MAX_KEYS


def expression_text(value: Any, kind: type) -> str | None:
    """The text of a SymPy expression, cut; None for anything else. SymPy is not imported for it.

    Printing calls into the expression. That happens on the side that made it, and before anything is sent.
    """
    sympy = sys.modules.get("sympy")
    basic = getattr(sympy, "Basic", None)
    if sympy is None or not isinstance(basic, type) or not issubclass(kind, basic):
        return None
    # A few shared parts can be a text of any length: count as the text would, before it is made.
    parts = sympy.preorder_traversal(value)
    if sum(1 for _ in itertools.islice(parts, MAX_EXPRESSION)) == MAX_EXPRESSION:
        return "…"
    return str.__getitem__(str(value), slice(MAX_EXPRESSION))


def type_name(kind: type) -> str:
    """`module.Name` of a type, without asking a metaclass."""
    name = type.__dict__["__name__"].__get__(kind)
    module = type.__getattribute__(kind, "__module__")
    known = isinstance(module, str) and module not in ("builtins", "__main__")
    return f"{module}.{name}"[:200] if known else str(name)[:200]
