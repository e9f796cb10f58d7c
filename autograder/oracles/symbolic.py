"""SymPy as an oracle: the exercise on symbols, then numbers put in with 30 digits.

Cases of one form (the same shapes and settings) share the symbols, so that what is slow, to differentiate and to
compile, is done once for each form.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograder.oracle_kinds import Oracle

DIGITS = 30


class _Compiled(NamedTuple):
    """structure: what came back, with anything in place of its numbers. function: of the inputs' numbers."""

    structure: Any
    function: Callable[..., Any]


# Of the oracle that was asked last: another exercise's forms are never asked for again.
_known: dict[Any, _Compiled] = {}


def answer(oracle: Oracle, inputs: dict[str, Any]) -> Any:
    """The oracle's value, or with gradients its derivatives by output name, as floats."""
    import mpmath

    key = oracle.function, repr(oracle.gradients), _form(inputs)
    if key not in _known:
        if any(function is not oracle.function for function, *_ in _known):
            _known.clear()
        _known[key] = _compiled(oracle, inputs)
    found = _known[key]
    with mpmath.workdps(DIGITS):
        results = found.function(*map(mpmath.mpf, _numbers(inputs)))
        return _rebuild(found.structure, iter([float(mpmath.re(result)) for result in results]))


def _compiled(oracle: Oracle, inputs: dict[str, Any]) -> _Compiled:
    """All expressions share their common parts."""
    import sympy

    symbols: list[Any] = []
    arguments = {name: _symbols(name, value, symbols) for name, value in inputs.items()}
    value = oracle.function(*arguments.values())
    if oracle.gradients:
        total = np.sum(np.asarray(value, dtype=object))
        value = {output: _derivative(total, arguments[source]) for output, source in oracle.gradients.items()}
    expressions: list[Any] = []
    _collect(value, expressions)
    return _Compiled(value, sympy.lambdify(symbols, expressions, modules="mpmath", cse=True))


def _form(value: Any) -> str:
    """What an input is besides the numbers that symbols stand for."""
    if isinstance(value, dict):
        return repr([(key, _form(item)) for key, item in value.items()])
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}" if value.dtype.kind == "f" else repr(value.tolist())
    return "float" if isinstance(value, float) else repr(value)


def _numbers(value: Any) -> Iterator[float]:
    """What the symbols stand for, in the order of `_symbols`."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _numbers(item)
    elif isinstance(value, float):
        yield value
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
        yield from value.ravel().tolist()


def _symbols(name: str, value: Any, symbols: list[Any]) -> Any:
    """An input with a real symbol for each float in it; the symbols go to the list, too."""
    import sympy

    if isinstance(value, dict):
        return {key: _symbols(f"{name}_{key}", item, symbols) for key, item in value.items()}
    if isinstance(value, float):
        symbols.append(sympy.Symbol(name, real=True))
        return symbols[-1]
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        array = np.empty(value.shape, dtype=object)
        for index in np.ndindex(value.shape):
            array[index] = _symbols("_".join(map(str, (name, *index))), 0.0, symbols)
        return array
    return value


def _derivative(total: Any, source: Any) -> Any:
    import sympy

    if isinstance(source, np.ndarray):
        return np.vectorize(lambda symbol: sympy.diff(total, symbol), otypes=[object])(source)
    return sympy.diff(total, source)


def _collect(value: Any, expressions: list[Any]) -> None:
    import sympy

    if isinstance(value, np.ndarray):
        expressions += [sympy.sympify(item) for item in value.ravel()]
    elif isinstance(value, dict | tuple | list):
        for item in value.values() if isinstance(value, dict) else value:
            _collect(item, expressions)
    else:
        expressions.append(sympy.sympify(value))


def _rebuild(value: Any, found: Iterator[float]) -> Any:
    if isinstance(value, np.ndarray):
        return np.array([next(found) for _ in range(value.size)]).reshape(value.shape)
    if isinstance(value, dict):
        return {key: _rebuild(item, found) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_rebuild(item, found) for item in value)
    return next(found)
