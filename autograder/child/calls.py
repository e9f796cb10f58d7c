"""Calling a student's function for one case. Used on both sides: in a notebook and in the sandbox."""

import builtins
import traceback
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from autograder.child import wire

MAX_MESSAGE = 500
_encoder = msgspec.msgpack.Encoder()
# A generator is made for the call, and drawing from it is what it is for.
UNCHANGEABLE = frozenset({bool, int, float, complex, str, bytes, type(None), wire.Rng})


def call(function: Callable[..., Any], tree: Any, blobs: list[bytes], seeds: list[int]) -> dict[str, Any]:
    """Calls `function` with the inputs of `tree` (a dict) in order, by position.

    With `seeds` it is called once for each, and the value is the tuple of what came back. Returns a report
    of plain data: `status`, `value` and `blobs`, or the exception's type, text and line; `mutated` names
    the inputs that the call changed. Lets BaseException through that is no Exception (a time-out).
    """
    try:
        values = []
        mutated: list[str] = []
        for seed in seeds or (None,):
            inputs = wire.load(tree, blobs)
            if seed is not None:
                inputs = {name: wire.Rng(seed) if isinstance(v, wire.Rng) else v for name, v in inputs.items()}
            arguments = [np.random.default_rng(v.seed) if type(v) is wire.Rng else v for v in inputs.values()]
            values.append(function(*arguments))
            mutated += changed(inputs, tree, blobs)
        found: list[bytes] = []
        value = wire.dump(tuple(values) if seeds else values[0], found)
    except (Exception, SystemExit) as problem:
        return {"status": "raised", **describe(problem, function)}
    return {"status": "returned", "value": value, "blobs": found, "mutated": sorted(set(mutated))}


def changed(inputs: dict[str, Any], call: Any, blobs: list[bytes]) -> list[str]:
    """The names of the inputs that no longer are what they were. call: the tree of them all, as it was."""
    names = []
    for (name, was), value in zip(call[1], inputs.values(), strict=True):
        if _unchangeable(value):
            continue
        if type(value) is np.ndarray and was[:3] == ["a", wire.NAMES.get(value.dtype), [*value.shape]]:
            # The common case, without taking the value apart again.
            if value.tobytes() != blobs[was[3]]:
                names.append(name)
            continue
        now: list[bytes] = []
        tree = wire.dump(value, now)
        if not (same_tree(tree, now, was, blobs) if now else _alike(tree, was)):
            names.append(name)
    return names


def _unchangeable(value: Any) -> bool:
    kind = type(value)
    return kind in UNCHANGEABLE or (kind is tuple and all(map(_unchangeable, value)))


def _alike(tree: Any, other: Any) -> bool:
    """`same_tree` for trees without arrays, of which the second was received."""
    try:
        return _encoder.encode(tree) == _encoder.encode(other)
    except UnicodeEncodeError:
        return False  # such a text was not received


def same_tree(tree: Any, blobs: list[bytes], other: Any, other_blobs: list[bytes]) -> bool:
    """Whether two trees hold the same value to the last bit (NaN included)."""
    if type(tree) is not type(other):
        return False
    if not isinstance(tree, list):
        return repr(tree) == repr(other)
    if len(tree) != len(other):
        return False
    if len(tree) == 4 and tree[0] in ("a", "n") and other[0] == tree[0]:
        return bool(tree[1:3] == other[1:3]) and blobs[tree[3]] == other_blobs[other[3]]
    return all(same_tree(a, blobs, b, other_blobs) for a, b in zip(tree, other, strict=True))


def describe(problem: BaseException, function: Callable[..., Any]) -> dict[str, Any]:
    """An exception as plain data. Its own `__str__` may lie, hang or raise: only a string is taken."""
    try:
        text = str(problem)[:MAX_MESSAGE]
    except Exception:
        text = ""
    return {
        "exception": exception_name(type(problem)),
        "text": text,
        "line": line_of(problem, getattr(getattr(function, "__code__", None), "co_filename", None)),
    }


def exception_name(kind: type[BaseException]) -> str:
    """The name of the nearest built-in class: a type made by the student could carry a message in its name."""
    for base in type.__dict__["__mro__"].__get__(kind):
        name = type.__dict__["__name__"].__get__(base)
        if getattr(builtins, name, None) is base:
            return str(name)
    return "Exception"


def line_of(problem: BaseException, filename: str | None) -> int | None:
    """The last line of `filename` that the exception passed through."""
    frames = traceback.walk_tb(problem.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == filename]
    return lines[-1] if lines else None
