"""SymPy as an oracle: the exercise on symbols, then numbers put in with 30 digits."""

from typing import Any

import numpy as np

from autograder.authoring import Oracle

DIGITS = 30


def answer(oracle: Oracle, inputs: dict[str, Any]) -> Any:
    """The oracle's value, or with gradients its derivatives by output name, as floats."""
    numbers: dict[Any, float] = {}
    symbols = {name: _symbols(name, value, numbers) for name, value in inputs.items()}
    value = oracle.function(*symbols.values())
    if not oracle.gradients:
        return _evaluate(value, numbers)
    total = np.sum(np.asarray(value, dtype=object))
    derived = {output: _derivative(total, symbols[source]) for output, source in oracle.gradients.items()}
    return _evaluate(derived, numbers)


def _symbols(name: str, value: Any, numbers: dict[Any, float]) -> Any:
    """An input with a real symbol for each float in it; what each symbol stands for goes to `numbers`."""
    import sympy

    if isinstance(value, dict):
        return {key: _symbols(f"{name}_{key}", item, numbers) for key, item in value.items()}
    if isinstance(value, float):
        symbol = sympy.Symbol(name, real=True)
        numbers[symbol] = value
        return symbol
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        array = np.empty(value.shape, dtype=object)
        for index in np.ndindex(value.shape):
            array[index] = _symbols("_".join(map(str, (name, *index))), float(value[index]), numbers)
        return array
    return value


def _derivative(total: Any, source: Any) -> Any:
    import sympy

    if isinstance(source, np.ndarray):
        return np.vectorize(lambda symbol: sympy.diff(total, symbol), otypes=[object])(source)
    return sympy.diff(total, source)


def _evaluate(value: Any, numbers: dict[Any, float]) -> Any:
    """The same structure with numbers for expressions; all expressions share their common parts."""
    import mpmath
    import sympy

    expressions: list[Any] = []
    _collect(value, expressions)
    function = sympy.lambdify(list(numbers), expressions, modules="mpmath", cse=True)
    with mpmath.workdps(DIGITS):
        found = iter([float(mpmath.re(result)) for result in function(*map(mpmath.mpf, numbers.values()))])
    return _rebuild(value, found)


def _collect(value: Any, expressions: list[Any]) -> None:
    import sympy

    if isinstance(value, np.ndarray):
        expressions += [sympy.sympify(item) for item in value.ravel()]
    elif isinstance(value, dict | tuple | list):
        for item in value.values() if isinstance(value, dict) else value:
            _collect(item, expressions)
    else:
        expressions.append(sympy.sympify(value))


def _rebuild(value: Any, found: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.array([next(found) for _ in range(value.size)]).reshape(value.shape)
    if isinstance(value, dict):
        return {key: _rebuild(item, found) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_rebuild(item, found) for item in value)
    return next(found)
