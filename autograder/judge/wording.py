"""Sentences about values: calls, shapes by their letters, arrays in a few characters."""

from typing import Any

import numpy as np

from autograder.child.wire import Expression, Opaque, Rng
from autograder.pack import Case, Pack

WIDTH = 68


def show(value: Any) -> str:
    """A value as a student would type it, cut to a few lines."""
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, np.generic):
        return f"{value.item()!r}"
    if isinstance(value, dict):
        items = [_hanging(f"{key!r}: ", show(item)) for key, item in value.items()]
        return _cut(_hanging("{", (",\n" if any("\n" in item for item in items) else ", ").join(items)) + "}")
    if isinstance(value, tuple | list):
        inner = ", ".join(show(item) for item in value)
        closing = ",)" if isinstance(value, tuple) and len(value) == 1 else ")"
        return _cut(f"({inner}{closing}" if isinstance(value, tuple) else f"[{inner}]")
    return _cut(repr(value))


def _array(array: np.ndarray[Any, Any]) -> str:
    """Six digits, columns aligned, the middle left out when it is large."""
    layout: Any = {"threshold": 24, "edgeitems": 2, "max_line_width": WIDTH, "separator": ", "}
    if array.dtype.kind == "f":
        shown = array.ravel()[:24].tolist()
        width = max((len(f"{x:.6g}") for x in shown), default=1)
        layout["formatter"] = {"float_kind": lambda x: f"{x:.6g}".rjust(width)}
    text = np.array2string(array, **layout)
    return text if array.ndim else f"array({text})"


def _cut(text: str, limit: int = 400) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def number(value: Any) -> str:
    """One element, with enough digits to see a small difference and no more."""
    return repr(value.item() if isinstance(value, np.generic) else value) if not _real(value) else f"{value:.10g}"


def _real(value: Any) -> bool:
    return isinstance(value, float | np.floating)


def call(pack: Pack, case: Case) -> str:
    """What was called and with what: `relu_derivative(z) with z = [[9, 8]]`, an input per line."""
    key = "call", pack.name
    if key not in case.known:
        inputs = [_indented(f"{name} = ", show(value)) for name, value in case.inputs.items()]
        case.known[key] = "\n".join([f"{pack.name}({', '.join(case.inputs)})  with", *inputs])
    text: str = case.known[key]
    return text


def _indented(label: str, text: str) -> str:
    return _hanging(f"    {label}", text)


def _hanging(label: str, text: str) -> str:
    """A label and a text beside it, whose further lines begin below its first."""
    return label + text.replace("\n", "\n" + " " * len(label))


def labelled(label: str, value: Any) -> str:
    """A line that says whose value it is, its further lines aligned below the first."""
    return _indented(label, show(value))


def expected(case: Case, output: str, value: Any) -> str:
    """The line that says what was expected of an output of a case: one for all whom it is said to."""
    key = "expected", output
    if key not in case.known:
        case.known[key] = labelled("expected  ", value)
    text: str = case.known[key]
    return text


def shape(letters: str | None, lengths: tuple[int, ...]) -> str:
    """A shape by its letters and lengths: `(N, H) = (4, 3)`."""
    plain = f"({', '.join(map(str, lengths))}{',' if len(lengths) == 1 else ''})"
    if not letters or not lengths:
        return plain
    names = letters.split()
    named = f"({', '.join(names)}{',' if len(names) == 1 else ''})"
    return plain if named == plain else f"{named} = {plain}"


def kind(value: Any) -> str:
    """What a value is: `an array of shape (4, 3)`, `a list of 4`, `None`."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {shape(None, value.shape)}"
    if isinstance(value, Opaque):
        return f"an object of type {value.kind}" if " " not in value.kind else f"{_article(value.kind)} {value.kind}"
    if isinstance(value, Expression):
        return f"the formula {_cut(value.text, 40)}"
    if isinstance(value, Rng):
        return "a random generator"
    name = type(value).__name__
    if isinstance(value, tuple | list | dict | set):
        return f"{_article(name)} {name} of {len(value)}"
    return f"{_article(name)} {name} ({_cut(show(value), 40)})"


def _article(word: str) -> str:
    return "an" if word[0] in "aeio" else "a"
